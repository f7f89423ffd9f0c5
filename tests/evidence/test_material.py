"""The record holds the file that was found, wherever the page keeps it, or says truly that it does not."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from jium import egress
from jium.clock import now
from jium.evidence.enclosure import Job
from jium.evidence.material import is_whole
from jium.evidence.warc import Exchange
from tests.egress.site import Answer, Site, way_out
from tests.evidence.records import facts_of, records
from tests.media.samples import video
from tests.watch.pictures import picture

HTML = {"Content-Type": "text/html; charset=utf-8"}
JPEG = {"Content-Type": "image/jpeg"}
MISSING: Answer = (404, {"Content-Type": "text/plain"}, b"nothing")
MANY = "".join(f"<p><img loading=lazy width=300 height=180 src=/{number}.jpg></p>" for number in range(1, 31))
FILM = video((1, 2), 4.0, size=(640, 480), fps=15, bit_rate=4_000_000)
BOX = "<style>html,body{margin:0;height:100%;overflow:hidden}div{height:100vh;overflow:auto}</style>"
SHADOW = f"""<div id=host></div><script>host.attachShadow({{mode: 'open'}}).innerHTML = `{MANY}`</script>"""
MATERIAL = "/28.jpg"
INSIDE = "http://127.0.0.1:8080/x.jpg"

# Pages and the file's address where it is not MATERIAL. Each is a way in which a record came without its file.
WHERE: dict[str, tuple[str, str]] = {
    "in a box that scrolls": (f"{BOX}<div>{MANY}</div>", MATERIAL),
    "far below": (MANY, "/29.jpg"),
    "folded away": (f"<details><summary>more</summary>{MANY}</details>", MATERIAL),
    "in a shadow": (SHADOW, MATERIAL),
    "in a frame that scrolls": ("<iframe src=/inner width=400 height=300></iframe>", MATERIAL),
    "behind a link": (f"<a href={MATERIAL}>see</a>", MATERIAL),
    "for who has the page's cookie": ("<a href=/cookie.jpg>see</a>", "/cookie.jpg"),
    "for who comes from the page": ("<a href=/referer.jpg>see</a>", "/referer.jpg"),
    "at another address after all": ("<img src=/moved.jpg>", "/moved.jpg"),
    "with an error status": ("<img src=/status.jpg>", "/status.jpg"),
    "written into the page": (f"<img src='data:image/jpeg;base64,{base64.b64encode(picture(28)).decode()}'>", "/page"),
    "a film with controls": ("<video controls src=/film.mp4></video>", "/film.mp4"),
    "a film that plays": ("<video controls autoplay muted src=/film.mp4></video>", "/film.mp4"),
    "a film that waits": ("<video controls preload=none src=/film.mp4></video>", "/film.mp4"),
}
CONTENT = {"/29.jpg": picture(29), "/film.mp4": FILM}
HARMFUL = {
    "dialogs": "<script>for (let n = 0; n < 50; n++) alert(n); onbeforeunload = () => 1</script>",
    "going away": "<script>setTimeout(() => location.href = 'about:blank', 300)</script>",
}
BUSY = {
    "a loop": "<script>onload = () => { for (;;); }</script>",
    "writing itself over": "<script>onload = () => setInterval(() => document.documentElement.remove(), 1)</script>",
    "going on and on": "<script>setInterval(() => location.reload(), 200)</script>",
}


@dataclass(frozen=True)
class Case:
    """A page, and the file that was found at ``media`` on its host."""

    html: str
    media: str = MATERIAL
    found: bytes = picture(28)
    status: int = 200


CASES: dict[str, Case] = {
    **{name: Case(html, media, CONTENT.get(media, picture(28))) for name, (html, media) in WHERE.items()},
    **{f"harmful: {name}": Case(f"<img src={MATERIAL}>{harm}") for name, harm in HARMFUL.items()},
    "status 404": Case(f"<img src={MATERIAL}>", status=404),
    "status 451": Case(f"<img src={MATERIAL}>", status=451),
    "gone without a word": Case("", status=404),
    "another file": Case(f"<img src={MATERIAL}>", found=picture(1)),
    "no file": Case("<p>x", media="/forbidden"),
    "an address inside": Case("<p>x", media="/inward.jpg"),
}


def answered(case: Case, host: str, path: str, heads: Mapping[str, str]) -> Answer:
    """A site with one page, and the files that the ways to show them need."""
    if path == "/page":
        doctype = "<!doctype html>" if case.html else ""
        return case.status, HTML | {"Set-Cookie": "seen=1; Path=/"}, f"{doctype}{case.html}".encode()
    if path == "/inner":
        return 200, HTML, MANY.encode()
    if path == "/inward.jpg":
        return 302, {"Location": INSIDE}, b""
    if path == "/moved.jpg":
        return 302, {"Location": MATERIAL}, b""
    if path == "/status.jpg":
        return 404, JPEG, picture(28)
    if path == "/cookie.jpg":
        return (200, JPEG, picture(28)) if "seen=1" in heads.get("Cookie", "") else (403, {}, b"no")
    if path == "/referer.jpg":
        return (200, JPEG, picture(28)) if heads.get("Referer") == f"http://{host}/page" else (403, {}, b"no")
    if path == "/film.mp4":
        return part_of(FILM, heads.get("Range", ""))
    number = path.strip("/").removesuffix(".jpg")
    return (200, JPEG, picture(int(number))) if number.isdigit() else MISSING


def part_of(body: bytes, asked: str) -> Answer:
    """As all servers answer who asks for a part."""
    found = re.match(r"bytes=(\d+)-(\d*)", asked)
    head = {"Content-Type": "video/mp4", "Accept-Ranges": "bytes"}
    if not found:
        return 200, head, body
    first, last = int(found[1]), int(found[2] or len(body) - 1)
    return 206, head | {"Content-Range": f"bytes {first}-{last}/{len(body)}"}, body[first : last + 1]


def hosts(cases: Mapping[str, Case]) -> dict[str, str]:
    """The host of each case: they share a browser, and nothing else."""
    return {f"site{number}.example": name for number, name in enumerate(cases)}


def recorded(cases: Mapping[str, Case]) -> dict[str, dict]:
    names = hosts(cases)

    def answer(path: str, heads: Mapping[str, str]) -> Answer:
        return answered(cases[names[heads["Host"]]], heads["Host"], path, heads)

    with Site(knowing=answer) as site, way_out(**{host.removesuffix(".example"): site for host in names}) as proxy:
        launch = egress.chromium_arguments(proxy)
        jobs = {
            name: Job(
                f"http://{host}/page",
                f"http://{host}{cases[name].media}",
                hashlib.sha256(cases[name].found).hexdigest(),
                launch,
            )
            for host, name in names.items()
        }
        return {name: facts_of(record) for name, record in records(jobs).items()}


@pytest.fixture(scope="module")
def told() -> dict[str, dict]:
    return recorded(CASES)


@pytest.mark.browser
@pytest.mark.parametrize("name", WHERE)
def test_the_file_is_in_its_record(told: dict[str, dict], name: str) -> None:
    media = told[name]["media"]
    assert (media["in_archive"], media["same_as_found"]) == (True, True), media


@pytest.mark.browser
@pytest.mark.parametrize("status", [404, 451])
def test_an_error_page_that_shows_the_file_is_recorded(told: dict[str, dict], status: int) -> None:
    facts = told[f"status {status}"]
    assert (facts["status"], facts["media"]["same_as_found"]) == (status, True)


@pytest.mark.browser
def test_a_page_that_is_gone_without_a_word_leaves_the_record_of_the_file(told: dict[str, dict]) -> None:
    facts = told["gone without a word"]
    assert (facts["first_attempt"], facts["final_url"]) == ("gone", facts["media"]["url"])
    assert facts["media"]["same_as_found"] is True


@pytest.mark.browser
def test_another_file_in_its_place_is_told_as_another_and_none_as_none(told: dict[str, dict]) -> None:
    other, none = told["another file"]["media"], told["no file"]["media"]
    assert (other["in_archive"], other["same_as_found"]) == (True, False)
    assert (none["in_archive"], none["same_as_found"], none["status"]) == (False, None, 404)


@pytest.mark.browser
def test_what_the_proxy_does_not_let_out_is_no_answer_of_the_site(told: dict[str, dict]) -> None:
    facts = told["an address inside"]
    media = facts["media"]
    assert (media["in_archive"], media["same_as_found"], media["status"]) == (False, None, None)
    assert {"url": INSIDE, "reason": "not let out: inside"} in facts["archive"]["left_out"]


@pytest.mark.browser
@pytest.mark.parametrize("name", HARMFUL)
def test_scripts_cannot_prevent_their_own_record(told: dict[str, dict], name: str) -> None:
    was_recorded(told[f"harmful: {name}"])


@pytest.mark.browser
@pytest.mark.soak
@pytest.mark.parametrize("name", BUSY)
def test_nor_can_scripts_that_keep_a_core_busy(name: str) -> None:
    was_recorded(recorded({name: Case(f"<img src={MATERIAL}>{BUSY[name]}")})[name])


def was_recorded(facts: dict) -> None:
    assert facts["media"]["same_as_found"] is True
    assert facts["final_url"] == facts["asked_url"]


def exchange(status: int, body: bytes = b"0123456789", **headers: str) -> Exchange:
    told = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange("http://site.example/f", now(), "GET", (), b"", status, "", told, body)


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
