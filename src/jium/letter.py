"""A letter or statement on the centre's paper, as PDF: what every page of that kind looks like is here, once.

    letter.pdf(Letter("en", "Hanbit Centre", "Letter of referral", "To Legal Aid", facts, page, blocks), at)

Its words come from whoever writes it; the blocks below are what it is built of.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jium import typeset
from jium.clock import PLACE
from jium.wording import MONTHS

TEMPLATE = Path(__file__).with_suffix(".typ").resolve()
LANGUAGES = ("ko", "en")


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Heading:
    """What the following is about."""

    text: str
    kind: str = "heading"


@dataclass(frozen=True)
class Line:
    """A line across, between what is told and what is said about it."""

    kind: str = "line"


@dataclass(frozen=True)
class Lines:
    """Short lines one below the other, such as an address."""

    lines: tuple[str, ...]
    kind: str = "lines"


@dataclass(frozen=True)
class Table:
    """``numbers``: which columns are set to the right; ``foot``: a last row that sums up, or nothing."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    foot: tuple[str, ...] = ()
    kind: str = "table"


Block = Text | Heading | Line | Lines | Table


@dataclass(frozen=True)
class Letter:
    """``to``: to whom, or about whom; ``facts``: (what, value) beside it; ``page``: text with {page} and {pages}."""

    language: str
    institution: str
    title: str
    to: str
    facts: Sequence[tuple[str, str]]
    page: str
    blocks: Sequence[Block]

    def as_data(self) -> dict[str, Any]:
        """As the template reads it."""
        return asdict(self)


def pdf(letter: Letter, at: datetime) -> bytes:
    """The letter as a file. Raises :class:`jium.typeset.FontMissing`."""
    return typeset.pdf(TEMPLATE, letter.as_data(), at)


def paragraphs(text: str) -> list[Block]:
    """What somebody typed, a paragraph a line."""
    return [Text(line.strip()) for line in text.splitlines() if line.strip()]


@cache
def wording(folder: Path, name: str, language: str) -> dict[str, str]:
    """The texts of one kind of letter in a language. Raises ValueError for another than :data:`LANGUAGES`."""
    if language not in LANGUAGES:
        raise ValueError(f"no letter in {language!r}")
    return tomllib.loads((folder / f"{name}.{language}.toml").read_text(encoding="utf-8"))


def day(moment: datetime | date, language: str) -> str:
    """A day as it is written in a letter; of a moment the day that it was at the centre."""
    one = moment.astimezone(PLACE).date() if isinstance(moment, datetime) else moment
    if language == "ko":
        return f"{one.year}년 {one.month}월 {one.day}일"
    return f"{one.day} {MONTHS[one.month - 1]} {one.year}"
