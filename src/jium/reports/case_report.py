"""The words of the victim's report: figures in, the sentences of the document out. Pure.

The text is written natively in each language (``wording/*.toml``), for a person who may be reading it on a
bad day: plain, counts and outcomes, what happens next. No pictures, no full addresses.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jium.clock import PLACE
from jium.config import Institution
from jium.course import State
from jium.reports.figures import Figures, Host
from jium.wording import MONTHS

WORDING = Path(__file__).resolve().parent / "wording"
TEMPLATE = Path(__file__).with_name("case_report.typ").resolve()
LANGUAGES = ("ko", "en")

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
        "done": _done(words, figures, subject.open),
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
    texts = words.texts["summary"]
    if not figures.confirmed:
        return str(texts["nothing_found"])
    if figures.verified == figures.confirmed:
        return str(texts["all_removed"]).format(pages=words.counted("pages", figures.confirmed))
    numbers = {
        "confirmed": figures.confirmed,
        "verified": figures.verified,
        "already_gone": figures.of(State.ALREADY_GONE),
        "withdrawn": figures.of(State.WITHDRAWN),
        "open" if case_open else "left": figures.open,
    }
    return " ".join(
        str(texts[name]).format(pages=words.counted("pages", number)) for name, number in numbers.items() if number
    )


def _done(words: _Words, figures: Figures, case_open: bool) -> Document:
    """Every count as itself: the first four always, the others where there is something to tell."""
    texts, work = words.texts["done"], figures.work
    always = {
        "found": figures.found,
        "confirmed": figures.confirmed,
        "demanded": figures.demanded,
        "verified": figures.verified,
    }
    sometimes = {
        "already_gone": ("pages", figures.of(State.ALREADY_GONE)),
        "prepared": ("pages", figures.preparing),
        "unlooked": ("pages", figures.unlooked),
        "withdrawn": ("pages", figures.of(State.WITHDRAWN)),
        "letters": ("letters", work.letters),
        "returns": ("times", work.returns),
        "watched": ("sites", work.sites if case_open else 0),
    }
    rows = [[texts[name], words.counted("pages", number)] for name, number in always.items()]
    rows += [[texts[name], words.counted(unit, number)] for name, (unit, number) in sometimes.items() if number]
    notes = [texts["in_progress"]] if case_open and figures.open else []
    if figures.half_gone_within is not None:
        notes.append(texts["speed"].format(duration=words.duration(figures.half_gone_within)))
    if work.refused:
        notes.append(texts["undelivered"].format(letters=words.counted("letters", work.refused)))
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
        "back": figures.of(State.BACK),
        "still_up": figures.of(State.STILL_UP),
        "unlooked": figures.unlooked,
        "undelivered": figures.of(State.UNDELIVERED),
        "preparing": figures.preparing,
        "demanded": figures.of(State.DEMANDED),
        "gone": figures.of(State.GONE),
        "already_gone": figures.of(State.ALREADY_GONE),
        "withdrawn": figures.of(State.WITHDRAWN),
    }
    items = [texts[name].format(pages=words.counted("pages", number)) for name, number in numbers.items() if number]
    if figures.next_check_at and figures.open:
        items.append(texts["next_check"].format(date=words.date(figures.next_check_at)))
    if figures.work.sites:
        items.append(texts["watching"].format(sites=words.counted("sites", figures.work.sites)))
    return [*items, texts["again"]]


def _contact(words: _Words, subject: Subject, centre: Institution, language: str) -> Document:
    texts = words.texts["contact"]
    name = centre.in_language(language)
    ways = (("centre", name), ("phone", centre.phone), ("email", centre.email), ("address", centre.address))
    return {
        "title": texts["title"],
        "text": texts["text"],
        "ways": [[texts[name], value] for name, value in ways if value],
        "withdraw": texts["withdraw"],
        "helpline": texts["helpline"],
        "closing": texts["closing"].format(pseudonym=subject.pseudonym),
    }
