"""Referrals: drafted with consent, handed over, taken up or declined; what may name somebody is sealed."""

from __future__ import annotations

import itertools

import pytest
from django.db import connection

from jium.cases import given, referrals
from jium.cases import services as cases
from jium.cases.intake import Help
from jium.cases.models import Organisation, Referral
from jium.cases.referrals import NEXT, NotNext, State
from jium.cases.services import Case, ConsentMissing, Kind, Means
from jium.trust.models import Account, AuditEntry
from tests.cases.opened import opened

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def case(officer: Account, open_vault) -> Case:
    made = opened(officer)
    cases.give_consent(made, [Kind.REFERRAL], Means.PAPER, officer)
    return made


@pytest.fixture
def lawyers() -> Organisation:
    return Organisation.objects.create(name="대한법률구조공단", help=Help.LEGAL, phone="132")


@pytest.fixture
def referral(case: Case, lawyers: Organisation, officer: Account) -> Referral:
    return referrals.draft(case, lawyers, "고소장 작성을 도와주세요", officer)


def test_what_is_asked_is_sealed_and_read_again(referral: Referral) -> None:
    assert referrals.asked_of(Referral.objects.get()) == "고소장 작성을 도와주세요"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_referral")
        kept = b" ".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in cursor.fetchone())
    assert "고소장".encode() not in kept


def test_without_her_consent_nothing_is_handed_on(officer: Account, lawyers: Organisation, open_vault) -> None:
    case = opened(officer)
    with pytest.raises(ConsentMissing) as lacking:
        referrals.draft(case, lawyers, "asked", officer)
    assert lacking.value.kind is Kind.REFERRAL


def test_the_police_take_a_consent_of_their_own(case: Case, officer: Account) -> None:
    police = Organisation.objects.create(name="경찰청", help=Help.INVESTIGATION)
    with pytest.raises(ConsentMissing):
        referrals.draft(case, police, "asked", officer)
    cases.give_consent(case, [Kind.POLICE], Means.PAPER, officer)
    assert referrals.draft(case, police, "asked", officer)


def test_from_draft_to_end_and_handed_over_it_counts_as_a_service(
    case: Case, referral: Referral, officer: Account
) -> None:
    assert given.totals(case) == []
    referrals.move(referral, State.HANDED, officer)
    assert given.totals(case) == [(Help.LEGAL, 1)]
    assert referral.handed_at
    referrals.move(referral, State.TAKEN_UP, officer)
    referrals.move(referral, State.ENDED, officer, "고소장을 냈음")
    assert referrals.outcome_of(referral) == "고소장을 냈음"
    assert given.totals(case) == [(Help.LEGAL, 1)]
    acts = AuditEntry.objects.filter(act__startswith="referral.").order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["referral.drafted", *["referral.moved"] * 3]


@pytest.mark.parametrize(("was", "state"), list(itertools.product(State, State)), ids=lambda one: str(one))
def test_only_what_follows_is_next(referral: Referral, officer: Account, was: State, state: State) -> None:
    Referral.objects.update(state=was)
    if state in NEXT[was]:
        referrals.move(referral, state, officer)
        assert referral.state == state
    else:
        with pytest.raises(NotNext):
            referrals.move(referral, state, officer)


@pytest.mark.parametrize("asked", ["", "  ", "x" * 2001], ids=["none", "blanks", "too long"])
def test_something_is_asked_in_a_page_at_most(case: Case, lawyers: Organisation, officer: Account, asked: str) -> None:
    with pytest.raises(ValueError, match="asked"):
        referrals.draft(case, lawyers, asked, officer)


def test_closed_organisations_are_not_offered(lawyers: Organisation) -> None:
    Organisation.objects.exclude(pk=lawyers.pk).update(closed=True)
    assert list(referrals.organisations().filter(help=Help.LEGAL)) == [lawyers]
    assert not referrals.organisations().filter(help=Help.MEDICAL).exists()


def test_a_directory_is_there_to_begin_with_and_says_that_nobody_checked_it() -> None:
    kinds = {one.help for one in referrals.organisations()}
    assert {Help.INVESTIGATION, Help.LEGAL, Help.MEDICAL, Help.PSYCHOLOGICAL} <= kinds
    assert not Organisation.objects.exclude(checked_at=None).exists()
