"""What runs on this machine, as tests of killing need to know it.

Processes are found by whose children they are and by their command, never by the order of their numbers:
numbers begin again at the lowest one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SECONDS = 60.0


def until(true: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Wait for it; what it was when it came true. A failed test when it has not by then."""
    end = time.monotonic() + seconds
    while not (now := true()):
        assert time.monotonic() < end
        time.sleep(0.005)
    return now


def children(pid: int) -> Iterator[int]:
    """What ``pid`` started itself and what still runs of it."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:  # It ended meanwhile.
        return
    for thread in threads:
        try:
            listing = Path(f"/proc/{pid}/task/{thread}/children").read_text(encoding="ascii")
        except OSError:
            continue
        yield from map(int, listing.split())


def descendants(pid: int) -> set[int]:
    """All processes below ``pid`` that still run."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in children(waiting.pop()):
            found.add(child)
            waiting.append(child)
    return found


def command_of(pid: int) -> list[str]:
    """Its arguments; empty for one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")[:-1]
    except OSError:
        return []


def runs(pid: int) -> bool:
    """Whether it still does anything: one that has ended and is only remembered does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
