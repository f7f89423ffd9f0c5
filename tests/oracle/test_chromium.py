"""Each manner of the table is one in which Chromium shows the picture: else it would ask for what no visitor sees."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, TimeoutError

from tests.egress.site import Site, way_out
from tests.oracle.manners import MANNERS, Manner, site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("oracle")]

SHOWN = """() => {
  const windows = [window, ...Array.from({length: window.length}, (_, at) => window[at])];
  return windows.some(each => [...each.document.images].some(one => one.complete && one.naturalWidth === 256));
}"""


@pytest.fixture
def proxy() -> Iterator[str]:
    with Site(knowing=site) as server, way_out(site=server) as proxy:
        yield proxy


def test_chromium_shows_every_one_of_them(proxy: str, chromium: Browser) -> None:
    with contextlib.closing(chromium.new_context(proxy={"server": proxy, "bypass": "<-loopback>"})) as context:
        page = context.new_page()
        assert [manner.name for manner in MANNERS if not shows(page, manner)] == []


def shows(page: Page, manner: Manner) -> bool:
    page.context.clear_cookies()
    page.goto(manner.page)
    try:
        page.wait_for_function(SHOWN)  # where the page sends its visitor on, the picture comes later
    except TimeoutError:
        return False
    return True
