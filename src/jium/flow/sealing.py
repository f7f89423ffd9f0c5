"""The newest entry of the audit log is sealed day by day, outside the database, and mailed to whoever keeps it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from django.conf import settings

from jium import egress, engine
from jium.egress.session import Bounds, Fetched, Session
from jium.engine.models import Chore
from jium.notices import services as notices
from jium.trust import seals, stamps

SEAL, MAIL, STAMP = "seal", "mail seal", "stamp seal"
SEALING = timedelta(days=1)
OK = 200
# An answer has a few kilobytes.
BOUNDS = Bounds(body=64 * 1024, seconds=30)


def keep_sealed() -> None:
    """From now on it is sealed day by day."""
    chore, _fresh = Chore.objects.get_or_create(pk=SEAL)
    if not chore.next_action:
        chore.plan(SEAL)


@engine.action(Chore, SEAL, queue="desk")
def seal(chore: Chore) -> None:
    """Seal, have it mailed and time-stamped, and come back tomorrow."""
    config = settings.CONFIG
    if seals.seal(config):
        if config.audit.mail and config.mail.host:
            Chore.objects.get_or_create(pk=MAIL)[0].plan(MAIL)
        if config.audit.tsa:
            Chore.objects.get_or_create(pk=STAMP)[0].plan(STAMP)
    chore.plan_in(SEAL, SEALING)


@engine.action(Chore, MAIL, queue="mail")
def mail(chore: Chore) -> None:
    """Nothing but a moment and two numbers: who reads the mail on its way learns nothing."""
    config = settings.CONFIG
    newest = seals.last(config)
    if newest and config.audit.mail and config.mail.host:
        notices.tell(config.audit.mail, f"jium {newest.number}", f"{newest.at}\n{newest.short}\n")
    chore.rest()


@engine.action(Chore, STAMP, queue="mail")
def stamp(chore: Chore) -> None:
    """Somebody outside signs which entry is the newest today. Raises NotStamped, FetchError: it is tried again."""
    config, newest = settings.CONFIG, _unstamped()
    if newest and config.audit.tsa:
        asked = stamps.ask(newest)
        answer = asyncio.run(_posted(config.audit.tsa, asked.content))
        if answer.status != OK or answer.cut:
            raise stamps.NotStamped
        stamps.keep(config, asked, answer.body)
    chore.rest()


def _unstamped() -> seals.Seal | None:
    """The newest seal where no authority has stamped it."""
    config = settings.CONFIG
    newest = seals.last(config)
    stamped, _false = stamps.read(config)
    return newest if newest and newest.number not in {one.number for one in stamped} else None


async def _posted(url: str, content: bytes) -> Fetched:
    async with Session(egress.address()) as session:
        return await session.post(url, content, stamps.QUERY, BOUNDS)
