"""The demo's world and a visitor to it."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from jium.demoweb.world import World
from tests.worlds import pictures, world

__all__ = ["pictures", "world"]


def pytest_itemcollected(item: pytest.Item) -> None:
    """The whole room shares the material, which takes a while to make."""
    if item.path.parent == Path(__file__).parent:
        item.add_marker(pytest.mark.xdist_group("demoweb"))


@dataclass(frozen=True)
class Visit:
    """What a visitor got."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@pytest.fixture
def visit(world: World) -> Callable[[str], Visit]:
    """Call it with an address of the demo's sites."""

    def to(url: str, cookies: str = "visitor=1") -> Visit:
        parts = urlsplit(url)
        address, port = world.local_hosts[parts.netloc]
        connection = http.client.HTTPConnection(address, port, timeout=20)
        try:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", path, headers={"Host": parts.netloc, "Cookie": cookies})
            answer = connection.getresponse()
            return Visit(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    return to
