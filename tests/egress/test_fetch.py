"""One bounded fetch, whatever a site does."""

from __future__ import annotations

import asyncio
import dataclasses
import gzip
import socket
import threading

import pytest

from jium import config, egress
from jium.egress.session import BOUNDS, Bounds, Fetched, FetchError, Session
from tests.egress.raw import RawServer, saying
from tests.egress.site import Site, page


def fetch(url: str, bounds: Bounds = BOUNDS) -> Fetched:
    """One fetch in a session of its own."""

    async def once() -> Fetched:
        async with Session(egress.address()) as session:
            return await session.get(url, bounds=bounds)

    return asyncio.run(once())


GZIPPED = {"Content-Encoding": "gzip", "Content-Type": "text/html"}
BOMB = gzip.compress(bytes(300 * 1024 * 1024), 9)


def answers(path: str):
    """Redirects by /to?address; /hop/N leads N further times; the rest by name."""
    where, _, rest = path.partition("?")
    if where == "/to":
        return 302, {"Location": rest}, b""
    if where.startswith("/hop/"):
        left = int(where.removeprefix("/hop/"))
        return (301, {"Location": str(left - 1)}, b"") if left else page("arrived")
    if where == "/bomb":
        return 200, GZIPPED, BOMB
    if where == "/zip":
        return 200, GZIPPED, gzip.compress(b"small")
    if where == "/broken-zip":
        return 200, GZIPPED, b"this is not gzip"
    if where == "/missing":
        return 404, {"X-Some": "Thing"}, b"no such page"
    if where == "/nowhere":
        return 302, {}, b"a redirect to nowhere"
    return page(path)


@pytest.fixture(scope="module")
def hosts():
    """A site, and servers that speak plainly or not at all, behind the process's own proxy."""

    def silent(link: socket.socket) -> None:
        link.recv(1)

    with (
        Site(answers) as site,
        saying(b"HTTP/1.1 400 Bad Request\r\n\r\n") as plain,
        RawServer(silent) as mute,
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this") as short,
        saying(b"junk") as junk,
        saying(b"HTTP/1.1 200 OK\r\nX-Jium-Egress: inside\r\n\r\nbody") as pretender,
    ):
        places = {
            "site.example": site.place,
            "xn--bj0bj06e.example": site.place,
            "plain.example": plain.place,
            "mute.example": mute.place,
            "short.example": short.place,
            "junk.example": junk.place,
            "pretender.example": pretender.place,
        }
        egress.stop()
        egress.start(dataclasses.replace(config.load(), local_hosts=places))
        yield site
        egress.stop()


def kind(url: str, **bounds) -> str:
    """Why nothing usable came."""
    with pytest.raises(FetchError) as caught:
        fetch(url, bounds=Bounds(**({"seconds": 20} | bounds)))
    return caught.value.kind


def test_a_page_comes_with_its_status_headers_and_final_address(hosts):
    got = fetch("http://site.example/hop/3")
    assert (got.url, got.status, got.body) == ("http://site.example/hop/0", 200, b"arrived")
    assert got.headers["content-type"] == "text/html; charset=utf-8"


def test_an_answer_with_a_bad_status_is_an_answer(hosts):
    got = fetch("http://site.example/missing")
    assert (got.status, got.body, got.headers["x-some"]) == (404, b"no such page", "Thing")
    assert fetch("http://site.example/nowhere").status == 302


def test_a_body_is_unpacked_and_a_bomb_is_cut(hosts):
    assert fetch("http://site.example/zip").body == b"small"
    assert kind("http://site.example/bomb", body=1_000_000) == "too_large"
    assert kind("http://site.example/" + "x" * 2000, body=1000) == "too_large"


def test_redirects_are_followed_up_to_a_bound(hosts):
    assert fetch("http://site.example/hop/20").body == b"arrived"
    assert kind("http://site.example/hop/21") == "too_many_redirects"
    assert kind("http://site.example/hop/1", redirects=0) == "too_many_redirects"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("http://127.0.0.1/", "denied"),
        ("http://2130706433/", "denied"),
        ("http://[::1]:8080/", "denied"),
        ("http://site.example:22/", "denied"),
        ("https://127.0.0.1/", "denied"),
        ("https://site.example:22/", "denied"),
        ("//169.254.169.254/latest/meta-data/", "denied"),
        ("http://nowhere.example/", "unreachable"),
        ("https://nowhere.example/", "unreachable"),
        ("file:///etc/passwd", "malformed"),
        ("javascript:alert(1)", "malformed"),
        ("data:text/html,x", "malformed"),
        ("gopher://site.example/", "malformed"),
        ("http://[::1", "malformed"),
        ("http://site.example:99999/", "malformed"),
        ("http://site.example:port/", "malformed"),
    ],
)
def test_a_weird_location_leads_nowhere(hosts, location, expected):
    assert kind(f"http://site.example/to?{location}") == expected


def test_a_relative_or_odd_location_is_resolved(hosts):
    assert fetch("http://site.example/to?a/../b").body == b"/b"
    assert fetch("http://site.example/to?//site.example/c").body == b"/c"
    assert fetch("http://site.example/to?HTTP://SITE.example/d").body == b"/d"


def test_what_is_no_web_address_is_malformed(hosts):
    for url in ("", "site.example", "/etc/passwd", "file:///etc/passwd", "http://", "http://[bad/"):
        assert kind(url) == "malformed"


def test_a_line_break_in_an_address_makes_no_header(hosts):
    try:
        fetch("http://site.example/a\r\nX-Injected: yes\r\n\r\nGET /second HTTP/1.1", bounds=Bounds(seconds=20))
    except FetchError as problem:
        assert problem.kind in ("malformed", "denied", "unreachable")
    assert "X-Injected" not in "".join(hosts.heads) and "/second" not in hosts.asked


def test_a_name_and_path_in_other_letters_are_reached(hosts):
    got = fetch("http://한글.example/사진?이름=값")
    assert got.body == b"/%EC%82%AC%EC%A7%84?%EC%9D%B4%EB%A6%84=%EA%B0%92"
    assert fetch("http://site.example/%ED%95%9C?a=%2F%20b").body == b"/%ED%95%9C?a=%2F%20b"


def test_a_site_that_does_not_answer_is_a_timeout(hosts):
    assert kind("http://mute.example/", seconds=0.5) == "timeout"
    assert kind("https://mute.example/", seconds=0.5) == "timeout"


def test_a_site_that_speaks_plainly_where_tls_is_due_is_a_tls_problem(hosts):
    assert kind("https://plain.example/") == "tls"


def test_what_breaks_off_is_what_came_and_says_so(hosts):
    got = fetch("http://short.example/")
    assert (got.body, got.cut) == (b"only this", True)
    assert not fetch("http://site.example/").cut


def test_nonsense_is_unreachable(hosts):
    assert kind("http://junk.example/") == "unreachable"
    assert kind("http://site.example/broken-zip") == "unreachable"


def test_a_site_cannot_pretend_to_be_out_of_bounds(hosts):
    assert fetch("http://pretender.example/").body == b"body"


def test_many_threads_can_fetch_at_once_and_leave_nothing_open(hosts):
    got: list[bytes] = []
    threads = [
        threading.Thread(target=lambda n=n: got.append(fetch(f"http://site.example/{n}").body)) for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(f"/{n}".encode() for n in range(12))


def test_a_process_without_a_way_out_fetches_nothing():
    running = list(egress._running)
    egress._running.clear()
    try:
        with pytest.raises(egress.NotStarted):
            egress.address()
        with pytest.raises(egress.NotStarted):
            fetch("http://site.example/")
    finally:
        egress._running.extend(running)


def test_one_process_has_one_proxy(hosts):
    assert egress.start(config.load()) == egress.address()
