"""Every regime's folder is complete, and its letter is refused by name when an element is missing."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from string import Template

import pytest

from jium.notices import regimes
from jium.notices.letter import ELEMENTS, Earlier, Facts, Item, MissingElement, render
from jium.notices.regimes import SECTIONS, UnknownRegime, regime, sections

AT = datetime(2026, 3, 1, 15, 30, 5, tzinfo=UTC)
ITEM = Item("http://board.example/post/1", "http://board.example/file/1.jpg", AT, "ab" * 32)
FACTS = Facts(
    number="N2026-000123",
    recipient="게시판 운영팀",
    institution="디지털성범죄 피해자 지원센터",
    standing="삭제지원 기관",
    signatory="삭제지원팀장",
    email="support@centre.example",
    phone="02-0000-0000",
    address="",
    mandated=True,
    written_at=AT,
    items=(ITEM,),
)
LACKING = {
    "number": {"number": ""},
    "recipient": {"recipient": " \n"},
    "institution": {"institution": ""},
    "standing": {"standing": ""},
    "signature": {"signatory": ""},
    "contact": {"email": ""},
    "location": {"items": (dataclasses.replace(ITEM, media_url="javascript:alert(1)"),)},
    "time_seen": {"items": (ITEM, dataclasses.replace(ITEM, seen_at=None))},
    "evidence": {"items": (ITEM, dataclasses.replace(ITEM, evidence_sha256="not a digest"))},
    "mandate": {"mandated": False},
}
LETTERS = [(name, language) for name in regimes.names() for language in regime(name).languages]
# What every letter must say, whatever the law.
ALWAYS = {"number", "date", "recipient", "institution", "standing", "signatory", "contact", "items", "repeat"}


def test_both_laws_are_there() -> None:
    assert regimes.names() == ("kr_platform", "us_take_it_down")


@pytest.mark.parametrize("name", regimes.names())
def test_a_regime_is_complete(name: str) -> None:
    law = regime(name)
    assert law.name == name
    assert law.title
    assert set(law.languages) >= {"ko", "en"}
    assert law.cites
    assert set(law.elements) <= set(ELEMENTS)
    assert {"signature", "location", "contact", "mandate"} <= set(law.elements)
    assert law.deadline_hours is None or law.deadline_hours > 0


@pytest.mark.parametrize(("name", "language"), LETTERS)
def test_a_letter_has_every_section_and_says_what_it_must(name: str, language: str) -> None:
    text = sections(name, language)
    assert set(text) == set(SECTIONS)
    assert set(Template(text["body"]).get_identifiers()) >= ALWAYS
    assert set(Template(text["item"]).get_identifiers()) == {
        "letter",
        "page_url",
        "media_url",
        "seen_at",
        "evidence",
    }
    without = {"letter", "page_url", "media_url", "seen_at"}
    assert set(Template(text["item vouched"]).get_identifiers()) == without
    assert {"demand", "first_number", "first_date"} <= set(Template(text["repeat"]).get_identifiers())
    assert text["subject"].count("\n") == text["repeat subject"].count("\n") == 0


@pytest.mark.parametrize(("name", "language"), LETTERS)
def test_the_deadline_of_the_law_stands_in_the_letter(name: str, language: str) -> None:
    law, body = regime(name), render(name, language, FACTS).body
    if law.deadline_hours is None:
        assert ("지체 없이" if language == "ko" else "without delay") in body
    else:
        assert str(law.deadline_hours) in body


@pytest.mark.parametrize(("name", "language"), LETTERS)
def test_the_subject_is_neutral(name: str, language: str) -> None:
    first = render(name, language, FACTS)
    second = render(name, language, dataclasses.replace(FACTS, demand=2, first=Earlier("N2026-000001", AT)))
    for subject in (first.subject.lower(), second.subject.lower()):
        assert FACTS.number.lower() in subject
        for word in ("성", "sex", "intimate", "촬영", "음란", "nude", "음부", "합성", "피해"):
            assert word not in subject


@pytest.mark.parametrize(
    ("name", "language", "element"),
    [(name, language, element) for name, language in LETTERS for element in regime(name).elements],
)
def test_a_letter_without_a_required_element_is_refused_by_name(name: str, language: str, element: str) -> None:
    with pytest.raises(MissingElement) as refused:
        render(name, language, dataclasses.replace(FACTS, **LACKING[element]))
    assert refused.value.element == element


@pytest.mark.parametrize("name", regimes.names())
def test_a_letter_without_any_address_is_refused(name: str) -> None:
    with pytest.raises(MissingElement, match="location"):
        render(name, "ko", dataclasses.replace(FACTS, items=()))


@pytest.mark.parametrize("name", ["", "nowhere", "../kr_platform", "kr_platform.ko"])
def test_an_unknown_law_is_refused(name: str) -> None:
    with pytest.raises(UnknownRegime):
        regime(name)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownRegime):
        sections("kr_platform", "fr")
