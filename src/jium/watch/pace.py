"""Does a visit move along? One that does not gives its place to other sites, and goes on later in a place of its own.

Moving along is a page, a picture or a reason why not, or so many bytes of what is on its way, or that our own process
is at work on what came. A site that is silent, or lets a byte drip now and then, does none of it. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# So many seconds without moving along are too many; so many bytes are moving along.
STILL_SECONDS, LEAST_BYTES = 45.0, 64 * 1024
# How often the crawling process says how much it heard, in seconds.
BEAT_SECONDS = 2.0
_MOVES = frozenset({"page", "seen", "again", "problem", "done"})


class Pace:
    """Of one visit; ``now``: seconds of any clock that nobody sets."""

    def __init__(self, now: float) -> None:
        self._moved, self._heard = now, 0

    def told(self, line: Mapping[str, Any], now: float) -> None:
        """What the crawling process tells."""
        beat = line.get("beat")
        if _MOVES & line.keys() or (isinstance(beat, dict) and self._beats(beat)):
            self._moved = now

    def _beats(self, beat: Mapping[str, Any]) -> bool:
        heard = beat.get("heard")
        if beat.get("working") is True:
            return True
        if type(heard) is not int or heard < self._heard + LEAST_BYTES:
            return False
        self._heard = heard
        return True

    def stands_still(self, now: float) -> bool:
        """Has it not moved along for too long?"""
        return now - self._moved > STILL_SECONDS
