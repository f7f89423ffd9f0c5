"""The bytes of a sighting, which were dropped, once more: as a visitor of its page would get them."""

from __future__ import annotations

import asyncio
import hashlib

from jium import egress
from jium.egress.session import Bounds, FetchError, Session
from jium.watch import looking
from jium.watch.models import Sighting


def fetch_again(sighting: Sighting) -> bytes:
    """What lies at the sighting's address now. Raises :class:`FetchError`.

    The page is opened first, for its cookies; a picture that is written into the page is taken from there.
    """
    return asyncio.run(_fetch_again(sighting))


async def _fetch_again(sighting: Sighting) -> bytes:
    async with Session(egress.address()) as session:
        referer = sighting.page_url
        try:
            page = await looking.open_page(session, sighting.page_url)
        except FetchError:
            pass  # the file may lie elsewhere, and be there
        else:
            referer = page.url
            if sighting.media_url == sighting.page_url:
                for written in looking.content_of(page).inline:
                    body = looking.inline_bytes(written)
                    if hashlib.sha256(body).hexdigest() == sighting.sha256:
                        return body
        bounds = Bounds(looking.MEDIA_BYTES, looking.SECONDS)
        return (await session.get(sighting.media_url, referer=referer, bounds=bounds)).body
