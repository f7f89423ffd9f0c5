"""The one way out to the network: whatever fetches goes through this process's proxy, never inside.

address   may this address be reached? (pure)
head      the heads of HTTP messages, read and rewritten (pure)
proxy     resolves, judges every address, dials the very one it judged
url       web addresses and hosts as browsers read them (pure)
session   a visitor's session through the proxy: the one way in which anything is asked
browser   how Chromium is started so that it has no other way out
"""

from __future__ import annotations

import threading

from jium.config import Config
from jium.egress.browser import chromium_arguments
from jium.egress.proxy import Proxy

__all__ = ["NotStarted", "address", "chromium_arguments", "start", "stop"]

_lock = threading.Lock()
_running: list[Proxy] = []


class NotStarted(Exception):
    """This process has no way out: :func:`start` was not called."""


def start(config: Config) -> str:
    """Start this process's proxy, once; its address ("http://127.0.0.1:…")."""
    with _lock:
        if not _running:
            proxy = Proxy(config.local_hosts)
            proxy.start()
            _running.append(proxy)
        return _running[0].url


def address() -> str:
    """The address of this process's proxy. Raises :class:`NotStarted`."""
    with _lock:
        if not _running:
            raise NotStarted
        return _running[0].url


def stop() -> None:
    """Close the way out."""
    with _lock:
        while _running:
            _running.pop().stop()
