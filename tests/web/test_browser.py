"""The pages in a real Chromium: the policy holds, keys answer, live regions are calm, nothing typed is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.web.conftest import PASSWORD
from tests.web.served import served

pytestmark = pytest.mark.browser
NO_FOCUS_LOST = "document.activeElement && document.activeElement.id"


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("stand")) as (address, _pages):
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = os.environ.get("JIUM_CHROMIUM", "/usr/bin/chromium")
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Logged in, in English; fails at the end if the browser complained or a foreign address was asked."""
    context = browser.new_context(base_url=address, locale="en-GB", viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    complaints: list[str] = []
    foreign: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda asked: None if asked.url.startswith(address) else foreign.append(asked.url))
    opened.goto("/login/")
    opened.fill("#id_username", "everything")
    opened.fill("#id_password", PASSWORD)
    opened.keyboard.press("Enter")
    opened.wait_for_url(f"{address}/")
    yield opened
    context.close()
    assert complaints == []
    assert foreign == []


def test_no_page_breaks_the_policy(page: Page) -> None:
    links = page.locator("nav a, main a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    for link in sorted({link.split("#")[0] for link in links if not link.startswith("#")}):
        answer = page.goto(link)
        assert answer is not None
        assert answer.status == 200, link
        assert page.evaluate("document.adoptedStyleSheets.length") == 0
        assert page.locator("[style], style").count() == 0


def test_groups_are_decided_and_taken_back_by_keys_alone(page: Page) -> None:
    page.goto("/desk/")
    first = page.url
    page.keyboard.press("y")
    expect(page.locator("#said")).to_contain_text("Same: 2 addresses are captured")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("#count-desk")).to_have_text("1")
    assert page.url != first
    page.keyboard.press("n")
    expect(page.locator("h1")).to_have_text("Nothing to compare")
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("The decision is taken back.")
    expect(page.locator("h1")).to_have_text("Is this the same?")
    page.goto(first)
    page.keyboard.press("u")
    expect(page.locator("h1")).to_have_text("Is this the same?")


FIRST_KEY = """
  // Registered before any script of the page, so it comes before htmx has taken the forms over; once a tab.
  document.addEventListener("DOMContentLoaded", () => {
    if (!location.pathname.startsWith("/groups/") || sessionStorage.getItem("pressed")) return;
    sessionStorage.setItem("pressed", "yes");
    document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "n", code: "KeyN", bubbles: true}));
  });
"""


def test_a_key_pressed_before_htmx_is_ready_is_answered_by_a_whole_page_at_its_question(page: Page) -> None:
    """Seen once under load: the form was sent as browsers send it, and nothing had the focus on the page that came."""
    page.add_init_script(FIRST_KEY)
    with page.expect_navigation(url="**/*decided=*"):
        page.goto("/desk/", wait_until="commit")
    expect(page.locator("#said")).to_contain_text("Different")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("taken back")


def test_a_korean_keyboard_answers_with_the_same_keys(page: Page) -> None:
    page.goto("/desk/")
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅜ', code: 'KeyN', bubbles: true}))")
    expect(page.locator("#said")).to_contain_text("Different")
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("taken back")


def test_rows_are_walked_by_keys_and_a_live_list_leaves_the_place(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(NO_FOCUS_LOST) == "row-2"
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        pass
    page.wait_for_timeout(200)
    assert page.evaluate(NO_FOCUS_LOST) == "row-2"
    page.keyboard.press("k")
    assert page.evaluate(NO_FOCUS_LOST) == "row-1"


def test_the_list_of_keys_opens_and_closes_by_keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_letters_typed_into_a_field_are_no_keys(page: Page) -> None:
    page.goto("/cases/new/")
    page.locator("#id_pseudonym").press_sequentially("y?jk")
    assert page.locator("#id_pseudonym").input_value() == "y?jk"
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_nothing_typed_is_lost_when_the_session_has_ended(page: Page, address: str) -> None:
    page.goto("/sites/new/")
    page.fill("#id_name", "Typed with care")
    page.fill("#id_start_url", "http://typed.example/")
    kept = page.context.cookies()
    page.context.clear_cookies(name="jium_staff")
    page.keyboard.press("Enter")
    expect(page.locator("#session-ended")).to_be_visible()
    assert page.locator("#id_name").input_value() == "Typed with care"
    page.context.add_cookies(kept)
    page.click("form.panel button.primary")
    page.wait_for_url(f"{address}/sites/")
    expect(page.locator("main")).to_contain_text("Typed with care")


def test_chosen_files_are_listed_and_registered(page: Page) -> None:
    page.goto("/cases/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Register files").first.click()
    files = [
        {"name": "one.jpg", "mimeType": "image/jpeg", "buffer": b"one"},
        {"name": "two.jpg", "mimeType": "image/jpeg", "buffer": b""},
    ]
    page.set_input_files("#id_files", files)
    expect(page.locator("#chosen li")).to_have_count(2)
    page.click("form.panel button.primary")
    expect(page.locator("#said")).to_contain_text("1 file is registered.")
    expect(page.locator("#said")).to_contain_text("The file is empty (0 bytes).")


def test_what_is_typed_outlives_a_change_of_language(page: Page) -> None:
    page.goto("/sites/new/")
    page.fill("#id_name", "Typed with care")
    page.uncheck("#id_obey_robots")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Add a site")
    expect(page.locator("#id_name")).to_have_value("Typed with care")
    expect(page.locator("#id_obey_robots")).not_to_be_checked()
    page.goto("/sites/new/")
    expect(page.locator("#id_name")).to_have_value("")


def test_single_keys_can_be_switched_off_and_stay_off(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    page.uncheck("#single-keys")
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.locator("[data-opens=keys]").click()
    page.check("#single-keys")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()


def test_the_one_time_link_is_copied_by_a_button(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/people/invite/")
    page.fill("#id_display_name", "Noru")
    page.fill("#id_username", "noru")
    page.check("input[name=roles][value=auditor]")
    page.click("form.panel button.primary")
    link = page.locator("#link").input_value()
    page.locator("[data-copies]").click()
    expect(page.locator("[data-copies]")).to_have_text(page.locator("[data-copies]").get_attribute("data-copied"))
    assert page.evaluate("navigator.clipboard.readText()") == link
