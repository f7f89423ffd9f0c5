"""Whether her face may be looked for: the hard limit, asked in one place before any such search.

It takes an open case whose papers are here, her consent to that very thing, a purpose, an end, and a second person who
confirms it. Where one of them goes, the permission goes, and with it what runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from jium import clock
from jium.cases.consents import Kind
from jium.cases.mandate import consented, may_act
from jium.cases.models import Case, FaceSearch
from jium.trust import four_eyes
from jium.trust.four_eyes import FACE_SEARCH
from jium.trust.models import Account, SecondLook

# What can be chosen, in days; the law on personal data wants an end.
DAYS = (30, 90, 180)


class Standing(StrEnum):
    """How it stands with the permission."""

    NOT_ASKED = "not_asked"
    WAITS = "waits"
    ALLOWED = "allowed"
    REFUSED = "refused"
    ENDED = "ended"
    CONSENT_LACKING = "consent_lacking"
    CASE_LACKING = "case_lacking"


@dataclass(frozen=True)
class Permission:
    """``look``: the second look that was asked for last, whatever became of it; ``until``: of a confirmed one."""

    standing: Standing
    look: SecondLook | None = None
    until: datetime | None = None


class FaceSearchNotAllowed(Exception):
    """Her face may not be looked for; ``why``: how it stands."""

    def __init__(self, why: Standing) -> None:
        super().__init__(why.value)
        self.why = why


def ask(case: Case, purpose: str, days: int, by: Account) -> SecondLook:
    """Ask for the permission; somebody else confirms it.

    Raises :class:`FaceSearchNotAllowed` where consent or papers are lacking or it is allowed already, ValueError for
    no purpose or another number of days than :data:`DAYS`.
    """
    if days not in DAYS:
        raise ValueError("an end out of DAYS")
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        if why := _forbids(case):
            raise FaceSearchNotAllowed(why)
        standing = permission(case).standing
        if standing in (Standing.ALLOWED, Standing.WAITS):
            raise FaceSearchNotAllowed(standing)
        asked = FaceSearch.objects.create(case=case, days=days)
        look = four_eyes.ask(FACE_SEARCH, str(asked.pk), by, case.pk, purpose)
    return look


def end(case: Case, by: Account) -> bool:
    """It is not wanted any more, asked for or allowed: it ends at once. False where there was none."""
    now = permission(case)
    if now.look is None or now.standing not in (Standing.ALLOWED, Standing.WAITS):
        return False
    four_eyes.take_back(now.look, by)
    return True


def permission(case: Case) -> Permission:
    """How it stands now."""
    asked = FaceSearch.objects.filter(case=case).last()
    look = four_eyes.latest(FACE_SEARCH, str(asked.pk)) if asked else None
    if asked is None or look is None:
        return Permission(_forbids(case) or Standing.NOT_ASKED)
    if look.state == SecondLook.State.WAITING:
        waits = four_eyes.waiting().filter(pk=look.pk).exists()
        return Permission(Standing.WAITS if waits else Standing.ENDED, look)
    if look.state == SecondLook.State.REFUSED:
        return Permission(Standing.REFUSED, look)
    if look.state != SecondLook.State.CONFIRMED or look.decided_at is None:
        return Permission(Standing.ENDED, look)
    until = look.decided_at + timedelta(days=asked.days)
    if until <= clock.now() or _agreed_anew_since(case, look.asked_at):
        return Permission(Standing.ENDED, look, until)
    return Permission(_forbids(case) or Standing.ALLOWED, look, until)


def require_face_search(case_id: UUID) -> None:
    """Asked before and while a face is looked for. Raises :class:`FaceSearchNotAllowed`."""
    standing = permission(Case.objects.get(pk=case_id)).standing
    if standing is not Standing.ALLOWED:
        raise FaceSearchNotAllowed(standing)


def _forbids(case: Case) -> Standing | None:
    """What stands against it whoever confirms it."""
    if case.state != Case.State.OPEN or not may_act(case.pk):
        return Standing.CASE_LACKING
    return None if Kind.BIOMETRIC in consented(case) else Standing.CONSENT_LACKING


def _agreed_anew_since(case: Case, moment: datetime) -> bool:
    """She withdrew, and agreed again later: what was confirmed before does not count for that."""
    return case.consents.filter(kind=Kind.BIOMETRIC, withdrawn_at=None, given_at__gt=moment).exists()
