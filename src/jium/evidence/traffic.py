"""Listens to a page and keeps every request and its answer, within limits, for the web archive.

Headers come from Playwright, bodies do not: it asks the site again for a body that Chromium no longer holds,
and turns all text into UTF-8; evidence must be the very bytes that the page was made of. They are read from
Chromium's own buffer through a DevTools session of ours, and only when their size, which Chromium counts as
it inflates, is within the limits.
"""

from __future__ import annotations

import asyncio
import base64
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import CDPSession, Error, Page, Request, Response

from jium import clock
from jium.evidence.warc import Exchange

LARGEST_BODY = 32 * 1024 * 1024
LARGEST_TOTAL = 160 * 1024 * 1024
MOST_EXCHANGES = 3000
BODY_SECONDS = 20.0
NOTICE_SECONDS = 15.0  # Playwright and our session hear of an end at nearly the same moment, on an idle machine
AT_ONCE = 4
OWN_ANSWER = "x-jium-egress"  # a header of answers that the egress proxy gives itself
_LISTED = 200  # of what was left out; the rest is only counted


@dataclass(frozen=True)
class LeftOut:
    """Something the page asked for that is not in the archive. ``reason`` is a code or Chromium's own."""

    url: str
    reason: str


@dataclass
class _Load:
    """A load as Chromium counts it: ``size`` is of the decoded body so far."""

    url: str
    size: int = 0


class _Buffer:
    """Chromium's buffer of bodies, read by address.

    Loads of one address end in the same order for Playwright and for us.
    """

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._loads: dict[str, _Load] = {}
        self._ended: defaultdict[str, asyncio.Queue[str]] = defaultdict(asyncio.Queue)
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.dataReceived", self._received)
        session.on("Network.loadingFinished", self._finished)

    async def open(self) -> bool:
        """Begin to buffer; True when bytes are kept as they came and outlive the page they belong to."""
        sizes = {"maxResourceBufferSize": LARGEST_BODY, "maxTotalBufferSize": LARGEST_TOTAL}
        await self._session.send("Network.enable", {**sizes, "enableDurableMessages": True})
        try:
            await self._session.send("Network.configureDurableMessages", sizes)
        except Error:
            return False  # Chromium before 143
        return True

    async def ended(self, url: str) -> str:
        """Which load of ``url`` ended next. Raises ``TimeoutError``."""
        return await asyncio.wait_for(self._ended[url].get(), NOTICE_SECONDS)

    async def read(self, name: str) -> bytes | None:
        """The decoded body of a load that ended; None when it is not there."""
        size = self._loads[name].size
        if size > LARGEST_BODY:
            raise _TooLarge
        if not size:
            return b""
        answer = self._session.send("Network.getResponseBody", {"requestId": name})
        told = await asyncio.wait_for(answer, BODY_SECONDS)
        body = base64.b64decode(told["body"]) if told["base64Encoded"] else told["body"].encode()
        return body or None

    def _sent(self, event: dict[str, Any]) -> None:
        self._loads[event["requestId"]] = _Load(event["request"]["url"])

    def _received(self, event: dict[str, Any]) -> None:
        if load := self._loads.get(event["requestId"]):
            load.size += event["dataLength"]

    def _finished(self, event: dict[str, Any]) -> None:
        if load := self._loads.get(event["requestId"]):
            self._ended[load.url].put_nowait(event["requestId"])


class _TooLarge(Exception):
    pass


class Traffic:
    """What a page received.

    ``exchanges``: in the order they were complete; ``left_out_count``: of everything left out; ``exact``:
    text is kept byte for byte, not turned into UTF-8.
    """

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.left_out: list[LeftOut] = []
        self.left_out_count = 0
        self.total = 0
        self.exact = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)

    async def listen(self, page: Page) -> None:
        """Begin; call while the page is still empty."""
        self._buffer = _Buffer(await page.context.new_cdp_session(page))
        self.exact = await self._buffer.open()
        page.on("requestfinished", self._finished)
        page.on("requestfailed", self._failed)

    async def settle(self, seconds: float) -> None:
        """Wait for what is still being read, ``seconds`` at most; the rest is left out."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        self.exchanges.sort(key=lambda exchange: exchange.at)

    def answers(self, url: str) -> list[Exchange]:
        """Every answer for ``url`` that was kept, its fragment not counted."""
        plain = url.partition("#")[0]
        return [kept for kept in self.exchanges if kept.url == plain]

    def is_too_large(self, url: str) -> bool:
        """Whether an answer for ``url`` was left out for its size."""
        return LeftOut(url.partition("#")[0][:2000], "too_large") in self.left_out

    def add(self, exchange: Exchange) -> None:
        """One more, that the page itself did not ask for."""
        self.total += len(exchange.body)
        self.exchanges.append(exchange)

    def _failed(self, request: Request) -> None:
        self.leave_out(request.url, request.failure or "failed")

    def _finished(self, request: Request) -> None:
        if not request.url.startswith(("http://", "https://")):
            return  # data: and blob: are parts of what was received already
        task = asyncio.ensure_future(self._keep(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep(self, request: Request) -> None:
        at, url = clock.now(), request.url.partition("#")[0]
        try:
            response = await request.response()
            if response is None:
                return
            # Whoever waits to hear of an end keeps no place from those that are there to be read.
            load = await self._load_of(response, url)
            async with self._places:
                # Over https the answer comes from the site itself, which could name the header to be left out.
                if OWN_ANSWER in response.headers and url.startswith("http:"):
                    self.leave_out(url, f"not let out: {response.headers[OWN_ANSWER]}")
                    return
                if len(self.exchanges) >= MOST_EXCHANGES:
                    self.leave_out(url, "too_many")
                    return
                body = await self._body(load, url)
                if body is None:
                    return
                self.total += len(body)
                self.exchanges.append(
                    Exchange(
                        url=url,
                        at=at,
                        method=request.method,
                        request_headers=_pairs(await request.headers_array()),
                        request_body=request.post_data_buffer or b"",
                        status=response.status,
                        reason=response.status_text,
                        headers=_pairs(await response.headers_array()),
                        body=body,
                    )
                )
        except (Error, asyncio.CancelledError):
            self.leave_out(url, "not_read")

    async def _load_of(self, response: Response, url: str) -> str | None:
        """Which load brought the body of an answer; empty for one without a body, None where we heard of none."""
        if 300 <= response.status < 400 or response.status in (101, 204, 205):
            return ""
        try:
            return await self._buffer.ended(url)
        except TimeoutError:
            return None

    async def _body(self, load: str | None, url: str) -> bytes | None:
        """The decoded body, or None when it is left out."""
        if load == "":
            return b""
        try:
            body = await self._buffer.read(load) if load else None
        except _TooLarge:
            self.leave_out(url, "too_large")
            return None
        except (Error, TimeoutError):
            body = None
        if body is None:
            self.leave_out(url, "not_read")
        elif self.total + len(body) > LARGEST_TOTAL:
            self.leave_out(url, "too_large")
            return None
        return body

    def leave_out(self, url: str, reason: str) -> None:
        """Count something that is not in the archive, and why."""
        self.left_out_count += 1
        if len(self.left_out) < _LISTED:
            self.left_out.append(LeftOut(url[:2000], reason[:80]))


def _pairs(headers: Iterable[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((entry["name"], entry["value"]) for entry in headers)
