"""One state per address: a table over every combination of facts, each covered by exactly one row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from itertools import product
from typing import Any

import pytest

from jium.course import PERSONS, URGENCY, Evidence, Facts, Following, Letter, Next, State, Verdict, next_of, state_of

UNDECIDED, UNSURE, SAME, DIFFERENT = Verdict
EVERY: dict[str, tuple[Any, ...]] = {
    "verdict": tuple(Verdict),
    "shown": (True, False),
    "missing": (True, False),
    "evidence": tuple(Evidence),
    "letter": tuple(Letter),
    "following": tuple(Following),
    "unlooked": (True, False),
    "corrected": (True, False),
    "closed": (True, False),
}
OUT = (Letter.SENT, Letter.UNCERTAIN)
HOME = tuple(letter for letter in Letter if letter not in OUT)
IDLE = (Following.NONE, Following.STOPPED)
CHECKED = tuple(following for following in Following if following not in IDLE)
UNFOLLOWED = {"letter": HOME, "following": (Following.NONE,)}

OPEN = {"verdict": (UNDECIDED, UNSURE), **UNFOLLOWED}
THERE = {**OPEN, "missing": (False,)}
FOLLOWED = {"verdict": (SAME,), "unlooked": (False,)}
UNSENT = {"verdict": (SAME,), "missing": (False,), "following": (Following.NONE,)}
UNWRITTEN = {**UNSENT, "letter": (Letter.NONE,)}

# Every row: what the facts must be (what is not named may be anything), and the state that follows.
TABLE: tuple[tuple[dict[str, tuple[Any, ...]], State], ...] = (
    # Nobody stands behind it, or not any more.
    ({"verdict": (UNDECIDED, UNSURE, DIFFERENT), "letter": OUT}, State.WITHDRAWN),
    (
        {"verdict": (UNDECIDED, UNSURE, DIFFERENT), "letter": HOME, "following": (Following.STOPPED, *CHECKED)},
        State.WITHDRAWN,
    ),
    ({"verdict": (DIFFERENT,), **UNFOLLOWED}, State.DIFFERENT),
    ({**OPEN, "missing": (True,)}, State.ALREADY_GONE),
    ({**THERE, "shown": (False,)}, State.UNLOOKED),
    ({**THERE, "shown": (True,), "verdict": (UNSURE,)}, State.UNSURE),
    ({**THERE, "shown": (True,), "verdict": (UNDECIDED,)}, State.FOUND),
    # Demanded and followed up.
    ({"verdict": (SAME,), "following": CHECKED, "unlooked": (True,)}, State.UNLOOKED),
    ({**FOLLOWED, "following": (Following.WAITING,)}, State.DEMANDED),
    ({**FOLLOWED, "following": (Following.STILL_UP,)}, State.STILL_UP),
    ({**FOLLOWED, "following": (Following.GONE,)}, State.GONE),
    ({**FOLLOWED, "following": (Following.VERIFIED,)}, State.VERIFIED),
    ({**FOLLOWED, "following": (Following.BACK,)}, State.BACK),
    # Out, and not followed up yet, or about to be again.
    ({"verdict": (SAME,), "following": IDLE, "letter": (Letter.UNCERTAIN,)}, State.UNDELIVERED),
    ({"verdict": (SAME,), "following": IDLE, "letter": (Letter.SENT,)}, State.DEMANDED),
    ({"verdict": (SAME,), "following": (Following.STOPPED,), "letter": HOME}, State.DEMANDED),
    # Not out yet.
    ({"verdict": (SAME,), **UNFOLLOWED, "missing": (True,)}, State.ALREADY_GONE),
    ({**UNSENT, "letter": (Letter.DRAFTED,)}, State.DRAFTED),
    ({**UNSENT, "letter": (Letter.SENDING,)}, State.SENDING),
    ({**UNSENT, "letter": (Letter.UNADDRESSED, Letter.HELD, Letter.REFUSED)}, State.UNDELIVERED),
    ({**UNSENT, "letter": (Letter.WITHDRAWN,)}, State.WITHDRAWN),
    ({**UNWRITTEN, "evidence": (Evidence.NONE, Evidence.PLANNED)}, State.CONFIRMED),
    ({**UNWRITTEN, "evidence": (Evidence.HOLDS, Evidence.VOUCHED)}, State.RECORDED),
    ({**UNWRITTEN, "evidence": (Evidence.LACKS, Evidence.FAILED)}, State.UNRECORDED),
)


def combinations() -> Iterator[Facts]:
    for values in product(*EVERY.values()):
        yield Facts(**dict(zip(EVERY, values, strict=True)))


def fits(facts: Facts, row: dict[str, tuple[Any, ...]]) -> bool:
    return all(getattr(facts, name) in allowed for name, allowed in row.items())


def test_every_combination_of_facts_has_one_row_and_its_state() -> None:
    assert set(EVERY) == {field.name for field in fields(Facts)}, "a fact that the table does not know"
    for facts in combinations():
        states = [state for row, state in TABLE if fits(facts, row)]
        assert states == [state_of(facts)], facts


def test_every_state_is_reached_by_a_row() -> None:
    assert {state for _row, state in TABLE} == set(State) == set(URGENCY)


def test_a_letter_is_drafted_only_about_what_a_person_confirmed_and_evidence_holds() -> None:
    for facts in combinations():
        if next_of(facts) is Next.DRAFT:
            assert facts.confirmed and not facts.missing and not facts.out, facts
            assert facts.evidence in (Evidence.HOLDS, Evidence.VOUCHED), facts


def test_removed_is_said_only_of_what_was_demanded_and_verified() -> None:
    for facts in combinations():
        if state_of(facts) is State.VERIFIED:
            assert facts.confirmed and facts.following is Following.VERIFIED and not facts.unlooked, facts


NEXT: tuple[tuple[Facts, Next], ...] = (
    (Facts(), Next.COMPARE),
    (Facts(UNSURE), Next.WATCH),
    (Facts(shown=False), Next.COMPARE),
    (Facts(UNSURE, shown=False), Next.WATCH),
    (Facts(missing=True), Next.WATCH),
    (Facts(DIFFERENT), Next.NOTHING),
    (Facts(SAME), Next.RECORD),
    (Facts(SAME, evidence=Evidence.LACKS), Next.VOUCH),
    (Facts(SAME, evidence=Evidence.HOLDS), Next.DRAFT),
    (Facts(SAME, evidence=Evidence.HOLDS, letter=Letter.DRAFTED), Next.APPROVE),
    (Facts(SAME, evidence=Evidence.HOLDS, letter=Letter.UNADDRESSED), Next.DELIVER),
    (Facts(SAME, evidence=Evidence.HOLDS, letter=Letter.SENDING), Next.SEND),
    (Facts(SAME, letter=Letter.REFUSED), Next.DELIVER),
    (Facts(SAME, letter=Letter.UNCERTAIN), Next.DELIVER),
    (Facts(SAME, letter=Letter.WITHDRAWN), Next.NOTHING),
    (Facts(SAME, letter=Letter.SENT), Next.CHECK),
    (Facts(SAME, letter=Letter.SENT, following=Following.GONE), Next.CHECK),
    (Facts(SAME, letter=Letter.SENT, following=Following.VERIFIED), Next.CHECK),
    (Facts(SAME, letter=Letter.SENT, following=Following.STILL_UP), Next.CHECK),
    (Facts(SAME, letter=Letter.DRAFTED, following=Following.STILL_UP), Next.APPROVE),
    (Facts(SAME, letter=Letter.REFUSED, following=Following.BACK), Next.DELIVER),
    (Facts(SAME, letter=Letter.SENT, following=Following.STILL_UP, unlooked=True), Next.LOOK),
    (Facts(DIFFERENT, letter=Letter.SENT, following=Following.STOPPED), Next.CORRECT),
    (Facts(DIFFERENT, letter=Letter.UNCERTAIN), Next.CORRECT),
    (Facts(DIFFERENT, letter=Letter.SENT, corrected=True), Next.NOTHING),
    (Facts(UNDECIDED, letter=Letter.SENT, following=Following.STOPPED), Next.COMPARE),
    (Facts(UNDECIDED, letter=Letter.SENT, missing=True), Next.WATCH),
    (Facts(UNSURE, letter=Letter.SENT), Next.WATCH),
    # Of a closed case only mistakes are taken back.
    (Facts(UNDECIDED, closed=True), Next.NOTHING),
    (Facts(SAME, letter=Letter.SENT, following=Following.STILL_UP, closed=True), Next.NOTHING),
    (Facts(DIFFERENT, letter=Letter.SENT, following=Following.STOPPED, closed=True), Next.CORRECT),
)


@pytest.mark.parametrize(("facts", "expected"), NEXT)
def test_what_comes_next(facts: Facts, expected: Next) -> None:
    assert next_of(facts) is expected


def test_something_comes_next_whatever_the_facts() -> None:
    reached = {next_of(facts) for facts in combinations()}
    assert reached == set(Next) and set(PERSONS) < reached
