"""Chromium as the oracle of what a visitor sees: one browser a module."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from jium import config, egress
from tests.egress.site import Site


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium, whose proxy each context names itself."""
    with sync_playwright() as playwright:
        arguments = egress.chromium_arguments("http://127.0.0.1:9", config.load().chromium)
        browser = playwright.chromium.launch(**arguments)
        yield browser
        browser.close()


@pytest.fixture
def way_out() -> Iterator[Callable[..., str]]:
    """Call it with servers by name, reached as ``<name>.example``; the proxy's address."""

    def to(**servers: Site) -> str:
        egress.stop()
        places = {f"{name}.example": server.place for name, server in servers.items()}
        return egress.start(dataclasses.replace(config.load(), local_hosts=places))

    yield to
    egress.stop()
