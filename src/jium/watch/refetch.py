"""The bytes of a sighting, which were dropped, once more: as a visitor of its page would get them."""

from __future__ import annotations

import asyncio
import hashlib

from jium import egress
from jium.egress.session import Bounds, Session
from jium.egress.url import inline_bytes
from jium.watch import looking
from jium.watch.models import Sighting


def fetch_again(sighting: Sighting) -> bytes:
    """What lies at the sighting's address now. Raises :class:`~jium.egress.session.FetchError`.

    The page is opened first, for its cookies; a picture that is written into the page is taken from there.
    """
    return asyncio.run(_fetch_again(sighting))


async def _fetch_again(sighting: Sighting) -> bytes:
    async with Session(egress.address()) as session:
        # Without its page the file may be there all the same.
        parts, _problem = await looking.visit(session, sighting.page_url)
        for written in (one for part in parts for one in part.content.inline):
            body = inline_bytes(written)
            if hashlib.sha256(body).hexdigest() == sighting.sha256:
                return body
        referer = parts[-1].referer if parts else sighting.page_url
        bounds = Bounds(looking.MEDIA_BYTES, looking.SECONDS)
        return (await session.get(sighting.media_url, referer=referer, bounds=bounds)).body
