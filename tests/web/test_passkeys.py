"""Passkeys, in a real browser with an authenticator that Chromium plays itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import PASSWORD
from tests.web.served import served
from tests.web.test_browser import browser

__all__ = ["browser"]

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, tmp_path) -> Iterator[Page]:
    """Somebody who has just logged in for the first time, on a machine with a fingerprint reader."""
    (tmp_path / "jium.toml").write_text("[accounts]\nsecond_factor = true\n")
    with served(tmp_path) as (address, _pages):
        # Passkeys belong to names.
        context = browser.new_context(base_url=address.replace("127.0.0.1", "localhost"), locale="en-GB")
        page = context.new_page()
        page.errors = []  # type: ignore[attr-defined]
        page.on("console", lambda told: page.errors.append(told.text) if told.type == "error" else None)  # type: ignore[attr-defined]
        link = context.new_cdp_session(page)
        link.send("WebAuthn.enable")
        machine = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
        machine |= {"hasResidentKey": True, "automaticPresenceSimulation": True}
        link.send("WebAuthn.addVirtualAuthenticator", {"options": machine})
        log_in(page)
        yield page
        context.close()


def log_in(page: Page) -> None:
    page.goto("/login/")
    page.fill("#id_username", "everything")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")


def test_a_passkey_is_added_opens_and_shows_again_who_it_is(page: Page) -> None:
    page.wait_for_url("**/me/second-factor/")
    page.click("text=Add a passkey")
    page.fill("#id_name", "blue key")
    page.click("#passkey-add")
    page.wait_for_url("**/codes/")
    expect(page.locator("ol.codes li")).to_have_count(10)
    page.goto("/me/second-factor/")
    expect(page.locator("main")).to_contain_text("blue key")

    page.click("text=Log out")
    page.wait_for_url("**/login/")
    log_in(page)
    page.wait_for_url("**/login/second/")
    page.click("#passkey-use")
    page.wait_for_url(re.compile(r"//localhost:\d+/$"))

    page.goto("/me/second-factor/again/passkey/?next=/people/")
    page.click("#passkey-use")
    page.wait_for_url("**/people/")
    assert page.errors == []  # type: ignore[attr-defined]


def test_a_passkey_that_is_not_given_is_said_in_words(page: Page) -> None:
    page.wait_for_url("**/me/second-factor/")
    page.goto("/me/second-factor/passkey/")
    refused = "() => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    page.evaluate(f"() => {{ navigator.credentials.create = {refused}; }}")
    page.click("#passkey-add")
    expect(page.locator("#passkey-problem")).to_be_visible()


def test_by_an_address_in_numbers_the_page_says_that_passkeys_need_a_name(page: Page) -> None:
    page.wait_for_url("**/me/second-factor/")
    by_number = page.url.replace("localhost", "127.0.0.1")
    page.goto(by_number)
    page.fill("#id_username", "everything")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(by_number)
    expect(page.locator("main")).to_contain_text("Passkeys need a name")
