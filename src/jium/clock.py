"""The one clock. Everything in jium asks here what time it is, so that tests and the demo can move time.

``JIUM_CLOCK_FILE`` names a file holding a number of seconds to add to the machine's clock; several processes
that read the same file share one moved time. Without it the machine's own clock counts.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

_ENV = "JIUM_CLOCK_FILE"
# Days, and times in letters, are those of the centre.
PLACE: tzinfo = ZoneInfo("Asia/Seoul")
# Clocks are corrected by parts of a second all the time.
TOLERATED = timedelta(seconds=2)
log = logging.getLogger("jium.clock")


def offset() -> timedelta:
    """How far this process's time is moved from the machine's clock."""
    name = os.environ.get(_ENV)
    if not name:
        return timedelta(0)
    try:
        return timedelta(seconds=float(Path(name).read_text(encoding="ascii")))
    except FileNotFoundError:
        return timedelta(0)


def now() -> datetime:
    """The current time, aware, in UTC. It never runs backwards in a process: see :class:`Forward`."""
    return _FORWARD.now() + offset()


def today() -> date:
    """The day that it is at the centre."""
    return now().astimezone(PLACE).date()


def set_back() -> timedelta:
    """By how much the machine's clock stands behind what this process has seen; nothing where it was not set back."""
    return _FORWARD.behind


class Forward:
    """The machine's clock, which somebody may set back: then time goes on from the largest that was seen, so that what
    was due stays due and what is locked stays locked. ``machine``: what the clock says; ``passed``: seconds, of a clock
    that nobody can set.
    """

    def __init__(
        self,
        machine: Callable[[], datetime] = lambda: datetime.now(UTC),
        passed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._machine, self._passed = machine, passed
        self._lock = threading.Lock()
        self._seen, self._at = machine(), passed()
        self.behind = timedelta(0)

    def now(self) -> datetime:
        """The machine's time, or what it would be if nobody had set it back."""
        with self._lock:
            told, at = self._machine(), self._passed()
            expected = self._seen + timedelta(seconds=at - self._at)
            if told >= expected - TOLERATED:
                self._seen, self._at, self.behind = max(told, self._seen), at, timedelta(0)
                return self._seen
            if not self.behind:
                log.warning("the machine's clock was set back by %d seconds", (expected - told).total_seconds())
            self.behind = expected - told
            return expected


def move(path: Path, seconds: float) -> None:
    """Set the offset that every process reading ``path`` sees; atomic, so no reader meets half a number."""
    fresh = path.with_suffix(".new")
    fresh.write_text(repr(float(seconds)), encoding="ascii")
    fresh.replace(path)


_FORWARD = Forward()
