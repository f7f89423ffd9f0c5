"""Referrals: to whom she is sent on, with which letter, and what became of it.

A referral is drafted, handed over (by her, or by us with her consent), and then taken up or declined; one taken up
ends. What is asked and how it went may name somebody: both are sealed under the case's key.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from jium import clock
from jium.cases import given
from jium.cases.consents import Kind
from jium.cases.intake import Help, Way
from jium.cases.mandate import ConsentMissing, consented
from jium.cases.models import Case, Organisation, Referral
from jium.trust import audit, vault
from jium.trust.models import Account

State = Referral.State
LONGEST = 2000

# What may follow what.
NEXT: dict[State, tuple[State, ...]] = {
    State.DRAFTED: (State.HANDED, State.DROPPED),
    State.HANDED: (State.TAKEN_UP, State.DECLINED),
    State.TAKEN_UP: (State.ENDED,),
    State.DECLINED: (),
    State.ENDED: (),
    State.DROPPED: (),
}


class TooLong(ValueError):
    """More than fits on a page."""


class NotNext(Exception):
    """It does not follow from how the referral stands now; somebody else may have been faster."""


def needed(kind: Help) -> Kind:
    """The consent that handing anything of hers to such an organisation takes."""
    return Kind.POLICE if kind == Help.INVESTIGATION else Kind.REFERRAL


def draft(case: Case, to: Organisation, asked: str, by: Account) -> Referral:
    """Write one. Raises :class:`~jium.cases.mandate.ConsentMissing`, ValueError for nothing asked or too much."""
    told = asked.strip()
    if not told or len(told) > LONGEST:
        raise ValueError("what is asked, in a page at most")
    _require_consent(case, to)
    with transaction.atomic():
        made = Referral(case=case, organisation=to, made_at=clock.now(), made_by=by)
        made.sealed_asked = vault.open_vault().seal(case.pk, f"referral {made.pk} asked", told.encode())
        made.save(force_insert=True)
        audit.record(by, "referral.drafted", str(case.pk), referral=made.pk, help=to.help)
    return made


def _require_consent(case: Case, to: Organisation) -> None:
    kind = needed(Help(to.help))
    if kind not in consented(case):
        raise ConsentMissing(kind)


def require_consent(referral: Referral) -> None:
    """Nothing leaves the house that was not handed over yet, where she does not agree any more.

    Raises :class:`~jium.cases.mandate.ConsentMissing`.
    """
    if referral.state == State.DRAFTED:
        _require_consent(referral.case, referral.organisation)


def move(referral: Referral, state: State, by: Account, outcome: str = "", way: Way = Way.MESSAGE) -> None:
    """It goes on. Handed over, in some ``way``, it counts as a service.

    Raises :class:`NotNext`, :class:`TooLong` for the outcome, and handed over
    :class:`~jium.cases.mandate.ConsentMissing` where she does not agree any more.
    """
    told = outcome.strip()
    if len(told) > LONGEST:
        raise TooLong
    with transaction.atomic():
        row = Referral.objects.select_for_update().select_related("case", "organisation").get(pk=referral.pk)
        if state not in NEXT[State(row.state)]:
            raise NotNext
        if state == State.HANDED:
            require_consent(row)
        row.state, row.moved_at = state, clock.now()
        if state == State.HANDED:
            row.handed_at = row.moved_at
        if told:
            row.sealed_outcome = vault.open_vault().seal(row.case_id, f"referral {row.pk} outcome", told.encode())
        row.save()
        audit.record(by, "referral.moved", str(row.case_id), referral=row.pk, state=state.value)
        if state == State.HANDED:
            given.record(row.case, Help(row.organisation.help), way, by)
    referral.refresh_from_db()


def asked_of(referral: Referral) -> str:
    """What is asked. Raises :class:`jium.trust.vault.VaultError`."""
    return _unsealed(referral, "asked", bytes(referral.sealed_asked))


def outcome_of(referral: Referral) -> str:
    """How it went, empty where nobody said. Raises :class:`jium.trust.vault.VaultError`."""
    return _unsealed(referral, "outcome", bytes(referral.sealed_outcome))


def _unsealed(referral: Referral, what: str, sealed: bytes) -> str:
    if not sealed:
        return ""
    return vault.open_vault().unseal(referral.case_id, f"referral {referral.pk} {what}", sealed).decode()


def of_case(case: Case) -> QuerySet[Referral]:
    """All of a case, the latest first."""
    return case.referrals.select_related("organisation", "made_by").order_by("-made_at", "-pk")


# Deletion support is ours.
KINDS = [one for one in Help if one is not Help.DELETION]


def organisations() -> QuerySet[Organisation]:
    """The directory, those that are still there."""
    return Organisation.objects.filter(closed=False).order_by("help", "name")
