"""What the demo tells: a line for what is new, and counts of copies as the table at the end has them."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from jium.demoweb.narrator import NAMES, Narrator, copies
from jium.demoweb.posts import PLANS
from jium.demoweb.sites import Happening

AT = datetime(2026, 11, 2, tzinfo=UTC)


def happening(host: str, what: str, number: int, file: bool) -> Happening:
    return Happening(AT, what, host, f"http://{host}/{number}/{file}", file)


PAGE_AND_FILE = [happening("a.example", "removed", number, file) for number in range(4) for file in (False, True)]


@pytest.mark.parametrize(
    ("happenings", "counted"),
    [
        ([], []),
        (PAGE_AND_FILE, [("a.example", "removed", 4)]),
        ([happening("a.example", "removed", 1, False)], []),
        (
            [*PAGE_AND_FILE[:2], happening("b.example", "uploaded again", 1, True), *PAGE_AND_FILE[2:4]],
            [("a.example", "removed", 2), ("b.example", "uploaded again", 1)],
        ),
    ],
)
def test_copies_are_counted_not_addresses(happenings: list[Happening], counted: list[tuple[str, str, int]]) -> None:
    assert copies(happenings) == counted


def test_a_line_is_printed_only_for_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIUM_LANGUAGE", "en")
    told = io.StringIO()
    narrator = Narrator(Console(file=told, width=100))
    for hours, text in enumerate(("2 open", "2 open", "1 open", "1 open", "2 open")):
        narrator.happened(timedelta(hours=hours), PAGE_AND_FILE if hours == 1 else [])
        narrator.standing(timedelta(hours=hours), text)
    assert [line.split("  ", 1)[1] for line in map(str.strip, told.getvalue().splitlines())] == [
        "2 open",
        "a.example removes 4",
        "1 open",
        "2 open",
    ]


def test_everything_planted_has_a_name_in_the_users_language() -> None:
    planted = [post.copy for plan in PLANS for post in plan.posts if post.copy]
    assert {word for copy in planted for word in copy} <= NAMES.keys()
