"""Scrapy asks through our own session: the same cookies, headers and redirects as every other look.

Scrapy decides what is asked, when and how often; how it is asked is decided in :mod:`jium.egress.session`.
"""

from __future__ import annotations

import time
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from jium.egress.session import MEDIA, Bounds, Fetched, FetchError, Session
from jium.egress.url import redirect_target
from jium.watch.looking import SECONDS


class Unanswered(FetchError):
    """Nothing came; it is worth asking once more."""


class Handler(BaseDownloadHandler):
    """Downloads through the spider's session. A request's meta may hold ``accept`` and ``page`` (the referer)."""

    lazy = True

    async def download_request(self, request: Request) -> Response:
        spider: Any = self.crawler.spider
        session: Session = spider.session
        began = time.monotonic()
        try:
            answer = await session.ask(
                request.url,
                accept=request.meta.get("accept", MEDIA),
                referer=request.meta.get("page", ""),
                bounds=Bounds(self.crawler.settings.getint("DOWNLOAD_MAXSIZE"), SECONDS, heard=spider.count),
            )
        except FetchError as problem:
            raise Unanswered(problem.kind) if problem.kind in ("unreachable", "timeout") else problem from None
        finally:
            request.meta["download_latency"] = time.monotonic() - began
        headers: dict[str, Any] = {**answer.headers, "location": answer.location or b""}
        return Response(request.url, answer.status, headers, answer.body, ["cut"] if answer.cut else [])

    async def close(self) -> None:
        await self.crawler.spider.session.close()  # type: ignore[union-attr]


class Redirects(BaseRedirectMiddleware):
    """Goes where our session would go."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        location = response.headers.get("location")
        if not location:
            return response
        target = redirect_target(location, response.url)
        if target is None:
            raise IgnoreRequest("malformed")
        onward = self._redirect(request.replace(url=target), request, response.status)
        # Back to where it came from, with a cookie more: that is not asking twice.
        onward.dont_filter |= target in onward.meta["redirect_urls"]
        return onward


def fetched(response: Response) -> Fetched:
    """What our session gave, out of what Scrapy made of it."""
    headers = {name.decode().lower(): (response.headers[name] or b"").decode("latin-1") for name in response.headers}
    return Fetched(response.url, response.status, headers, response.body, "cut" in response.flags)
