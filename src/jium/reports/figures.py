"""What became of a case's pages, counted. Pure: values in, values out.

The unit is the page (one address on the web): several pictures on one page are one thing to be removed. A
page is as far as the least far of its pictures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from jium.course import URGENCY, State


@dataclass(frozen=True)
class Seen:
    """One picture or video on a page, as far as a report needs it. ``confirmed``: a person said that it is the same."""

    page: str
    host: str
    found_at: datetime
    state: State
    confirmed: bool
    demanded_at: datetime | None = None
    gone_at: datetime | None = None
    checked_at: datetime | None = None
    next_check_at: datetime | None = None


@dataclass(frozen=True)
class Host:
    """What became of the pages of one host that are confirmed, or whose demand was taken back."""

    host: str
    pages: int
    states: tuple[tuple[State, int], ...]
    found_at: datetime
    demanded_at: datetime | None
    checked_at: datetime | None


@dataclass(frozen=True)
class Work:
    """What was done, counted otherwise than by pages: ``letters`` sent; ``refused``: those that a mail server refused;
    ``returns``: how often something came back after its removal was verified; ``sites`` under watch now.
    """

    letters: int = 0
    refused: int = 0
    returns: int = 0
    sites: int = 0


@dataclass(frozen=True)
class Figures:
    """Counts of pages. ``found``: looked at; ``confirmed``: a person said that it is the same; ``demanded``: a letter
    about it was sent; ``states``: the confirmed ones, and those whose demand was taken back, by their state.
    ``half_gone_within``: the median time from the demand to the first check that found the page gone, of the
    pages whose removal is verified.
    """

    found: int
    confirmed: int
    demanded: int
    states: tuple[tuple[State, int], ...]
    work: Work
    first_found_at: datetime | None
    first_demanded_at: datetime | None
    last_checked_at: datetime | None
    next_check_at: datetime | None
    half_gone_within: timedelta | None
    hosts: tuple[Host, ...]

    def of(self, *states: State) -> int:
        """How many pages are in one of ``states``."""
        return sum(number for state, number in self.states if state in states)

    @property
    def verified(self) -> int:
        return self.of(State.VERIFIED)

    @property
    def still_up(self) -> int:
        """Known to be there after a demand, or again."""
        return self.of(State.STILL_UP, State.BACK)

    @property
    def preparing(self) -> int:
        """Confirmed, and no letter is out yet."""
        return self.of(*PREPARING)

    @property
    def unlooked(self) -> int:
        """What nobody could look at, or record, so that a person is asked to."""
        return self.of(*UNLOOKED)

    @property
    def open(self) -> int:
        """In progress: not verified as removed, not gone before it was demanded, and the demand not taken back."""
        return self.of(*(state for state in State if state not in SETTLED))


PREPARING = (State.CONFIRMED, State.RECORDED, State.DRAFTED, State.SENDING)
UNLOOKED = (State.UNLOOKED, State.UNRECORDED)
SETTLED = (State.VERIFIED, State.ALREADY_GONE, State.WITHDRAWN)


def pages_of(seen: Iterable[Seen]) -> list[Seen]:
    """One entry a page: the earliest finding and demand, the latest check, the most pressing state."""
    pages: dict[str, list[Seen]] = {}
    for one in seen:
        pages.setdefault(one.page, []).append(one)
    return [_joined(group) for group in pages.values()]


def _pursued(one: Seen) -> bool:
    return one.confirmed or one.state is State.WITHDRAWN


def _joined(group: list[Seen]) -> Seen:
    counted = [one for one in group if _pursued(one)] or group
    return Seen(
        page=group[0].page,
        host=group[0].host,
        found_at=min(one.found_at for one in counted),
        state=min((one.state for one in counted), key=URGENCY.__getitem__),
        confirmed=any(one.confirmed for one in counted),
        demanded_at=_earliest(one.demanded_at for one in counted),
        # A page is gone when its last picture is.
        gone_at=_latest(one.gone_at for one in counted),
        checked_at=_latest(one.checked_at for one in counted),
        next_check_at=_earliest(one.next_check_at for one in counted),
    )


def count(seen: Iterable[Seen], work: Work) -> Figures:
    """Count what was seen in one case."""
    pages = pages_of(seen)
    pursued = [page for page in pages if _pursued(page)]
    states = Counter(page.state for page in pursued)
    return Figures(
        found=len(pages),
        confirmed=sum(page.confirmed for page in pursued),
        demanded=sum(page.demanded_at is not None for page in pursued),
        states=tuple((state, states[state]) for state in State if states[state]),
        work=work,
        first_found_at=_earliest(page.found_at for page in pages),
        first_demanded_at=_earliest(page.demanded_at for page in pursued),
        last_checked_at=_latest(page.checked_at for page in pursued),
        next_check_at=_earliest(page.next_check_at for page in pursued),
        half_gone_within=_half_gone_within(pursued),
        hosts=_hosts(pursued),
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
        states = Counter(page.state for page in own)
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
