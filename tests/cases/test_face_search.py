"""Her face may be looked for only with consent, papers, a purpose, an end and a second person."""

from __future__ import annotations

import pytest

from jium.cases import face_search
from jium.cases import services as cases
from jium.cases.face_search import FaceSearchNotAllowed, Standing
from jium.cases.services import Case, Kind, Means
from jium.trust import four_eyes
from jium.trust.models import Account
from tests.cases.opened import opened

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DAY = 24 * 3600


@pytest.fixture
def head() -> Account:
    return Account.objects.create(username="head", password="!", roles=["supervisor"])


@pytest.fixture
def case(officer: Account, open_vault) -> Case:
    return opened(officer)


def agree(case: Case, by: Account) -> None:
    cases.give_consent(case, [Kind.BIOMETRIC], Means.PAPER, by)


def refused(case: Case) -> Standing:
    with pytest.raises(FaceSearchNotAllowed) as no:
        face_search.require_face_search(case.pk)
    return no.value.why


@pytest.fixture
def allowed(case: Case, officer: Account, head: Account) -> Case:
    agree(case, officer)
    four_eyes.confirm(face_search.ask(case, "학교 게시판에서 찾기", 30, officer), head)
    face_search.require_face_search(case.pk)
    return case


def test_without_her_consent_to_it_nothing_can_even_be_asked(case: Case, officer: Account) -> None:
    assert refused(case) is Standing.CONSENT_LACKING
    with pytest.raises(FaceSearchNotAllowed):
        face_search.ask(case, "why", 30, officer)


def test_asked_for_it_waits_for_a_second_person(case: Case, officer: Account, head: Account) -> None:
    agree(case, officer)
    assert refused(case) is Standing.NOT_ASKED
    look = face_search.ask(case, "why", 30, officer)
    assert refused(case) is Standing.WAITS
    with pytest.raises(four_eyes.SamePerson):
        four_eyes.confirm(look, officer)
    four_eyes.confirm(look, head)
    face_search.require_face_search(case.pk)


def test_refused_it_is_not_allowed_and_may_be_asked_again(case: Case, officer: Account, head: Account) -> None:
    agree(case, officer)
    four_eyes.refuse(face_search.ask(case, "why", 30, officer), head)
    assert refused(case) is Standing.REFUSED
    four_eyes.confirm(face_search.ask(case, "a better reason", 90, officer), head)
    face_search.require_face_search(case.pk)


def test_it_ends_by_itself(allowed: Case, moved_clock) -> None:
    moved_clock(29 * DAY)
    face_search.require_face_search(allowed.pk)
    moved_clock(31 * DAY)
    assert refused(allowed) is Standing.ENDED


def test_withdrawn_consent_ends_it_and_given_again_it_is_asked_for_anew(
    allowed: Case, officer: Account, moved_clock
) -> None:
    moved_clock(DAY)
    cases.withdraw_consent(allowed, [Kind.BIOMETRIC], officer)
    assert refused(allowed) is Standing.CONSENT_LACKING
    moved_clock(2 * DAY)
    agree(allowed, officer)
    assert refused(allowed) is Standing.ENDED


def test_without_papers_or_with_a_closed_case_it_rests(allowed: Case, officer: Account) -> None:
    cases.withdraw_consent(allowed, [Kind.SUPPORT], officer)
    assert refused(allowed) is Standing.CASE_LACKING
    cases.give_consent(allowed, [Kind.SUPPORT], Means.PAPER, officer)
    face_search.require_face_search(allowed.pk)
    Case.objects.filter(pk=allowed.pk).update(state=Case.State.CLOSED)
    assert refused(allowed) is Standing.CASE_LACKING


def test_whoever_works_on_the_case_ends_it_at_once(allowed: Case, officer: Account) -> None:
    assert face_search.end(allowed, officer)
    assert refused(allowed) is Standing.ENDED
    assert not face_search.end(allowed, officer)


def test_allowed_or_waiting_it_is_not_asked_for_twice(allowed: Case, officer: Account) -> None:
    with pytest.raises(FaceSearchNotAllowed):
        face_search.ask(allowed, "why", 30, officer)


@pytest.mark.parametrize("days", [0, 1, 365, -30])
def test_the_end_is_one_of_those_that_can_be_chosen(case: Case, officer: Account, days: int) -> None:
    agree(case, officer)
    with pytest.raises(ValueError, match="an end"):
        face_search.ask(case, "why", days, officer)


def test_the_law_alone_allows_no_search_by_face(officer: Account, open_vault) -> None:
    child = cases.open_case(cases.Opening("가람", requester=cases.Requester.NOBODY, minor=True), officer)
    assert child.stands
    assert refused(child) is Standing.CONSENT_LACKING
