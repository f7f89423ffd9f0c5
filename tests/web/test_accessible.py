"""Every page, in either language, light and dark, on desk and phone: axe-core finds nothing, nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.web.conftest import PASSWORD
from tests.web.served import served
from tests.web.test_browser import browser

__all__ = ["browser"]

pytestmark = pytest.mark.browser

WIDTHS = (1366, 390)
# What a desk of 1366 pixels is at a zoom of 200 %.
ZOOMED = 683
# What lies outside of the window or of its panel, the pictures of lists that cannot be seen, and a head in the way.
CUT_OFF = """() => {
    const width = document.documentElement.scrollWidth;
    const thumbs = [...document.querySelectorAll("td.thumb img")].filter((one) => !one.checkVisibility());
    const right = (one) => one.getBoundingClientRect().right;
    const inside = [...document.querySelectorAll(".panel *")].filter((one) => !one.closest("svg, .unseen, table"));
    const sticking = inside.filter((one) => one.checkVisibility() && right(one) > right(one.closest(".panel")) + 0.5);
    const side = document.querySelector(".side.closed");
    const tall = window.innerWidth < 800 && side?.offsetHeight > 120 ? [`a head of ${side.offsetHeight} pixels`] : [];
    const wide = width > window.innerWidth ? [`${width} pixels wide`] : [];
    return [...wide, ...tall, ...[...thumbs, ...sticking].map((one) => one.outerHTML.slice(0, 200))];
}"""
SCHEMES = ("light", "dark")
LANGUAGES = {"ko": "ko-KR", "en": "en-GB"}
NAMES = (
    *("queue", "desk", "cases", "case", "timeline", "case_new", "register"),
    *(
        "intake",
        "papers and consents",
        "papers lacking",
        "services",
        "referral",
        "organisations",
        "organisation",
        "organisation_new",
        "costs",
        "claim",
        "cost_basis",
        "keeping",
        "destructions",
        "who works on it",
    ),
    *("group", "group of a film", "group that cannot be shown", "group decided", "correct"),
    *("notices", "draft", "unconfirmed", "refused"),
    *("providers", "provider_new", "provider", "provider without contact"),
    *("sites", "site", "site_new", "look", "capture vouch", "jobs"),
    *("audit_log", "second_looks", "people", "person", "invite", "me", "nothing here"),
    *("second factor", "app to set up", "passkey to add", "who is it"),
    *("who is it, by the centre's log-in", "the centre's log-in does not answer"),
)
OTHERS = {
    "desk": "/desk/",
    "nothing here": "/nothing/",
    "who is it, by the centre's log-in": "/me/oidc/again/",
    "the centre's log-in does not answer": "/me/oidc/again/?go=1",
}


@pytest.fixture(scope="module")
def stand(tmp_path_factory) -> Iterator[tuple[str, dict[str, str]]]:
    """Where the pages are served, and the address of each by its name."""
    with served(tmp_path_factory.mktemp("accessible")) as (address, pages):
        yield address, {**pages, **OTHERS}


@pytest.fixture(scope="module", params=LANGUAGES)
def reader(request, browser: Browser, stand) -> Iterator[Page]:
    """Somebody with all roles, logged in, reading one language."""
    context = browser.new_context(base_url=stand[0], locale=LANGUAGES[request.param])
    page = context.new_page()
    page.goto("/login/")
    page.fill("#id_username", "everything")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{stand[0]}/")
    # What a live region asks for is never answered: nothing moves while axe looks.
    page.route("**/*", lambda route: None if "hx-request" in route.request.headers else route.continue_())
    yield page
    context.close()


def test_every_page_is_looked_at(stand) -> None:
    assert set(NAMES) == set(stand[1])


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(name: str, reader: Page, stand) -> None:
    look(reader, stand[1][name])


def test_a_live_region_asking_for_news_pales_no_button(reader: Page, stand) -> None:
    reader.goto(stand[1]["case"])
    reader.locator("#live.htmx-request").wait_for()
    paled = "(buttons) => buttons.filter((one) => getComputedStyle(one).opacity !== '1').map((one) => one.outerHTML)"
    assert reader.locator("#live button").count()
    assert reader.locator("#live button").evaluate_all(paled) == []


@pytest.mark.parametrize("locale", LANGUAGES.values())
def test_axe_finds_nothing_before_the_log_in(locale: str, browser: Browser, stand) -> None:
    context = browser.new_context(base_url=stand[0], locale=locale)
    for address in ("/login/", "/login/oidc/", "/login/oidc/answer/?here=1"):
        look(context.new_page(), address)
    context.close()


def look(reader: Page, address: str) -> None:
    """In both widths and schemes: no violation, whatever its impact; and nothing cut off, zoomed in neither."""
    found: list[str] = []
    for width in (*WIDTHS, ZOOMED):
        reader.set_viewport_size({"width": width, "height": 768})
        reader.goto(address)
        found += [f"{width}: {what}" for what in reader.evaluate(CUT_OFF)]
        for scheme in SCHEMES if width in WIDTHS else ():
            # Without motion nothing is still on its way from one colour to the other.
            reader.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for violation in Axe().run(reader).response["violations"]:
                for node in violation["nodes"]:
                    found.append(f"{width} {scheme}: {violation['id']} ({violation['impact']}) at {node['html'][:200]}")
    assert not found, "\n".join(found)
