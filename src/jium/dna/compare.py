"""Do two fingerprints show the same thing? Symmetric: ``compare(a, b)`` and ``compare(b, a)`` agree.

A picture matches within 31 of 256 bits, upright, mirrored or turned by quarters. Two videos match where at
least three frames in a row do, at a constant offset (as many as there are in a row in a shorter clip); a
picture matches a video where one frame does. Frames of quality under 50 never match.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jium.dna import runs
from jium.dna.fingerprint import QUALITY_FLOOR, Fingerprint, FrameCode

RADIUS = 31
MOST_SEGMENTS = 16
LEAST_RUN = 3
# Two files of one digest are one file; this stands for "never by chance".
IDENTICAL_ODDS = 2.0**128
WHOLE = (0.0, 0.0, 1.0, 1.0)

# How B comes from A when form i of A looks like B: (mirrored left-right first, then turned
# counter-clockwise by degrees).
_FORMS = (
    (False, 0),
    (False, 90),
    (False, 180),
    (False, 270),
    (True, 180),
    (True, 0),
    (True, 90),
    (True, 270),
)

Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Transform:
    """How b comes from a: mirrored left-right first if so, then turned counter-clockwise by ``rotation``.

    ``scale``: b's size over a's where both keep one shape, else None. Regions are [x0, y0, x1, y1] in 0..1.
    """

    mirrored: bool
    rotation: int
    scale: float | None
    region_a: tuple[float, float, float, float] = WHOLE
    region_b: tuple[float, float, float, float] = WHOLE

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as the command line prints and the tables keep them."""
        return {
            "mirrored": self.mirrored,
            "rotation": self.rotation,
            "scale": self.scale,
            "region_a": list(self.region_a),
            "region_b": list(self.region_b),
        }


@dataclass(frozen=True)
class Segment:
    """Seconds of a and seconds of b that show the same: the times of the first and last frames that match.

    A picture's seconds are (0, 0). ``speed``: b's over a's; ``score`` of its best frame, 0..1.
    """

    a: tuple[float, float]
    b: tuple[float, float]
    speed: float
    mirrored: bool
    score: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as the command line prints and the tables keep them."""
        return {
            "a": list(self.a),
            "b": list(self.b),
            "speed": self.speed,
            "mirrored": self.mirrored,
            "score": self.score,
        }


@dataclass(frozen=True)
class Comparison:
    """``score``: share of equal bits of the nearest frames, 1 = all, 0 = half or fewer, as chance gives.

    ``odds``: a match like this happens by chance at most once in so many comparisons (None without a match);
    measured by ``jium bench pdq``. ``transform`` is None without a match.
    """

    match: bool
    score: float
    odds: float | None
    transform: Transform | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class _Alignment:
    """How the two sides agree under one turning or mirroring."""

    form: tuple[bool, int]
    nearest: int
    runs: tuple[runs.Run, ...]

    def rank(self) -> tuple[int, int, bool, int]:
        longest = max((run.length for run in self.runs), default=0)
        return (-longest, self.nearest, self.form[0], self.form[1])


def compare(a: Fingerprint, b: Fingerprint) -> Comparison:
    """Whether ``a`` and ``b`` show the same thing, how b comes from a, and in which seconds."""
    if a.sha256 == b.sha256:
        return _identical(a, b)
    track_a, track_b = _track(a), _track(b)
    if not track_a.frames or not track_b.frames:
        return Comparison(False, 0.0, None, None, ())
    alignments = [
        _align(form, codes_a, codes_b, track_a, track_b) for form, codes_a, codes_b in _forms(track_a, track_b)
    ]
    best = min(alignments, key=_Alignment.rank)
    if not best.runs:
        return Comparison(False, _score(min(one.nearest for one in alignments)), None, None, ())
    mirrored, rotation = best.form
    return Comparison(
        match=True,
        score=_score(min(run.nearest for run in best.runs)),
        odds=_odds(track_a, track_b),
        transform=Transform(mirrored, rotation, _scale(a, b, rotation)),
        segments=tuple(_segment(run, track_a, track_b, mirrored) for run in best.runs)
        if track_a.timed or track_b.timed
        else (),
    )


def _identical(a: Fingerprint, b: Fingerprint) -> Comparison:
    segments: tuple[Segment, ...] = ()
    if a.kind == "video":
        end = a.duration or max((frame.time or 0.0 for frame in a.frames), default=0.0)
        segments = (Segment((0.0, end), (0.0, end), 1.0, False, 1.0),)
    return Comparison(True, 1.0, IDENTICAL_ODDS, Transform(False, 0, 1.0), segments)


@dataclass(frozen=True)
class _Track:
    """The frames good enough to match, each in the slot of its second; empty slots hold no frame.

    ``timed`` is False for a picture. Longer gaps are kept as two empty slots: no run passes over them.
    """

    frames: tuple[FrameCode, ...]
    slots: NDArray[np.int64]
    timed: bool

    def codes(self, form: int) -> Words:
        """The frames' codes of one form, slots × 4 words."""
        joined = b"".join(frame.dihedral[form] if form else frame.code for frame in self.frames)
        spread = np.zeros((int(self.slots[-1]) + 1, 4), np.uint64)
        spread[self.slots] = np.frombuffer(joined, np.uint64).reshape(-1, 4)
        return spread

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Which slots hold a frame."""
        filled = np.zeros(int(self.slots[-1]) + 1, bool)
        filled[self.slots] = True
        return filled

    @property
    def forms(self) -> int:
        """How many forms every frame has."""
        return min(len(frame.dihedral) for frame in self.frames)

    def time(self, slot: int) -> float:
        """The second of the frame in ``slot``."""
        return self.frames[int(np.searchsorted(self.slots, slot))].time or 0.0


def _track(side: Fingerprint) -> _Track:
    frames: list[FrameCode] = []
    slots, previous = [0], 0
    for frame in sorted(side.frames, key=lambda frame: frame.time or 0.0):
        second = int((frame.time or 0.0) + 1e-6)
        if frame.quality < QUALITY_FLOOR or (frames and second == previous):
            continue
        if frames:
            slots.append(slots[-1] + min(second - previous, runs.BREAK))
        frames.append(frame)
        previous = second
    return _Track(tuple(frames), np.array(slots[: len(frames)], np.int64), side.kind == "video")


def _forms(a: _Track, b: _Track) -> Iterator[tuple[tuple[bool, int], Words, Words]]:
    """Every way b may come from a: a's forms against b as it is, and b's forms against a as it is.

    Both are tried because a form's code is not exactly the other's counter-form, and the answer must not
    depend on which of the two comes first.
    """
    upright_a, upright_b = a.codes(0), b.codes(0)
    yield _FORMS[0], upright_a, upright_b
    for number in range(1, a.forms):
        yield _FORMS[number], a.codes(number), upright_b
    for number in range(1, b.forms):
        mirrored, rotation = _FORMS[number]
        back = (mirrored, rotation if mirrored else -rotation % 360)
        yield back, upright_a, b.codes(number)


def _align(form: tuple[bool, int], codes_a: Words, codes_b: Words, a: _Track, b: _Track) -> _Alignment:
    if a.timed and b.timed:
        least = min(LEAST_RUN, runs.longest_stretch(a.filled), runs.longest_stretch(b.filled))
        found = runs.longest_runs(codes_a, codes_b, a.filled, b.filled, RADIUS, least, MOST_SEGMENTS)
    elif b.timed:
        found = runs.showings(codes_a[0], codes_b, b.filled, RADIUS)
    else:
        found = runs.showings(codes_b[0], codes_a, a.filled, RADIUS).swapped()
    return _Alignment(form, found.nearest, found.runs)


def _score(bits: int) -> float:
    return round(max(0.0, 1 - bits / 128), 4)


def _segment(run: runs.Run, a: _Track, b: _Track, mirrored: bool) -> Segment:
    return Segment(
        a=(a.time(run.first_a), a.time(run.last_a)),
        b=(b.time(run.first_b), b.time(run.last_b)),
        speed=1.0,
        mirrored=mirrored,
        score=_score(run.nearest),
    )


def _scale(a: Fingerprint, b: Fingerprint, rotation: int) -> float | None:
    if not (a.width and a.height and b.width and b.height):
        return None
    width, height = (b.height, b.width) if rotation in (90, 270) else (b.width, b.height)
    across, down = width / a.width, height / a.height
    return round((across * down) ** 0.5, 4) if abs(across / down - 1) < 0.02 else None


def _odds(a: _Track, b: _Track) -> float:
    """Each scene of one side against each of the other is one more chance to be wrong."""
    return max(1.0, measured_odds() / (_scenes(a) * _scenes(b)))


def _scenes(track: _Track) -> int:
    """How many times the picture changes to something else."""
    codes = track.codes(0)[track.slots]
    changes = np.bitwise_count(codes[1:] ^ codes[:-1]).sum(axis=1) > RADIUS
    return 1 + int(changes.sum())


@cache
def measured_odds() -> float:
    """Unrelated pictures match at most once in so many comparisons (95 % bound; see ``odds.json``)."""
    kept = json.loads(files("jium.dna").joinpath("odds.json").read_text(encoding="utf-8"))
    # Of photographs alone: generated pictures differ more than real ones do.
    return float(kept["photographs_only"]["odds"])
