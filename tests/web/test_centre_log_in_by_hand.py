"""The centre's own log-in in a real browser: it keeps our cookies from other sites, and forms from leading there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.trust import centre
from tests.web.conftest import PASSWORD
from tests.web.served import served
from tests.web.test_browser import browser

__all__ = ["browser"]

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, tmp_path) -> Iterator[Page]:
    secret = tmp_path / "secret"
    secret.write_text("not for everybody")
    data = tmp_path / "data"
    data.mkdir()
    with centre.serving() as issuer:
        told = f'issuer = "{issuer}"\nclient_id = "jium"\nclient_secret_file = "{secret}"\nname_en = "Hanbit"\n'
        (data / "jium.toml").write_text(f"[accounts]\nsecond_factor = false\n[oidc]\n{told}", encoding="utf-8")
        with served(data) as (address, _pages):
            context = browser.new_context(base_url=address, locale="en-GB")
            page = context.new_page()
            yield page
            context.close()


def show_there(page: Page, subject: str) -> None:
    """On the provider's page, which is another site."""
    page.wait_for_url("**/oauth2/authorize?**")
    page.fill('input[name="sub"]', subject)
    page.click("text=Authorize >> nth=-1")


def test_she_connects_it_and_logs_in_with_it(page: Page) -> None:
    page.goto("/login/")
    page.fill("#id_username", "everything")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"//[^/]+/$"))
    page.goto("/me/")
    page.click("text=Connect it")
    show_there(page, "everything")
    page.wait_for_url("**/me/")
    expect(page.locator("#said")).to_contain_text("Connected")

    page.click("text=Log out >> nth=0")
    page.wait_for_url("**/login/")
    page.goto("/sites/")
    page.click("text=Log in with your Hanbit account")
    show_there(page, "everything")
    page.wait_for_url("**/sites/")

    # A form whose act needs it, a while after she logged in: the way to the provider is a link, no form's.
    page.goto("/me/oidc/again/?next=/me/")
    page.click("main a.primary")
    show_there(page, "everything")
    page.wait_for_url(re.compile(r"/me/\?resume=1$"))


def test_somebody_else_is_told_why_not(page: Page) -> None:
    page.goto("/login/")
    page.click("text=Log in with your Hanbit account")
    show_there(page, "stranger")
    expect(page.locator("h1")).to_have_text("That did not work")
    page.click("a.button >> text=Log in")
    page.wait_for_url("**/login/")
