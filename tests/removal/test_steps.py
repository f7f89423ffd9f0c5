"""What follows from what was seen: when to look again, when to ask again, when it counts as removed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jium.removal.models import Check, Target
from jium.removal.steps import Standing, next_check, next_step

S = Target.State
O = Check.Outcome  # noqa: E741

SENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("after", "next_after"),
    [(0, 1), (0.5, 1), (1, 6), (5.9, 6), (6, 24), (24, 48), (24.1, 48), (47, 48), (48, 72), (500, 504)],
)
def test_looked_at_after_1_6_and_24_hours_then_daily(after: float, next_after: float) -> None:
    assert next_check(SENT, SENT + hours(after)) == SENT + hours(next_after)


# (state before, hours since the notice, hours since gone), outcome → state, hours to next look, asked again
TABLE = [
    ((S.WAITING, 1, None), O.UP, S.WAITING, 5, False),
    ((S.WAITING, 6, None), O.MOVED, S.WAITING, 18, False),
    ((S.WAITING, 23.9, None), O.UP, S.WAITING, 0.1, False),
    ((S.WAITING, 24, None), O.UP, S.STILL_UP, 24, True),
    ((S.WAITING, 24, None), O.MOVED, S.STILL_UP, 24, True),
    ((S.WAITING, 30, None), O.UP, S.STILL_UP, 18, True),
    ((S.WAITING, 1, None), O.GONE, S.GONE, 12, False),
    ((S.WAITING, 24, None), O.SOFT_GONE, S.GONE, 12, False),
    ((S.WAITING, 1, None), O.UNSEEN, S.WAITING, 5, False),
    ((S.WAITING, 24, None), O.UNSEEN, S.WAITING, 6, False),
    ((S.STILL_UP, 1, None), O.UP, S.STILL_UP, 5, False),
    ((S.STILL_UP, 24, None), O.UP, S.STILL_UP, 24, True),
    ((S.STILL_UP, 24, None), O.UNSEEN, S.STILL_UP, 6, False),
    ((S.STILL_UP, 5, None), O.GONE, S.GONE, 12, False),
    ((S.GONE, 13, 12), O.GONE, S.VERIFIED, 168, False),
    ((S.GONE, 40, 30), O.SOFT_GONE, S.VERIFIED, 168, False),
    ((S.GONE, 13, 11), O.GONE, S.GONE, 1, False),
    ((S.GONE, 13, 12), O.UNSEEN, S.GONE, 6, False),
    ((S.GONE, 13, 12), O.UP, S.STILL_UP, 11, False),
    ((S.GONE, 25, 12), O.UP, S.STILL_UP, 23, True),
    ((S.GONE, 25, 12), O.MOVED, S.STILL_UP, 23, True),
    ((S.VERIFIED, 200, 190), O.GONE, S.VERIFIED, 168, False),
    ((S.VERIFIED, 200, 190), O.SOFT_GONE, S.VERIFIED, 168, False),
    ((S.VERIFIED, 200, 190), O.UNSEEN, S.VERIFIED, 6, False),
    ((S.VERIFIED, 200, 190), O.UP, S.BACK, 16, True),
    ((S.VERIFIED, 20, 19), O.MOVED, S.BACK, 4, True),
    ((S.BACK, 2, None), O.UP, S.BACK, 4, False),
    ((S.BACK, 24, None), O.UP, S.BACK, 24, True),
    ((S.BACK, 2, None), O.GONE, S.GONE, 12, False),
    ((S.BACK, 2, None), O.UNSEEN, S.BACK, 4, False),
]


@pytest.mark.parametrize(("before", "outcome", "state", "wait", "again"), TABLE)
def test_the_step_after_a_look(before, outcome, state, wait, again) -> None:
    was, since_notice, since_gone = before
    now = SENT + hours(since_notice)
    gone_at = now - hours(since_gone) if since_gone is not None else None
    verified_at = SENT + hours(15) if was == S.VERIFIED else None
    step = next_step(Standing(was, SENT, gone_at, verified_at), outcome, now)
    assert (step.state, step.demand_again) == (state, again)
    assert step.check_at - now == pytest.approx(hours(wait), abs=timedelta(seconds=1))


@pytest.mark.parametrize("state", [S.WAITING, S.STILL_UP, S.GONE, S.VERIFIED, S.BACK])
@pytest.mark.parametrize("outcome", list(O))
@pytest.mark.parametrize("since_notice", [0, 1, 24, 1000])
def test_a_next_look_always_lies_ahead(state, outcome, since_notice) -> None:
    now = SENT + hours(since_notice)
    step = next_step(Standing(state, SENT, SENT, SENT), outcome, now)
    assert now < step.check_at <= now + timedelta(weeks=1)


def test_removal_is_verified_by_two_looks_twelve_hours_apart() -> None:
    first = next_step(Standing(S.WAITING, SENT), O.GONE, SENT + hours(1))
    assert first.verified_at is None
    second = next_step(Standing(first.state, SENT, first.gone_at), O.GONE, first.check_at)
    assert (second.state, second.verified_at) == (S.VERIFIED, first.check_at)
    assert second.gone_at == SENT + hours(1)


def test_a_look_in_between_that_finds_it_starts_the_count_anew() -> None:
    gone = next_step(Standing(S.WAITING, SENT), O.GONE, SENT + hours(1))
    up = next_step(Standing(gone.state, SENT, gone.gone_at), O.UP, SENT + hours(6))
    assert (up.gone_at, up.verified_at) == (None, None)
    gone_again = next_step(Standing(up.state, SENT, up.gone_at), O.GONE, SENT + hours(24))
    assert gone_again.state == S.GONE


def test_a_failed_look_keeps_what_was_seen() -> None:
    gone_at, verified_at = SENT + hours(1), SENT + hours(13)
    step = next_step(Standing(S.VERIFIED, SENT, gone_at, verified_at), O.UNSEEN, SENT + hours(200))
    assert (step.gone_at, step.verified_at) == (gone_at, verified_at)
