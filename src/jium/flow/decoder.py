"""The worker's one sandboxed decoder, started when first needed and kept."""

from __future__ import annotations

import threading

from jium import dna
from jium.media.sandbox import Sandbox

_lock = threading.Lock()
_open: list[Sandbox] = []


def decoder() -> Sandbox:
    """This process's sandbox with the fingerprinting operations in it."""
    with _lock:
        if not _open:
            _open.append(dna.open_sandbox())
        return _open[0]


def close() -> None:
    """Stop the sandbox's child, if there is one."""
    with _lock:
        while _open:
            _open.pop().close()
