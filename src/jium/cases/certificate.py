"""The certificate of destruction, in Korean or English: what was destroyed, when and how. Pure but for the PDF."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from jium import clock, letter
from jium.cases.models import Destruction
from jium.config import Institution
from jium.letter import Heading, Letter, Table, Text, day

WORDING = Path(__file__).resolve().parent / "wording"
# What is counted, in the order in which it is told.
COUNTED = (
    *("files", "papers", "consents", "services", "referrals", "claims"),
    *("matches", "packages", "letters", "checks", "sightings"),
)


def document(done: Destruction, centre: Institution, language: str) -> Letter:
    """The certificate of what is done. Raises ValueError for another language, or where it is not done yet."""
    words = letter.wording(WORDING, "destruction", language)
    if done.done_at is None:
        raise ValueError("not destroyed yet")
    return Letter(
        language=language,
        institution=centre.in_language(language),
        title=words["title"],
        to=words["to"].format(number=done.number),
        facts=[(words["date_label"], day(done.done_at, language))],
        page=words["page"],
        blocks=[
            Text(words["intro"].format(institution=centre.in_language(language))),
            Heading(words["facts_title"]),
            Table((words["what"], words["told"]), tuple(_facts(done, words, language))),
            Heading(words["how_title"]),
            Table((words["what"], words["count"]), tuple(_counts(done.destroyed, words)), numbers=(1,)),
            Heading(words["method_title"]),
            Text(words["method"]),
            Text(words["backups"]),
        ],
    )


def _facts(done: Destruction, words: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    people = [(words[name], str(getattr(done, name))) for name in ("asked_by", "confirmed_by") if getattr(done, name)]
    return [
        (words["kept"], words[done.kept]),
        (words["opened"], day(done.opened_at, language)),
        (words["closed"], day(done.closed_at, language) if done.closed_at else words["not_closed"]),
        (words["why"], words[done.why]),
        *people,
        (words["begun"], _moment(done.begun_at)),
        (words["done"], _moment(done.done_at) if done.done_at else ""),
    ]


def _counts(destroyed: Mapping[str, int], words: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(words[name], f"{destroyed.get(name, 0):,}") for name in COUNTED]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(clock.PLACE):%Y-%m-%d %H:%M} KST"


def pdf(done: Destruction, centre: Institution, language: str) -> bytes:
    """The certificate as a file. Raises :class:`jium.typeset.FontMissing`, ValueError as :func:`document`."""
    return letter.pdf(document(done, centre, language), done.done_at or done.begun_at)
