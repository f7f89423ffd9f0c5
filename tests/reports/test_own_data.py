"""What a victim gets when she asks what is kept about her: everything, in both languages, with staff by numbers."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jium import letter
from jium.cases import given, referrals
from jium.cases import services as cases
from jium.cases.models import Organisation
from jium.reports import own_data
from jium.reports import services as reports
from jium.reports.own_data import Done, done_with
from jium.trust.models import Account, AuditEntry
from tests.cases.opened import opened
from tests.cases.test_referral_letter import text_of

AT = datetime(2026, 12, 1, tzinfo=UTC)


def entry(act: str, actor: str, days: int) -> AuditEntry:
    return AuditEntry(act=act, actor=actor, at=AT + timedelta(days=days))


def test_acts_are_told_by_kind_with_staff_by_numbers() -> None:
    done = done_with(
        [
            entry("case.opened", "account:40", 0),
            entry("document.seen", "account:7", 1),
            entry("capture.done", "system", 2),
            entry("document.seen", "account:40", 3),
            entry("document.seen", "account:7", 4),
        ]
    )
    assert done == [
        Done("case.opened", 1, AT, AT, (1,)),
        Done("document.seen", 3, AT + timedelta(days=1), AT + timedelta(days=4), (2, 1)),
        Done("capture.done", 1, AT + timedelta(days=2), AT + timedelta(days=2), (0,)),
    ]
    assert done_with([]) == []


def test_both_languages_have_the_same_texts() -> None:
    ko, en = (letter.wording(own_data.WORDING, "own_data", language) for language in letter.LANGUAGES)
    assert set(ko) == set(en)


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ("개인정보 열람 보고서", "가람 님", "직원 1", "5년", "법률지원 연계", "한빛 법률")),
        (
            "en",
            ("Your data", "For 가람", "staff 1", "opened a case", "five years", "legal help", "Hanbit Law", "2,000"),
        ),
    ],
)
def test_everything_that_is_kept_stands_in_it(
    officer: Account, open_vault, tmp_path: Path, language: str, words: tuple[str, ...]
) -> None:
    details = cases.Details(contact_by="phone", contact="010-1234-5678", exposed="한빛고등학교", keywords="낱말")
    case = opened(officer, details=details)
    cases.give_consent(case, [cases.Kind.REFERRAL], cases.Means.PHONE, officer)
    cases.register(case, io.BytesIO(b"x" * 2000), officer, "바다.jpg")
    cases.withdraw_consent(case, [cases.Kind.ABROAD], officer)
    given.record(case, given.Help.LEGAL, given.Way.PHONE, officer)
    lawyers = Organisation.objects.create(name="한빛 법률", name_en="Hanbit Law", help="legal")
    sent = referrals.draft(case, lawyers, "도와주세요.", officer)
    referrals.move(sent, referrals.State.HANDED, officer)
    opened(officer, "다른 사람")
    text = text_of(reports.own_data_pdf(case, language), tmp_path)
    for word in (*words, case.number, "010-1234-5678", "한빛고등학교", "낱말", "바다.jpg", "도와주세요."):
        assert word in text, word
    assert "다른 사람" not in text and officer.username not in text and "{" not in text


@pytest.mark.django_db(databases=["default", "keys"])
def test_there_is_none_in_another_language(officer: Account, open_vault) -> None:
    with pytest.raises(ValueError, match="no letter"):
        reports.own_data_pdf(opened(officer), "fr")
