"""New cases go to the least loaded who is qualified, a child's only to those named for it; history stays."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from jium.trust import account_life, assignments
from jium.trust.assignments import Duty, NotQualified, reach
from jium.trust.models import Account, Assignment, AuditEntry

pytestmark = pytest.mark.django_db

COUNSELLING, REMOVAL = Duty.COUNSELLING, Duty.REMOVAL


def account(name: str, *roles: str, for_minors: bool = False, joined: bool = True) -> Account:
    password = "argon2$made-up" if joined else "!"
    return Account.objects.create(username=name, password=password, roles=list(roles), for_minors=for_minors)


def has(case_id: UUID, duty: str) -> str | None:
    """Whose it is now."""
    standing = Assignment.objects.filter(case_id=case_id, duty=duty, until=None).select_related("account")
    return next((one.account.username for one in standing), None)


def new_case(by: Account, minor: bool = False) -> UUID:
    case_id = uuid4()
    assignments.take_up(case_id, minor, by)
    return case_id


@pytest.fixture
def kim() -> Account:
    return account("kim", "counsellor")


def test_whoever_opened_it_speaks_on_with_her_and_removal_goes_by_load(kim: Account) -> None:
    account("a", "officer")
    account("b", "officer")
    given = [has(new_case(kim), REMOVAL) for _ in range(4)]
    assert given == ["a", "b", "a", "b"]
    assert assignments.load(COUNSELLING) == {kim.pk: 4}


def test_opened_by_a_supervisor_the_least_loaded_counsellor_speaks_with_her(kim: Account) -> None:
    head = account("head", "supervisor")
    account("lee", "counsellor")
    new_case(kim)
    assert has(new_case(head), COUNSELLING) == "lee"


def test_a_childs_case_goes_only_to_those_who_are_named_for_it(kim: Account) -> None:
    account("a", "officer")
    assert has(new_case(kim, minor=True), REMOVAL) is None
    account("b", "officer", for_minors=True)
    for _ in range(3):
        case_id = new_case(kim, minor=True)
        assert (has(case_id, COUNSELLING), has(case_id, REMOVAL)) == (None, "b")


@pytest.mark.parametrize(
    "unfit",
    [
        {"roles": ["counsellor"]},
        {"roles": ["supervisor"]},
        {"roles": ["officer"], "is_active": False},
        {"roles": ["officer"], "password": "!"},
    ],
    ids=["another role", "supervisor only", "closed", "not joined"],
)
def test_who_is_not_qualified_is_given_nothing(kim: Account, unfit: dict[str, object]) -> None:
    fields = {"password": "argon2$made-up", **unfit}
    other = Account.objects.create(username="x", **fields)
    case_id = new_case(kim)
    assert has(case_id, REMOVAL) is None
    with pytest.raises(NotQualified):
        assignments.hand_over(case_id, REMOVAL, other, kim, minor=False)


def test_a_hand_over_keeps_who_had_it_before(kim: Account) -> None:
    a, b = account("a", "officer"), account("b", "officer")
    case_id = new_case(kim)
    assignments.hand_over(case_id, REMOVAL, b, a, minor=False)
    told = [
        (one.account.username, one.by and one.by.username, one.until is None) for one in assignments.of_case(case_id)
    ]
    assert told[0] == ("b", "a", True)
    assert ("a", None, False) in told
    entry = AuditEntry.objects.order_by("seq").last()
    assert (entry.act, entry.subject, entry.body) == (
        "case.assigned",
        str(case_id),
        {"duty": "removal", "account": b.pk},
    )


def test_handed_over_to_whoever_has_it_nothing_changes(kim: Account) -> None:
    a = account("a", "officer")
    case_id = new_case(kim)
    before = Assignment.objects.count()
    assignments.hand_over(case_id, REMOVAL, a, kim, minor=False)
    assert Assignment.objects.count() == before


def test_one_sees_ones_own_cases_and_a_supervisor_all(kim: Account) -> None:
    a, b, head = account("a", "officer"), account("b", "officer"), account("head", "supervisor")
    mine = new_case(kim)
    assert [reach(one).has(mine) for one in (kim, a, b, head)] == [True, True, False, True]
    assert reach(b).among([mine, mine]) == []
    assert reach(a).among([mine, uuid4(), mine]) == [mine, mine]
    assert len(reach(head).among([mine, uuid4()])) == 2
    assignments.hand_over(mine, REMOVAL, b, head, minor=False)
    assert [reach(one).has(mine) for one in (a, b)] == [False, True]


def test_what_a_closed_account_or_another_role_had_waits_for_somebody_else(kim: Account) -> None:
    a, root = account("a", "officer", "counsellor"), account("root", "administrator")
    case_id = new_case(a)
    account_life.change_roles(a, ["counsellor"], root)
    assert (has(case_id, COUNSELLING), has(case_id, REMOVAL)) == ("a", None)
    account_life.close(a, root)
    assert has(case_id, COUNSELLING) is None
    released = AuditEntry.objects.filter(act="case.released").values_list("body__duty", flat=True)
    assert set(released) == {"removal", "counselling"}


def test_who_is_named_for_children_no_more_gives_up_their_cases_alone(kim: Account) -> None:
    a, root = account("a", "officer", for_minors=True), account("root", "administrator")
    child, grown = new_case(kim, minor=True), new_case(kim)
    account_life.change_roles(a, ["officer"], root, for_minors=False)
    assert (has(child, REMOVAL), has(grown, REMOVAL)) == (None, "a")


def test_found_to_be_a_childs_a_case_goes_to_those_who_are_named_for_it(kim: Account) -> None:
    account("a", "officer")
    case_id = new_case(kim)
    account("b", "officer", for_minors=True)
    assignments.recheck(case_id, minor=True)
    assert (has(case_id, COUNSELLING), has(case_id, REMOVAL)) == (None, "b")
    assignments.recheck(case_id, minor=False)
    assert has(case_id, REMOVAL) == "b"
