"""The words of the victim's report: figures in, the sentences of the document out. Pure.

The text is written natively in each language (``wording/*.toml``), for a person who may be reading it on a
bad day: plain, counts and outcomes, what happens next. No pictures, no full addresses.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jium.config import Institution
from jium.reports.figures import Figures, Host, State

WORDING = Path(__file__).resolve().parent / "wording"
LANGUAGES = ("ko", "en")
PLACE: tzinfo = ZoneInfo("Asia/Seoul")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

Document = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """Whose report it is."""

    number: str
    pseudonym: str
    open: bool


@cache
def wording(language: str) -> dict[str, dict[str, Any]]:
    """The report's texts in "ko" or "en"."""
    if language not in LANGUAGES:
        raise ValueError(f"the report is written in {' and '.join(LANGUAGES)}, not in {language!r}")
    return tomllib.loads((WORDING / f"{language}.toml").read_text(encoding="utf-8"))


def document(subject: Subject, figures: Figures, centre: Institution, at: datetime, language: str) -> Document:
    """Everything the page shows, in reading order, ready for ``case_report.typ``."""
    words = _Words(language)
    texts = words.texts
    return {
        "language": language,
        "title": texts["document"]["title"],
        "short_title": f"{texts['document']['short_title']} {subject.number}",
        "to": texts["document"]["to"].format(pseudonym=subject.pseudonym),
        "facts": [
            [texts["document"]["case_number"], subject.number],
            [texts["document"]["as_of"], words.time(at)],
        ],
        "page": texts["document"]["page"],
        "intro": texts["document"]["intro"],
        "summary": _summary(words, figures, subject.open),
        "figures": [
            {"count": str(number), "label": texts["figures"][name]}
            for name, number in (
                ("confirmed", figures.confirmed),
                ("verified", figures.verified),
                ("open" if subject.open else "left", figures.open),
            )
        ],
        "done": _done(words, figures),
        "sites": _sites(words, figures),
        "next": {"title": texts["next"]["title"], "items": _next(words, figures, subject.open)},
        "contact": _contact(words, subject, centre, language),
    }


class _Words:
    """One language's way of writing counts, dates and durations."""

    def __init__(self, language: str) -> None:
        self.texts = wording(language)
        self._units = self.texts["units"]

    def counted(self, unit: str, number: int) -> str:
        one, many = self._units[unit]
        return str(one if number == 1 else many).format(count=number)

    def date(self, at: datetime, form: str = "date") -> str:
        there = at.astimezone(PLACE)
        month = MONTHS[there.month - 1]
        return str(self._units[form]).format(
            year=there.year, month=there.month, day=there.day, month_name=month, month_short=month[:3]
        )

    def short_date(self, at: datetime | None) -> str:
        return self.date(at, "date_short") if at else str(self.texts["sites"]["none"])

    def time(self, at: datetime) -> str:
        there = at.astimezone(PLACE)
        return str(self._units["time"]).format(date=self.date(at), hour=there.hour, minute=there.minute)

    def duration(self, length: timedelta) -> str:
        """Rounded up, so that "within" stays true."""
        hours = max(1, -(-int(length.total_seconds()) // 3600))
        return self.counted("hours", hours) if hours < 48 else self.counted("days", -(-hours // 24))


def _summary(words: _Words, figures: Figures, case_open: bool) -> str:
    if not figures.confirmed:
        name = "nothing_found"
    elif not figures.open:
        name = "all_removed"
    elif not case_open:
        name = "closed"
    else:
        name = "some_removed" if figures.verified else "none_removed"
    return str(words.texts["summary"][name]).format(
        confirmed=words.counted("pages", figures.confirmed),
        verified=words.counted("pages", figures.verified),
        open=words.counted("pages", figures.open),
    )


def _done(words: _Words, figures: Figures) -> Document:
    texts = words.texts["done"]
    rows = [
        [texts[name], words.counted("pages", getattr(figures, name))]
        for name in ("found", "confirmed", "demanded", "verified")
    ]
    notes = []
    if figures.half_gone_within is not None:
        notes.append(texts["speed"].format(duration=words.duration(figures.half_gone_within)))
    if figures.refused:
        notes.append(texts["undelivered"].format(times=figures.refused))
    return {"title": texts["title"], "rows": rows, "notes": notes}


def _sites(words: _Words, figures: Figures) -> Document:
    texts = words.texts["sites"]
    columns = ("host", "pages", "state", "found", "demanded", "checked")
    return {
        "title": texts["title"],
        "columns": [texts[name] for name in columns],
        "rows": [_site(words, host) for host in figures.hosts],
    }


def _site(words: _Words, host: Host) -> Document:
    states = words.texts["states"]
    if len(host.states) == 1:
        lines = [states[host.states[0][0]]]
    else:
        pattern = words.texts["sites"]["and"]
        lines = [
            pattern.format(state=states[state], pages=words.counted("pages", number)) for state, number in host.states
        ]
    return {
        "host": host.host,
        "pages": str(host.pages),
        "states": lines,
        "removed": all(state == State.VERIFIED for state, _ in host.states),
        "dates": [words.short_date(at) for at in (host.found_at, host.demanded_at, host.checked_at)],
    }


def _next(words: _Words, figures: Figures, case_open: bool) -> list[str]:
    texts = words.texts["next"]
    if not case_open:
        return [texts["closed"]]
    numbers = {
        "back": figures.back,
        "still_up": figures.still_up,
        "undelivered": figures.undelivered,
        "preparing": figures.preparing,
        "demanded": figures.waiting,
        "gone": figures.gone,
    }
    items = [texts[name].format(pages=words.counted("pages", number)) for name, number in numbers.items() if number]
    if figures.next_check_at and figures.open:
        items.append(texts["next_check"].format(date=words.date(figures.next_check_at)))
    return [*items, texts["watching"], texts["again"]]


def _contact(words: _Words, subject: Subject, centre: Institution, language: str) -> Document:
    texts = words.texts["contact"]
    name = centre.name if language == "ko" else centre.name_en
    ways = (("centre", name), ("phone", centre.phone), ("email", centre.email), ("address", centre.address))
    return {
        "title": texts["title"],
        "text": texts["text"],
        "ways": [[texts[name], value] for name, value in ways if value],
        "withdraw": texts["withdraw"],
        "helpline": texts["helpline"],
        "closing": texts["closing"].format(pseudonym=subject.pseudonym),
    }
