"""How the operators of the demo's sites behave once a letter has come. Pure: times in, times out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

REMOVED = "removed"
STILL_UP = "still up"


@dataclass(frozen=True)
class Manner:
    """One way of behaving.

    ``removes_after`` a letter (None: never); ``uploads_again_after`` its removal the same thing is there
    under a new name; ``softly``: what is gone answers 200 "not found" instead of 404; ``walls_after`` a letter
    all that is no browser with a person before it meets a wall.
    """

    name: str
    removes_after: timedelta | None
    uploads_again_after: timedelta | None = None
    softly: bool = False
    walls_after: timedelta | None = None

    @property
    def expected(self) -> str:
        """How a copy on such a site truly ends."""
        return STILL_UP if self.removes_after is None else REMOVED

    def gone_at(self, told_at: datetime | None) -> datetime | None:
        """When something named in a letter of ``told_at`` is gone; None for never."""
        if told_at is None or self.removes_after is None:
            return None
        return told_at + self.removes_after

    def back_at(self, gone_at: datetime | None) -> datetime | None:
        """When something gone at ``gone_at`` is there again under another name; None for never."""
        if gone_at is None or self.uploads_again_after is None:
            return None
        return gone_at + self.uploads_again_after


OBEYS = Manner("obeys", timedelta(hours=3))
IGNORES = Manner("ignores", None)
SOFT = Manner("soft-404", timedelta(hours=20), softly=True)
WALLS = Manner("wall", None, walls_after=timedelta(hours=2))
UPLOADS_AGAIN = Manner("re-uploads", timedelta(hours=5), uploads_again_after=timedelta(hours=48))
