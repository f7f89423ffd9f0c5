"""An officer's first day, in a real browser and in Korean: from the one-time link to 삭제됨."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, sync_playwright

from jium import clock
from jium.config import Config
from jium.demoweb.alterations import CROP
from jium.demoweb.system import System
from jium.demoweb.world import World

pytestmark = [pytest.mark.river, pytest.mark.browser, pytest.mark.xdist_group("river")]

# Where the cropped picture is in the screenshot of it.
IN_SCREENSHOT = (0.0, 0.107, 1.0, 0.507)
PASSWORD = "quiet river over stones"
PATIENCE = 120
HOURS_AT_ONCE = 5
MOST_STEPS = 20


@pytest.fixture
def page(system: System) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=Config(data=Path()).chromium, chromium_sandbox=os.geteuid() != 0
        )
        page = browser.new_page(locale="ko-KR", base_url=system.address)
        page.errors = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
        yield page
        assert page.errors == []  # type: ignore[attr-defined]
        browser.close()


def wait_until(page: Page, path: str, shown: Callable[[], Locator]) -> Locator:
    """Look at a page again and again until something is on it, as a person does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        page.goto(path)
        if shown().count():
            return shown().first
        time.sleep(1.5)
    raise AssertionError(f"{path}: {page.inner_text('body')[:2000]}")


def nothing_due(page: Page) -> Locator:
    """The page's heading, once no kind of work is due any more."""
    due = page.locator("td.number:nth-child(2)").all_inner_texts()
    return page.locator("h1") if set(due) == {"0"} else page.locator(".nothing-yet")


def join(page: Page, system: System) -> None:
    page.goto(system.welcome)
    page.fill("#id_display_name", "한가람")
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{system.address}/")


def open_case_with(page: Page, picture: Path, card: Path) -> str:
    page.goto("/cases/new/")
    page.fill("#id_pseudonym", "가람")
    page.check("input[name=damage][value=circulated]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mandate/")
    page.set_input_files("input[type=file]", card)
    page.click("form[enctype] button")
    for kind in ("support", "personal", "providers", "abroad"):
        page.check(f"input[value={kind}]")
    page.click("form[action$='/consents/'] button")
    page.click("text=파일 등록")
    page.wait_for_url("**/register/")
    page.set_input_files("input[type=file]", picture)
    page.click("form[method=post][enctype] button.primary")
    page.wait_for_url(lambda url: "/cases/" in url and "register" not in url)
    return page.url


def watch(page: Page, name: str, address: str) -> None:
    page.goto("/sites/new/")
    page.fill("#id_name", name)
    page.fill("#id_start_url", address)
    page.click("form.form button.primary")
    page.wait_for_url(lambda url: url.endswith("/sites/"))


def enter_contact(page: Page, world: World, host: str) -> None:
    operator = next(operator for operator in world.operators if operator.host == host)
    wait_until(page, "/providers/", lambda: page.locator(f"a:has-text('{host}')")).click()
    page.fill("#id_email", operator.right)
    page.select_option("#id_regime", operator.regime)
    page.select_option("#id_language", operator.language)
    page.click("form.form button.primary")
    page.locator(".message.success").first.wait_for()


def framed(page: Page) -> list[tuple[float, ...]]:
    """Left, top, width and height of the frame in each of the two previews, 0..1."""
    found = []
    for drawn in page.locator(".pair:not(.parts) svg").all():
        width, height = (float(value) for value in (drawn.get_attribute("viewBox") or "").split()[2:])
        frame = drawn.locator("rect").last
        x, y, wide, high = (float(frame.get_attribute(name) or "nan") for name in ("x", "y", "width", "height"))
        found.append((x / width, y / height, wide / width, high / height))
    return found


@pytest.mark.timeout(600)
def test_from_a_registered_picture_to_its_verified_removal_by_keyboard(
    page: Page, system: System, world: World
) -> None:
    olive = next(name for name, address in world.sites.items() if "olive.example" in address)
    join(page, system)
    case = open_case_with(page, world.gallery.reference("harbour"), world.identity)
    watch(page, olive, world.sites[olive])

    # It stands there as a cropped, mirrored screenshot: the part that agrees is framed on both sides, and told.
    wait_until(page, "/desk/", lambda: page.locator(".pair svg image"))
    for side, (left, top, right, bottom) in zip(framed(page), (CROP, IN_SCREENSHOT), strict=True):
        assert side == pytest.approx((left, top, right - left, bottom - top), abs=0.08)
    told = page.locator(".why").inner_text()
    assert "좌우 반전, 약 " in told and "더 큰 사진의 위쪽에 들어 있음" in told
    page.keyboard.press("y")
    page.locator("#said .message").wait_for()

    enter_contact(page, world, "olive.example")
    wait_until(page, "/notices/", lambda: page.locator("a[href^='/notices/']:has-text('N2')")).click()
    page.check("#repeat")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.locator(".message.success").first.wait_for()

    for _step in range(MOST_STEPS):
        wait_until(page, "/jobs/", lambda: nothing_due(page))
        page.goto(case)
        if page.get_by_text("삭제됨", exact=True).count() and page.locator(".state.done:text('삭제됨')").count():
            break
        clock.move(world.clock_file, (clock.offset().total_seconds()) + HOURS_AT_ONCE * 3600)
    assert page.locator(".state.done", has_text="삭제됨").count() == 1, page.inner_text("main")
    assert len(world.letters()) == 1
    assert world.inside_hits() == 0
