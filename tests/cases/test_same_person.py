"""Two cases of one person are found and offered to be joined; nothing is joined by itself, and all can be undone."""

from __future__ import annotations

import io

import pytest

from jium.cases import same_person
from jium.cases import services as cases
from jium.cases.models import Case, Likeness
from jium.cases.same_person import NotTwo, contact_key
from jium.cases.services import Details, Opening
from jium.trust import assignments
from jium.trust.assignments import Duty, Reach
from jium.trust.models import Account
from tests.cases.opened import opened


def reached(by: str, contact: str) -> Details:
    return Details(contact_by=by, contact=contact)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("phone", "010-1234-5678"), ("phone", "+82 10 1234 5678"), True),
        (("phone", "010-1234-5678"), ("phone", "010-1234-5679"), False),
        (("mail", "Noru@Post.example"), ("mail", "noru@post.example "), True),
        (("messenger", "noru"), ("mail", "noru"), False),
        (("none", ""), ("none", ""), None),
        (("phone", "112"), ("phone", "112"), None),
    ],
)
def test_two_spellings_of_one_contact_are_one(one: tuple[str, str], other: tuple[str, str], same: bool | None) -> None:
    keys = contact_key(reached(*one)), contact_key(reached(*other))
    assert (keys == ("", "")) is (same is None)
    assert same is None or (keys[0] == keys[1]) is same


pytestmark_db = pytest.mark.django_db(databases=["default", "keys"])
PHONE = reached("phone", "010-1234-5678")


@pytest.fixture
def two(officer: Account, open_vault) -> tuple[Case, Case]:
    """The same telephone number."""
    return opened(officer, "가람", details=PHONE), opened(officer, "나루", details=reached("phone", "+82 10-1234-5678"))


@pytestmark_db
def test_whoever_is_reached_in_the_same_way_is_offered_once(two: tuple[Case, Case], officer: Account) -> None:
    first, second = two
    (offered,) = same_person.offered(first)
    assert {offered.case, offered.other} == set(two) and offered.why == Likeness.Why.CONTACT
    cases.edit_case(second, Opening("나루", details=PHONE), officer, cases.seen_of(second))
    assert Likeness.objects.count() == 1
    other = opened(officer, "다솜", details=reached("mail", "a@b.example"))
    assert not same_person.offered(other)


@pytestmark_db
def test_the_very_same_file_in_two_cases_is_a_reason_to_ask(officer: Account, open_vault) -> None:
    one, other = opened(officer), opened(officer, "나루")
    for case in (one, other):
        cases.register(case, io.BytesIO(b"her picture"), officer)
        cases.register(case, io.BytesIO(b""), officer)
    (offered,) = same_person.offered(other)
    assert offered.why == Likeness.Why.FILE


@pytestmark_db
def test_joined_they_are_one_persons_and_whoever_has_the_first_has_both(
    two: tuple[Case, Case], officer: Account
) -> None:
    first, second = two
    helper = Account.objects.create(username="noru", roles=["officer"])
    helper.set_password("x")
    helper.save()
    assignments.hand_over(first.pk, Duty.REMOVAL, helper, officer, minor=False)
    assert not Reach(helper, False).has(second.pk)
    same_person.join(second, first, officer)
    assert second.joined_to_id == first.pk and first.joined_to_id is None
    assert same_person.of_one_person(first) == [second] and same_person.of_one_person(second) == [first]
    assert Reach(helper, False).has(second.pk)
    assert not same_person.offered(first)
    with pytest.raises(NotTwo):
        same_person.join(first, second, officer)


@pytestmark_db
def test_three_cases_are_joined_in_any_order_and_parted_again(officer: Account, open_vault) -> None:
    one, two, three = (opened(officer, name) for name in ("가람", "나루", "다솜"))
    same_person.join(two, three, officer)
    same_person.join(three, one, officer)
    assert same_person.of_one_person(one) == [two, three]
    same_person.part(one, officer)
    assert same_person.of_one_person(one) == []
    two.refresh_from_db()
    assert same_person.of_one_person(two) == [three]
    with pytest.raises(NotTwo):
        same_person.part(one, officer)


@pytestmark_db
def test_the_oldest_of_two_groups_comes_first_whichever_cases_are_named(officer: Account, open_vault) -> None:
    oldest, second, third, fourth = (opened(officer, name) for name in ("가람", "나루", "다솜", "마루"))
    same_person.join(second, third, officer)
    same_person.join(oldest, fourth, officer)
    same_person.join(fourth, third, officer)
    assert same_person.of_one_person(oldest) == [second, third, fourth]


@pytestmark_db
def test_a_case_that_is_destroyed_is_joined_to_none(officer: Account, open_vault) -> None:
    from jium import clock
    from jium.cases.models import Destruction

    one, other = opened(officer, "가람"), opened(officer, "나루")
    fields = {"number": one.number, "kept": "five_years", "why": "clock"}
    Destruction.objects.create(case_id=one.pk, opened_at=clock.now(), begun_at=clock.now(), **fields)
    with pytest.raises(NotTwo):
        same_person.join(one, other, officer)


@pytestmark_db
def test_a_number_that_was_corrected_asks_nothing_any_more(two: tuple[Case, Case], officer: Account) -> None:
    first, second = two
    assert same_person.offered(first)
    cases.edit_case(second, Opening("나루", details=reached("phone", "02-999-8888")), officer, cases.seen_of(second))
    assert not same_person.offered(first)


@pytestmark_db
def test_cases_that_were_parted_are_offered_again(two: tuple[Case, Case], officer: Account) -> None:
    first, second = two
    same_person.join(first, second, officer)
    same_person.part(second, officer)
    assert same_person.offered(first)


@pytestmark_db
def test_two_persons_are_not_asked_about_again(two: tuple[Case, Case], officer: Account) -> None:
    first, second = two
    same_person.dismiss(same_person.offered(first).get(), officer)
    cases.edit_case(second, Opening("나루", details=PHONE), officer, cases.seen_of(second))
    assert not same_person.offered(first) and not same_person.undecided(Reach(None, True))
