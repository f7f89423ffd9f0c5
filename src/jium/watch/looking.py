"""How one address is looked at: fetched as a browser would, and told as what was seen, or why nothing was.

Content goes before status: browsers show a picture whatever its status says. What could not be looked at is
never taken for absent.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass

from jium import dna
from jium.dna import Fingerprint
from jium.egress.session import MEDIA, PAGE, Bounds, Fetched, FetchError, Session
from jium.media.errors import MediaError
from jium.media.probe import probe
from jium.media.sandbox import Sandbox
from jium.watch import walls
from jium.watch.read_page import PageContent, is_page, read_page

PAGE_BYTES = 8 * 1024 * 1024
MEDIA_BYTES = 64 * 1024 * 1024
SECONDS = 60.0
MOST_STEPS = 5  # from page to page, where pages send their visitor on by themselves

GOOD = range(200, 300)
# "Not found", "gone", "unavailable for legal reasons": the address itself says that it has nothing.
ABSENT = frozenset({404, 410, 451})
# Why an address could not be looked at, beside the kinds of FetchError and MediaError.
REFUSED, SITE_ERROR, ODD_STATUS, STREAM, CUT = "refused", "site_error", "odd_status", "stream", "cut"
# A page, or nothing, where a file was: the usual "this was removed", or a wall. The page that showed it decides.
PAGE_INSTEAD, EMPTY, BLANK = "page_instead", "empty", "blank"


@dataclass(frozen=True)
class Seen:
    """One address looked at, as a picture or video.

    ``fingerprint``: of what it shows, whatever its status. ``problem``: why it could not be looked at completely;
    "" when it could, also when there was nothing. ``status`` is None where nothing came. ``answer``: a page that stood
    in the file's place.
    """

    url: str
    status: int | None = None
    problem: str = ""
    fingerprint: Fingerprint | None = None
    answer: Fetched | None = None


def status_problem(status: int) -> str:
    """Why an answer of this status, without a picture in it, tells nothing; "" for one that does."""
    if status in GOOD or status in ABSENT:
        return ""
    if status in (401, 403, 407, 429):
        return REFUSED
    return SITE_ERROR if status >= 500 else ODD_STATUS


def looks_like_media(body: bytes) -> bool:
    """Whether the first bytes are those of a picture, a video or a sound."""
    try:
        probe(io.BytesIO(body))
    except MediaError as problem:
        return problem.kind == "unsupported"
    return True


def what_is_there(fetched: Fetched, sandbox: Sandbox) -> Seen:
    """What an answer shows. Raises ``MediaError("sandbox_unavailable")`` and nothing else."""
    url, status = fetched.url, fetched.status
    try:
        # What broke off on its way may have shown more.
        made = dna.fingerprint(fetched.body, sandbox=sandbox)
        return Seen(url, status, CUT if fetched.cut else "", made)
    except MediaError as error:
        if error.kind == "sandbox_unavailable":
            raise
        kind = error.kind
    if problem := status_problem(status):
        return Seen(url, status, problem)
    if kind == "empty":
        return Seen(url, status, EMPTY)
    if kind != "not_media":
        return Seen(url, status, CUT if fetched.cut else kind)
    if status in ABSENT:
        return Seen(url, status)
    if is_page(fetched.body, fetched.content_type):
        return Seen(url, status, PAGE_INSTEAD, answer=fetched)
    return Seen(url, status, _not_shown(fetched.body))


def is_stream(body: bytes) -> bool:
    """Whether this is the list of a video in segments (HLS, DASH)."""
    begins = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    return begins.startswith(b"#EXTM3U") or b"<MPD" in begins


def _not_shown(body: bytes) -> str:
    """Why something that is no picture may show one all the same; "" where it cannot."""
    if is_stream(body):
        return STREAM
    begins = body[:1024].lstrip()
    if b"<svg" in begins or begins.startswith(b"<?xml"):
        drawn = read_page(body, "http://drawing.invalid/")
        return "unsupported" if drawn.media or drawn.inline else ""
    return "not_media"


async def look(session: Session, url: str, page: str, sandbox: Sandbox, seconds: float = SECONDS) -> Seen:
    """Look at ``url``, which ``page`` shows. Raises ``MediaError("sandbox_unavailable")`` and nothing else."""
    try:
        fetched = await session.get(url, accept=MEDIA, referer=page, bounds=Bounds(MEDIA_BYTES, seconds))
    except FetchError as problem:
        return Seen(url, problem=problem.kind)
    seen = await asyncio.to_thread(what_is_there, fetched, sandbox)
    return Seen(url, seen.status, seen.problem, seen.fingerprint, seen.answer)


async def open_page(session: Session, url: str, referer: str = "", seconds: float = SECONDS) -> Fetched:
    """The page at ``url``. Raises :class:`FetchError`."""
    return await session.get(url, accept=PAGE, referer=referer, bounds=Bounds(PAGE_BYTES, seconds))


def content_of(page: Fetched) -> PageContent:
    """What a page has in it; nothing for what is none."""
    if looks_like_media(page.body) or not is_page(page.body, page.content_type):
        return PageContent((), ())
    return read_page(page.body, page.url, page.content_type, page.headers.get("refresh", ""))


@dataclass(frozen=True)
class Part:
    """A page that belongs to what an address shows."""

    page: Fetched
    content: PageContent

    @property
    def referer(self) -> str:
        """What it tells other servers about itself."""
        return self.page.url if self.content.refers else ""


def stands_before(asked: str, part: Part) -> str:
    """Why ``part`` is not what a visitor of ``asked`` would see; "" where it is."""
    page = part.page
    if page.cut:
        return CUT
    if looks_like_media(page.body):
        return ""
    if not page.body.strip():
        return "" if page.status in ABSENT else BLANK
    if not is_page(page.body, page.content_type):
        return "" if page.content_type.startswith("text/") else "unsupported"
    return walls.in_the_way(asked, page.url, page.body, page.headers, part.content)


async def visit(session: Session, url: str) -> tuple[list[Part], str]:
    """The page at ``url`` and those to which it sends its visitor by itself; why there are no more of them, or ""."""
    parts: list[Part] = []
    referer = ""
    for _step in range(MOST_STEPS):
        try:
            page = await open_page(session, url, referer)
        except FetchError as problem:
            return parts, problem.kind
        parts.append(Part(page, content_of(page)))
        if parts[-1].content.refresh is None:
            return parts, ""
        url, referer = parts[-1].content.refresh, page.url
    return parts, "too_many_redirects"
