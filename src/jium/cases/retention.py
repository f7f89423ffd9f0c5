"""How long a case is kept, and that it is destroyed then: by the clock, or at once when whoever asked wants it.

Enforcement Rule of the Act on the Prevention of Sexual Violence §2-6 ④: material of children and youths is kept for
good, what an investigator asked for ten years, all else five; whoever asked may have it destroyed at once. The rule
does not say from when; here the years run from the day on which the case is closed.

By the clock a case is announced thirty days before and destroyed then, unless somebody opens it again. Before its time
two persons are needed. What is done stands in :mod:`jium.flow.destroying`; what stays is a :class:`Destruction`.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jium import clock
from jium.cases.intake import Requester
from jium.cases.mandate import settle
from jium.cases.models import Case, Destruction
from jium.trust import audit, four_eyes
from jium.trust.four_eyes import DESTRUCTION
from jium.trust.models import Account, SecondLook

Why = Destruction.Why
ClosedWhy = Case.ClosedWhy
# So long before, whoever has to know is told.
ANNOUNCED = timedelta(days=30)


class Kept(StrEnum):
    """For how long."""

    FOR_GOOD = "for_good"
    TEN_YEARS = "ten_years"
    FIVE_YEARS = "five_years"


YEARS = {Kept.TEN_YEARS: 10, Kept.FIVE_YEARS: 5}


class NotOpen(Exception):
    """The case is closed already, or is being destroyed."""


class NotClosed(Exception):
    """The case is open, or is being destroyed."""


def kept(requester: Requester, minor: bool) -> Kept:
    """For how long such a case is kept. Pure."""
    if minor:
        return Kept.FOR_GOOD
    return Kept.TEN_YEARS if requester is Requester.INVESTIGATOR else Kept.FIVE_YEARS


def ends(kept: Kept, closed_on: date) -> date | None:
    """The first day on which it is destroyed; None: never. Pure.

    Years are counted by the Civil Act: from the day after (§157) to the day before the one that corresponds to it
    (§160).
    """
    if kept not in YEARS:
        return None
    first = closed_on + timedelta(days=1)
    try:
        return first.replace(year=first.year + YEARS[kept])
    except ValueError:  # it began on a 29 February
        return date(first.year + YEARS[kept], 3, 1)


def kept_of(case: Case) -> Kept:
    """For how long this case is kept."""
    return kept(Requester(case.requester), case.minor)


def ends_of(case: Case) -> date | None:
    """The first day on which it is destroyed; None while it is open, and for good."""
    if case.closed_at is None:
        return None
    return ends(kept_of(case), case.closed_at.astimezone(clock.PLACE).date())


def close(case: Case, why: str, by: Account) -> None:
    """Support ends: nothing is looked for, recorded or demanded any more, and the years begin.

    Raises :class:`NotOpen`, ValueError for no known reason.
    """
    with transaction.atomic():
        row = Case.objects.select_for_update().get(pk=case.pk)
        if row.state != Case.State.OPEN:
            raise NotOpen
        row.state, row.closed_at, row.closed_why = Case.State.CLOSED, clock.now(), ClosedWhy(why)
        row.save(update_fields=["state", "closed_at", "closed_why"])
        settle(row)
        for look in four_eyes.waiting().filter(case_id=row.pk).exclude(act=DESTRUCTION):
            four_eyes.take_back(look, by)
        audit.record(by, "case.closed", str(row.pk), why=row.closed_why)
    case.refresh_from_db()


def reopen(case: Case, by: Account) -> None:
    """Support goes on: the years begin anew when it is closed again. Raises :class:`NotClosed`."""
    with transaction.atomic():
        row = Case.objects.select_for_update().get(pk=case.pk)
        if row.state != Case.State.CLOSED or being_destroyed(row.pk):
            raise NotClosed
        row.state, row.closed_at, row.closed_why, row.announced_at = Case.State.OPEN, None, "", None
        row.save(update_fields=["state", "closed_at", "closed_why", "announced_at"])
        settle(row)
        audit.record(by, "case.reopened", str(row.pk))
    case.refresh_from_db()


def being_destroyed(case_id: UUID) -> bool:
    """Whether there is no way back for it."""
    return Destruction.objects.filter(case_id=case_id).exists()


# -- on demand


def ask(case: Case, why: str, by: Account) -> SecondLook:
    """Whoever asked for help wants everything destroyed; somebody else confirms it. ``why``: how she said so.

    Raises ValueError for no reason given, :class:`NotClosed` where it is being destroyed already.
    """
    if being_destroyed(case.pk):
        raise NotClosed
    return four_eyes.ask(DESTRUCTION, str(case.pk), by, case.pk, why)


def asked(case: Case) -> SecondLook | None:
    """What waits for a second person."""
    return four_eyes.waiting().filter(act=DESTRUCTION, subject=str(case.pk)).first()


def destroy_confirmed(look: SecondLook) -> Destruction | None:
    """A second person has confirmed it: it begins at once. Raises :class:`jium.trust.four_eyes.NotConfirmed`."""
    held = four_eyes.require(DESTRUCTION, look.subject, look.asked_by)
    return _begin(Case.objects.get(pk=look.subject), Why.DEMAND, held.asked_by, held.decided_by)


def begin_again(case_id: UUID) -> Destruction | None:
    """It was destroyed before and came back from a backup; None where it did not."""
    case = Case.objects.filter(pk=case_id).first()
    return _begin(case, Why.RESTORED, None, None) if case else None


def destroyed_before() -> set[UUID]:
    """The cases of which a certificate says that they are destroyed, or are about to be."""
    return set(Destruction.objects.values_list("case_id", flat=True))


# -- by the clock


def announced() -> QuerySet[Case]:
    """Closed cases whose time is over within thirty days, and that somebody may still open again; the oldest first."""
    told = Case.objects.filter(state=Case.State.CLOSED).exclude(announced_at=None)
    return told.exclude(pk__in=Destruction.objects.values("case_id")).order_by("announced_at", "pk")


def announce() -> int:
    """Name the cases whose time is over within thirty days; how many are new. What is no longer so is not named."""
    last, fresh = clock.today() + ANNOUNCED, 0
    for case in _closed():
        ending = ends_of(case)
        near = ending is not None and ending <= last
        if near and case.announced_at is None:
            fresh += 1
            with transaction.atomic():
                Case.objects.filter(pk=case.pk).update(announced_at=clock.now())
                audit.record("system", "destruction.announced", str(case.pk))
        elif not near and case.announced_at is not None:
            Case.objects.filter(pk=case.pk).update(announced_at=None)
    return fresh


def begin_due() -> int:
    """Destroy what has been announced for thirty days and whose time is over; how many begin."""
    return sum(_begin(case, Why.CLOCK, None, None) is not None for case in _closed().exclude(announced_at=None))


def _is_due(case: Case) -> bool:
    announced = case.announced_at.astimezone(clock.PLACE).date() if case.announced_at else None
    return case.state == Case.State.CLOSED and is_due(ends_of(case), announced, clock.today())


def is_due(ending: date | None, announced_on: date | None, today: date) -> bool:
    """Whether it is destroyed today: its time is over, and it was announced long enough ago. Pure."""
    if ending is None or announced_on is None:
        return False
    return ending <= today and announced_on + ANNOUNCED <= today


def _closed() -> QuerySet[Case]:
    gone = Destruction.objects.values("case_id")
    return Case.objects.filter(state=Case.State.CLOSED).exclude(closed_at=None).exclude(pk__in=gone)


def _begin(case: Case, why: Why, asked_by: Account | None, confirmed_by: Account | None) -> Destruction | None:
    """None where by the clock it is not due any more: somebody may have opened it in this moment."""
    with transaction.atomic():
        row = Case.objects.select_for_update().get(pk=case.pk)
        if why == Why.CLOCK and not _is_due(row):
            return None
        fields = {
            "number": row.number,
            "kept": kept_of(row).value,
            "why": why,
            "opened_at": row.opened_at,
            "closed_at": row.closed_at,
            "asked_by": asked_by,
            "confirmed_by": confirmed_by,
            "begun_at": clock.now(),
        }
        begun, fresh = Destruction.objects.get_or_create(case_id=row.pk, defaults=fields)
        if fresh:
            Case.objects.filter(pk=row.pk).update(state=Case.State.CLOSED)
            row.refresh_from_db()
            settle(row)
            audit.record(asked_by or "system", "destruction.begun", str(row.pk), why=why.value)
            begun.plan("destroy")
    return begun


def destructions() -> QuerySet[Destruction]:
    """All, the latest first."""
    return Destruction.objects.select_related("asked_by", "confirmed_by").order_by("-begun_at", "-pk")
