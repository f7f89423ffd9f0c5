"""What ``jium find`` found in one file, as it is shown and as it is kept in the progress file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jium.cli.files import Problem
from jium.cli.resume import Journal, Line
from jium.language import _
from jium.media.errors import SENTENCES

# Not the file's doing for certain, so such a file is read again.
PASSING = ("unreadable", "crashed", "timeout")


@dataclass(frozen=True)
class Match:
    """Which reference (its place among those named), the fields of its JSON line, and the cells of its table row."""

    reference: int
    fields: Line
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a search found in one file, or why the file cannot be read."""

    matches: tuple[Match, ...] = ()
    problem: Problem | None = None


def known(journal: Journal, files: Sequence[str]) -> dict[str, Outcome]:
    """What was found before in those of ``files`` that have not changed since."""
    found = {file: _outcome(entry) for file, entry in journal.known(files).items()}
    return {file: outcome for file, outcome in found.items() if outcome}


def keep(journal: Journal, file: str, found: Outcome) -> None:
    """Keep it, unless the file might be read the next time."""
    if found.problem is None:
        journal.add(file, {"matches": [[match.reference, match.fields, match.cells] for match in found.matches]})
    elif found.problem.kind not in PASSING:
        journal.add(file, {"problem": found.problem.kind})


def problem(entry: Line) -> Problem | None:
    """Why a file could not be read, as the progress file has it."""
    kind = entry.get("problem")
    return Problem(kind, _(SENTENCES[kind])) if isinstance(kind, str) and kind in SENTENCES else None


def _outcome(entry: Line) -> Outcome | None:
    if "problem" in entry:
        told = problem(entry)
        return Outcome(problem=told) if told else None
    try:
        return Outcome(
            tuple(Match(int(number), dict(fields), tuple(cells)) for number, fields, cells in entry["matches"])
        )
    except (KeyError, TypeError, ValueError):
        return None
