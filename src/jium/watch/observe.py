"""One look at an address whose removal was demanded: the page, the file, and all else that the page shows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from jium import dna, egress
from jium.dna import Fingerprint
from jium.egress.session import Fetched, FetchError, Session
from jium.egress.url import canonical, inline_bytes, same_host
from jium.media.sandbox import Sandbox
from jium.watch import looking
from jium.watch.looking import EMPTY, PAGE_INSTEAD, Part, Seen

MOST_MEDIA = 500
MOST_FRAMES = 10
AT_ONCE = 4
ON_PAGE_SECONDS = 240.0  # for all of a page's other pictures: a slow page must not hold up every other check
TOO_MANY, OUT_OF_TIME = "too_many", "out_of_time"


@dataclass(frozen=True)
class Observation:
    """What was seen. Statuses are None where nothing came; errors are kinds of FetchError or MediaError, or codes
    of :mod:`jium.watch.looking`.

    ``in_the_way``: what stands before the page (:mod:`jium.watch.walls`); ``refers``: the page still names the
    file; ``on_page``: the address and fingerprint of each other picture or video that it shows; ``missed``: why
    some of them could not be looked at, each reason once.
    """

    page_status: int | None = None
    page_error: str | None = None
    media_status: int | None = None
    media_error: str | None = None
    media: Fingerprint | None = None
    on_page: tuple[tuple[str, Fingerprint], ...] = ()
    in_the_way: str = ""
    refers: bool = False
    missed: tuple[str, ...] = ()

    @property
    def unseen(self) -> tuple[str, ...]:
        """Why this is not all that a visitor would see, worst first; empty when the look was complete.

        ``page …``, ``file …`` or ``picture …``, then the code.
        """
        reasons = []
        page = self.page_error or self.in_the_way or _told_by(self.page_status)
        if page:
            reasons.append(f"page {page}")
        file = self.media_error or ("" if self.media else _told_by(self.media_status))
        # Where the page was seen and does not name the file any more, that it is not there goes without saying.
        if file and not (file in (PAGE_INSTEAD, EMPTY) and not page and not self.refers):
            reasons.append(f"file {file}")
        return (*reasons, *(f"picture {kind}" for kind in self.missed))


def _told_by(status: int | None) -> str:
    return "unreachable" if status is None else looking.status_problem(status)


def observe(page_url: str, media_url: str, enough: Callable[[Fingerprint], bool] | None = None) -> Observation:
    """Look at the page and the file now, in that order, as one visitor. Never raises for what a site does.

    ``enough``: a file of which it is true answers the question; the page's other pictures are then left alone.
    Raises ``MediaError("sandbox_unavailable")``: without its wall this machine can say nothing about a file.
    """
    with dna.open_sandbox() as sandbox:
        return asyncio.run(_observe(page_url, media_url, enough, sandbox))


async def _observe(
    page_url: str, media_url: str, enough: Callable[[Fingerprint], bool] | None, sandbox: Sandbox
) -> Observation:
    # Rows from before may hold an address in another form.
    media_url = canonical(media_url) or media_url
    async with Session(egress.address()) as session:
        parts, page_error = await looking.visit(session, page_url)
        look = _Look(session, sandbox, parts)
        page = None if page_error else parts[-1].page
        in_the_way = looking.stands_before(page_url, parts[-1]) if page else ""
        refers = any(media_url in part.content.media for part in parts)
        file = await looking.look(session, media_url, parts[-1].referer if parts else "", sandbox)
        wall = ""
        if file.answer:
            look.parts.append(Part(file.answer, looking.content_of(file.answer)))
            wall = looking.stands_before(media_url, look.parts[-1])
        if file.fingerprint is None or enough is None or not enough(file.fingerprint):
            await look.at_frames()
            await look.at_pictures(media_url)
    return Observation(
        page_status=page.status if page else None,
        page_error=page_error or None,
        media_status=file.status,
        media_error=wall or file.problem or None,
        media=file.fingerprint,
        on_page=tuple(look.found),
        in_the_way=in_the_way,
        refers=refers,
        missed=tuple(look.missed),
    )


class _Look:
    """One look under way. ``parts``: the page, where it sends its visitor, and its frames."""

    def __init__(self, session: Session, sandbox: Sandbox, parts: list[Part]) -> None:
        self._session, self._sandbox, self.parts = session, sandbox, parts
        self.found: list[tuple[str, Fingerprint]] = []
        self.missed: dict[str, None] = {}

    async def at_frames(self) -> None:
        """Open what the page shows within itself, and what that shows within itself."""
        asked: set[str] = set()
        for part in self.parts:  # which grows meanwhile
            for url in part.content.frames:
                if url in asked:
                    continue
                if len(asked) == MOST_FRAMES:
                    self.missed.setdefault(TOO_MANY)
                    return
                asked.add(url)
                await self._at_frame(url, part)

    async def _at_frame(self, url: str, within: Part) -> None:
        """What others do not let in is theirs, not the page's."""
        try:
            page = await looking.open_page(self._session, url, within.referer)
        except FetchError as problem:
            why = problem.kind
        else:
            frame = Part(page, looking.content_of(page))
            self.parts.append(frame)
            why = looking.stands_before(url, frame) or looking.status_problem(page.status)
        if why and same_host(url, within.page.url):
            self.missed.setdefault(why)

    async def at_pictures(self, media_url: str) -> None:
        """Look at every picture and video of the parts but the one that was looked at already."""
        shown: dict[str, str] = {}
        for part in self.parts:
            if looking.looks_like_media(part.page.body):
                shown.setdefault(part.page.url, "")
            for url in part.content.media:
                shown.setdefault(url, part.referer)
        shown.pop(media_url, None)
        if len(shown) > MOST_MEDIA:
            self.missed.setdefault(TOO_MANY)
        turns = asyncio.Semaphore(AT_ONCE)
        end = time.monotonic() + ON_PAGE_SECONDS
        seen = [self._at(url, page, turns, end) for url, page in list(shown.items())[:MOST_MEDIA]]
        for one in await asyncio.gather(*seen):
            self._note(one)
        for part in self.parts:
            for written in part.content.inline:
                body = inline_bytes(written)
                inside = Fetched(part.page.url, 200, {}, body)
                self._note(await asyncio.to_thread(looking.what_is_there, inside, self._sandbox))

    async def _at(self, url: str, page: str, turns: asyncio.Semaphore, end: float) -> Seen:
        async with turns:
            left = min(end - time.monotonic(), looking.SECONDS)
            if left <= 0:
                return Seen(url, problem=OUT_OF_TIME)
            return await looking.look(self._session, url, page, self._sandbox, left)

    def _note(self, seen: Seen) -> None:
        if seen.fingerprint:
            self.found.append((seen.url, seen.fingerprint))
        if seen.problem and seen.problem != EMPTY:  # what counts visitors shows nothing
            self.missed.setdefault(seen.problem)
