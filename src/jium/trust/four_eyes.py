"""Four eyes: what one asks for another has to confirm, never the same person twice. One mechanism for every such act.

Whoever asks says why; that may name somebody, so it is sealed under the case's key. A confirmation holds for the act's
``life`` and then has to be asked for anew. To put an act under four eyes, name it in :data:`ACTS` and call
:func:`require` where it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jium import clock
from jium.trust import audit, vault
from jium.trust.models import Account, SecondLook
from jium.trust.roles import PRIVACY, SUPERVISOR
from jium.trust.turns import take_turn

State = SecondLook.State
# So long a question waits; then it is asked anew.
WAITS = timedelta(days=14)
LONGEST_WHY = 1000


@dataclass(frozen=True)
class Act:
    """``said``: what is asked for, in words; ``roles``: of whoever may confirm it; ``life``: of a confirmation."""

    said: Promise
    roles: frozenset[str]
    life: timedelta


FACE_SEARCH, FACE_ALONE = "face_search.enable", "notice.face_alone"
DESTRUCTION = "case.destroy"
ACTS: dict[str, Act] = {
    FACE_SEARCH: Act(_("search by her face"), frozenset({SUPERVISOR, PRIVACY}), timedelta(days=365)),
    FACE_ALONE: Act(
        _("a first removal request that rests on a likeness of faces alone"),
        frozenset({SUPERVISOR}),
        timedelta(days=30),
    ),
    # It is done in the moment in which it is confirmed.
    DESTRUCTION: Act(
        _("destroy the case now, as whoever asked for help demands"),
        frozenset({SUPERVISOR, PRIVACY}),
        timedelta(hours=1),
    ),
}


class SamePerson(Exception):
    """Whoever asked, or does it, confirms nothing."""


class NotHers(Exception):
    """Her roles do not confirm such a thing."""


class Passed(Exception):
    """It was decided, taken back, or waited too long."""


class NotConfirmed(Exception):
    """A second person has to confirm it first."""


def ask(act: str, subject: str, by: Account, case_id: UUID, why: str) -> SecondLook:
    """Ask for a second look at ``act`` on ``subject`` (an id). What waits already is not asked for twice.

    Raises ValueError for no reason, or one that is too long.
    """
    told = " ".join(why.split())
    if act not in ACTS or not told or len(told) > LONGEST_WHY:
        raise ValueError("an act of the list, and a reason in a few words")
    with transaction.atomic():
        take_turn("four_eyes")
        standing = waiting().filter(act=act, subject=subject).first()
        if standing:
            return standing
        SecondLook.objects.filter(act=act, subject=subject, state=State.WAITING).update(state=State.EXPIRED)
        look = SecondLook(act=act, subject=subject, case_id=case_id, asked_by=by, asked_at=clock.now())
        look.sealed_why = vault.open_vault().seal(case_id, _label(act, subject), told.encode())
        look.save()
        audit.record(by, "second_look.asked", str(case_id), about=act, look=look.pk)
    return look


def why(look: SecondLook) -> str:
    """What whoever asked said. Raises :class:`jium.trust.vault.VaultError`."""
    sealed = bytes(look.sealed_why)
    return vault.open_vault().unseal(look.case_id, _label(look.act, look.subject), sealed).decode()


def _label(act: str, subject: str) -> str:
    return f"second look {act} {subject}"


def confirm(look: SecondLook, by: Account) -> None:
    """A second person answers for it, too. Raises :class:`SamePerson`, :class:`NotHers`, :class:`Passed`."""
    _settle(look, by, State.CONFIRMED, "second_look.confirmed")


def refuse(look: SecondLook, by: Account) -> None:
    """A second person does not. Raises :class:`SamePerson`, :class:`NotHers`, :class:`Passed`."""
    _settle(look, by, State.REFUSED, "second_look.refused")


def take_back(look: SecondLook, by: Account | str) -> None:
    """Whoever asked does not want it any more, or what was confirmed ends. Raises :class:`Passed`."""
    open_states = (State.WAITING, State.CONFIRMED)
    with transaction.atomic():
        if not SecondLook.objects.filter(pk=look.pk, state__in=open_states).update(state=State.TAKEN_BACK):
            raise Passed
        audit.record(by, "second_look.taken_back", str(look.case_id), about=look.act, look=look.pk)


def drop(act: str, subject: str, by: Account | str) -> None:
    """What it is about is gone: nobody has to look any more."""
    if asked := waiting().filter(act=act, subject=subject).first():
        take_back(asked, by)


def may_decide(look: SecondLook, account: Account) -> bool:
    """Whether she may confirm or refuse it."""
    return look.asked_by_id != account.pk and look.act in _hers(account)


def _settle(look: SecondLook, by: Account, state: str, act: str) -> None:
    if look.asked_by_id == by.pk:
        raise SamePerson
    if not may_decide(look, by):
        raise NotHers
    with transaction.atomic():
        decided = waiting().filter(pk=look.pk).update(state=state, decided_by=by, decided_at=clock.now())
        if not decided:
            raise Passed
        audit.record(by, act, str(look.case_id), about=look.act, look=look.pk)


def waiting() -> QuerySet[SecondLook]:
    """What waits for a second person, the oldest first."""
    chosen = SecondLook.objects.select_related("asked_by", "decided_by")
    return chosen.filter(state=State.WAITING, asked_at__gt=clock.now() - WAITS).order_by("asked_at")


def waiting_for(account: Account) -> QuerySet[SecondLook]:
    """Of what waits that which she may decide."""
    return waiting().filter(act__in=_hers(account)).exclude(asked_by=account)


def _hers(account: Account) -> list[str]:
    """The acts that her roles confirm."""
    return [name for name, act in ACTS.items() if not act.roles.isdisjoint(account.roles)]


def standing(act: str, subject: str) -> SecondLook | None:
    """The confirmation that holds, or None."""
    since = clock.now() - ACTS[act].life
    held = SecondLook.objects.select_related("asked_by", "decided_by")
    return held.filter(act=act, subject=subject, state=State.CONFIRMED, decided_at__gt=since).last()


def require(act: str, subject: str, by: Account) -> SecondLook:
    """The one place that asks before such an act is done. Raises :class:`NotConfirmed`, :class:`SamePerson`."""
    held = standing(act, subject)
    if held is None:
        raise NotConfirmed
    if held.decided_by_id == by.pk:
        raise SamePerson
    return held


def latest(act: str, subject: str) -> SecondLook | None:
    """The last one that was asked for, whatever became of it."""
    return SecondLook.objects.select_related("asked_by", "decided_by").filter(act=act, subject=subject).last()


def seen_by(account: Account) -> Q:
    """Those she asked for, or may decide."""
    return Q(asked_by=account) | Q(act__in=_hers(account))


def of_case(case_id: UUID) -> QuerySet[SecondLook]:
    """All that was asked for about a case, the first first."""
    return SecondLook.objects.filter(case_id=case_id).order_by("asked_at", "pk")


def forget_case(case_id: UUID) -> None:
    """The case is destroyed, and with it why anything was asked for it."""
    SecondLook.objects.filter(case_id=case_id).delete()
