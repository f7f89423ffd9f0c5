"""What was done for her is recorded: by people in two clicks, by the system itself once for each act."""

from __future__ import annotations

import pytest

from jium.cases import given
from jium.cases import services as cases
from jium.cases.given import Help, NotHers, TooLate, Way
from jium.cases.services import Case
from jium.trust.models import Account, AuditEntry
from tests.cases.opened import opened

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DAY = 24 * 3600


@pytest.fixture
def case(officer: Account, open_vault) -> Case:
    return opened(officer)


def test_a_person_records_a_service_with_the_way_it_was_given(case: Case, officer: Account) -> None:
    given.record(case, Help.COUNSELLING, Way.PHONE, officer)
    given.record(case, Help.COUNSELLING, Way.VISIT, officer)
    given.record(case, Help.LEGAL, Way.PHONE, officer)
    assert given.totals(case) == [(Help.COUNSELLING, 2), (Help.LEGAL, 1)]
    entry = AuditEntry.objects.filter(act="service.given").first()
    assert entry.body == {"help": "counselling", "way": "phone"}


def test_what_the_system_does_counts_once_however_often_it_is_told(case: Case) -> None:
    for _ in range(3):
        cases.record_deletion(case.pk, "notice 1", 4)
    cases.record_deletion(case.pk, "notice 2", 1)
    assert given.totals(case) == [(Help.DELETION, 5)]
    assert {(one.way, one.by) for one in given.of_case(case)} == {(Way.SYSTEM, None)}


def test_a_slip_is_taken_back_by_whoever_made_it_within_a_day(case: Case, officer: Account, moved_clock) -> None:
    moved_clock(0)
    other = Account.objects.create(username="noru", password="!", roles=["counsellor"])
    slip, kept = (given.record(case, Help.LEGAL, Way.PHONE, officer) for _ in range(2))
    with pytest.raises(NotHers):
        given.take_back(slip, other)
    given.take_back(slip, officer)
    moved_clock(DAY + 60)
    with pytest.raises(TooLate):
        given.take_back(kept, officer)
    assert given.totals(case) == [(Help.LEGAL, 1)]
    assert AuditEntry.objects.filter(act="service.taken_back").count() == 1


def test_what_the_system_recorded_nobody_takes_back(case: Case, officer: Account) -> None:
    cases.record_deletion(case.pk, "notice 1", 4)
    with pytest.raises(NotHers):
        given.take_back(given.of_case(case).get(), officer)
