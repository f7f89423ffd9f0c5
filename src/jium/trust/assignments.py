"""Who works on which case: one person speaks with the victim, one has it removed. Everybody else sees its number.

New cases go to whoever is qualified and has the fewest; a child's only to those who are named for it. A case that
nobody may be given waits for a supervisor. Of a row only its end is ever written: who had a case when stays told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q, QuerySet

from jium import clock
from jium.trust import audit
from jium.trust.models import Account, Assignment
from jium.trust.roles import COUNSELLOR, OFFICER, SUPERVISOR
from jium.trust.turns import take_turn

Duty = Assignment.Duty
# The role of whoever can have a duty. A supervisor sees all cases.
ROLE_OF = {Duty.COUNSELLING: COUNSELLOR, Duty.REMOVAL: OFFICER}


class NotQualified(Exception):
    """She cannot be given this case: closed account, another role, or not named for cases of children."""


@dataclass(frozen=True)
class Reach:
    """Which cases an account may see more of than the number."""

    account: Account | None
    everything: bool

    def q(self, field: str) -> Q:
        """The condition on rows of which ``field`` is a case's id."""
        return Q() if self.everything else Q(**{f"{field}__in": self._own()})

    def has(self, case_id: UUID) -> bool:
        """Whether this case is among them."""
        return self.everything or self._own().filter(case_id=case_id).exists()

    def among(self, case_ids: Iterable[UUID]) -> list[UUID]:
        """Those of them that are, as often as they come."""
        if self.everything:
            return list(case_ids)
        own = set(self._own())
        return [one for one in case_ids if one in own]

    def _own(self) -> QuerySet[Assignment, UUID]:
        return Assignment.objects.filter(account=self.account, until=None).values_list("case_id", flat=True)


def reach(account: Account | AnonymousUser) -> Reach:
    """Of an account; nothing for nobody."""
    if not isinstance(account, Account):
        return Reach(None, False)
    return Reach(account, SUPERVISOR in account.roles)


def qualified(duty: str, minor: bool) -> list[Account]:
    """Who can be given such a case, the one with the fewest first."""
    loads = load(duty)
    fit = [account for account in Account.objects.filter(is_active=True) if _fits(account, duty, minor)]
    return sorted(fit, key=lambda account: (loads[account.pk], account.pk))


def load(duty: str) -> Counter[int]:
    """How many cases each account has."""
    return Counter(Assignment.objects.filter(duty=duty, until=None).values_list("account_id", flat=True))


def take_up(case_id: UUID, minor: bool, opened_by: Account) -> None:
    """A new case: whoever opened it goes on speaking with her where she is qualified; the rest goes by load."""
    for duty in Duty:
        fit = qualified(duty, minor)
        if duty == Duty.COUNSELLING and opened_by in fit:
            fit = [opened_by]
        if fit:
            hand_over(case_id, duty, fit[0], "system", minor)


def hand_over(case_id: UUID, duty: str, to: Account, by: Account | str, minor: bool) -> None:
    """From now on it is hers; whose it was stays told. Raises :class:`NotQualified`."""
    if not _fits(to, duty, minor):
        raise NotQualified
    with transaction.atomic():
        take_turn("assignments")
        standing = Assignment.objects.filter(case_id=case_id, duty=duty, until=None)
        if standing.filter(account=to).exists():
            return
        now = clock.now()
        standing.update(until=now)
        named = by if isinstance(by, Account) else None
        Assignment.objects.create(case_id=case_id, duty=duty, minor=minor, account=to, since=now, by=named)
        audit.record(by, "case.assigned", str(case_id), duty=str(duty), account=to.pk)


def release(account: Account, by: Account | str) -> int:
    """What she cannot have any more (closed, other roles) waits for somebody else; how many assignments those are."""
    given = Assignment.objects.filter(account=account, until=None)
    return _end([one for one in given if not _may_keep(account, one.duty, one.minor)], by)


def recheck(case_id: UUID, minor: bool) -> None:
    """It has become a child's: whoever is not named for those has it no longer, and somebody who is gets it."""
    given = Assignment.objects.filter(case_id=case_id, until=None)
    given.update(minor=minor)
    unfit = [one for one in given.select_related("account") if not _may_keep(one.account, one.duty, minor)]
    _end(unfit, "system")
    for one in unfit:
        if fit := qualified(one.duty, minor):
            hand_over(case_id, one.duty, fit[0], "system", minor)


def of_case(case_id: UUID) -> QuerySet[Assignment]:
    """Who has and had it, the latest first."""
    return Assignment.objects.filter(case_id=case_id).select_related("account", "by").order_by("-since", "-pk")


def _end(assignments: list[Assignment], by: Account | str) -> int:
    with transaction.atomic():
        for one in assignments:
            Assignment.objects.filter(pk=one.pk, until=None).update(until=clock.now())
            audit.record(by, "case.released", str(one.case_id), duty=one.duty, account=one.account_id)
    return len(assignments)


def _fits(account: Account, duty: str, minor: bool) -> bool:
    """Whether she can be given it: she has joined, too."""
    return account.joined and _may_keep(account, duty, minor)


def _may_keep(account: Account, duty: str, minor: bool) -> bool:
    has_role = ROLE_OF[Duty(duty)] in account.roles
    return account.is_active and has_role and (account.for_minors or not minor)


def forget_case(case_id: UUID) -> None:
    """The case is destroyed: who had it is told by the audit log alone."""
    Assignment.objects.filter(case_id=case_id).delete()
