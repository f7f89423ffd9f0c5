"""The crawling process: visits one site through the proxy, fingerprints what it shows, tells it line by line.

    python -m jium.watch.spider  < job (JSON)  > lines (JSON)

It has no database and no Django. Bytes are dropped as soon as they are fingerprinted. It dies with its
parent.
"""

from __future__ import annotations

import asyncio
import ctypes
import hashlib
import json
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any, Self

import scrapy
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response

from jium import dna
from jium.egress.session import MOST_REDIRECTS, PAGE, Fetched, FetchError, Session
from jium.egress.url import host, inline_bytes
from jium.media.errors import MediaError
from jium.watch.download import Handler, Redirects, Unanswered, fetched
from jium.watch.looking import (
    GOOD,
    MOST_STEPS,
    PAGE_BYTES,
    STREAM,
    Part,
    content_of,
    looks_like_media,
    stands_before,
    what_is_there,
)
from jium.watch.pace import BEAT_SECONDS
from jium.watch.read_page import is_page
from jium.watch.wire import LONGEST_URL, encode

# Ahead of every page, however deep: bytes are asked for while the page that shows them is fresh.
MEDIA_FIRST = 1000
PR_SET_PDEATHSIG = 1
MEMORY = 3 * 1024**3
# Smaller on both sides: a counter, an icon, a smile.
TINY = 24
IGNORED = {
    "robots": "robots",
    "offsite": "other_host",
    "redirections": "too_many_redirects",
    "malformed": "malformed",
}


class SameHost(OffsiteMiddleware):
    """Pages of the very host only, also where a redirect leads; Scrapy's own lets subdomains pass."""

    def should_follow(self, request: scrapy.Request, spider: scrapy.Spider) -> bool:
        same = host_of(request.url) in getattr(spider, "allowed_domains", ())
        if not same and request.meta.get("redirect_times"):
            tell({"problem": "other_host"})
        return same


class SiteSpider(scrapy.Spider):
    """One visit to one site."""

    name = "site"

    def __init__(self, job: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.session = Session(job["proxy"])
        self.host = host_of(job["start_url"])
        twin = self.host.removeprefix("www.") if self.host.startswith("www.") else f"www.{self.host}"
        self.allowed_domains = [self.host, twin]
        self.pages = 0
        self.pages_asked = 0
        self.asked: set[str] = set()
        # On which pages a file stands, and what it was found to be: it is fetched once a visit.
        self.shown_on: dict[str, list[str]] = {}
        self.digests: dict[str, str] = {}
        self.written_on: dict[str, list[str]] = {}
        self.sheets: set[str] = set()
        self.known = set(job["known"])
        self.sandbox = dna.open_sandbox()
        # Bytes that came, and fingerprints that are being made.
        self.heard = self.working = 0
        self._beating: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.broke, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[scrapy.Request]:
        await self.session.open()
        self._beating = asyncio.create_task(self._beat())
        yield self._page(self.job["start_url"], self.job["start_url"])

    async def _beat(self) -> None:
        """For whoever watches whether the visit moves along."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            tell({"beat": {"heard": self.heard, "working": self.working > 0}})

    def count(self, heard: int) -> None:
        """So many bytes more of an answer have come."""
        self.heard += heard

    def _page(self, url: str, linked_from: str, step: int = 0) -> scrapy.Request:
        """Ask for a page; ``step``: how many pages before it sent their visitor on by themselves."""
        self.asked.add(url)
        self.pages_asked += 1
        meta = {"accept": PAGE, "page": linked_from, "step": step}
        told = {"linked_from": linked_from}
        # A page may send its visitor to itself, with a cookie more: that is not asking twice.
        return scrapy.Request(url, self.page, errback=self.failed, cb_kwargs=told, meta=meta, dont_filter=step > 0)

    async def page(self, response: Response, linked_from: str) -> AsyncIterator[scrapy.Request]:
        """What was linked to: a page, which shows and links; or a picture or video after all."""
        self.pages += 1
        tell({"page": self.pages})
        if self.pages == 1:
            self.host = host_of(response.url) or self.host  # the site may prefer its "www." name
        page = fetched(response)
        if looks_like_media(page.body) or not is_page(page.body, page.content_type):
            if self._note(asked_url(response), linked_from):
                await self.media(response)
            return
        if page.status not in GOOD:
            tell({"problem": f"status {page.status}"})  # which says nothing about what it shows
        if len(page.body) > PAGE_BYTES:
            tell({"problem": "too_large"})
            return
        part = Part(page, content_of(page))
        if way := stands_before(asked_url(response), part):
            tell({"problem": way})
        for request in self._onward(response, part):
            yield request
        await self._inline(response.url, part.content.inline)

    def _onward(self, response: Response, part: Part) -> Iterator[scrapy.Request]:
        """What a page leads to and what it shows."""
        step, content = response.meta.get("step", 0), part.content
        if len(self.sheets) < self.job["most_media"] and not self.sheets.issuperset(content.sheets):
            self.sheets.update(content.sheets)
            tell({"sheets": len(self.sheets)})
        if content.refresh and step < MOST_STEPS and host_of(content.refresh) == self.host:
            yield self._page(content.refresh, response.url, step + 1)
        if response.meta["depth"] < self.job["depth"]:
            yield from self._follow(content.links, response.url)
        meta = {"page": part.referer}
        for media in content.media:
            if self._note(media, response.url):
                # "dont_filter": it may lie on another host, and may be where another one's redirect ends.
                yield scrapy.Request(
                    media, self.media, errback=self.failed, priority=MEDIA_FIRST, dont_filter=True, meta=meta
                )

    def _follow(self, links: tuple[str, ...], page: str) -> Iterator[scrapy.Request]:
        for link in links:
            if self.pages_asked >= self.job["most_pages"]:
                return
            if link not in self.asked and len(link) <= LONGEST_URL and host_of(link) == self.host:
                yield self._page(link, page)

    async def _inline(self, page: str, written: tuple[str, ...]) -> None:
        """Pictures that stand in the page itself; they lie at the page's own address."""
        for address in written:
            body = inline_bytes(address)
            digest = hashlib.sha256(body).hexdigest()
            pages = self.written_on.setdefault(digest, [])
            if page in pages or len(pages) >= self.job["pages_a_file"]:
                continue
            pages.append(page)
            if digest in self.known:
                tell_again(page, page, digest)
            elif made := await self._fingerprint(Fetched(page, 200, {}, body)):
                self.known.add(digest)
                tell({"seen": {"page_url": page, "media_url": page, "fingerprint": encode(made)}})

    def _note(self, media: str, page: str) -> bool:
        """Note that ``page`` shows ``media``; whether that is still to be fetched."""
        if len(media) > LONGEST_URL:
            tell({"problem": "address_too_long"})
            return False
        pages = self.shown_on.get(media)
        if pages is None:
            if len(self.shown_on) >= self.job["most_media"]:
                return False
            self.shown_on[media] = [page]
            return True
        if page not in pages and len(pages) < self.job["pages_a_file"]:
            pages.append(page)
            if media in self.digests:
                tell_again(page, media, self.digests[media])
        return False

    async def media(self, response: Response) -> None:
        """A picture or video: tell its fingerprint, or only its digest where the fingerprint is known already."""
        media, digest = asked_url(response), hashlib.sha256(response.body).hexdigest()
        pages = iter(self.shown_on[media])
        if digest not in self.known:
            made = await self._fingerprint(fetched(response))
            if made is None:
                return
            self.known.add(digest)
            tell({"seen": {"page_url": next(pages), "media_url": media, "fingerprint": encode(made)}})
        self.digests[media] = digest
        for page in pages:
            tell_again(page, media, digest)

    async def _fingerprint(self, answer: Fetched) -> dna.Fingerprint | None:
        self.working += 1
        try:
            seen = await asyncio.to_thread(what_is_there, answer, self.sandbox)
        except MediaError as problem:  # this machine's, not the site's
            tell({"problem": problem.kind})
            raise CloseSpider(problem.kind) from None
        finally:
            self.working -= 1
        made = seen.fingerprint
        if not made or seen.problem:
            why = seen.problem if made or answer.status in GOOD else f"status {answer.status}"
            if why:
                tell({"problem": why})
        if seen.problem == STREAM:
            # Seen, and that it cannot be looked at yet is counted: it is a video, of which nothing is known.
            return dna.Fingerprint("video", hashlib.sha256(answer.body).hexdigest(), None, None, None, (), STREAM)
        if made is None:
            return None
        return made if max(made.width or TINY, made.height or TINY) >= TINY else None

    def failed(self, failure: Any) -> None:
        """A request that came to nothing, by its kind."""
        tell({"problem": problem_name(failure.value)})

    def broke(self, failure: Any) -> None:
        """A fault of our own on some page."""
        tell({"problem": f"fault {failure.type.__name__}"})

    def closed(self, reason: str) -> None:
        if self._beating:
            self._beating.cancel()
        self.sandbox.close()


def asked_url(response: Response) -> str:
    """The address that was asked for, not the passing one to which it redirected."""
    return str(response.meta.get("redirect_urls", [response.url])[0])


def host_of(url: str) -> str:
    """The canonical host; "" for what is no address."""
    try:
        return host(url)
    except ValueError:
        return ""


def problem_name(problem: BaseException) -> str:
    """The name under which it is counted; nothing that a site said is part of it."""
    if isinstance(problem, FetchError):
        return problem.kind
    if isinstance(problem, IgnoreRequest):
        said = str(problem).lower()
        return next((name for word, name in IGNORED.items() if word in said), "ignored")
    return type(problem).__name__


def tell(line: dict[str, Any]) -> None:
    """One line to the parent."""
    try:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(1)  # nobody listens any more


def tell_again(page: str, media: str, digest: str) -> None:
    """One more address of content whose fingerprint the parent has."""
    tell({"again": {"page_url": page, "media_url": media, "sha256": digest}})


def settings(job: dict[str, Any]) -> dict[str, Any]:
    """Scrapy's settings; every default that opens a door is closed by name."""
    return {
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "DOWNLOADER_MIDDLEWARES": {OffsiteMiddleware: None, SameHost: 50, RedirectMiddleware: None, Redirects: 600},
        "DOWNLOAD_HANDLERS": {
            **dict.fromkeys(("file", "data", "ftp", "s3")),
            **dict.fromkeys(("http", "https"), Handler),
        },
        # What our session does; what follows would do it once more, in another way.
        **dict.fromkeys(("COOKIES_ENABLED", "COMPRESSION_ENABLED", "METAREFRESH_ENABLED", "HTTPPROXY_ENABLED"), False),
        "DEFAULT_REQUEST_HEADERS": {},
        "HTTPERROR_ALLOW_ALL": True,
        "ROBOTSTXT_OBEY": job["obey_robots"],
        "ROBOTSTXT_USER_AGENT": "jium",
        "REFERER_ENABLED": False,
        "CONCURRENT_REQUESTS": 4,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
        "DOWNLOAD_DELAY": job["delay"],
        "DOWNLOAD_DELAY_JITTER": 0.5,
        "AUTOTHROTTLE_ENABLED": job["delay"] > 0,
        "AUTOTHROTTLE_START_DELAY": job["delay"],
        "AUTOTHROTTLE_MAX_DELAY": 30,
        "DOWNLOAD_MAXSIZE": job["media_bytes"],
        "DOWNLOAD_WARNSIZE": 0,
        "REDIRECT_MAX_TIMES": MOST_REDIRECTS,
        "RETRY_TIMES": 1,
        "RETRY_EXCEPTIONS": [Unanswered],
        "DEPTH_LIMIT": job["depth"] + 1,  # pictures on the deepest pages are one deeper
        # Broad before deep: what is new stands on the first pages.
        "DEPTH_PRIORITY": 1,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "CLOSESPIDER_TIMEOUT": job["seconds"],
        "HTTPCACHE_ENABLED": False,
        "LOG_ENABLED": False,
    }


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when ``parent`` goes, however it goes; it may have gone already."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def main() -> None:
    job = json.load(sys.stdin)
    die_with_parent(job["parent"])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]
    process = AsyncCrawlerProcess(settings(job))
    crawler = process.create_crawler(SiteSpider)
    process.crawl(crawler, job=job)
    process.start(install_signal_handlers=False)
    reason = crawler.stats.get_value("finish_reason") if crawler.stats else None
    if reason == "closespider_timeout":
        tell({"problem": "out_of_time"})
    if reason in ("finished", "closespider_timeout"):
        tell({"done": True})


if __name__ == "__main__":
    main()
