"""The worker's sandboxed decoders, started when first needed and kept: victims' files never share one with what was
found on sites, nor those of one case with another's. A file that takes over a decoder could look at what comes after.
"""

from __future__ import annotations

import threading
from uuid import UUID

from jium import dna
from jium.media.sandbox import Sandbox

_lock = threading.Lock()
# By whose files are opened: of one case at a time, or what was found.
_open: dict[str, tuple[UUID | None, Sandbox]] = {}


def of_case(case_id: UUID) -> Sandbox:
    """For the files that were registered for a case."""
    return _for("case", case_id)


def of_sites() -> Sandbox:
    """For whatever lies on sites: hostile until it is proved otherwise."""
    return _for("sites", None)


def _for(what: str, whose: UUID | None) -> Sandbox:
    with _lock:
        kept = _open.get(what)
        if kept and kept[0] == whose:
            return kept[1]
        if kept:
            kept[1].close()
        _open[what] = whose, dna.open_sandbox()
        return _open[what][1]


def close() -> None:
    """Stop all of them."""
    with _lock:
        while _open:
            _open.popitem()[1][1].close()
