"""Web addresses and hosts are read as browsers read them: the WHATWG URL standard. Expectations: Chromium 156."""

from __future__ import annotations

import pytest

from jium.egress import url

BASE = "http://site.example/board/view.asp?no=3"

ADDRESSES = {
    "1.jpg": "http://site.example/board/1.jpg",
    "/1.jpg": "http://site.example/1.jpg",
    "?page=2": "http://site.example/board/view.asp?page=2",
    "#top": BASE,
    "//cdn.example/1.jpg": "http://cdn.example/1.jpg",
    r"\up\1.jpg": "http://site.example/up/1.jpg",
    r"..\up\1.jpg": "http://site.example/up/1.jpg",
    r"http:\\site.example\1.jpg": "http://site.example/1.jpg",
    "http:///site.example/1.jpg": "http://site.example/1.jpg",
    "http:/1.jpg": "http://site.example/1.jpg",
    "http:1.jpg": "http://site.example/board/1.jpg",
    "  /1.jpg\n": "http://site.example/1.jpg",
    "/1\t.j\npg": "http://site.example/1.jpg",
    "/a/./b/../1.jpg": "http://site.example/a/1.jpg",
    "/a/%2E%2e/1.jpg": "http://site.example/1.jpg",
    "/my picture.jpg": "http://site.example/my%20picture.jpg",
    "/사진.jpg": "http://site.example/%EC%82%AC%EC%A7%84.jpg",
    "/%BB%E7.jpg": "http://site.example/%BB%E7.jpg",
    "HTTP://SITE.Example:80/A": "http://site.example/A",
    "https://site.example:443/": "https://site.example/",
    "http://한글.example/1.jpg": "http://xn--bj0bj06e.example/1.jpg",
    "http://faß.example/": "http://xn--fa-hia.example/",
    "http://ＷＩＤＥ.example/": "http://wide.example/",
    "http://a。b.example/": "http://a.b.example/",
    "http://%ED%95%9C%EA%B8%80.example/": "http://xn--bj0bj06e.example/",
    "http://2130706433/": "http://127.0.0.1/",
    "http://0x7f.1/": "http://127.0.0.1/",
    "http://[::1]:8080/": "http://[::1]:8080/",
    "javascript:alert(1)": None,
    "data:text/plain,x": None,
    "file:///etc/passwd": None,
    "mailto:a@b.example": None,
    "http://": None,
    "http://[bad/": None,
    "http://a b.example/": None,
    "http://a\u200db.example/": None,
    "http://site.example:0/": None,
    "http://site.example:65536/": None,
    "http://\ud800.example/": None,
    f"/{'a' * url.LONGEST}": None,
}


@pytest.mark.parametrize("written", ADDRESSES)
def test_an_address_means_what_it_means_to_a_browser(written: str) -> None:
    assert url.canonical(written, BASE) == ADDRESSES[written]


@pytest.mark.parametrize("written", [found for found in ADDRESSES.values() if found])
def test_what_is_canonical_stays_as_it_is(written: str) -> None:
    assert url.canonical(written) == written


@pytest.mark.parametrize(
    ("charset", "query"),
    [("utf-8", "%EA%B0%80"), ("cp949", "%B0%A1"), ("shift_jis", "%26%2344032%3B"), ("no-such", "%26%2344032%3B")],
)
def test_the_query_is_in_the_charset_of_the_page_and_the_path_is_not(charset: str, query: str) -> None:
    assert url.canonical("/가?가=%41#가?", BASE, charset) == f"http://site.example/%EA%B0%80?{query}=%41"


LOCATIONS = {
    b"/next": "http://site.example/next",
    "/사진?말=가".encode("euc-kr"): "http://site.example/%BB%E7%C1%F8?%B8%BB=%B0%A1",
    "/사진".encode(): "http://site.example/%EC%82%AC%EC%A7%84",
    "http://한글.example/".encode(): "http://xn--bj0bj06e.example/",
    b"\\next": "http://site.example/next",
    b" //other.example/a b ": "http://other.example/a%20b",
    b"": BASE,
    b"javascript:alert(1)": None,
    b"http://\xff\xfe/": None,
}


@pytest.mark.parametrize("location", LOCATIONS)
def test_a_redirect_leads_where_browsers_go(location: bytes) -> None:
    assert url.redirect_target(location, BASE) == LOCATIONS[location]


HOSTS = {
    "site.example": "site.example",
    " Site.EXAMPLE. ": "site.example",
    "한글.example": "xn--bj0bj06e.example",
    "xn--bj0bj06e.example": "xn--bj0bj06e.example",
    "FAß.example": "xn--fa-hia.example",
    "한국。kr": "xn--3e0b707e.kr",
    "192.0.2.1": "192.0.2.1",
    "": None,
    ".": None,
    "..": None,
    "a b.example": None,
    "site.example/x": None,
    "http://site.example": None,
    "site.example:8080": None,
    "name@site.example": None,
    "a\u200db.example": None,
}


@pytest.mark.parametrize("written", HOSTS)
def test_a_host_has_one_form(written: str) -> None:
    assert url.canonical_host(written) == HOSTS[written]


def test_hosts_are_compared_in_that_form() -> None:
    assert url.same_host("http://한글.example/a", "https://XN--BJ0BJ06E.example.:8443/b")
    assert not url.same_host("http://a.example/", "http://b.a.example/")
    assert not url.same_host("http://a.example/", "no address")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://board.example/post/1?page=2", "board.example/post/1?page=2"),
        ("http://board.example:8080/", "board.example:8080/"),
        ("https://xn--bj0bj06e.example/%EC%82%AC%EC%A7%84", "한글.example (xn--bj0bj06e.example)/사진"),
        ("https://board.example/a%2Fb%3Fc%20d", "board.example/a%2Fb%3Fc%20d"),
        ("https://board.example/gpj.%E2%80%AEexe", "board.example/gpj.%E2%80%AEexe"),
        ("https://board.example/%BB%E7", "board.example/%BB%E7"),
        ("https://board.example/gpj.\u202eexe", "board.example/gpj.%E2%80%AEexe"),
        ("no address", "no address"),
    ],
)
def test_an_address_is_read_in_letters_and_hides_nothing(written: str, read: str) -> None:
    assert url.readable(written) == read


def test_a_host_of_other_letters_is_shown_with_its_reading() -> None:
    assert url.reading("xn--bj0bj06e.example") == "한글.example (xn--bj0bj06e.example)"
    assert url.reading("site.example") == "site.example"
    assert url.reading("xn--zzzzzzzz.example") == "xn--zzzzzzzz.example"
