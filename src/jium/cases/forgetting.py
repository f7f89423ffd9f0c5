"""What of a destroyed case stays: its number, how much of what was destroyed, and its figures in the statistics."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.apps import apps
from django.db.models import F

from jium import clock
from jium.cases import same_person
from jium.cases.models import Case, Destruction, Tally
from jium.trust import audit

# The columns of a case that are counted in statistics.
COUNTED = ("channel", "requester", "sex", "age", "perpetrator", "circulation")


def forget_case(case_id: UUID) -> Counter[str]:
    """Delete the case and all that is kept of it here; how many of what. Nothing happens where it is gone."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        return Counter()
    gone = Counter(
        files=case.references.count(),
        papers=case.documents.count(),
        consents=case.consents.count(),
        services=case.given.count(),
        referrals=case.referrals.count(),
        claims=case.claims.count(),
    )
    _tally(case)
    if same_person.of_one_person(case):
        same_person.part(case, "system")
    case.delete()
    return gone


def _tally(case: Case) -> None:
    """Keep what it counted, each figure for itself."""
    year = case.opened_at.astimezone(clock.PLACE).year
    figures = Counter({(year, f"case.{name}", getattr(case, name)): 1 for name in COUNTED})
    figures.update((year, "case.damage", one) for one in case.damage)
    figures[year, "case.minor", str(case.minor)] += 1
    for given in case.given.all():
        figures[given.at.astimezone(clock.PLACE).year, f"given.{given.way}", given.help] += given.count
    for (of, what, value), count in figures.items():
        row, _fresh = Tally.objects.get_or_create(year=of, what=what, value=value)
        Tally.objects.filter(pk=row.pk).update(count=F("count") + count)


def count_destroyed(destruction: Destruction, gone: Counter[str]) -> None:
    """Write down how much was destroyed; a second attempt adds what the first one left."""
    row = Destruction.objects.select_for_update().get(pk=destruction.pk)
    row.destroyed = dict(Counter(row.destroyed) + gone)
    row.save(update_fields=["destroyed"])


def certify(destruction: Destruction) -> None:
    """Nothing is left."""
    row = Destruction.objects.get(pk=destruction.pk)
    if row.done_at is None:
        Destruction.objects.filter(pk=row.pk).update(done_at=clock.now())
        audit.record("system", "destruction.done", str(row.case_id))


def tables() -> list[str]:
    """Of this room."""
    return [model._meta.db_table for model in apps.get_app_config("cases").get_models()]
