"""A visitor's session: cookies, where it says that it comes from, and that it finds nobody but the proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from jium import egress
from jium.egress.session import MEDIA, PAGE, FetchError, Session, referer_for
from tests.egress.site import Answer, Site, way_out


def answers(path: str, heads: Mapping[str, str]) -> Answer:
    if path == "/give":
        return 200, {"Set-Cookie": "a=1; Path=/"}, b"page"
    if path == "/send":
        return 302, {"Location": "/told", "Set-Cookie": "b=2; Path=/"}, b""
    told = "|".join(heads.get(name, "") for name in ("Cookie", "Referer", "Accept"))
    return 200, {}, told.encode()


@pytest.fixture
def site():
    with Site(knowing=answers) as site, way_out(site=site):
        yield site


def visited(*steps: tuple[str, dict[str, str]]) -> list[str]:
    """The bodies that one session gets, step after step."""

    async def visit() -> list[str]:
        async with Session(egress.address()) as session:
            return [(await session.get(f"http://site.example{path}", **more)).body.decode() for path, more in steps]

    return asyncio.run(visit())


def test_cookies_last_as_long_as_the_session(site) -> None:
    assert visited(("/give", {}), ("/told", {}))[1].startswith("a=1|")
    assert visited(("/told", {}))[0].startswith("|")


def test_cookies_of_a_redirect_go_with_it(site) -> None:
    assert visited(("/send", {}))[0].startswith("b=2|")


def test_it_takes_what_browsers_take(site) -> None:
    assert [told.rpartition("|")[2] for told in visited(("/told", {"accept": PAGE}), ("/told", {}))] == [PAGE, MEDIA]


@pytest.mark.parametrize(
    ("page", "address", "told"),
    [
        ("http://a.example/x?y", "http://a.example/1.jpg", "http://a.example/x?y"),
        ("http://a.example/x?y", "http://b.example/1.jpg", "http://a.example/"),
        ("http://a.example/x", "http://a.example:8080/1.jpg", "http://a.example/"),
        ("https://a.example/x", "http://a.example/1.jpg", ""),
        ("http://a.example/x", "https://a.example/1.jpg", "http://a.example/"),
        ("", "http://a.example/1.jpg", ""),
        ("no address", "http://a.example/1.jpg", ""),
    ],
)
def test_a_page_is_named_to_others_as_browsers_do(page: str, address: str, told: str) -> None:
    assert referer_for(page, address) == told


def test_without_the_proxy_a_session_reaches_nobody(site) -> None:
    async def past() -> None:
        async with Session("http://proxy-by-name.example:1") as session:
            await session.get("http://site.example/told")

    with pytest.raises(FetchError) as problem:
        asyncio.run(past())
    assert problem.value.kind == "unreachable"
    assert site.asked == []
