"""The pages of a populated centre: each answers, and how many queries it asks does not grow with what there is."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

SCRIPT = """
import json, sys
from rich.console import Console
from jium.bench import pages
print(json.dumps(pages.measure(Console(quiet=True), pages.Size(*map(int, sys.argv[1:])))["rows"]))
"""
# Among them the eight with which a click is written down, once a minute, and one or two for each kind of thing to do.
MOST_QUERIES = 75


def measured(*size: int) -> dict[str, dict[str, str]]:
    """The rows of a run of its own, by page."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JIUM_", "DJANGO_"))}
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, size)], capture_output=True, text=True, env=environment, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return {row["page"]: row for row in json.loads(run.stdout)}


@pytest.fixture(scope="module")
def small() -> dict[str, dict[str, str]]:
    return measured(4, 3, 30, 12, 4)


@pytest.fixture(scope="module")
def larger() -> dict[str, dict[str, str]]:
    return measured(60, 6, 400, 120, 12)


def test_no_page_asks_more_often_the_more_there_is(small, larger) -> None:
    asked = {page: (int(row["queries"]), int(larger[page]["queries"])) for page, row in small.items() if row["queries"]}
    assert len(asked) >= 12 and all(fewest > 5 for fewest, _most in asked.values())
    assert {page: both for page, both in asked.items() if both[1] > both[0] + 4 or both[1] > MOST_QUERIES} == {}


def test_no_page_grows_with_what_there_is(larger) -> None:
    """Lists come page by page: 50 lines of a kind take less than this."""
    assert {page: row["kB"] for page, row in larger.items() if row["kB"] and int(row["kB"]) > 200} == {}


def test_requests_that_come_at_once_are_all_answered(small, larger) -> None:
    for rows in (small, larger):
        assert len([page for page in rows if "at once" in page]) == 2
