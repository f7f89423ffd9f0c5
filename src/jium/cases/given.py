"""What was done for her: every service, with the way it was given, as the statistics of the ministry count it.

A person records one with two clicks; what the system does itself it records itself, once for each thing it did.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jium import clock
from jium.cases.intake import Help, Way
from jium.cases.models import Case, GivenService
from jium.trust import audit
from jium.trust.models import Account

# So long whoever recorded one by mistake takes it back herself.
TAKEN_BACK_WITHIN = timedelta(hours=24)
# What a person chooses from.
WAYS = [way for way in Way if way is not Way.SYSTEM]


class NotHers(Exception):
    """Somebody else recorded it, or the system did."""


class TooLate(Exception):
    """It was recorded too long ago to be a slip."""


def record(case: Case, given: Help, way: Way, by: Account) -> GivenService:
    """A person gave it, now."""
    with transaction.atomic():
        made = GivenService.objects.create(case=case, help=given, way=way, at=clock.now(), by=by)
        audit.record(by, "service.given", str(case.pk), help=given.value, way=way.value)
    return made


def record_deletion(case_id: UUID, of: str, count: int) -> None:
    """The system demanded removal at ``count`` addresses; ``of`` names the act, which counts once."""
    if not count:
        return
    fields = {"case_id": case_id, "help": Help.DELETION, "way": Way.SYSTEM, "count": count, "at": clock.now()}
    GivenService.objects.get_or_create(of=of, defaults=fields)


def take_back(given: GivenService, by: Account) -> None:
    """It was a slip. Raises :class:`NotHers`, :class:`TooLate`, also where an offender was asked to pay for it."""
    if given.by_id != by.pk:
        raise NotHers
    with transaction.atomic():
        row = GivenService.objects.select_for_update().filter(pk=given.pk).first()
        if row is None or clock.now() - row.at > TAKEN_BACK_WITHIN or row.claim_id:
            raise TooLate
        row.delete()
        audit.record(by, "service.taken_back", str(given.case_id), help=given.help, way=given.way)


def of_case(case: Case) -> QuerySet[GivenService]:
    """All that was given, the latest first."""
    return case.given.select_related("by").order_by("-at", "-pk")


def totals(case: Case) -> list[tuple[Help, int]]:
    """How much of each was given, of what was."""
    counted: Counter[str] = Counter()
    for kind, count in case.given.values_list("help", "count"):
        counted[kind] += count
    return [(one, counted[one]) for one in Help if counted[one]]
