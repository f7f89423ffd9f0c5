"""Four eyes: whoever asks never confirms, a confirmation holds for its life, why is sealed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection

from jium import clock
from jium.trust import four_eyes
from jium.trust.four_eyes import FACE_ALONE, FACE_SEARCH, NotConfirmed, NotHers, Passed, SamePerson
from jium.trust.models import Account, AuditEntry, SecondLook

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DAY = 24 * 3600


def account(name: str, *roles: str) -> Account:
    return Account.objects.create(username=name, password="!", roles=list(roles))


@pytest.fixture
def kim() -> Account:
    return account("kim", "officer", "supervisor")


@pytest.fixture
def head() -> Account:
    return account("head", "supervisor")


@pytest.fixture
def case_id(open_vault) -> UUID:
    made = uuid4()
    open_vault.create_case_key(made)
    return made


@pytest.fixture
def ask(kim: Account, case_id: UUID) -> Callable[..., SecondLook]:
    def asked(
        act: str = FACE_ALONE, subject: str = "s", by: Account | None = None, why: str = "담당자가 보았음"
    ) -> SecondLook:
        return four_eyes.ask(act, subject, by or kim, case_id, why)

    return asked


def test_what_another_person_confirmed_may_be_done(ask, kim: Account, head: Account) -> None:
    look = ask()
    with pytest.raises(NotConfirmed):
        four_eyes.require(FACE_ALONE, "s", kim)
    four_eyes.confirm(look, head)
    assert four_eyes.require(FACE_ALONE, "s", kim).decided_by == head
    with pytest.raises(NotConfirmed):
        four_eyes.require(FACE_ALONE, "another", kim)
    assert [entry.act for entry in AuditEntry.objects.order_by("seq")] == ["second_look.asked", "second_look.confirmed"]


def test_nobody_confirms_what_she_asked_for_nor_does_what_she_confirmed(ask, kim: Account, head: Account) -> None:
    look = ask()
    for act in (four_eyes.confirm, four_eyes.refuse):
        with pytest.raises(SamePerson):
            act(look, kim)
    four_eyes.confirm(look, head)
    with pytest.raises(SamePerson):
        four_eyes.require(FACE_ALONE, "s", head)


def test_the_database_itself_refuses_the_same_person_twice(ask, kim: Account) -> None:
    look = ask()
    with pytest.raises(IntegrityError):
        SecondLook.objects.filter(pk=look.pk).update(decided_by=kim)


@pytest.mark.parametrize(
    ("act", "roles"),
    [
        (FACE_ALONE, ["officer"]),
        (FACE_ALONE, ["privacy_officer"]),
        (FACE_SEARCH, ["counsellor", "officer"]),
        (FACE_SEARCH, ["administrator"]),
    ],
)
def test_whose_role_it_is_not_confirms_nothing(ask, act: str, roles: list[str]) -> None:
    look, other = ask(act), account("other", *roles)
    with pytest.raises(NotHers):
        four_eyes.confirm(look, other)
    assert not four_eyes.waiting_for(other).exists()


def test_a_privacy_officer_confirms_a_search_by_face(ask) -> None:
    look, privacy = ask(FACE_SEARCH), account("privacy", "privacy_officer")
    assert list(four_eyes.waiting_for(privacy)) == [look]
    four_eyes.confirm(look, privacy)
    assert four_eyes.standing(FACE_SEARCH, "s") == look


def test_refused_is_refused_and_can_be_asked_again(ask, kim: Account, head: Account) -> None:
    four_eyes.refuse(ask(), head)
    with pytest.raises(NotConfirmed):
        four_eyes.require(FACE_ALONE, "s", kim)
    four_eyes.confirm(ask(), head)
    assert four_eyes.require(FACE_ALONE, "s", kim)


def test_asked_twice_it_waits_once(ask, head: Account) -> None:
    assert ask() == ask(by=head)
    assert SecondLook.objects.count() == 1


def test_decided_or_taken_back_nothing_is_decided_any_more(ask, kim: Account, head: Account) -> None:
    decided, taken = ask(), ask(subject="t")
    four_eyes.confirm(decided, head)
    four_eyes.take_back(taken, kim)
    for look in (decided, taken):
        for act in (four_eyes.confirm, four_eyes.refuse):
            with pytest.raises(Passed):
                act(look, head)
    with pytest.raises(Passed):
        four_eyes.take_back(taken, kim)


def test_what_was_confirmed_ends_when_it_is_taken_back(ask, kim: Account, head: Account) -> None:
    look = ask()
    four_eyes.confirm(look, head)
    four_eyes.take_back(look, kim)
    with pytest.raises(NotConfirmed):
        four_eyes.require(FACE_ALONE, "s", kim)


def test_a_confirmation_holds_for_its_life_and_a_question_for_two_weeks(
    ask, kim: Account, head: Account, moved_clock
) -> None:
    moved_clock(0)
    look = ask()
    moved_clock(15 * DAY)
    assert not four_eyes.waiting().exists()
    with pytest.raises(Passed):
        four_eyes.confirm(look, head)
    again = ask()
    assert again != look
    four_eyes.confirm(again, head)
    moved_clock((15 + 29) * DAY)
    assert four_eyes.require(FACE_ALONE, "s", kim)
    moved_clock((15 + 31) * DAY)
    with pytest.raises(NotConfirmed):
        four_eyes.require(FACE_ALONE, "s", kim)
    assert clock.now() - again.asked_at > timedelta(days=30)


def test_why_is_sealed_and_read_by_whoever_decides(ask) -> None:
    look = ask(why="  가람의   친구가 알아봄 ")
    assert four_eyes.why(SecondLook.objects.get(pk=look.pk)) == "가람의 친구가 알아봄"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM trust_secondlook")
        kept = b" ".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in cursor.fetchone())
    assert "가람".encode() not in kept


@pytest.mark.parametrize("why", ["", "   ", "x" * 1001], ids=["none", "blanks", "too long"])
def test_a_reason_is_needed(ask, why: str) -> None:
    with pytest.raises(ValueError, match="a reason"):
        ask(why=why)


def test_every_act_names_roles_that_there_are_and_may_give_second_looks() -> None:
    from jium.trust.policy import ACTIONS
    from jium.trust.roles import ROLES

    for act in four_eyes.ACTS.values():
        assert act.roles <= set(ROLES)
        assert act.roles <= ACTIONS["second_look.give"].roles


def test_every_act_can_be_looked_at_by_whoever_confirms_it() -> None:
    from jium.desk.second_looks import PAGES

    assert set(PAGES) == set(four_eyes.ACTS)
