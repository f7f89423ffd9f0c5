"""The written notice to an offender: what he owes, how it is reckoned, by when it is paid. Pure but for the PDF.

It says nothing of the victim: neither her pseudonym nor the number of her case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import translation

from jium import letter
from jium.cases.costs import Line
from jium.config import Institution
from jium.letter import Heading, Letter, Lines, Table, Text, day

WORDING = Path(__file__).resolve().parent / "wording"


@dataclass(frozen=True)
class Claimed:
    """What the notice tells. ``owed_by``: name and address, a line each; ``notices``: of the ministry, that set the
    rates; ``pay``: to which account.
    """

    number: str
    owed_by: str
    lines: Sequence[Line]
    notices: Sequence[str]
    pay: str
    until: datetime


def document(claimed: Claimed, centre: Institution, at: datetime, language: str) -> Letter:
    """The notice. Raises ValueError for another language."""
    words = letter.wording(WORDING, "cost", language)
    name, *address = [line.strip() for line in claimed.owed_by.splitlines() if line.strip()]
    total = sum(line.amount for line in claimed.lines)
    return Letter(
        language=language,
        institution=centre.in_language(language),
        title=words["title"],
        to=words["to"].format(name=name),
        facts=[(words["number"], claimed.number), (words["date_label"], day(at, language))],
        page=words["page"],
        blocks=[
            *([Lines(tuple(address))] if address else []),
            Text(words["intro"].format(institution=centre.in_language(language))),
            Heading(words["sum_title"]),
            Text(words["sum"].format(won=f"{total:,}")),
            Text(words["until"].format(date=day(claimed.until, language))),
            Heading(words["lines_title"]),
            Table(
                head=(words["what"], words["year"], words["count"], words["rate"], words["amount"]),
                rows=tuple(_row(line, language) for line in claimed.lines),
                numbers=(1, 2, 3, 4),
                foot=(words["total"], "", "", "", f"{total:,}"),
            ),
            Text(words["basis"].format(notices=", ".join(claimed.notices))),
            Heading(words["pay_title"]),
            Text(words["days"]),
            Lines((claimed.pay,)),
            Text(words["answer"]),
            Text(words["apart"]),
            Heading(words["contact_title"]),
            Lines((centre.in_language(language), *centre.reached)),
        ],
    )


def _row(line: Line, language: str) -> tuple[str, ...]:
    with translation.override(language):
        return str(line.help.label), str(line.year), f"{line.count:,}", f"{line.won:,}", f"{line.amount:,}"


def pdf(claimed: Claimed, centre: Institution, at: datetime, language: str) -> bytes:
    """The notice as a file. Raises :class:`jium.typeset.FontMissing`, ValueError for another language."""
    return letter.pdf(document(claimed, centre, at, language), at)
