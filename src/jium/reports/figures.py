"""What became of a case's pages, counted. Pure: values in, values out.

The unit is the page (one address on the web): several pictures on one page are one thing to be removed. A
page is as far as the least far of its pictures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median_low


class State(StrEnum):
    """How far a confirmed page is, the most pressing first."""

    BACK = "back"
    STILL_UP = "still_up"
    UNDELIVERED = "undelivered"
    PREPARING = "preparing"
    DEMANDED = "demanded"
    GONE = "gone"
    VERIFIED = "verified"


URGENCY = {state: place for place, state in enumerate(State)}


@dataclass(frozen=True)
class Seen:
    """One picture or video on a page, as far as a report needs it. ``state`` None: not confirmed."""

    page: str
    host: str
    found_at: datetime
    state: State | None = None
    demanded_at: datetime | None = None
    gone_at: datetime | None = None
    checked_at: datetime | None = None
    next_check_at: datetime | None = None


@dataclass(frozen=True)
class Host:
    """What became of the confirmed pages of one host."""

    host: str
    pages: int
    states: tuple[tuple[State, int], ...]
    found_at: datetime
    demanded_at: datetime | None
    checked_at: datetime | None


@dataclass(frozen=True)
class Figures:
    """Counts of pages. ``refused``: letters that a mail server refused. ``half_gone_within``: the median time
    from the demand to the first check that found the page gone, of the pages whose removal is verified.
    """

    found: int
    confirmed: int
    demanded: int
    verified: int
    gone: int
    waiting: int
    still_up: int
    back: int
    preparing: int
    undelivered: int
    refused: int
    first_found_at: datetime | None
    first_demanded_at: datetime | None
    last_checked_at: datetime | None
    next_check_at: datetime | None
    half_gone_within: timedelta | None
    hosts: tuple[Host, ...]

    @property
    def open(self) -> int:
        """Confirmed pages whose removal is not verified."""
        return self.confirmed - self.verified


def pages_of(seen: Iterable[Seen]) -> list[Seen]:
    """One entry a page: the earliest finding and demand, the latest check, the most pressing state."""
    pages: dict[str, list[Seen]] = {}
    for one in seen:
        pages.setdefault(one.page, []).append(one)
    return [_joined(group) for group in pages.values()]


def _joined(group: list[Seen]) -> Seen:
    confirmed = [one for one in group if one.state is not None]
    counted = confirmed or group
    return Seen(
        page=group[0].page,
        host=group[0].host,
        found_at=min(one.found_at for one in counted),
        state=min((one.state for one in confirmed if one.state), key=URGENCY.__getitem__, default=None),
        demanded_at=_earliest(one.demanded_at for one in confirmed),
        # A page is gone when its last picture is.
        gone_at=_latest(one.gone_at for one in confirmed),
        checked_at=_latest(one.checked_at for one in confirmed),
        next_check_at=_earliest(one.next_check_at for one in confirmed),
    )


def count(seen: Iterable[Seen], refused: int) -> Figures:
    """Count what was seen in one case."""
    pages = pages_of(seen)
    confirmed = [page for page in pages if page.state is not None]
    states = Counter(page.state for page in confirmed)
    return Figures(
        found=len(pages),
        confirmed=len(confirmed),
        demanded=sum(page.demanded_at is not None for page in confirmed),
        verified=states[State.VERIFIED],
        gone=states[State.GONE],
        waiting=states[State.DEMANDED],
        still_up=states[State.STILL_UP],
        back=states[State.BACK],
        preparing=states[State.PREPARING],
        undelivered=states[State.UNDELIVERED],
        refused=refused,
        first_found_at=_earliest(page.found_at for page in pages),
        first_demanded_at=_earliest(page.demanded_at for page in confirmed),
        last_checked_at=_latest(page.checked_at for page in confirmed),
        next_check_at=_earliest(page.next_check_at for page in confirmed),
        half_gone_within=_half_gone_within(confirmed),
        hosts=_hosts(confirmed),
    )


def _half_gone_within(pages: list[Seen]) -> timedelta | None:
    times = [
        page.gone_at - page.demanded_at
        for page in pages
        if page.state == State.VERIFIED and page.gone_at and page.demanded_at
    ]
    return median_low(times) if times else None


def _hosts(pages: list[Seen]) -> tuple[Host, ...]:
    """The hosts with most left to do first."""
    by_host: dict[str, list[Seen]] = {}
    for page in pages:
        by_host.setdefault(page.host, []).append(page)
    hosts = []
    for host, own in by_host.items():
        states = Counter(page.state for page in own if page.state)
        hosts.append(
            Host(
                host=host,
                pages=len(own),
                states=tuple((state, states[state]) for state in State if states[state]),
                found_at=min(page.found_at for page in own),
                demanded_at=_earliest(page.demanded_at for page in own),
                checked_at=_latest(page.checked_at for page in own),
            )
        )
    return tuple(sorted(hosts, key=lambda one: (URGENCY[one.states[0][0]], -one.pages, one.host)))


def _earliest(times: Iterable[datetime | None]) -> datetime | None:
    return min((time for time in times if time), default=None)


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    return max((time for time in times if time), default=None)
