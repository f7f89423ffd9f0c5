"""Cost recovery: the computation, the 30 days, and what the letter says and keeps to itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from jium import clock, letter
from jium.cases import cost_notice, costs, given
from jium.cases import services as cases
from jium.cases.cost_notice import Claimed
from jium.cases.costs import Line, NoBasis, NothingOwed, NotNext, State, computed, due
from jium.cases.intake import Help, Way
from jium.cases.models import Case, CostBasis, GivenService
from jium.config import Institution
from jium.trust.models import Account, AuditEntry
from tests.cases.opened import opened
from tests.cases.test_referral_letter import text_of

HELP_RATES = {Help.DELETION.value: 12_000, Help.COUNSELLING.value: 0}


def test_the_computation_multiplies_what_was_given_by_the_rates_of_its_year() -> None:
    counted = {(2026, Help.DELETION): 3, (2025, Help.DELETION): 2, (2026, Help.COUNSELLING): 9, (2026, Help.LEGAL): 1}
    lines = computed(counted, {2025: {"deletion": 10_000}, 2026: HELP_RATES})
    assert lines == [Line(2025, Help.DELETION, 2, 10_000), Line(2026, Help.DELETION, 3, 12_000)]
    assert [line.amount for line in lines] == [20_000, 36_000]


def test_a_year_whose_rates_nobody_entered_is_named() -> None:
    with pytest.raises(NoBasis) as refused:
        computed({(2024, Help.DELETION): 1, (2026, Help.DELETION): 1}, {2026: HELP_RATES})
    assert refused.value.years == (2024,)


@pytest.mark.parametrize(
    ("served", "last"),
    [
        (date(2026, 11, 3), date(2026, 12, 3)),
        (date(2026, 11, 5), date(2026, 12, 7)),  # the 30th day is a Saturday
        (date(2026, 11, 6), date(2026, 12, 7)),  # a Sunday
        (date(2028, 1, 31), date(2028, 3, 1)),  # over a 29 February
    ],
)
def test_the_thirtieth_day_after_service_is_the_last_and_none_at_a_weekend(served: date, last: date) -> None:
    assert due(served) == last


@pytest.mark.parametrize(
    ("language", "words"), [("ko", ("구상 통지서", "홍길동 귀하", "30일")), ("en", ("To 홍길동",))]
)
def test_the_notice_shows_how_the_sum_is_reckoned(language: str, words: tuple[str, ...], tmp_path: Path) -> None:
    lines = [Line(2025, Help.DELETION, 2, 10_000), Line(2026, Help.DELETION, 1_300, 12_000)]
    told = Claimed(
        "2026-0003", "홍길동\n서울 한강로 1", lines, ["고시 제7호"], "한빛은행 1-2", datetime(2026, 12, 1, tzinfo=UTC)
    )
    text = text_of(cost_notice.pdf(told, Institution(name="한빛", name_en="Hanbit"), told.until, language), tmp_path)
    for word in (*words, "15,620,000", "1,300", "12,000", "고시 제7호", "한빛은행 1-2", "서울 한강로 1", "2026-0003"):
        assert word in text, word
    assert "{" not in text


def test_both_languages_of_the_notice_have_the_same_texts() -> None:
    ko, en = (letter.wording(cost_notice.WORDING, "cost", language) for language in letter.LANGUAGES)
    assert set(ko) == set(en)


pytestmark_db = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def case(officer: Account, open_vault, moved_clock) -> Case:
    moved_clock(0)
    made = opened(officer)
    CostBasis.objects.create(year=clock.today().year, notice="고시 제7호", rates=HELP_RATES, pay="한빛은행 1-2")
    cases.record_deletion(made.pk, "notice 1", 4)
    return made


@pytestmark_db
def test_a_claim_is_of_what_was_not_claimed_and_a_dropped_one_frees_it(
    case: Case, officer: Account, moved_clock
) -> None:
    first = costs.claim(case, "홍길동", officer)
    assert first.total == 48_000
    with pytest.raises(NothingOwed):
        costs.claim(case, "홍길동", officer)
    moved_clock(60)
    cases.record_deletion(case.pk, "notice 2", 1)
    second = costs.claim(case, "홍길동", officer)
    assert second.total == 12_000 and second.number != first.number
    costs.end(second, State.DROPPED, officer)
    moved_clock(120)
    assert [line.amount for line in costs.owed(case)] == [12_000]
    third = costs.claim(case, "홍길동", officer)
    costs.end(first, State.DROPPED, officer)
    assert [line.amount for line in costs.owed(case)] == [48_000], "one that is not the last frees what it was for, too"
    assert third.total == 12_000
    assert [entry.body["state"] for entry in AuditEntry.objects.filter(act="claim.moved")] == ["dropped", "dropped"]


@pytestmark_db
def test_thirty_days_after_service_an_unpaid_claim_is_overdue(case: Case, officer: Account, moved_clock) -> None:
    owing = costs.claim(case, "홍길동", officer)
    served = clock.today()
    costs.serve(owing, served, officer)
    assert owing.due_on == due(served)
    to_last = (owing.due_on - served) / timedelta(seconds=1)
    moved_clock(to_last)
    assert not costs.overdue().exists(), "on the last day it is in time"
    moved_clock(to_last + 24 * 3600)
    assert list(costs.overdue()) == [owing]
    costs.end(owing, State.PAID, officer)
    assert not costs.overdue().exists()


@pytestmark_db
def test_it_arrives_neither_before_it_was_written_nor_tomorrow(case: Case, officer: Account) -> None:
    owing = costs.claim(case, "홍길동", officer)
    for day in (clock.today() - timedelta(days=1), clock.today() + timedelta(days=1)):
        with pytest.raises(NotNext):
            costs.serve(owing, day, officer)
    with pytest.raises(NotNext):
        costs.end(owing, State.PAID, officer)
    costs.serve(owing, clock.today(), officer)
    with pytest.raises(NotNext):
        costs.serve(owing, clock.today(), officer)


@pytestmark_db
def test_who_owes_it_stands_in_no_column(case: Case, officer: Account) -> None:
    owing = costs.claim(case, "홍길동\n한강로 1", officer)
    kept = [str(value) for value in type(owing).objects.values_list().get(pk=owing.pk)]
    assert not any("홍길동" in value for value in kept)
    assert costs.owed_by(owing) == "홍길동\n한강로 1"
    for wrong in (" ", "가" * 401):
        with pytest.raises(ValueError, match="who owes it"):
            costs.claim(case, wrong, officer)


@pytestmark_db
def test_what_an_offender_was_asked_to_pay_for_is_not_taken_back(case: Case, officer: Account) -> None:
    slip = given.record(case, Help.COUNSELLING, Way.PHONE, officer)
    costs.claim(case, "홍길동", officer)
    with pytest.raises(given.TooLate):
        given.take_back(slip, officer)
    assert GivenService.objects.filter(pk=slip.pk).exists()
