"""The record holds the file that was found, wherever the page keeps it, or says truly that it does not."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping

import pytest

from jium import egress
from jium.clock import now
from jium.evidence import enclosure
from jium.evidence.enclosure import Job
from jium.evidence.material import is_whole
from jium.evidence.warc import Exchange
from tests.egress.site import Answer, Site, way_out
from tests.media.samples import video
from tests.watch.pictures import picture

AT = "http://site.example"
HTML = {"Content-Type": "text/html; charset=utf-8"}
JPEG = {"Content-Type": "image/jpeg"}
MISSING: Answer = (404, {"Content-Type": "text/plain"}, b"nothing")
MANY = "".join(f"<p><img loading=lazy width=300 height=500 src=/{number}.jpg></p>" for number in range(1, 41))
FILM = video((1, 2), 4.0, size=(640, 480), fps=15, bit_rate=4_000_000)
BOX = "<style>html,body{margin:0;height:100%;overflow:hidden}div{height:100vh;overflow:auto}</style>"
SHADOW = f"""<div id=host></div><script>host.attachShadow({{mode: 'open'}}).innerHTML = `{MANY}`</script>"""
MATERIAL = "/30.jpg"

# Pages and the file's address where it is not MATERIAL. Each is a way in which a record came without its file.
WHERE: dict[str, tuple[str, str]] = {
    "in a box that scrolls": (f"{BOX}<div>{MANY}</div>", MATERIAL),
    "far below": (MANY, "/38.jpg"),
    "folded away": (f"<details><summary>more</summary>{MANY}</details>", MATERIAL),
    "in a shadow": (SHADOW, MATERIAL),
    "in a frame that scrolls": ("<iframe src=/inner width=400 height=300></iframe>", MATERIAL),
    "behind a link": (f"<a href={MATERIAL}>see</a>", MATERIAL),
    "for who has the page's cookie": ("<a href=/cookie.jpg>see</a>", "/cookie.jpg"),
    "for who comes from the page": ("<a href=/referer.jpg>see</a>", "/referer.jpg"),
    "at another address after all": ("<img src=/moved.jpg>", "/moved.jpg"),
    "with an error status": ("<img src=/status.jpg>", "/status.jpg"),
    "written into the page": (f"<img src='data:image/jpeg;base64,{base64.b64encode(picture(30)).decode()}'>", "/page"),
    "a film with controls": ("<video controls src=/film.mp4></video>", "/film.mp4"),
    "a film that plays": ("<video controls autoplay muted src=/film.mp4></video>", "/film.mp4"),
    "a film that waits": ("<video controls preload=none src=/film.mp4></video>", "/film.mp4"),
}
CONTENT = {"/38.jpg": picture(38), "/film.mp4": FILM}


def served(html: str, status: int = 200):
    """A site with one page, ``html``, and the files that its ways need."""

    def answer(path: str, heads: Mapping[str, str]) -> Answer:
        if path == "/page":
            return status, HTML | {"Set-Cookie": "seen=1; Path=/"}, html.encode()
        if path == "/inner":
            return 200, HTML, MANY.encode()
        if path == "/inward.jpg":
            return 302, {"Location": "http://127.0.0.1:8080/x.jpg"}, b""
        if path == "/moved.jpg":
            return 302, {"Location": MATERIAL}, b""
        if path == "/status.jpg":
            return 404, JPEG, picture(30)
        if path == "/cookie.jpg":
            return (200, JPEG, picture(30)) if "seen=1" in heads.get("Cookie", "") else (403, {}, b"no")
        if path == "/referer.jpg":
            return (200, JPEG, picture(30)) if heads.get("Referer") == f"{AT}/page" else (403, {}, b"no")
        if path == "/film.mp4":
            return part_of(FILM, heads.get("Range", ""))
        number = path.strip("/").removesuffix(".jpg")
        return (200, JPEG, picture(int(number))) if number.isdigit() else MISSING

    return answer


def part_of(body: bytes, asked: str) -> Answer:
    """As all servers answer who asks for a part."""
    found = re.match(r"bytes=(\d+)-(\d*)", asked)
    head = {"Content-Type": "video/mp4", "Accept-Ranges": "bytes"}
    if not found:
        return 200, head, body
    first, last = int(found[1]), int(found[2] or len(body) - 1)
    return 206, head | {"Content-Range": f"bytes {first}-{last}/{len(body)}"}, body[first : last + 1]


def facts(answer, media: str, content: bytes) -> dict:
    with Site(knowing=answer) as site, way_out(site=site) as proxy:
        launch = egress.chromium_arguments(proxy)
        job = Job(f"{AT}/page", f"{AT}{media}", hashlib.sha256(content).hexdigest(), launch)
        with enclosure.recorded(job) as parts:
            return json.loads(bytes(parts["facts.json"]))


@pytest.fixture(autouse=True)
def no_way_out_is_left() -> Iterator[None]:
    yield
    egress.stop()


@pytest.mark.browser
@pytest.mark.parametrize("name", WHERE)
def test_the_file_is_in_its_record(name: str) -> None:
    html, media = WHERE[name]
    told = facts(served(f"<!doctype html>{html}"), media, CONTENT.get(media, picture(30)))["media"]
    assert (told["in_archive"], told["same_as_found"]) == (True, True), told


@pytest.mark.browser
@pytest.mark.parametrize("status", [404, 451])
def test_an_error_page_that_shows_the_file_is_recorded(status: int) -> None:
    told = facts(served(f"<!doctype html><img src={MATERIAL}>", status), MATERIAL, picture(30))
    assert (told["status"], told["media"]["same_as_found"]) == (status, True)


@pytest.mark.browser
def test_a_page_that_is_gone_without_a_word_leaves_the_record_of_the_file() -> None:
    told = facts(served("", 404), MATERIAL, picture(30))
    assert (told["first_attempt"], told["final_url"]) == ("gone", f"{AT}{MATERIAL}")
    assert told["media"]["same_as_found"] is True


@pytest.mark.browser
def test_another_file_in_its_place_is_told_as_another_and_none_as_none() -> None:
    other = facts(served(f"<!doctype html><img src={MATERIAL}>"), MATERIAL, picture(1))["media"]
    assert (other["in_archive"], other["same_as_found"]) == (True, False)
    none = facts(served("<!doctype html><p>x"), "/forbidden", picture(1))["media"]
    assert (none["in_archive"], none["same_as_found"], none["status"]) == (False, None, 404)


@pytest.mark.browser
def test_what_the_proxy_does_not_let_out_is_no_answer_of_the_site() -> None:
    told = facts(served("<!doctype html><p>x"), "/inward.jpg", picture(30))
    assert (told["media"]["in_archive"], told["media"]["same_as_found"], told["media"]["status"]) == (False, None, None)
    assert {"url": "http://127.0.0.1:8080/x.jpg", "reason": "not let out: inside"} in told["archive"]["left_out"]


HARMFUL = {
    "dialogs": "<script>for (let n = 0; n < 50; n++) alert(n); onbeforeunload = () => 1</script>",
    "writing itself over": "<script>onload = () => setInterval(() => document.documentElement.remove(), 1)</script>",
    "going away": "<script>setTimeout(() => location.href = 'about:blank', 300)</script>",
    "going on and on": "<script>setInterval(() => location.reload(), 200)</script>",
}


@pytest.mark.browser
@pytest.mark.parametrize(
    "name",
    [*HARMFUL, pytest.param("a loop", marks=pytest.mark.soak)],  # which keeps a core busy for a minute
)
def test_scripts_cannot_prevent_their_own_record(name: str) -> None:
    harm = HARMFUL.get(name, "<script>onload = () => { for (;;); }</script>")
    told = facts(served(f"<!doctype html><img src={MATERIAL}>{harm}"), MATERIAL, picture(30))
    assert told["media"]["same_as_found"] is True
    assert told["final_url"] == f"{AT}/page"


def exchange(status: int, body: bytes = b"0123456789", **headers: str) -> Exchange:
    told = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(f"{AT}/f", now(), "GET", (), b"", status, "", told, body)


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        (exchange(200), True),
        (exchange(404), True),
        (exchange(206, Content_Range="bytes 0-9/10"), True),
        (exchange(206, content_range=" bytes 0-9/10 "), True),
        (exchange(206, Content_Range="bytes 0-9/20"), False),
        (exchange(206, Content_Range="bytes 10-19/20"), False),
        (exchange(206, b"01234", Content_Range="bytes 0-9/10"), False),
        (exchange(206, Content_Range="bytes 0-9/*"), False),
        (exchange(206), False),
        (exchange(302, b""), False),
        (exchange(304, b""), False),
        (exchange(416, b""), False),
    ],
)
def test_a_part_is_never_taken_for_the_whole(answer: Exchange, whole: bool) -> None:
    assert is_whole(answer) is whole
