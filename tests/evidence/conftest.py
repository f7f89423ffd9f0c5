"""A small site, and a way out to the network that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from jium import egress
from jium.egress.proxy import Proxy
from jium.evidence.enclosure import Job
from tests.evidence.site import ADDRESS, HOST, OTHER, Site


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def proxy(site: Site) -> Iterator[Proxy]:
    running = Proxy({HOST: site.place, OTHER: site.place})
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def job(proxy: Proxy) -> Callable[..., Job]:
    """A job to record a path of the site."""

    def make(path: str, media: str = "/a.png", sha256: str = "", **more: object) -> Job:
        address = path if "://" in path else ADDRESS + path
        return Job(address, ADDRESS + media, sha256, egress.chromium_arguments(proxy.url), **more)

    return make
