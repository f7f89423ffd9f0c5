"""The one clock. Everything in jium asks here what time it is, so that tests and the demo can move time.

``JIUM_CLOCK_FILE`` names a file holding a number of seconds to add to the machine's clock; several processes
that read the same file share one moved time. Without it the machine's own clock counts.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

_ENV = "JIUM_CLOCK_FILE"


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
    """The current time, aware, in UTC."""
    return datetime.now(UTC) + offset()


def move(path: Path, seconds: float) -> None:
    """Set the offset that every process reading ``path`` sees; atomic, so no reader meets half a number."""
    fresh = path.with_suffix(".new")
    fresh.write_text(repr(float(seconds)), encoding="ascii")
    fresh.replace(path)
