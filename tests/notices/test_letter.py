"""What the letter says, and that nothing found on a hostile site can bend it."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jium.notices.letter import (
    Earlier,
    Item,
    MissingElement,
    day,
    exact_address,
    item_letter,
    moment,
    one_line,
    render,
    render_correction,
)
from jium.notices.regimes import sections
from tests.notices.test_regimes import AT, FACTS, ITEM, LETTERS

every_letter = pytest.mark.parametrize(("name", "language"), LETTERS)


@every_letter
def test_each_address_has_its_letter_time_and_evidence(name: str, language: str) -> None:
    other = Item("http://board.example/post/2", "http://cdn.example/2.mp4", AT, "cd" * 32)
    body = render(name, language, dataclasses.replace(FACTS, items=(ITEM, other))).body
    for number, item in enumerate((ITEM, other)):
        block = body[body.index(f"({item_letter(number, language)})") :]
        for text in (item.page_url, item.media_url, "2026-03-02 00:30:05 KST", item.evidence_sha256):
            assert text in block
    for text in (FACTS.number, FACTS.recipient, FACTS.institution, FACTS.standing, FACTS.email, FACTS.phone):
        assert text in body


@every_letter
def test_a_letter_claims_no_record_of_what_a_person_saw(name: str, language: str) -> None:
    seen = dataclasses.replace(ITEM, evidence_sha256="", vouched=True)
    proof = {key: sections(name, language)[key] for key in ("proof", "proof in part", "proof vouched")}
    for items, key in (((ITEM,), "proof"), ((ITEM, seen), "proof in part"), ((seen,), "proof vouched")):
        body = render(name, language, dataclasses.replace(FACTS, items=items)).body
        assert [one for one, text in proof.items() if text in body] == [key]
        assert ("SHA-256" in body) is (ITEM in items)
        assert "$" not in body
    with pytest.raises(MissingElement, match="evidence"):
        render(name, language, dataclasses.replace(FACTS, items=(dataclasses.replace(ITEM, evidence_sha256=""),)))


@every_letter
def test_a_first_letter_does_not_speak_of_an_earlier_one(name: str, language: str) -> None:
    assert "\n\n\n" not in render(name, language, FACTS).body
    assert "$" not in render(name, language, FACTS).body


@every_letter
def test_a_later_letter_counts_and_names_the_first(name: str, language: str) -> None:
    earlier = Earlier("N2025-000009", datetime(2025, 12, 31, 15, tzinfo=UTC))
    later = render(name, language, dataclasses.replace(FACTS, demand=2, first=earlier))
    counted = "2차" if language == "ko" else "demand no. 2"
    assert counted in later.subject and counted in later.body
    assert "N2025-000009" in later.body
    assert ("2026년 1월 1일" if language == "ko" else "1 January 2026") in later.body
    assert "\n\n\n" not in later.body


def test_a_later_letter_without_the_first_is_refused() -> None:
    with pytest.raises(MissingElement, match="first_demand"):
        render("kr_platform", "ko", dataclasses.replace(FACTS, demand=2))


def test_the_korean_request_asks_for_all_that_the_law_gives() -> None:
    body = render("kr_platform", "ko", FACTS).body
    for asked in (
        "제22조의5제1항",
        "제30조의5제3항",
        "제44조의2",
        "지체 없이",
        "다시 게시되지 않도록",
        "보존",
    ):
        assert asked in body


def test_the_american_request_has_the_four_elements_and_the_copies() -> None:
    body = render("us_take_it_down", "en", FACTS).body
    for part in ("(i)", "(ii)", "(iii)", "(iv)"):
        assert f"223a(a)(1)(B){part}" in body
    assert "good faith belief" in body
    assert "/s/ 삭제지원팀장" in body
    assert "48 hours" in body
    assert "known identical copies" in body


HOSTILE = (
    "http://evil.example/a\r\nBcc: all@evil.example\r\n\r\nDear friend,"
    "\u2028\u202egpj.\u200b\x00\x1b[31m$number ${contact}"
)


@every_letter
def test_a_hostile_address_stays_one_line_and_is_not_filled_in(name: str, language: str) -> None:
    honest = render(name, language, FACTS)
    bent = render(
        name,
        language,
        dataclasses.replace(FACTS, items=(dataclasses.replace(ITEM, page_url=HOSTILE, media_url=HOSTILE),)),
    )
    assert bent.subject == honest.subject
    assert bent.body.count("\n") == honest.body.count("\n")
    assert not any(line.startswith(("Bcc", "Dear friend")) for line in bent.body.splitlines())
    assert "$number" in bent.body
    assert not re.search("[\u202a-\u202e\u200b\u2028\x00\x1b]", bent.body)


@every_letter
def test_a_hostile_name_stays_one_line_in_subject_and_body(name: str, language: str) -> None:
    bent = dataclasses.replace(FACTS, recipient="a\r\nBcc: x@y\n\n1. $items", number="N1\r\nBcc: x@y")
    result = render(name, language, bent)
    assert "\n" not in result.subject and "\r" not in result.subject
    assert "\r" not in result.body
    assert not any(line.startswith("Bcc") for line in result.body.splitlines())


@given(st.text())
def test_whatever_comes_in_no_line_break_or_unseen_character_comes_out(text: str) -> None:
    for clean in (one_line(text), exact_address(text)):
        assert len(clean.splitlines()) <= 1
        assert clean.isprintable()


@pytest.mark.parametrize(
    ("found", "exact"),
    [
        ("http://a.example/글?q=값#끝", "http://a.example/글?q=값#끝"),
        ("http://a.example/a b", "http://a.example/a%20b"),
        ("http://a.example/a\tb\nc", "http://a.example/abc"),
        ("http://a.example/\u202etxt", "http://a.example/%E2%80%AEtxt"),
        ("http://a.example/\u3000", "http://a.example/%E3%80%80"),
        ("http://a.example/%0A", "http://a.example/%0A"),
    ],
)
def test_an_address_leads_to_where_it_led(found: str, exact: str) -> None:
    assert exact_address(found) == exact


def test_letters_go_on_after_the_last() -> None:
    assert [item_letter(n, "ko") for n in (0, 13, 14, 28)] == ["가", "하", "가2", "가3"]
    assert [item_letter(n, "en") for n in (0, 25, 26)] == ["A", "Z", "A2"]
    assert len({item_letter(n, "ko") for n in range(3000)}) == 3000


def test_times_are_those_of_seoul() -> None:
    at = datetime(2026, 12, 31, 15, 0, 1, tzinfo=UTC)
    assert moment(at) == "2027-01-01 00:00:01 KST (UTC+9)"
    assert day(at, "ko") == "2027년 1월 1일"
    assert day(at, "en") == "1 January 2027"


def test_the_digest_covers_subject_and_body() -> None:
    one = render("kr_platform", "ko", FACTS)
    assert one.sha256 == render("kr_platform", "ko", FACTS).sha256
    assert one.sha256 != dataclasses.replace(one, subject=one.subject + " ").sha256
    assert one.sha256 != dataclasses.replace(one, body=one.body + " ").sha256


@every_letter
def test_a_page_recorded_without_its_file_is_told_as_that(name: str, language: str) -> None:
    seen = dataclasses.replace(ITEM, vouched=True)
    body = render(name, language, dataclasses.replace(FACTS, items=(seen,))).body
    assert seen.evidence_sha256 in body
    assert ("게시물 화면만 기록됨" if language == "ko" else "of the page only") in body
    assert sections(name, language)["proof"] in body and "$" not in body


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_correction_names_the_demand_and_what_is_taken_back_and_cites_no_law(language: str) -> None:
    first = Earlier("N2025-000009", datetime(2025, 12, 31, 15, tzinfo=UTC))
    letter = render_correction(language, dataclasses.replace(FACTS, first=first))
    assert "N2025-000009" in letter.subject and "N2025-000009" in letter.body
    assert ("2026년 1월 1일" if language == "ko" else "1 January 2026") in letter.body
    for text in (ITEM.page_url, ITEM.media_url, FACTS.number, FACTS.institution, FACTS.signatory):
        assert text in letter.body
    assert ITEM.evidence_sha256 not in letter.body and "$" not in letter.body
    assert "223a" not in letter.body and "제22조의5" not in letter.body


def test_a_correction_of_nothing_is_refused() -> None:
    with pytest.raises(MissingElement, match="first_demand"):
        render_correction("ko", FACTS)
    first = Earlier("N1", AT)
    with pytest.raises(MissingElement, match="location"):
        render_correction("ko", dataclasses.replace(FACTS, first=first, items=()))
