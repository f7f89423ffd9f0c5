"""A target's state and an outcome become the next step. Pure; all times are aware.

demanded ──► still up ──► (demanded again each day that it is seen)
    │            │
    ▼            ▼            12 h later, seen gone again
   gone ◄─────────────────────────► verified ──► looked at every week ──► back (demanded again at once)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from jium.removal.models import Check, Target

State = Target.State
Outcome = Check.Outcome

FIRST_CHECKS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
DAILY = timedelta(days=1)
WEEKLY = timedelta(weeks=1)
# A provider has a day before the same is asked again.
GRACE = timedelta(hours=24)
# Gone counts when it was seen gone twice, so long apart: a site may be down for a while.
CONFIRM = timedelta(hours=12)
# What could not be looked at is looked at again sooner than the plan says.
RETRY = timedelta(hours=6)

THERE = (Outcome.UP, Outcome.MOVED)
NOT_THERE = (Outcome.GONE, Outcome.SOFT_GONE)


@dataclass(frozen=True)
class Standing:
    """What is known of a target before a check."""

    state: State
    last_notice_at: datetime
    gone_at: datetime | None = None
    verified_at: datetime | None = None


@dataclass(frozen=True)
class Step:
    """What a check leads to: the new state, when to look again, and whether to demand again."""

    state: State
    check_at: datetime
    demand_again: bool = False
    gone_at: datetime | None = None
    verified_at: datetime | None = None


def next_step(standing: Standing, outcome: Outcome, now: datetime) -> Step:
    """The step after seeing ``outcome`` at ``now``."""
    if outcome in THERE:
        return _there(standing, now)
    if outcome in NOT_THERE:
        return _not_there(standing, now)
    return _unknown(standing, now)


def next_check(last_notice_at: datetime, now: datetime) -> datetime:
    """1, 6 and 24 hours after a notice, then daily: the first of these after ``now``."""
    for delay in FIRST_CHECKS:
        if last_notice_at + delay > now:
            return last_notice_at + delay
    days = (now - last_notice_at) // DAILY + 1
    return last_notice_at + days * DAILY


def _there(standing: Standing, now: datetime) -> Step:
    due = now >= standing.last_notice_at + GRACE
    check_at = next_check(standing.last_notice_at, now)
    if standing.state in (State.VERIFIED, State.BACK):
        return Step(State.BACK, check_at, demand_again=standing.state == State.VERIFIED or due)
    if standing.state == State.WAITING and not due:
        return Step(State.WAITING, check_at)
    return Step(State.STILL_UP, check_at, demand_again=due)


def _not_there(standing: Standing, now: datetime) -> Step:
    if standing.state == State.VERIFIED:
        return Step(State.VERIFIED, now + WEEKLY, gone_at=standing.gone_at, verified_at=standing.verified_at)
    if standing.state != State.GONE or standing.gone_at is None:
        return Step(State.GONE, now + CONFIRM, gone_at=now)
    if now < standing.gone_at + CONFIRM:
        return Step(State.GONE, standing.gone_at + CONFIRM, gone_at=standing.gone_at)
    return Step(State.VERIFIED, now + WEEKLY, gone_at=standing.gone_at, verified_at=now)


def _unknown(standing: Standing, now: datetime) -> Step:
    """Nothing was learnt: nothing changes but when to look again."""
    check_at = now + RETRY
    if standing.state in (State.WAITING, State.STILL_UP, State.BACK):
        check_at = min(check_at, next_check(standing.last_notice_at, now))
    return Step(standing.state, check_at, gone_at=standing.gone_at, verified_at=standing.verified_at)
