"""Proxies that tests start, and that nothing of them is left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jium.egress.proxy import Limits, Proxy


@pytest.fixture
def proxy() -> Iterator[Callable[..., Proxy]]:
    """Call it with local hosts and limits; a running proxy that resolves nothing unless given a resolver."""
    running: list[Proxy] = []

    async def nothing(_host: str) -> list[str]:
        return []

    def make(local: Any = None, resolver: Any = nothing, **limits: Any) -> Proxy:
        made = Proxy(local, Limits(**limits), resolver)
        made.start()
        running.append(made)
        return made

    yield make
    for each in running:
        each.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "jium-egress"]
