"""Counting pages: each once, as far as its least far picture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jium.course import State
from jium.reports import figures
from jium.reports.figures import PREPARING, SETTLED, UNLOOKED, Seen, Work

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def seen(page: str, state: State, confirmed: bool = True, **more: datetime) -> Seen:
    host, found_at = page.split("/")[0], more.pop("found_at", NOW)
    return Seen(page=page, host=host, found_at=found_at, state=state, confirmed=confirmed, **more)


def test_nothing_found_is_all_noughts() -> None:
    counted = figures.count([], Work())
    assert (counted.found, counted.confirmed, counted.open, counted.hosts) == (0, 0, 0, ())
    assert counted.half_gone_within is None and counted.first_found_at is None


def test_two_pictures_on_one_page_are_one_page() -> None:
    counted = figures.count([seen("a/1", State.VERIFIED), seen("a/1", State.VERIFIED)], Work())
    assert (counted.found, counted.confirmed, counted.verified) == (1, 1, 1)


@pytest.mark.parametrize("other", [state for state in State if state not in (State.VERIFIED, State.DIFFERENT)])
def test_a_page_is_removed_only_when_all_its_pictures_are(other: State) -> None:
    counted = figures.count([seen("a/1", State.VERIFIED), seen("a/1", other)], Work())
    assert (counted.verified, counted.open) == (0, 0 if other in SETTLED else 1)


def test_what_is_not_confirmed_is_found_and_nothing_more() -> None:
    rows = [seen("a/1", State.FOUND, False), seen("b/1", State.DEMANDED, demanded_at=NOW)]
    counted = figures.count(rows, Work(refused=3))
    assert (counted.found, counted.confirmed, counted.demanded, counted.of(State.DEMANDED)) == (2, 1, 1, 1)
    assert [host.host for host in counted.hosts] == ["b"]
    assert counted.work.refused == 3


def test_an_unconfirmed_match_on_a_confirmed_page_changes_nothing() -> None:
    counted = figures.count([seen("a/1", State.VERIFIED), seen("a/1", State.FOUND, False, found_at=NOW - DAY)], Work())
    assert counted.verified == 1
    assert counted.first_found_at == NOW


def test_every_confirmed_page_is_in_exactly_one_state() -> None:
    rows = [seen(f"{host}/{state}", state) for host in "abc" for state in State]
    counted = figures.count(rows, Work())
    assert counted.states == tuple((state, 3) for state in State)
    assert counted.confirmed == 3 * len(State) == sum(host.pages for host in counted.hosts)
    assert (counted.preparing, counted.unlooked) == (3 * len(PREPARING), 3 * len(UNLOOKED))
    assert counted.open == 3 * (len(State) - len(SETTLED))
    assert all(sum(number for _, number in host.states) == host.pages for host in counted.hosts)


def test_half_the_removed_pages_went_within_the_stated_time() -> None:
    rows = [seen(f"a/{days}", State.VERIFIED, demanded_at=NOW, gone_at=NOW + days * DAY) for days in (1, 2, 30)]
    rows.append(seen("a/up", State.STILL_UP, demanded_at=NOW))
    assert figures.count(rows, Work()).half_gone_within == 2 * DAY


def test_a_page_is_gone_when_its_last_picture_is() -> None:
    rows = [seen("a/1", State.VERIFIED, demanded_at=NOW, gone_at=NOW + days * DAY) for days in (1, 3)]
    assert figures.count(rows, Work()).half_gone_within == 3 * DAY


def test_hosts_with_work_left_come_first() -> None:
    rows = [seen("done/1", State.VERIFIED), seen("up/1", State.STILL_UP), seen("wait/1", State.DEMANDED)]
    assert [host.host for host in figures.count(rows, Work()).hosts] == ["up", "wait", "done"]


def test_times_are_the_first_demand_the_last_check_and_the_next_one() -> None:
    rows = [
        seen("a/1", State.DEMANDED, demanded_at=NOW, checked_at=NOW + DAY, next_check_at=NOW + 3 * DAY),
        seen("a/2", State.DEMANDED, demanded_at=NOW - DAY, checked_at=NOW, next_check_at=NOW + 2 * DAY),
    ]
    (host,) = figures.count(rows, Work()).hosts
    assert (host.demanded_at, host.checked_at) == (NOW - DAY, NOW + DAY)
    assert figures.count(rows, Work()).next_check_at == NOW + 2 * DAY


def test_a_demand_taken_back_with_its_decision_is_counted_and_not_confirmed() -> None:
    counted = figures.count([seen("a/1", State.WITHDRAWN, False, demanded_at=NOW)], Work())
    assert (counted.confirmed, counted.demanded, counted.of(State.WITHDRAWN), counted.open) == (0, 1, 1, 0)
