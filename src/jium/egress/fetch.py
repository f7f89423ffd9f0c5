"""One bounded fetch through the proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from jium import egress

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
REDIRECTS = (301, 302, 303, 307, 308)
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
    """An answer. ``url``: where it came from after redirects; header names are lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    url: str,
    *,
    max_bytes: int = 8 * 1024 * 1024,
    seconds: float = 60.0,
    max_redirects: int = 5,
    referer: str = "",
) -> Fetched:
    """Fetch ``url``, whatever its status. Raises :class:`FetchError`.

    ``referer``: the page that shows it; many sites give their pictures to nobody else.
    """
    headers = {"User-Agent": AGENT, "Accept-Language": "ko,en;q=0.8"}
    if referer:
        headers["Referer"] = referer
    return asyncio.run(_fetch(url, headers, max_bytes, seconds, max_redirects))


async def _fetch(url: str, headers: Mapping[str, str], max_bytes: int, seconds: float, max_redirects: int) -> Fetched:
    connector = aiohttp.TCPConnector(force_close=True)
    try:
        async with (
            asyncio.timeout(seconds),
            aiohttp.ClientSession(connector=connector, headers=headers) as session,
        ):
            return await _follow(session, url, max_bytes, max_redirects)
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


async def _follow(session: aiohttp.ClientSession, url: str, max_bytes: int, max_redirects: int) -> Fetched:
    for _step in range(max_redirects + 1):
        if urlsplit(url).scheme not in ("http", "https"):
            raise FetchError("malformed")
        address = URL(url, encoded=url.isascii())
        async with session.get(address, proxy=egress.address(), allow_redirects=False) as answer:
            _refused_by_proxy(answer)
            target = answer.headers.get("Location")
            if answer.status in REDIRECTS and target:
                url = urljoin(url, target)
                continue
            body = await _body(answer, max_bytes)
            return Fetched(url, answer.status, {k.lower(): v for k, v in answer.headers.items()}, body)
    raise FetchError("too_many_redirects")


def _refused_by_proxy(answer: aiohttp.ClientResponse) -> None:
    """Only over plain HTTP does the proxy speak for itself; within a tunnel such a header is a site's own."""
    reason = answer.headers.get("X-Jium-Egress") if answer.url.scheme == "http" else None
    if reason:
        raise FetchError("unreachable" if reason == "unreachable" else "denied")


async def _body(answer: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """The body, unpacked as it comes, so that a bomb is cut where it passes the bound."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > max_bytes:
            raise FetchError("too_large")
    return bytes(body)
