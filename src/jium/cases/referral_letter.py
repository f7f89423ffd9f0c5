"""The letter of referral, in Korean or English: what is told in, the words of the page out. Pure but for the PDF."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jium import typeset
from jium.config import Institution
from jium.wording import MONTHS

WORDING = Path(__file__).resolve().parent / "wording"
TEMPLATE = Path(__file__).with_name("referral.typ").resolve()
LANGUAGES = ("ko", "en")
PLACE: tzinfo = ZoneInfo("Asia/Seoul")


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


@cache
def wording(language: str) -> dict[str, str]:
    """The texts of a language. Raises ValueError for another."""
    if language not in LANGUAGES:
        raise ValueError(f"no letter in {language!r}")
    return tomllib.loads((WORDING / f"referral.{language}.toml").read_text(encoding="utf-8"))


def document(told: Told, centre: Institution, at: datetime, language: str) -> dict[str, Any]:
    """Everything the page shows, in reading order, ready for ``referral.typ``."""
    words = wording(language)
    institution = centre.name if language == "ko" else centre.name_en
    reached = [one for one in (centre.phone, centre.email, centre.address) if one]
    return {
        "language": language,
        "institution": institution,
        "title": words["title"],
        "to": words["to"].format(organisation=told.organisation),
        "facts": [[words["case_number"], told.number], [words["date_label"], _date(words, at)]],
        "page": words["page"],
        "before": [
            words["intro"].format(institution=institution),
            words["person"].format(pseudonym=told.pseudonym),
        ],
        "asked_title": words["asked_title"],
        "asked": [line.strip() for line in told.asked.splitlines() if line.strip()],
        "after": [words["consent"].format(date=_date(words, told.agreed_at)), words["confidential"], words["answer"]],
        "contact_title": words["contact_title"],
        "contact": [f"{told.by}, {institution}", *reached],
    }


def pdf(told: Told, centre: Institution, at: datetime, language: str) -> bytes:
    """The letter as a file. Raises :class:`jium.typeset.FontMissing`, ValueError for another language."""
    return typeset.pdf(TEMPLATE, document(told, centre, at, language), at)


def _date(words: dict[str, str], at: datetime) -> str:
    day = at.astimezone(PLACE)
    return words["date"].format(year=day.year, month=day.month, day=day.day, month_name=MONTHS[day.month - 1])
