"""One bounded fetch through the proxy, for who has no session."""

from __future__ import annotations

import asyncio

from jium import egress
from jium.egress.session import BOUNDS, MEDIA, Bounds, Fetched, FetchError, Session

__all__ = ["Bounds", "FetchError", "Fetched", "fetch"]


def fetch(url: str, *, referer: str = "", accept: str = MEDIA, bounds: Bounds = BOUNDS) -> Fetched:
    """Fetch ``url``, whatever its status. Raises :class:`FetchError`.

    ``referer``: the page that shows it; many sites give their pictures to nobody else.
    """
    return asyncio.run(_fetch(url, referer, accept, bounds))


async def _fetch(url: str, referer: str, accept: str, bounds: Bounds) -> Fetched:
    async with Session(egress.address()) as session:
        return await session.get(url, accept=accept, referer=referer, bounds=bounds)
