"""The odd and hostile things that lie about on the demo's sites, each at a fixed address of one host."""

from __future__ import annotations

import base64
import functools
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

BOMB_BYTES = 96 << 20
CALENDAR_PAGES = 40
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@dataclass(frozen=True)
class Answer:
    """What a site answers: status, body, and headers beyond the content type."""

    status: int
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def redirect(target: str) -> Answer:
    """Go elsewhere."""
    return Answer(302, b"", headers={"Location": target})


# What each host's index links to besides its posts.
ODD_LINKS = {
    "olive.example": ("/old", "/letters"),
    "gravel.example": ("/archive", "/fake", "/out"),
    "lantern.example": ("/nowhere-1", "/nowhere-2"),
    "heron.example": ("/calendar/1", "/secret", "/secret-port"),
    "swallow.example": (),
}
ROBOTS = {
    "olive.example": "User-agent: *\nDisallow: /admin/\n",
    "gravel.example": "User-agent: *\nAllow: /\n",
    "heron.example": "User-agent: *\nDisallow: /calendar/\nSitemap: http://heron.example/sitemap.xml\n",
}


def spring(host: str, path: str, canary: int, picture: bytes) -> Answer | None:
    """The trap at ``path`` of ``host``, or None.

    ``canary``: a loopback port nobody may be led to. ``picture``: a whole JPEG to be cut short.
    """
    if host == "olive.example":
        return _olive(path)
    if host == "gravel.example":
        return _gravel(path, canary, picture)
    if host == "heron.example":
        return _heron(path, canary)
    return None


def _olive(path: str) -> Answer | None:
    """A redirect loop, and a page in an old encoding that does not say so."""
    if path in ("/old", "/older"):
        return redirect("/older" if path == "/old" else "/old")
    if path == "/letters":
        text = "<html><title>옛 글</title><body><h1>옛 글</h1><p>오래된 게시판에서 옮겨 온 글입니다.</p>"
        return Answer(200, f"{text}<a href=/>처음</a>".encode("euc-kr"), "text/html")
    return None


def _gravel(path: str, canary: int, picture: bytes) -> Answer | None:
    """A gzip bomb, pictures that are none, a way into the visitor's house, an empty answer."""
    if path == "/archive":
        return Answer(200, bomb(), headers={"Content-Encoding": "gzip"})
    if path == "/fake":
        return Answer(200, b'<img src="/i/fake.jpg"><img src="/i/half.jpg"><img src="/i/none.png">')
    if path == "/i/fake.jpg":
        return Answer(200, b"<html>" + b"this is no picture " * 40, "image/jpeg")
    if path == "/i/half.jpg":
        return Answer(200, picture[: len(picture) // 3], "image/jpeg")
    if path == "/i/none.png":
        return Answer(200, b"", "image/png")
    if path == "/out":
        return redirect(f"http://127.0.0.1:{canary}/out")
    return None


def _heron(path: str, canary: int) -> Answer | None:
    """A calendar without an end in sight, and a page that leads to a cloud's metadata."""
    if path.startswith("/calendar/"):
        month = path.removeprefix("/calendar/")
        if month.isdecimal() and 1 <= int(month) <= CALENDAR_PAGES:
            return Answer(200, f'<h1>month {month}</h1><a href="/calendar/{int(month) + 1}">next</a>'.encode())
    if path == "/secret":
        return redirect("http://169.254.169.254/latest/meta-data/iam/")
    if path == "/secret-port":
        return redirect(f"http://[::ffff:127.0.0.1]:{canary}/secret")
    return None


@functools.cache
def bomb() -> bytes:
    """About 96 MiB of zeros in gzip: under 100 KB on the wire."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    zeros = bytes(1 << 20)
    return b"".join([packer.compress(zeros) for _ in range(BOMB_BYTES >> 20)] + [packer.flush()])
