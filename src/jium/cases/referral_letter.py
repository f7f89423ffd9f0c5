"""The letter of referral, in Korean or English: what is told in, the words of the page out. Pure but for the PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jium import letter
from jium.config import Institution
from jium.letter import Heading, Letter, Line, Lines, Text, day, paragraphs

WORDING = Path(__file__).resolve().parent / "wording"


@dataclass(frozen=True)
class Told:
    """What the letter tells. ``organisation``: its name in the letter's language; ``by``: who answers at our end;
    ``agreed_at``: when she agreed to it.
    """

    number: str
    pseudonym: str
    organisation: str
    asked: str
    by: str
    agreed_at: datetime


def document(told: Told, centre: Institution, at: datetime, language: str) -> Letter:
    """The letter. Raises ValueError for another language."""
    words = letter.wording(WORDING, "referral", language)
    institution = centre.in_language(language)
    return Letter(
        language=language,
        institution=institution,
        title=words["title"],
        to=words["to"].format(organisation=told.organisation),
        facts=[(words["case_number"], told.number), (words["date_label"], day(at, language))],
        page=words["page"],
        blocks=[
            Text(words["intro"].format(institution=institution)),
            Text(words["person"].format(pseudonym=told.pseudonym)),
            Heading(words["asked_title"]),
            *paragraphs(told.asked),
            Line(),
            Text(words["consent"].format(date=day(told.agreed_at, language))),
            Text(words["confidential"]),
            Text(words["answer"]),
            Heading(words["contact_title"]),
            Lines((f"{told.by}, {institution}", *centre.reached)),
        ],
    )


def pdf(told: Told, centre: Institution, at: datetime, language: str) -> bytes:
    """The letter as a file. Raises :class:`jium.typeset.FontMissing`, ValueError for another language."""
    return letter.pdf(document(told, centre, at, language), at)
