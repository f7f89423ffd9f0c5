"""The demo's sites: what each answers at a moment of :mod:`jium.clock`, given the letters it has had.

Nothing is ever changed to take something down: whether an address answers follows from the letters, the
site's manner and the time. The servers of :mod:`jium.demoweb.serving` only carry the answers.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, unquote, urlsplit

from jium.demoweb import pages, traps
from jium.demoweb.pictures import Gallery
from jium.demoweb.posts import Post, Shown, SitePlan
from jium.demoweb.traps import Answer

POSTS_A_PAGE = 4
VISITOR = "visitor=1"
TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".mp4": "video/mp4"}


@dataclass(frozen=True)
class Happening:
    """Something that a site did by itself: ``what`` is "removed" or "uploaded again".

    ``file``: it is the file's address; a page's otherwise. Of a post that goes, both go.
    """

    at: datetime
    what: str
    host: str
    address: str
    file: bool


@dataclass(frozen=True)
class _Standing:
    """A post with its two addresses (path and query, unquoted) and its file."""

    post: Post
    page: str
    media: str
    file: Path | None


class Site:
    """One site. Thread-safe."""

    def __init__(self, plan: SitePlan, gallery: Gallery, canary: int) -> None:
        self.plan = plan
        self.host = plan.operator.host
        self._canary = canary
        self._placeholder = gallery.placeholder()
        self._whole_picture = gallery.distractor(0)
        self._standing = [self._stand(post, gallery) for post in plan.posts]
        self._by_number = {standing.post.number: standing for standing in self._standing}
        self._told: dict[str, datetime] = {}
        self._turn = threading.Lock()

    @property
    def start(self) -> str:
        """Where a crawl begins."""
        return f"http://{self.host}/"

    def addresses(self, post: Post) -> tuple[str, str]:
        """The full web addresses of a post's page and of its file."""
        standing = self._by_number[post.number]
        return self._full(standing.page), self._full(standing.media)

    def tell(self, urls: Iterable[str], at: datetime) -> None:
        """A letter of ``at`` names these addresses; the first letter about an address counts."""
        with self._turn:
            for url in urls:
                parts = urlsplit(url)
                if parts.hostname == self.host:
                    self._told.setdefault(_unquoted(parts.path, parts.query), at)

    def shows(self, url: str, now: datetime) -> bool:
        """Whether a person who looks finds the file at ``url``: no wall keeps her out."""
        found = next((standing for standing in self._standing if self._full(standing.media) == url), None)
        return found is not None and self._is_there(found, found.media, now)

    def answer(self, path: str, query: str, now: datetime, cookies: str = "") -> Answer:
        """What a visitor gets."""
        if self._is_walled(now):
            return _html(pages.wall(self.plan.operator))
        wanted = _unquoted(path, query)
        for standing in self._standing:
            if wanted == standing.page and self._is_there(standing, standing.page, now):
                return self._page(standing)
            if wanted == standing.media and standing.file:
                return self._media(standing, standing.file, now, cookies)
        return self._fixed(path, query, now) or self._nothing()

    def happenings(self) -> list[Happening]:
        """All that the site did and will do by itself, as far as the letters so far decide it."""
        found = []
        for standing in self._standing:
            for address, file in ((standing.page, False), (standing.media, True)):
                gone = self._gone_at(address) if standing.file or not file else None
                if gone:
                    found.append(Happening(gone, "removed", self.host, self._full(address), file))
            begins = self._begins(standing)
            if begins:
                found.append(Happening(begins, "uploaded again", self.host, self._full(standing.media), True))
        return found

    def _stand(self, post: Post, gallery: Gallery) -> _Standing:
        file = _file(post, gallery)
        name = hashlib.sha256(f"{self.host}/{post.number}".encode()).hexdigest()[:12]
        media = self.plan.media.format(name=name + (post.ending or (file.suffix if file else "")))
        return _Standing(post, self.plan.page.format(number=post.number), media, file)

    def _full(self, address: str) -> str:
        return f"http://{self.host}{quote(address, safe='/?=&')}"

    def _gone_at(self, address: str) -> datetime | None:
        with self._turn:
            return self.plan.manner.gone_at(self._told.get(address))

    def _is_walled(self, now: datetime) -> bool:
        """Whether the first letter about anything here is long enough ago."""
        after = self.plan.manner.walls_after
        with self._turn:
            return after is not None and any(told + after <= now for told in self._told.values())

    def _begins(self, standing: _Standing) -> datetime | None:
        """When a post that follows another's removal appears; None: never, or it was always there."""
        if standing.post.again is None:
            return None
        before = self._by_number[standing.post.again]
        page, media = self._gone_at(before.page), self._gone_at(before.media)
        return self.plan.manner.back_at(max(page, media) if page and media else None)

    def _is_there(self, standing: _Standing, address: str, now: datetime) -> bool:
        if standing.post.again is not None:
            begins = self._begins(standing)
            if begins is None or now < begins:
                return False
        gone = self._gone_at(address)
        return gone is None or now < gone

    def _page(self, standing: _Standing) -> Answer:
        post, operator = standing.post, self.plan.operator
        media = quote(standing.media)
        if post.broken:
            return _html(pages.broken_page(post.title, media))
        body = pages.medium(post.shown, media, operator, post.title)
        if post.lures:
            body += pages.lures(self._canary)
        head = f'<meta property="og:image" content="{media}">' if post.shown is Shown.OPEN_GRAPH else ""
        cookie = {"Set-Cookie": f"{VISITOR}; Path=/"} if post.for_visitors else {}
        return _html(pages.page(self.plan.name, operator, post.title, body, head), headers=cookie)

    def _media(self, standing: _Standing, file: Path, now: datetime, cookies: str) -> Answer:
        if self._is_there(standing, standing.media, now):
            if standing.post.for_visitors and VISITOR not in cookies:
                return Answer(403, b"come in by the page", "text/plain")
            return Answer(standing.post.status, file.read_bytes(), TYPES[Path(standing.media).suffix])
        was_there = standing.post.again is None or self._begins(standing) is not None
        if self.plan.manner.softly and was_there and file.suffix != ".mp4":
            return Answer(200, self._placeholder.read_bytes(), "image/png")
        return self._nothing()

    def _fixed(self, path: str, query: str, now: datetime) -> Answer | None:
        operator, name = self.plan.operator, self.plan.name
        if path == "/":
            return self._index(query, now)
        if path == "/contact":
            words = pages.WORDS[operator.language]
            return _html(pages.page(name, operator, words.contact, pages.contact(operator)))
        if path == "/style.css":
            return Answer(200, pages.STYLE.encode(), "text/css; charset=utf-8")
        if path == "/pixel.gif":
            return Answer(200, traps.PIXEL, "image/gif")
        if path == "/robots.txt" and self.host in traps.ROBOTS:
            return Answer(200, traps.ROBOTS[self.host].encode(), "text/plain; charset=utf-8")
        return traps.spring(self.host, path, self._canary, self._whole_picture.read_bytes())

    def _index(self, query: str, now: datetime) -> Answer:
        listed = [standing for standing in reversed(self._standing) if self._is_there(standing, standing.page, now)]
        last = max(1, -(-len(listed) // POSTS_A_PAGE))
        wanted = query.removeprefix("page=")
        number = int(wanted) if wanted.isascii() and wanted.isdecimal() else 1
        if not 1 <= number <= last:
            return self._nothing()
        part = listed[(number - 1) * POSTS_A_PAGE : number * POSTS_A_PAGE]
        rows = [(quote(standing.page, safe="/?=&"), standing.post.title) for standing in part]
        odd = traps.ODD_LINKS[self.host] if number == 1 else ()
        body = pages.index(self.plan.operator, rows, number, last, odd)
        return _html(pages.page(self.plan.name, self.plan.operator, self.plan.name, body))

    def _nothing(self) -> Answer:
        operator = self.plan.operator
        words = pages.WORDS[operator.language]
        text = pages.page(self.plan.name, operator, words.not_found, f"<p>{words.not_found_text}</p>")
        return _html(text, 200 if self.plan.manner.softly else 404)


def _file(post: Post, gallery: Gallery) -> Path | None:
    if post.copy:
        return gallery.copy(*post.copy)
    if post.other is not None:
        return gallery.distractor(post.other, post.dressed)
    return gallery.other_film() if post.film else None


def _html(text: str, status: int = 200, headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
    return Answer(status, text.encode(), headers=headers)


def _unquoted(path: str, query: str) -> str:
    return unquote(path) + (f"?{unquote(query)}" if query else "")
