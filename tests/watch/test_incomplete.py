"""A look that was not complete says why and never that something is gone; a complete one may say it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Mapping

import pytest

from jium import dna
from jium.removal.judge import Judgement, judge
from jium.removal.models import Check
from jium.watch import observe as looking
from jium.watch.observe import observe
from tests.egress.raw import RawServer, saying
from tests.egress.site import Answer, page
from tests.watch.pictures import picture

PAGE, FILE = "http://site.example/page", "http://site.example/1.jpg"
HTML = {"Content-Type": "text/html; charset=utf-8"}
GONE: Answer = (404, {"Content-Type": "text/plain"}, b"gone")
O = Check.Outcome  # noqa: E741
Site = Mapping[str, Answer]


def text(html: str, status: int = 200, **headers: str) -> Answer:
    return status, HTML | {name.replace("_", "-"): value for name, value in headers.items()}, html.encode()


def jpeg(number: int, status: int = 200) -> Answer:
    return status, {"Content-Type": "image/jpeg"}, picture(number)


CHALLENGE = (
    "<title>Just a moment...</title><p>Checking your browser before accessing site.example."
    "<script>document.cookie='k=1';location.reload()</script>"
)
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4.0,\n0.ts\n"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><image href='/hidden.jpg' width='9' height='9'/></svg>"
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0L9 9'/></svg>"
REMOVED = text("<h1>Board</h1><p>This post was removed.<p><a href=/>home</a>")
MANY = "".join(f"<img src=/{number}.jpg>" for number in range(2, 9))

# Why not: what the site answers, and the reason that the look gives.
INCOMPLETE: dict[str, tuple[Site, str]] = {
    "a wall with 200 for page and file": ({"/page": text(CHALLENGE), "/1.jpg": text(CHALLENGE)}, "page wall"),
    "a wall with 404": ({"/page": text(CHALLENGE, 404)}, "page wall"),
    "a wall for the file only": ({"/page": page("<img src=/1.jpg>"), "/1.jpg": text(CHALLENGE)}, "file wall"),
    "a wall that only a header names": ({"/page": text("<p>hello", cf_mitigated="challenge")}, "page wall"),
    "a captcha in Korean": (
        {"/page": text("<form>자동등록방지 숫자를 입력하세요 <input name=k></form><img src=/captcha.png>")},
        "page wall",
    ),
    "a door for adults": (
        {
            "/page": text("<img src=/logo.jpg><p>만 19세 이상만 볼 수 있습니다. <a href=/in>들어가기</a>"),
            "/logo.jpg": jpeg(50),
        },
        "page door",
    ),
    "a page to log in": (
        {
            "/page": (302, {"Location": "/member/login?to=page"}, b""),
            "/member/login?to=page": text("<form>아이디 <input name=id> 비밀번호 <input type=password></form>"),
        },
        "page door",
    ),
    "a page that scripts fill": (
        {"/page": text("<div id=root></div><script src=/app.js></script>")},
        "page needs_scripts",
    ),
    "a script that sends on": ({"/page": text("<script>location.href='/real'</script>")}, "page needs_scripts"),
    "a blank page": ({"/page": text("\n")}, "page blank"),
    "a page that is a document": (
        {"/page": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7")},
        "page unsupported",
    ),
    "the page is refused": ({"/page": text("no", 403)}, "page refused"),
    "too many questions": ({"/page": text("slower", 429)}, "page refused"),
    "the page has a fault": ({"/page": text("sorry", 500)}, "page site_error"),
    "the page asks for something odd": ({"/page": text("I am a teapot", 418)}, "page odd_status"),
    "the file is refused": ({"/page": page("<p>x"), "/1.jpg": text("no", 403)}, "file refused"),
    "the file's server has a fault": ({"/page": page("<p>x"), "/1.jpg": text("sorry", 502)}, "file site_error"),
    "a page in the place of a file that is still named": (
        {"/page": page("<img src=/1.jpg>"), "/1.jpg": text("<p>hello")},
        "file page_instead",
    ),
    "nothing in the place of a file that is still named": (
        {"/page": page("<img src=/1.jpg>"), "/1.jpg": (200, {}, b"")},
        "file empty",
    ),
    "a playlist in the file's place": ({"/page": page("<p>x"), "/1.jpg": (200, {}, PLAYLIST)}, "file stream"),
    "a drawing with a picture in it": ({"/page": page("<p>x"), "/1.jpg": (200, {}, SVG)}, "file unsupported"),
    "bytes that nothing opens": ({"/page": page("<p>x"), "/1.jpg": (200, {}, b"\0\1\2" * 99)}, "file not_media"),
    "a video in segments on the page": (
        {"/page": page("<video src=/v.m3u8>"), "/v.m3u8": (200, {}, PLAYLIST)},
        "picture stream",
    ),
    "a picture of the page is refused": (
        {"/page": page("<img src=/2.jpg><img src=/3.jpg>"), "/2.jpg": jpeg(2), "/3.jpg": text("no", 403)},
        "picture refused",
    ),
    "a picture of the page cannot be opened": (
        {"/page": page("<img src=/2.jpg>"), "/2.jpg": (200, {}, b"\xff\xd8\xff" + bytes(99))},
        "picture truncated",
    ),
    "a picture of the page comes as a page": (
        {"/page": page("<img src=/2.jpg>"), "/2.jpg": text("<p>who are you?")},
        "picture page_instead",
    ),
    "a picture of the page lies where nobody answers": (
        {"/page": page("<img src=http://nowhere.example/2.jpg>")},
        "picture unreachable",
    ),
    "a frame of the page is refused": (
        {"/page": page("<iframe src=/inner></iframe>"), "/inner": text("no", 403)},
        "picture refused",
    ),
    "a wall in a frame of the page": (
        {"/page": page("<iframe src=/inner></iframe>"), "/inner": text(CHALLENGE)},
        "picture wall",
    ),
    "a frame in a frame has a fault": (
        {
            "/page": page("<iframe src=/inner></iframe>"),
            "/inner": page("<p>x<iframe src=/deeper></iframe>"),
            "/deeper": text("sorry", 500),
        },
        "picture site_error",
    ),
    "a frame of the page is too far round": (
        {"/page": page("<iframe src=/loop></iframe>"), "/loop": (302, {"Location": "/loop"}, b"")},
        "picture too_many_redirects",
    ),
}

# Complete looks: what the site answers, and what is said.
COMPLETE: dict[str, tuple[Site, O]] = {
    "both are gone": ({}, O.GONE),
    "gone with a page that says so in a script": (
        {"/page": text("<script>alert('삭제된 게시물입니다.');history.back();</script>")},
        O.SOFT_GONE,
    ),
    "gone with a page that says so in words": ({"/page": REMOVED}, O.SOFT_GONE),
    "gone, with other pictures around": (
        {"/page": page(MANY), **{f"/{number}.jpg": jpeg(number) for number in range(2, 9)}},
        O.SOFT_GONE,
    ),
    "gone, with broken pictures around": ({"/page": page("<h1>x</h1><img src=/gone.jpg>")}, O.SOFT_GONE),
    "gone, with a drawing around": (
        {"/page": page("<h1>x</h1><img src=/d.svg>"), "/d.svg": (200, {"Content-Type": "image/svg+xml"}, DRAWING)},
        O.SOFT_GONE,
    ),
    "gone, with a counter around": ({"/page": page("<h1>x</h1><img src=/c>"), "/c": (200, {}, b"")}, O.SOFT_GONE),
    "gone, a notice picture in its place": ({"/page": page("<img src=/1.jpg>"), "/1.jpg": jpeg(77)}, O.SOFT_GONE),
    "gone, the page leads home": (
        {"/page": (302, {"Location": "/"}, b""), "/": REMOVED, "/1.jpg": REMOVED},
        O.SOFT_GONE,
    ),
    "gone with a line of plain text": ({"/page": (404, {"Content-Type": "text/plain"}, b"no")}, O.GONE),
    "gone without a word": ({"/page": (410, {}, b"")}, O.GONE),
    "gone for legal reasons": ({"/page": text("no", 451), "/1.jpg": text("no", 451)}, O.GONE),
    "gone from a page with a captcha for comments": (
        {"/page": page(f"{MANY}<form class=g-recaptcha></form>"), **{f"/{n}.jpg": jpeg(n) for n in range(2, 9)}},
        O.SOFT_GONE,
    ),
}


@pytest.fixture(scope="module")
def sandbox():
    with dna.open_sandbox() as shared:
        yield shared


@pytest.fixture
def told(serve, sandbox, monkeypatch) -> Callable[[Site], Judgement]:
    """What a look at such a site says about the material."""
    monkeypatch.setattr(looking.dna, "open_sandbox", lambda: contextlib.nullcontext(sandbox))

    def look(answers: Site) -> Judgement:
        serve(site=lambda path: answers.get(path, GONE))
        return judge(observe(PAGE, FILE), dna.fingerprint(picture(1), sandbox=sandbox), FILE)

    return look


@pytest.mark.parametrize("name", INCOMPLETE)
def test_an_incomplete_look_says_why_and_never_gone(told, name):
    answers, reason = INCOMPLETE[name]
    assert told(answers) == Judgement(O.UNSEEN, reason=reason)


@pytest.mark.parametrize("name", COMPLETE)
def test_a_complete_look_says_what_is_so(told, name):
    answers, outcome = COMPLETE[name]
    assert told(answers) == Judgement(outcome)


@pytest.mark.parametrize("expired", [403, 404])
def test_the_last_of_many_pictures_is_looked_at(told, expired):
    """Addresses carry a ticket that ends; the material is the 60th picture of the page."""
    numbers = [*range(2, 61), 1]
    answers = {f"/g/{number}.jpg?ticket=new": jpeg(number) for number in numbers}
    answers["/page"] = page("".join(f"<img src=/g/{number}.jpg?ticket=new>" for number in numbers))
    answers["/1.jpg"] = (expired, {"Content-Type": "text/plain"}, b"this link has ended")
    judgement = told(answers)
    assert (judgement.outcome, [found.media_url for found in judgement.moved]) == (
        O.MOVED,
        ["http://site.example/g/1.jpg?ticket=new"],
    )


def test_more_pictures_than_are_looked_at_are_said(told, monkeypatch):
    monkeypatch.setattr(looking, "MOST_MEDIA", 3)
    answers = {"/page": page(MANY), **{f"/{number}.jpg": jpeg(number) for number in range(2, 9)}}
    assert told(answers) == Judgement(O.UNSEEN, reason="picture too_many")


def test_pictures_for_which_no_time_is_left_are_said(told, monkeypatch):
    monkeypatch.setattr(looking, "ON_PAGE_SECONDS", 0.0)
    assert told({"/page": page(MANY)}) == Judgement(O.UNSEEN, reason="picture out_of_time")


def test_a_picture_that_never_comes_is_said(serve, sandbox, monkeypatch):
    monkeypatch.setattr(looking.looking, "SECONDS", 0.5)

    def silent(link: socket.socket) -> None:
        link.recv(1)

    with RawServer(silent) as mute:
        html = {"/page": page("<img src=http://mute.example/2.jpg>")}
        serve(site=lambda path: html.get(path, GONE), mute=mute)
        assert (
            judge(observe(PAGE, FILE), dna.fingerprint(picture(1), sandbox=sandbox), FILE).reason == "picture timeout"
        )


def broken_off(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999999\r\n\r\n" + body


@pytest.mark.parametrize("body", [b"\xff\xd8\xff", picture(2)], ids=["hardly begun", "as good as whole"])
def test_a_picture_that_breaks_off_on_its_way_is_said(serve, sandbox, body: bytes):
    with saying(broken_off(body)) as short:
        html = {"/page": page("<img src=http://short.example/2.jpg>")}
        serve(site=lambda path: html.get(path, GONE), short=short)
        assert judge(observe(PAGE, FILE), dna.fingerprint(picture(1), sandbox=sandbox), FILE).reason == "picture cut"


def test_a_page_that_breaks_off_on_its_way_is_said(serve, sandbox):
    with saying(broken_off(b"<h1>Board</h1><p>This post was removed.")) as short:
        serve(site=lambda _path: GONE, short=short)
        seen = observe("http://short.example/page", FILE)
    assert judge(seen, dna.fingerprint(picture(1), sandbox=sandbox), FILE) == Judgement(O.UNSEEN, reason="page cut")


def test_an_address_from_before_is_known_in_its_other_form(serve):
    """Rows of an earlier release hold addresses as its library wrote them."""
    answers = {"/page": page("<img src='/f?a=1'>"), "/f?a=1": text("<p>hello")}
    serve(site=lambda path: answers.get(path, GONE))
    seen = observe(PAGE, "HTTP://SITE.example:80/x/../f?a=1")
    assert seen.refers and seen.unseen == ("file page_instead",)
