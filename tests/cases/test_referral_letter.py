"""The letter of referral in both languages: no name, no word left over, readable as text."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jium import letter
from jium.cases import referral_letter
from jium.cases.referral_letter import Told
from jium.config import Institution

AT = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)  # the first of December in Seoul
CENTRE = Institution(name="한빛 센터", name_en="Hanbit Centre", email="support@hanbit.example", phone="02-123-4567")
TOLD = Told("2026-0007", "가람", "대한법률구조공단", "고소장 작성을 도와주세요.\n\n무료 상담을 원합니다.", "한가람", AT)


def text_of(pdf: bytes, folder: Path) -> str:
    (folder / "letter.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", folder / "letter.pdf", "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "ko",
            (
                "연계 의뢰서",
                "대한법률구조공단 귀중",
                "2026년 12월 1일",
                "“가람”",
                "무료 상담을 원합니다",
                "02-123-4567",
            ),
        ),
        (
            "en",
            ("Letter of referral", "To 대한법률구조공단", "1 December 2026", "“가람”", "Hanbit Centre", "2026-0007"),
        ),
    ],
)
def test_the_letter_says_what_is_asked_by_whom_and_of_whom(
    language: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    text = text_of(referral_letter.pdf(TOLD, CENTRE, AT, language), tmp_path)
    for word in words:
        assert word in text, word
    assert "{" not in text


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    import string

    def places(language: str) -> dict[str, set[str]]:
        fields = string.Formatter()
        return {
            name: {field for _text, field, _spec, _conversion in fields.parse(text) if field}
            for name, text in letter.wording(referral_letter.WORDING, "referral", language).items()
        }

    ko, en = (places(language) for language in letter.LANGUAGES)
    assert set(ko) == set(en)
    assert ko == en


def test_there_is_no_letter_in_another_language() -> None:
    with pytest.raises(ValueError, match="no letter"):
        referral_letter.pdf(TOLD, CENTRE, AT, "fr")
