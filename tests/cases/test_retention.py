"""How long a case is kept by law, and that it is destroyed then, or at once when that is demanded: by the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from jium import clock, letter
from jium.cases import certificate, retention
from jium.cases import services as cases
from jium.cases.intake import Requester
from jium.cases.models import Case, Destruction, Tally
from jium.cases.retention import Kept, NotClosed, NotOpen, ends, is_due, kept
from jium.cases.services import CaseClosed
from jium.config import Institution
from jium.flow import destroying
from jium.trust import assignments, four_eyes, vault
from jium.trust.models import Account, Assignment, AuditEntry, SecondLook
from tests.cases.opened import opened
from tests.cases.test_referral_letter import text_of

DAY = timedelta(days=1) / timedelta(seconds=1)
YEAR = 365 * DAY


@pytest.mark.parametrize(
    ("requester", "minor", "for_so_long"),
    [
        (Requester.VICTIM, False, Kept.FIVE_YEARS),
        (Requester.SPOUSE, False, Kept.FIVE_YEARS),
        (Requester.AGENT, False, Kept.FIVE_YEARS),
        (Requester.INVESTIGATOR, False, Kept.TEN_YEARS),
        (Requester.VICTIM, True, Kept.FOR_GOOD),
        (Requester.INVESTIGATOR, True, Kept.FOR_GOOD),
        (Requester.NOBODY, True, Kept.FOR_GOOD),
    ],
)
def test_the_law_says_for_how_long(requester: Requester, minor: bool, for_so_long: Kept) -> None:
    assert kept(requester, minor) is for_so_long


@pytest.mark.parametrize(
    ("for_so_long", "closed", "first_day"),
    [
        (Kept.FIVE_YEARS, date(2026, 11, 30), date(2031, 12, 1)),
        (Kept.TEN_YEARS, date(2026, 1, 1), date(2036, 1, 2)),
        (Kept.FIVE_YEARS, date(2028, 2, 29), date(2033, 3, 1)),
        (Kept.FIVE_YEARS, date(2023, 2, 28), date(2028, 3, 1)),
        (Kept.FIVE_YEARS, date(2028, 2, 28), date(2033, 3, 1)),
        (Kept.FIVE_YEARS, date(2026, 12, 31), date(2032, 1, 1)),
        (Kept.FOR_GOOD, date(2026, 1, 1), None),
    ],
)
def test_the_years_are_whole_and_the_day_after_it_is_destroyed(
    for_so_long: Kept, closed: date, first_day: date | None
) -> None:
    assert ends(for_so_long, closed) == first_day


@pytest.mark.parametrize(
    ("ending", "announced", "due"),
    [
        (date(2031, 12, 1), date(2031, 11, 1), True),
        (date(2031, 12, 1), date(2031, 11, 2), False),  # told only 29 days ago
        (date(2031, 12, 2), date(2031, 10, 1), False),
        (date(2031, 12, 1), None, False),
        (None, date(2031, 1, 1), False),
    ],
)
def test_nothing_is_destroyed_that_was_not_announced_for_thirty_days(
    ending: date | None, announced: date | None, due: bool
) -> None:
    assert is_due(ending, announced, date(2031, 12, 1)) is due


pytestmark_db = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def now(moved_clock) -> None:
    moved_clock(0)


@pytest.fixture
def supervisor(db) -> Account:
    return Account.objects.create(username="sup", password="!", roles=["supervisor"], display_name="Sup")


def day_by_day(moved_clock, first: float, days: int) -> None:
    """The chore runs each day from ``first`` (days from now) on."""
    for number in range(days):
        moved_clock((first + number) * DAY)
        cases.announce()
        cases.begin_due()


@pytestmark_db
@pytest.mark.parametrize(
    ("told", "years"),
    [
        ({}, 5),
        ({"requester": Requester.INVESTIGATOR}, 10),
        ({"minor": True}, None),
    ],
)
def test_a_closed_case_is_announced_thirty_days_before_and_destroyed_on_its_day(
    officer: Account, open_vault, moved_clock, now: None, told: dict, years: int | None
) -> None:
    case = opened(officer, **told)
    retention.close(case, "done", officer)
    ending = retention.ends_of(case)
    if years is None:
        assert ending is None
        day_by_day(moved_clock, 30 * 365, 40)
        assert not Destruction.objects.exists()
        return
    assert ending is not None and ending.year in (clock.today().year + years, clock.today().year + years + 1)
    left = (ending - clock.today()).days
    day_by_day(moved_clock, left - 32, 2)
    assert not cases.announced().exists(), "thirty-one days before nobody is told"
    day_by_day(moved_clock, left - 30, 30)
    assert list(cases.announced()) == [case] and not Destruction.objects.exists()
    day_by_day(moved_clock, left, 1)
    begun = Destruction.objects.get()
    assert (begun.case_id, begun.why, begun.asked_by) == (case.pk, "clock", None)
    destroying.destroy(begun)
    assert not Case.objects.filter(pk=case.pk).exists()


@pytestmark_db
def test_a_case_that_is_opened_again_in_the_last_moment_is_kept(
    officer: Account, open_vault, moved_clock, now: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = opened(officer)
    retention.close(case, "done", officer)
    left = (retention.ends_of(case) - clock.today()).days
    day_by_day(moved_clock, left - 30, 30)
    moved_clock(left * DAY)
    begin = retention._begin

    def opened_meanwhile(row: Case, *more: object) -> object:
        retention.reopen(row, officer)
        return begin(row, *more)

    monkeypatch.setattr(retention, "_begin", opened_meanwhile)
    assert cases.begin_due() == 0 and not Destruction.objects.exists()
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


@pytestmark_db
def test_after_years_switched_off_it_is_announced_first(officer: Account, open_vault, moved_clock, now: None) -> None:
    case = opened(officer)
    retention.close(case, "done", officer)
    day_by_day(moved_clock, 20 * 365, 1)
    assert not Destruction.objects.exists() and list(cases.announced()) == [case]
    retention.reopen(case, officer)
    day_by_day(moved_clock, 20 * 365 + 1, 40)
    assert not Destruction.objects.exists(), "opened again it is kept"


@pytestmark_db
def test_closed_nothing_is_done_for_it_and_open_again_it_goes_on(officer: Account, open_vault, now: None) -> None:
    case = opened(officer)
    assert cases.may_act(case.pk) and case.stands
    with pytest.raises(ValueError, match="is not a valid"):
        retention.close(case, "", officer)
    retention.close(case, "unwanted", officer)
    assert not cases.may_act(case.pk) and not case.stands
    with pytest.raises(CaseClosed):
        cases.require_consent(case.pk)
    with pytest.raises(NotOpen):
        retention.close(case, "done", officer)
    retention.reopen(case, officer)
    assert cases.may_act(case.pk) and case.closed_at is None
    with pytest.raises(NotClosed):
        retention.reopen(case, officer)
    acts = AuditEntry.objects.filter(act__in=("case.closed", "case.reopened")).values_list("act", flat=True)
    assert list(acts) == ["case.closed", "case.reopened"]


@pytestmark_db
def test_on_demand_it_is_destroyed_only_when_a_second_person_confirms(
    officer: Account, supervisor: Account, open_vault, now: None
) -> None:
    case, other = opened(officer), opened(officer, "나루")
    with pytest.raises(ValueError, match="reason"):
        retention.ask(case, " ", officer)
    look = retention.ask(case, "She wrote it.", officer)
    with pytest.raises(four_eyes.NotConfirmed):
        cases.destroy_confirmed(look)
    assert not Destruction.objects.exists() and Case.objects.count() == 2
    four_eyes.confirm(look, supervisor)
    begun = cases.destroy_confirmed(look)
    assert not cases.may_act(case.pk), "from that moment nothing is done for it"
    with pytest.raises(NotClosed):
        retention.reopen(case, officer)
    with pytest.raises(NotClosed):
        retention.ask(case, "Again.", officer)
    destroying.destroy(begun)
    begun.refresh_from_db()
    assert begun.done_at and (begun.asked_by, begun.confirmed_by) == (officer, supervisor)
    assert list(Case.objects.all()) == [other]
    assert not SecondLook.objects.exists()
    assert not Assignment.objects.filter(case_id=case.pk).exists()
    with pytest.raises(vault.MissingKey):
        open_vault.put_bytes(case.pk, b"more")
    with pytest.raises(vault.MissingKey):
        open_vault.create_case_key(case.pk)


@pytestmark_db
def test_an_interrupted_destruction_is_carried_on_and_counts_once(
    officer: Account, supervisor: Account, open_vault, now: None, monkeypatch
) -> None:
    from jium.trust import erasing

    case = opened(officer)
    look = retention.ask(case, "She wrote it.", officer)
    four_eyes.confirm(look, supervisor)
    begun = cases.destroy_confirmed(look)

    def reading(alias: str, tables: object) -> None:
        if alias == "default":
            raise erasing.StillRead

    monkeypatch.setattr(erasing, "leave_nothing", reading)
    with pytest.raises(erasing.StillRead):
        destroying.destroy(begun)
    begun.refresh_from_db()
    assert begun.done_at is None and begun.destroyed["consents"] == 4
    monkeypatch.undo()
    destroying.destroy(begun)
    destroying.destroy(begun)
    begun.refresh_from_db()
    assert begun.done_at and begun.destroyed["consents"] == 4
    assert AuditEntry.objects.filter(act="destruction.done").count() == 1


@pytestmark_db
def test_what_it_counted_in_the_statistics_stays_each_figure_for_itself(
    officer: Account, open_vault, now: None
) -> None:
    case = opened(officer, sex=cases.Sex.FEMALE, damage=(cases.Damage.FILMED, cases.Damage.CIRCULATED))
    cases.record_deletion(case.pk, "a letter", 5)
    cases.forget_case(case.pk)
    assert cases.forget_case(case.pk) == {}
    figures = {(one.what, one.value): one.count for one in Tally.objects.all()}
    assert figures["case.sex", "female"] == 1 and figures["given.system", "deletion"] == 5
    assert figures["case.damage", "filmed"] == figures["case.damage", "circulated"] == 1


@pytestmark_db
def test_the_other_case_of_the_same_person_stays_and_stands_for_itself(officer: Account, open_vault, now: None) -> None:
    from jium.cases import same_person

    one, two, three = (opened(officer, name) for name in ("가람", "나루", "다솜"))
    same_person.join(one, two, officer)
    same_person.join(two, three, officer)
    cases.forget_case(one.pk)
    two.refresh_from_db()
    three.refresh_from_db()
    assert two.joined_to is None and three.joined_to == two
    assert assignments.of_case(two.pk).exists()


@pytest.mark.parametrize(("language", "words"), [("ko", ("파기 확인서", "신청인의 요구")), ("en", ("demanded it",))])
def test_the_certificate_says_what_when_and_how_without_a_word_about_her(
    language: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    at = datetime(2026, 12, 1, 1, 2, tzinfo=UTC)
    done = Destruction(
        number="2026-0007",
        kept="five_years",
        why="demand",
        opened_at=at,
        begun_at=at,
        done_at=at,
        asked_by=Account(username="a", display_name="한가람"),
        confirmed_by=Account(username="b", display_name="나루터"),
        destroyed={"files": 12, "letters": 1_234},
    )
    text = text_of(certificate.pdf(done, Institution(name="한빛", name_en="Hanbit"), language), tmp_path)
    for word in (*words, "2026-0007", "1,234", "12", "한가람", "나루터", "2026-12-01 10:02 KST"):
        assert word in text, word
    assert "{" not in text
    done.done_at = None
    with pytest.raises(ValueError, match="not destroyed"):
        certificate.document(done, Institution(), language)


def test_both_languages_of_the_certificate_have_the_same_texts() -> None:
    ko, en = (letter.wording(certificate.WORDING, "destruction", language) for language in letter.LANGUAGES)
    assert set(ko) == set(en)
