"""Who may ask, what she must bring, what fits together."""

from __future__ import annotations

from itertools import product

import pytest

from jium.cases import intake, papers
from jium.cases.details import Contact, contact_problem
from jium.cases.intake import Age, Asked, Paper, Requester

FAMILY = (Paper.IDENTITY, Paper.RELATION)


@pytest.mark.parametrize(
    ("requester", "needed"),
    [
        (Requester.VICTIM, (Paper.IDENTITY,)),
        (Requester.SPOUSE, FAMILY),
        (Requester.LINEAL, FAMILY),
        (Requester.SIBLING, FAMILY),
        (Requester.AGENT, (Paper.IDENTITY, Paper.MANDATE, Paper.VICTIM_IDENTITY)),
        (Requester.INVESTIGATOR, (Paper.OFFICIAL,)),
        (Requester.NOBODY, ()),
    ],
)
def test_each_requester_brings_what_the_rule_asks_for(requester: Requester, needed: tuple[Paper, ...]) -> None:
    assert intake.needed(Asked(requester, minor=False, under_14=False)) == needed
    for paper in needed:
        others = set(needed) - {paper}
        assert intake.lacking(Asked(requester, False, False), others) == (paper,)
    assert intake.lacking(Asked(requester, False, False), set(Paper)) == ()


@pytest.mark.parametrize("requester", Requester)
def test_for_a_child_under_14_the_legal_representative_agrees_unless_the_law_itself_acts(requester: Requester) -> None:
    needed = intake.needed(Asked(requester, minor=True, under_14=True))
    assert (Paper.GUARDIAN in needed) == (requester not in intake.BY_LAW)


@pytest.mark.parametrize(("requester", "minor"), list(product(Requester, (True, False))))
def test_without_a_request_only_children_and_youths_are_helped(requester: Requester, minor: bool) -> None:
    refused = intake.refusal(Asked(requester, minor, False))
    assert bool(refused) == (requester is Requester.NOBODY and not minor)


@pytest.mark.parametrize(
    ("age", "minor", "under_14", "wrong"),
    [
        (Age.UNKNOWN, False, False, False),
        (Age.UNKNOWN, True, False, False),
        (Age.UNKNOWN, True, True, False),
        (Age.UNKNOWN, False, True, True),
        (Age.UNDER_14, True, True, False),
        (Age.UNDER_14, True, False, True),
        (Age.UNDER_14, False, False, True),
        (Age.TO_18, True, False, False),
        (Age.TO_18, False, False, True),
        (Age.TO_18, True, True, True),
        (Age.TO_29, False, False, False),
        (Age.TO_29, True, False, True),
        (Age.FROM_50, True, True, True),
    ],
)
def test_age_and_ticks_must_fit_together(age: Age, minor: bool, under_14: bool, wrong: bool) -> None:
    assert intake.contradicts(age, minor, under_14) is wrong


@pytest.mark.parametrize(
    ("by", "contact", "problem"),
    [
        (Contact.NONE, "", ""),
        (Contact.PHONE, "010-1234-5678", ""),
        (Contact.PHONE, "+82 10 1234 5678", ""),
        (Contact.PHONE, "", "lacking"),
        (Contact.PHONE, "   ", "lacking"),
        (Contact.PHONE, "someone@example.org", "not_a_number"),
        (Contact.PHONE, "전화", "not_a_number"),
        (Contact.MAIL, "someone@example.org", ""),
        (Contact.MAIL, "010-1234-5678", "not_an_address"),
        (Contact.MESSENGER, "가람_77", ""),
        (Contact.MESSENGER, "", "lacking"),
    ],
)
def test_a_number_is_a_number_and_an_address_an_address(by: Contact, contact: str, problem: str) -> None:
    assert contact_problem(by, contact) == problem


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", "image/png"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
        (b"PK\x03\x04", ""),
        (b"<html><script>", ""),
        (b"MZ\x90", ""),
        (b"", ""),
    ],
    ids=range(9),
)
def test_what_is_taken_as_a_document_is_told_by_how_it_begins(head: bytes, kind: str) -> None:
    assert papers.media_type(head) == kind
