"""Cost recovery: the state pays for deletion support, whoever did it pays it back.

Act on the Prevention of Sexual Violence §7-3 ④: the offender bears the cost. Its Enforcement Rule §2-6 ⑥⑦: he is told
in writing, with the computation, and pays within 30 days; what is reckoned with is set by a notice of the ministry for
each year, which a person enters. The letter tells nothing of whom it was done for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractYear

from jium import clock
from jium.cases.intake import Help
from jium.cases.models import Case, ClaimCounter, CostBasis, CostClaim, GivenService
from jium.trust import audit, vault
from jium.trust.models import Account
from jium.trust.turns import take_turn

State = CostClaim.State
DAYS_TO_PAY = 30
LONGEST = 400
_LABEL = "owed by"
_WEEKEND = (5, 6)


@dataclass(frozen=True)
class Line:
    """So many services of a kind in a year, at so many won each."""

    year: int
    help: Help
    count: int
    won: int

    @property
    def amount(self) -> int:
        """In won."""
        return self.count * self.won


class NotNext(Exception):
    """It does not follow from how the claim stands now, or not on that day."""


class NothingOwed(Exception):
    """There is nothing that was not claimed yet."""


class NoBasis(Exception):
    """What services cost in ``years`` was not entered."""

    def __init__(self, years: Sequence[int]) -> None:
        super().__init__(", ".join(map(str, years)))
        self.years = tuple(years)


def computed(given: Mapping[tuple[int, Help], int], rates: Mapping[int, Mapping[str, int]]) -> list[Line]:
    """What is owed for services counted by year and kind, at ``rates`` (won, by year and kind). Pure.

    Raises :class:`NoBasis` for years whose rates are not known.
    """
    years = sorted({year for year, _help in given})
    if unknown := [year for year in years if year not in rates]:
        raise NoBasis(unknown)
    lines = (
        Line(year, kind, count, rates[year].get(kind, 0))
        for (year, kind), count in sorted(given.items(), key=lambda one: (one[0][0], list(Help).index(one[0][1])))
    )
    return [line for line in lines if line.amount]


def due(served_on: date) -> date:
    """The last day to pay: the 30th after that of service, the Monday after where that is at a weekend. Pure.

    Civil Act §157 (the day itself does not count), §161 (nor does a period end on a day of rest; the public holidays of
    a year are not known here).
    """
    last = served_on + timedelta(days=DAYS_TO_PAY)
    while last.weekday() in _WEEKEND:
        last += timedelta(days=1)
    return last


def unclaimed(case: Case) -> dict[tuple[int, Help], int]:
    """What was given and not claimed yet, by year at the centre and kind."""
    return _counted(case.given.filter(claim=None))


def _counted(rows: QuerySet[GivenService]) -> dict[tuple[int, Help], int]:
    counted = rows.order_by().annotate(year=ExtractYear("at", tzinfo=clock.PLACE)).values_list("year", "help")
    return {(year, Help(kind)): count for year, kind, count in counted.annotate(of=Sum("count"))}


def owed(case: Case) -> list[Line]:
    """The computation as a claim of now would have it. Raises :class:`NoBasis`."""
    return computed(unclaimed(case), _rates())


def _rates() -> dict[int, dict[str, int]]:
    return {basis.year: basis.rates for basis in CostBasis.objects.all()}


def claim(case: Case, owed_by: str, by: Account) -> CostClaim:
    """Draft one, of all that was not claimed yet; ``owed_by``: name and address.

    Raises :class:`NoBasis`, :class:`NothingOwed`, ValueError for nobody or too long a name.
    """
    who = owed_by.strip()
    if not who or len(who) > LONGEST:
        raise ValueError("who owes it, in a few lines")
    with transaction.atomic():
        take_turn("claims")
        made = CostClaim(case=case, number=_number(), lines=[], notices=[], total=0, until=clock.now(), made_by=by)
        made.sealed_owed_by = vault.open_vault().seal(case.pk, f"claim {made.pk} {_LABEL}", who.encode())
        made.save(force_insert=True)
        # What stands in it is what is reckoned, and nothing that is recorded in this moment.
        case.given.filter(claim=None).update(claim=made)
        lines = computed(_counted(made.given.all()), _rates())
        if not lines:
            raise NothingOwed
        bases = CostBasis.objects.filter(year__in={line.year for line in lines}).order_by("year")
        made.lines = [[line.year, line.help.value, line.count, line.won] for line in lines]
        made.total = sum(line.amount for line in lines)
        made.notices = [basis.notice for basis in bases]
        made.pay = bases[len(bases) - 1].pay
        made.save()
        audit.record(by, "claim.drafted", str(case.pk), claim=made.number)
    return made


def _number() -> str:
    year = clock.today().year
    return f"{year}-{ClaimCounter.count(year):04d}"


def serve(owing: CostClaim, on: date, by: Account) -> None:
    """The letter reached whoever owes it on that day: 30 days run. Raises :class:`NotNext`."""
    with _moved(owing, (State.DRAFTED,), State.SERVED, by) as row:
        if not row.until.astimezone(clock.PLACE).date() <= on <= clock.today():
            raise NotNext
        row.served_on, row.due_on = on, due(on)


def end(owing: CostClaim, state: State, by: Account) -> None:
    """It was paid, or it is dropped: what it was for can be claimed anew. Raises :class:`NotNext`."""
    before = (State.SERVED,) if state == State.PAID else (State.DRAFTED, State.SERVED)
    if state not in (State.PAID, State.DROPPED):
        raise NotNext
    with _moved(owing, before, state, by) as row:
        row.ended_at = clock.now()
        if state == State.DROPPED:
            row.given.update(claim=None)


@contextmanager
def _moved(owing: CostClaim, before: Sequence[State], state: State, by: Account) -> Iterator[CostClaim]:
    """Takes the claim on to ``state`` where it stands in one of ``before``; the caller adds what goes with it."""
    with transaction.atomic():
        row = CostClaim.objects.select_for_update().get(pk=owing.pk)
        if row.state not in before:
            raise NotNext
        yield row
        row.state = state
        row.save()
        audit.record(by, "claim.moved", str(row.case_id), claim=row.number, state=state.value)
    owing.refresh_from_db()


def lines_of(owing: CostClaim) -> list[Line]:
    """The computation as it was made."""
    return [Line(year, Help(kind), count, won) for year, kind, count, won in owing.lines]


def owed_by(owing: CostClaim) -> str:
    """Name and address of whoever owes it. Raises :class:`jium.trust.vault.VaultError`."""
    label = f"claim {owing.pk} {_LABEL}"
    return vault.open_vault().unseal(owing.case_id, label, bytes(owing.sealed_owed_by)).decode()


def overdue() -> QuerySet[CostClaim]:
    """Claims whose 30 days are over and that nobody has said anything about, the oldest first."""
    late = CostClaim.objects.filter(state=State.SERVED, due_on__lt=clock.today())
    return late.select_related("case").order_by("due_on")
