"""The newest entry of the audit log is sealed day by day, outside the database, and mailed to whoever keeps it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from jium import engine
from jium.engine.models import Chore
from jium.notices import services as notices
from jium.trust import seals

SEAL, MAIL = "seal", "mail seal"
SEALING = timedelta(days=1)


def keep_sealed() -> None:
    """From now on it is sealed day by day."""
    chore, _fresh = Chore.objects.get_or_create(pk=SEAL)
    if not chore.next_action:
        chore.plan(SEAL)


@engine.action(Chore, SEAL, queue="desk")
def seal(chore: Chore) -> None:
    """Seal, have it mailed, and come back tomorrow."""
    config = settings.CONFIG
    if seals.seal(config) and config.audit.mail and config.mail.host:
        Chore.objects.get_or_create(pk=MAIL)[0].plan(MAIL)
    chore.plan_in(SEAL, SEALING)


@engine.action(Chore, MAIL, queue="mail")
def mail(chore: Chore) -> None:
    """Nothing but a moment and two numbers: who reads the mail on its way learns nothing."""
    config = settings.CONFIG
    newest = seals.last(config)
    if newest and config.audit.mail and config.mail.host:
        notices.tell(config.audit.mail, f"jium {newest.number}", f"{newest.at}\n{newest.short}\n")
    chore.rest()
