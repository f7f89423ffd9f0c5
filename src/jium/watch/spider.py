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
from urllib.parse import urlsplit

import scrapy
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.resolver import CachingThreadedResolver
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet import defer
from twisted.internet.error import DNSLookupError

from jium import dna
from jium.media.errors import MediaError
from jium.watch.read_page import read_page
from jium.watch.wire import encode

PROXY = "127.0.0.1"
PAGE_BYTES = 8 * 1024 * 1024
# Ahead of every page, however deep: bytes are asked for while the page that shows them is fresh.
MEDIA_FIRST = 1000
PR_SET_PDEATHSIG = 1
MEMORY = 3 * 1024**3
# Smaller on both sides: a counter, an icon, a smile.
TINY = 24
# What Scrapy raises, by the names under which problems are counted.
FAILURES = {
    "DownloadTimeoutError": "timeout",
    "TimeoutError": "timeout",
    "CannotResolveHostError": "unreachable",
    "DownloadConnectionRefusedError": "unreachable",
    "DownloadFailedError": "unreachable",
    "ResponseDataLossError": "unreachable",
    "DownloadCancelledError": "too_large",
}
IGNORED = {
    "robots": "robots",
    "offsite": "other_host",
    "redirections": "too_many_redirects",
    "size": "too_large",
}


class SameHost(OffsiteMiddleware):
    """Pages of the very host only, also where a redirect leads; Scrapy's own lets subdomains pass."""

    def should_follow(self, request: scrapy.Request, spider: scrapy.Spider) -> bool:
        same = urlsplit(request.url).hostname in getattr(spider, "allowed_domains", ())
        if not same and request.meta.get("redirect_times"):
            tell({"problem": "other_host"})
        return same


class SiteSpider(scrapy.Spider):
    """One visit to one site."""

    name = "site"

    def __init__(self, job: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.host = urlsplit(job["start_url"]).hostname or ""
        twin = self.host.removeprefix("www.") if self.host.startswith("www.") else f"www.{self.host}"
        self.allowed_domains = [self.host, twin]
        self.pages = 0
        self.pages_asked = 0
        self.asked: set[str] = set()
        # On which pages a file stands, and what it was found to be: it is fetched once a visit.
        self.shown_on: dict[str, list[str]] = {}
        self.digests: dict[str, str] = {}
        self.known = set(job["known"])
        self.sandbox = dna.open_sandbox()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.broke, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[scrapy.Request]:
        yield self._page(self.job["start_url"], self.job["start_url"])

    def _page(self, url: str, linked_from: str) -> scrapy.Request:
        self.asked.add(url)
        self.pages_asked += 1
        return scrapy.Request(url, self.page, errback=self.failed, cb_kwargs={"linked_from": linked_from})

    async def page(self, response: Response, linked_from: str) -> AsyncIterator[scrapy.Request]:
        """What was linked to: a page, which shows and links; or a picture or video after all."""
        self.pages += 1
        tell({"page": self.pages})
        if self.pages == 1:
            self.host = urlsplit(response.url).hostname or self.host  # the site may prefer its "www." name
        if not isinstance(response, TextResponse):
            if self._note(asked_url(response), linked_from):
                await self.media(response)
            return
        if len(response.body) > PAGE_BYTES:
            tell({"problem": "too_large"})
            return
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        content = read_page(response.body, response.url, kind)
        if response.meta["depth"] < self.job["depth"]:
            for request in self._follow(content.links, response.url):
                yield request
        for media in content.media:
            if self._note(media, response.url):
                # "dont_filter": it may lie on another host, and may be where another one's redirect ends.
                yield scrapy.Request(media, self.media, errback=self.failed, priority=MEDIA_FIRST, dont_filter=True)

    def _follow(self, links: tuple[str, ...], page: str) -> Iterator[scrapy.Request]:
        for link in links:
            if self.pages_asked >= self.job["most_pages"]:
                return
            if link not in self.asked and urlsplit(link).hostname == self.host:
                yield self._page(link, page)

    def _note(self, media: str, page: str) -> bool:
        """Note that ``page`` shows ``media``; whether that is still to be fetched."""
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
            made = await self._fingerprint(response.body)
            if made is None:
                return
            self.known.add(digest)
            tell({"seen": {"page_url": next(pages), "media_url": media, "fingerprint": encode(made)}})
        self.digests[media] = digest
        for page in pages:
            tell_again(page, media, digest)

    async def _fingerprint(self, body: bytes) -> dna.Fingerprint | None:
        try:
            made = await asyncio.to_thread(dna.fingerprint, body, self.sandbox)
        except MediaError as problem:
            tell({"problem": problem.kind})
            if problem.kind == "sandbox_unavailable":
                raise CloseSpider(problem.kind) from None
            return None
        return made if max(made.width or TINY, made.height or TINY) >= TINY else None

    def failed(self, failure: Any) -> None:
        """A request that came to nothing, by its kind."""
        tell({"problem": problem_name(failure.value)})

    def broke(self, failure: Any) -> None:
        """A fault of our own on some page."""
        tell({"problem": f"fault {failure.type.__name__}"})

    def closed(self, reason: str) -> None:
        self.sandbox.close()


def asked_url(response: Response) -> str:
    """The address that was asked for, not the passing one to which it redirected."""
    return str(response.meta.get("redirect_urls", [response.url])[0])


def problem_name(problem: BaseException) -> str:
    """The name under which it is counted; nothing that a site said is part of it."""
    if isinstance(problem, HttpError):
        answer = problem.response
        own = answer.headers.get("X-Jium-Egress") if answer.url.startswith("http:") else None
        return own.decode("ascii", "replace") if own else f"status {answer.status}"
    if isinstance(problem, IgnoreRequest):
        said = str(problem).lower()
        return next((name for word, name in IGNORED.items() if word in said), "ignored")
    name = type(problem).__name__
    if "tunnel" in str(problem).lower():
        return "denied" if "403" in str(problem) else "unreachable"
    return FAILURES.get(name, name)


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


class ProxyOnly(CachingThreadedResolver):
    """The second lock: this process finds the proxy and nothing else, whatever a library tries."""

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:
        return defer.succeed(name) if name == PROXY else defer.fail(DNSLookupError())


def settings(job: dict[str, Any]) -> dict[str, Any]:
    """Scrapy's settings; every default that opens a door is closed by name."""
    return {
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "DOWNLOADER_MIDDLEWARES": {OffsiteMiddleware: None, SameHost: 50},
        "DOWNLOAD_HANDLERS": {"file": None, "data": None, "ftp": None, "s3": None},
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "TWISTED_DNS_RESOLVER": ProxyOnly,
        "ROBOTSTXT_OBEY": job["obey_robots"],
        "ROBOTSTXT_USER_AGENT": "jium",
        "USER_AGENT": job["agent"],
        "DEFAULT_REQUEST_HEADERS": {"Accept": "*/*", "Accept-Language": "ko,en;q=0.8"},
        "COOKIES_ENABLED": True,
        "CONCURRENT_REQUESTS": 4,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
        "DOWNLOAD_DELAY": job["delay"],
        "DOWNLOAD_DELAY_JITTER": 0.5,
        "AUTOTHROTTLE_ENABLED": job["delay"] > 0,
        "AUTOTHROTTLE_START_DELAY": job["delay"],
        "AUTOTHROTTLE_MAX_DELAY": 30,
        "DOWNLOAD_TIMEOUT": 60,
        "DOWNLOAD_MAXSIZE": job["media_bytes"],
        "DOWNLOAD_WARNSIZE": 0,
        "REDIRECT_MAX_TIMES": 5,
        "RETRY_TIMES": 1,
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
    for name in ("http_proxy", "https_proxy"):
        os.environ[name] = job["proxy"]
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
