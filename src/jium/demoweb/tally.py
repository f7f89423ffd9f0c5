"""What became of every planted copy: read from the system's tables and held against the world's own truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from jium.demoweb.world import Planted, World
from jium.evidence.services import Capture
from jium.notices.services import Notice, NoticeItem
from jium.removal.services import Target, targets
from jium.review.services import Match

REMOVED, STILL_UP, OPEN = "removed", "still up", "open"


@dataclass(frozen=True)
class Line:
    """One planted copy and how it ended."""

    planted: Planted
    found: bool
    ended: str
    notices: int

    @property
    def true_end(self) -> bool:
        return self.found and self.ended == self.planted.expected


@dataclass(frozen=True)
class Tally:
    """All planted copies; ``false_matches`` show nothing that was planted, ``doubled`` letters were received twice.

    ``repeated_unasked``: letters sent again under the approver's standing permission. ``without_file``: records
    that do not hold the very file that was found.
    """

    lines: tuple[Line, ...]
    false_matches: int
    letters_sent: int
    repeated_unasked: int
    letters_received: int
    doubled: int
    unsettled_letters: int
    without_file: int
    inside_hits: int

    @property
    def settled(self) -> bool:
        """Every copy has reached its true end; nothing is on its way."""
        return all(line.true_end for line in self.lines) and self.unsettled_letters == 0

    @property
    def flawless(self) -> bool:
        return (
            self.settled
            and self.false_matches == 0
            and self.doubled == 0
            and self.letters_sent == self.letters_received
            and self.repeated_unasked > 0
            and self.without_file == 0
            and self.inside_hits == 0
        )


def tally(world: World) -> Tally:
    """Count. The world's letters are those its operators' mail server really took."""
    planted = world.planted()
    ends = {target.sighting.media_url: target for target in targets()}
    seen = set(Match.objects.values_list("sighting__media_url", flat=True))
    letters = Counter(NoticeItem.objects.filter(notice__state=Notice.State.SENT).values_list("media_url", flat=True))
    received = Counter(letter.message_id for letter in world.letters())
    sent = set(Notice.objects.filter(state=Notice.State.SENT).values_list("message_id", flat=True))
    lines = tuple(
        Line(copy, copy.media_url in seen, _end(ends.get(copy.media_url)), letters[copy.media_url]) for copy in planted
    )
    return Tally(
        lines=lines,
        false_matches=len(seen - {copy.media_url for copy in planted}),
        letters_sent=len(sent),
        repeated_unasked=Notice.objects.filter(state=Notice.State.SENT, by_policy=True).count(),
        letters_received=len(received),
        doubled=sum(count > 1 for count in received.values()),
        unsettled_letters=Notice.objects.exclude(state__in=(Notice.State.SENT, Notice.State.WITHDRAWN)).count(),
        without_file=Capture.objects.filter(state=Capture.State.DONE, holds=False).count(),
        inside_hits=world.inside_hits(),
    )


def _end(target: Target | None) -> str:
    """A copy counts as still up only when it was demanded twice and is there all the same."""
    if target is None:
        return OPEN
    if target.state == Target.State.VERIFIED:
        return REMOVED
    if target.state == Target.State.STILL_UP and target.notices >= 2:
        return STILL_UP
    return OPEN
