"""The crawling process: visits one site through the proxy, fingerprints what it shows, tells it line by line.

    python -m jium.watch.spider  < job (JSON)  > lines (JSON)

It has no database and no Django. Bytes are dropped as soon as they are fingerprinted. It dies with its parent.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError

from jium import dna
from jium.media.errors import MediaError
from jium.watch.read_page import read_page
from jium.watch.wire import encode

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
PAGE_BYTES = 8 * 1024 * 1024
PR_SET_PDEATHSIG = 1
MEMORY = 3 * 1024**3


class SiteSpider(scrapy.Spider):
    """One visit to one site."""

    name = "site"

    def __init__(self, job: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.host = urlsplit(job["start_url"]).hostname or ""
        self.allowed_domains = [self.host]
        self.pages = 0
        self.asked: set[str] = set()
        self.sandbox = dna.open_sandbox()

    async def start(self) -> AsyncIterator[scrapy.Request]:
        yield self._page(self.job["start_url"])

    def _page(self, url: str) -> scrapy.Request:
        return scrapy.Request(url, self.page, errback=self.failed, meta={"download_maxsize": PAGE_BYTES})

    async def page(self, response: Response) -> AsyncIterator[scrapy.Request]:
        """A page: tell what it shows, go on to what it links to."""
        self.pages += 1
        if not isinstance(response, TextResponse):
            await self._tell_media(response.url, response)
            return
        content = read_page(response.body, response.url)
        tell({"page": self.pages})
        for request in self._follow(content.links, response.url):
            yield request
        for media in content.media:
            if media not in self.asked:
                self.asked.add(media)
                yield scrapy.Request(
                    media,
                    self.media,
                    errback=self.failed,
                    meta={"allow_offsite": True, "page": response.url, "download_maxsize": self.job["media_bytes"]},
                    priority=1,
                )

    def _follow(self, links: tuple[str, ...], page: str) -> Iterator[scrapy.Request]:
        for link in links:
            if urlsplit(link).hostname == self.host and len(self.asked) < self.job["most_pages"]:
                self.asked.add(link)
                yield self._page(link)

    async def media(self, response: Response) -> None:
        """A picture or video: tell its fingerprint."""
        await self._tell_media(response.meta["page"], response)

    async def _tell_media(self, page: str, response: Response) -> None:
        try:
            made = await asyncio.to_thread(dna.fingerprint, response.body, self.sandbox)
        except MediaError as problem:
            tell({"problem": problem.kind})
            return
        asked = response.meta.get("redirect_urls", [response.url])[0]
        tell({"seen": {"page_url": page, "media_url": asked, "fingerprint": encode(made)}})

    def failed(self, failure: Any) -> None:
        """A request that came to nothing, by its kind."""
        if failure.check(HttpError):
            answer = failure.value.response
            denied = answer.headers.get("X-Jium-Egress")
            tell({"problem": denied.decode("ascii", "replace") if denied else f"status {answer.status}"})
        else:
            tell({"problem": failure.type.__name__})

    def closed(self, reason: str) -> None:
        self.sandbox.close()


def tell(line: dict[str, Any]) -> None:
    """One line to the parent."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def settings(job: dict[str, Any]) -> dict[str, Any]:
    """Scrapy's settings; every default that opens a door is closed by name."""
    return {
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "DOWNLOAD_HANDLERS": {"file": None, "data": None, "ftp": None, "s3": None},
        "ROBOTSTXT_OBEY": job["obey_robots"],
        "ROBOTSTXT_USER_AGENT": "jium",
        "USER_AGENT": AGENT,
        "COOKIES_ENABLED": True,
        "CONCURRENT_REQUESTS": 4,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
        "DOWNLOAD_DELAY": job["delay"],
        "RANDOMIZE_DOWNLOAD_DELAY": True,
        "DOWNLOAD_TIMEOUT": 60,
        "DOWNLOAD_MAXSIZE": job["media_bytes"],
        "DOWNLOAD_WARNSIZE": 0,
        "REDIRECT_MAX_TIMES": 5,
        "RETRY_TIMES": 1,
        "DEPTH_LIMIT": job["depth"],
        "CLOSESPIDER_TIMEOUT": job["seconds"],
        "HTTPCACHE_ENABLED": False,
        "LOG_ENABLED": False,
    }


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent goes, however that goes."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    job = json.load(sys.stdin)
    for name in ("http_proxy", "https_proxy"):
        os.environ[name] = job["proxy"]
    os.environ.pop("no_proxy", None)
    process = AsyncCrawlerProcess(settings(job))
    process.crawl(SiteSpider, job=job)
    process.start(install_signal_handlers=False)
    tell({"done": True})


if __name__ == "__main__":
    main()
