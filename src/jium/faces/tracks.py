"""One person followed through a film: faces of following frames are joined, and their templates averaged.

The mean of a whole track says more than its best frame, and far more than a blurred one (matching.md, section 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from jium.faces.face import Box, Seen, Template, unit
from jium.faces.finding import overlap

# A face that is not seen for longer, in seconds, has gone.
PATIENCE = 1.6
# Boxes that share so much are one face that moved, unless it looks unlike; without it, it must look very like.
_NEAR, _UNLIKE, _VERY_LIKE = 0.2, 0.1, 0.55


@dataclass
class _Track:
    best: Seen
    last: Box
    since: float
    until: float
    looks: int
    total: Template = field(repr=False)

    def template(self) -> Template:
        return unit(self.total)


class Follower:
    """Takes the faces of one frame after another and gives tracks as they end."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._open: list[_Track] = []

    def add(self, time: float, faces: Sequence[Seen]) -> list[Seen]:
        """The faces seen at ``time`` (seconds, never going back); those tracks that have ended with it."""
        ended = [track for track in self._open if time - track.until > self._patience]
        self._open = [track for track in self._open if time - track.until <= self._patience]
        left = list(self._open)
        taken = _assigned(left, faces)
        for number, face in enumerate(faces):
            if number in taken:
                _join(left[taken[number]], face, time)
            else:
                weighed = _weight(face) * face.template
                self._open.append(_Track(face, face.box, time, time, 1, np.asarray(weighed, np.float32)))
        return [_seen(track) for track in ended]

    def end(self) -> list[Seen]:
        """All tracks that are still open."""
        ended, self._open = self._open, []
        return [_seen(track) for track in ended]


def _assigned(tracks: Sequence[_Track], faces: Sequence[Seen]) -> dict[int, int]:
    """Number of a face: number of the track that it goes on with; the best pairs first, each once."""
    pairs = [
        (_likeness(track, face), number, place)
        for number, face in enumerate(faces)
        for place, track in enumerate(tracks)
    ]
    taken: dict[int, int] = {}
    for likeness, number, place in sorted(pairs, reverse=True):
        if likeness > 0 and number not in taken and place not in taken.values():
            taken[number] = place
    return taken


def _likeness(track: _Track, face: Seen) -> float:
    """How well a face goes on with a track; 0 where it does not."""
    near, like = overlap(track.last, face.box), float(track.template() @ face.template)
    follows = (near > _NEAR and like > _UNLIKE) or like > _VERY_LIKE
    return near + like if follows else 0.0


def _join(track: _Track, face: Seen, time: float) -> None:
    track.total = np.asarray(track.total + _weight(face) * face.template, np.float32)
    track.last, track.until, track.looks = face.box, time, track.looks + 1
    if _weight(face) > _weight(track.best):
        track.best = face


def _weight(face: Seen) -> float:
    """A large, sharp face from the front says more than a small, blurred one from the side."""
    told = min(face.size, 112.0) * min(face.sharpness, 20.0) * face.confidence / (1.0 + face.turn)
    return max(told, 1e-3)


def _seen(track: _Track) -> Seen:
    best = track.best
    return Seen(
        best.time,
        track.since,
        track.until,
        best.box,
        track.looks,
        best.size,
        best.confidence,
        best.sharpness,
        best.turn,
        track.template(),
    )
