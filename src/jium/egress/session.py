"""A visitor's session: asks as a browser asks, goes where it is sent, and remembers cookies.

The crawl, the check and every single fetch ask through this one, so that what one of them reaches, the
others reach. All of it goes through the egress proxy, and everything is bounded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from jium.egress import url as addresses

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
# What browsers say they take when they open a page, and when a page shows a picture or a video.
PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
MEDIA = "image/avif,image/webp,image/apng,image/*,video/*;q=0.9,*/*;q=0.8"
LANGUAGES = "ko,en;q=0.8"
REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 20  # as browsers
REFUSED = 403  # the proxy's own answer to a tunnel that may not be
CHUNK = 65536


class FetchError(Exception):
    """Nothing usable came.

    ``kind``: denied, unreachable, timeout, tls, too_large, too_many_redirects or malformed.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


@dataclass(frozen=True)
class Fetched:
    """An answer. ``url``: where it came from after redirects; header names are lower case.

    ``cut``: it broke off before its announced end; ``body`` is what came. ``location``: where it sends its
    visitor, as it came; only of an answer that is not followed.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False
    location: bytes | None = None

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


@dataclass(frozen=True)
class Bounds:
    """Of one fetch: ``body`` bytes unpacked, ``seconds`` and ``redirects`` in all.

    ``heard`` is told of every piece of the body how many bytes it has: for whoever shows progress.
    """

    body: int = 8 * 1024 * 1024
    seconds: float = 60.0
    redirects: int = MOST_REDIRECTS
    heard: Callable[[int], None] = field(default=lambda _bytes: None, compare=False)


BOUNDS = Bounds()


class Session:
    """Use it as ``async with Session(proxy) as session``; cookies last as long as it does."""

    def __init__(self, proxy: str) -> None:
        self._proxy = proxy

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Begin without cookies."""
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True, limit=0, resolver=_NobodyElse()),
            headers={"User-Agent": AGENT, "Accept-Language": LANGUAGES},
            # Browsers keep cookies of hosts that are bare numbers too, and give values back as they came.
            cookie_jar=aiohttp.CookieJar(unsafe=True, quote_cookie=False),
        )

    async def close(self) -> None:
        """Forget everything. Harmless when closed."""
        await self._client.close()

    async def get(self, url: str, *, accept: str = MEDIA, referer: str = "", bounds: Bounds = BOUNDS) -> Fetched:
        """Fetch ``url`` and go where it sends its visitor. Raises :class:`FetchError`.

        Whatever its status: an answer is an answer. ``referer``: the page that shows it or links to it; many
        sites give their pictures to nobody else.
        """
        try:
            async with asyncio.timeout(bounds.seconds):
                for _step in range(bounds.redirects + 1):
                    answer = await self.ask(url, accept=accept, referer=referer, bounds=bounds)
                    if answer.location is None:
                        return answer
                    url = addresses.redirect_target(answer.location, answer.url) or ""
        except TimeoutError:
            raise FetchError("timeout") from None
        raise FetchError("too_many_redirects")

    async def post(self, url: str, content: bytes, kind: str, bounds: Bounds = BOUNDS) -> Fetched:
        """Send ``content`` of this media type; the answer, wherever it points. Raises :class:`FetchError`."""
        return await self._exchange(_canonical(url), {"Content-Type": kind}, bounds, content)

    async def ask(self, url: str, *, accept: str = MEDIA, referer: str = "", bounds: Bounds = BOUNDS) -> Fetched:
        """One question, one answer, which may send its visitor elsewhere. Raises :class:`FetchError`."""
        address = _canonical(url)
        headers = {"Accept": accept}
        if told := referer_for(referer, address):
            headers["Referer"] = told
        return await self._exchange(address, headers, bounds)

    async def _exchange(
        self, address: str, headers: Mapping[str, str], bounds: Bounds, content: bytes | None = None
    ) -> Fetched:
        try:
            async with (
                asyncio.timeout(bounds.seconds),
                self._client.request(
                    "GET" if content is None else "POST",
                    URL(address, encoded=True),
                    data=content,
                    headers=headers,
                    proxy=self._proxy,
                    allow_redirects=False,
                ) as answer,
            ):
                return await _taken(answer, address, bounds)
        except TimeoutError:
            raise FetchError("timeout") from None
        except aiohttp.ClientSSLError:
            raise FetchError("tls") from None
        except aiohttp.ClientHttpProxyError as refusal:
            raise FetchError("denied" if refusal.status == REFUSED else "unreachable") from None
        except aiohttp.InvalidURL:
            raise FetchError("malformed") from None
        except (aiohttp.ClientError, OSError):
            raise FetchError("unreachable") from None
        except ValueError:
            raise FetchError("malformed") from None


class _NobodyElse(AbstractResolver):
    """The second lock: a session finds the proxy, which is a bare address, and nothing by name."""

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        raise OSError("only the proxy may be asked")

    async def close(self) -> None:
        pass


def _canonical(url: str) -> str:
    address = addresses.canonical(url) if url else None
    if address is None:
        raise FetchError("malformed")
    return address


def referer_for(page: str, address: str) -> str:
    """What a browser tells ``address`` about the ``page`` it comes from.

    All of its address within one origin, to others only the origin, and nothing from https to http.
    """
    try:
        here, there = addresses.origin(page), addresses.origin(address)
    except ValueError:
        return ""
    if here == there:
        return page
    return "" if here.startswith("https:") and there.startswith("http:") else f"{here}/"


def _location(answer: aiohttp.ClientResponse) -> bytes | None:
    """Where a redirect leads, as it came; None for any other answer, and for a redirect that leads nowhere."""
    if answer.status not in REDIRECTS:
        return None
    return next((value for name, value in answer.raw_headers if name.lower() == b"location"), None)


def _refused_by_proxy(answer: aiohttp.ClientResponse) -> None:
    """Only over plain HTTP does the proxy speak for itself; within a tunnel such a header is a site's own."""
    reason = answer.headers.get("X-Jium-Egress") if answer.url.scheme == "http" else None
    if reason:
        raise FetchError("unreachable" if reason == "unreachable" else "denied")


async def _taken(answer: aiohttp.ClientResponse, address: str, bounds: Bounds) -> Fetched:
    """The answer with its body, unpacked as it comes, so that a bomb is cut where it passes the bound."""
    _refused_by_proxy(answer)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    location = _location(answer)
    if location is not None:
        return Fetched(address, answer.status, headers, b"", location=location)
    body, cut = bytearray(), False
    try:
        async for chunk in answer.content.iter_chunked(CHUNK):
            body += chunk
            bounds.heard(len(chunk))
            if len(body) > bounds.body:
                raise FetchError("too_large")
    except aiohttp.ClientPayloadError:
        if not body:
            raise
        cut = True
    return Fetched(address, answer.status, headers, bytes(body), cut)
