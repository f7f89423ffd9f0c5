"""Chromium as the oracle of what a visitor sees: one browser a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from jium import config, egress


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium, whose proxy each context names itself."""
    with sync_playwright() as playwright:
        arguments = egress.chromium_arguments("http://127.0.0.1:9", config.load().chromium)
        browser = playwright.chromium.launch(**arguments)
        yield browser
        browser.close()
