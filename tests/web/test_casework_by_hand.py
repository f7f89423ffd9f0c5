"""A case from the first telephone call to the officer's desk, by two people in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import PASSWORD, picture
from tests.web.served import served
from tests.web.test_browser import browser

__all__ = ["browser"]

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    with served(tmp_path) as (address, _pages):
        context = browser.new_context(base_url=address, locale="ko-KR")
        yield context.new_page()
        context.close()


def send(page: Page, button: str) -> None:
    """Press it, and wait until the page that answers is there: the one before may show the same words."""
    with page.expect_navigation():
        page.click(button)


def log_in(page: Page, name: str) -> None:
    page.goto("/login/")
    if "/login/" not in page.url:  # somebody else still is
        send(page, "text=로그아웃")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"//[^/]+/$"))


def test_a_counsellor_opens_a_case_and_an_officer_takes_it_over(page: Page, tmp_path: Path) -> None:
    scan, main = tmp_path / "scan.jpg", page.locator("main")
    scan.write_bytes(picture())

    # An agent telephones. Without the power of attorney nothing begins, and the page says which paper is lacking.
    log_in(page, "counsellor")
    page.goto("/cases/new/")
    page.fill("#id_pseudonym", "가람")
    page.select_option("#id_requester", "agent")
    page.check("input[name=damage][value=circulated]")
    send(page, "form.intake button.primary")
    page.wait_for_url("**/mandate/")
    case = page.url.removesuffix("mandate/")
    for paper in ("identity", "victim_identity"):
        page.select_option("#id_paper", paper)
        page.set_input_files("#id_file", scan)
        send(page, "form[enctype] button")
    for kind in ("support", "personal", "providers", "abroad"):
        page.check(f"input[value={kind}]")
    send(page, "form[action$='/consents/'] button")
    expect(main).to_contain_text("위임장")
    page.goto(case)
    expect(main).to_contain_text("삭제지원을 하려면 갖추어야 할 것이 있습니다")

    # It comes by post; now everything is here.
    page.goto(f"{case}mandate/")
    page.set_input_files("#id_file", scan)
    send(page, "form[enctype] button")
    expect(main).to_contain_text("모두 갖추어졌습니다")

    # A colleague has it removed.
    page.click("nav.tabs >> text=담당")
    officer = page.locator("#id_removal-to option", has_text="officer,")
    page.select_option("#id_removal-to", officer.get_attribute("value"))
    send(page, "form:has(#id_removal-to) button")
    expect(page.locator("#said")).to_contain_text("officer")

    # She finds it, may not see what was told at intake, and registers the picture.
    log_in(page, "officer")
    expect(page.locator("nav[aria-label='주 메뉴']")).to_contain_text("대조")
    page.goto(case)
    expect(page.locator("nav.tabs")).not_to_contain_text("접수")
    page.goto(f"{case}intake/")
    expect(main).to_contain_text("맡으신 업무가 아닙니다")
    page.goto(f"{case}mandate/")
    expect(page.locator("form[action$='/consents/']")).to_have_count(0)
    expect(page.locator("ul.papers a")).to_have_count(0)
    page.goto(f"{case}register/")
    page.set_input_files("input[type=file]", scan)
    send(page, "form[enctype] button.primary")
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}/$"))
    expect(main).to_contain_text("scan.jpg")

    # Whoever has neither role sees that it is not hers.
    log_in(page, "auditor")
    page.goto(case)
    expect(main).not_to_contain_text("가람")
