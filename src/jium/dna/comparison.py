"""The answer of a comparison, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

Region = tuple[float, float, float, float]

WHOLE: Region = (0.0, 0.0, 1.0, 1.0)
# Two files of one digest are one file; this stands for "never by chance".
IDENTICAL_ODDS = 2.0**128
# Codes within so many of 256 bits are the same picture's, by the recommendation of PDQ's authors.
RADIUS = 31
STEPS = ("digest", "codes", "places", "descriptor")

# How B comes from A when form i of A looks like B: (mirrored left-right first, then turned
# counter-clockwise by degrees).
FORMS = (
    (False, 0),
    (False, 90),
    (False, 180),
    (False, 270),
    (True, 180),
    (True, 0),
    (True, 90),
    (True, 270),
)


def turned_back(mirrored: bool, rotation: float) -> float:
    """The rotation of the way back: how A comes from B."""
    return rotation if mirrored else -rotation % 360


def score_of(bits: int) -> float:
    """1 = all bits equal, 0 = half or fewer, as chance gives."""
    return round(max(0.0, 1 - bits / 128), 4)


@dataclass(frozen=True)
class Transform:
    """How b comes from a: mirrored left-right first if so, then turned counter-clockwise by ``rotation`` degrees.

    ``scale``: b's size over a's where both keep one shape, else None. Regions, [x0, y0, x1, y1] in 0..1, are
    the parts of a and of b that show the same.
    """

    mirrored: bool
    rotation: float
    scale: float | None
    region_a: Region = WHOLE
    region_b: Region = WHOLE

    def swapped(self) -> Transform:
        """How a comes from b."""
        return Transform(
            self.mirrored,
            turned_back(self.mirrored, self.rotation),
            round(1 / self.scale, 4) if self.scale else None,
            self.region_b,
            self.region_a,
        )

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

    A picture's seconds are (0, 0). ``speed``: b's over a's, 2 where b shows two seconds of a in one; ``score`` of its
    best frame, 0..1.
    """

    a: tuple[float, float]
    b: tuple[float, float]
    speed: float
    mirrored: bool
    score: float

    def swapped(self) -> Segment:
        """The same, with a and b changed over."""
        return Segment(self.b, self.a, round(1 / self.speed, 3), self.mirrored, self.score)

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
class Reason:
    """Which step of the cascade matched, and what it saw.

    ``step``: "digest" (the very same file), "codes" (PDQ; ``bits`` of 256 differ), "places" (``places`` agree in
    one alignment, and what lies under each other correlates by ``agreement``) or "descriptor" (neural).
    ``view_a``, ``view_b``: which views of the pictures the codes are of, "" for the plain whole.
    """

    step: str
    bits: int | None = None
    places: int | None = None
    agreement: float | None = None
    view_a: str = ""
    view_b: str = ""

    def swapped(self) -> Reason:
        """The same, with a and b changed over."""
        return Reason(self.step, self.bits, self.places, self.agreement, self.view_b, self.view_a)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, without what the step has nothing to say about."""
        said = {
            "step": self.step,
            "bits": self.bits,
            "places": self.places,
            "agreement": self.agreement,
            "view_a": self.view_a or None,
            "view_b": self.view_b or None,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True)
class Comparison:
    """``score``: 0..1 within its step: of codes the share of equal bits (1 = all, 0 = half or fewer); of places
    half the threshold's evidence is 0.25, the threshold 0.5, twice that or more 1.

    ``odds``: a match like this happens by chance at most once in so many comparisons (None without a match);
    measured by ``jium bench calibrate``. ``transform`` and ``reason`` are None without a match.
    """

    match: bool
    score: float
    odds: float | None
    transform: Transform | None
    segments: tuple[Segment, ...]
    reason: Reason | None = None

    def swapped(self) -> Comparison:
        """The same, with a and b changed over."""
        return replace(
            self,
            transform=self.transform and self.transform.swapped(),
            segments=tuple(sorted((one.swapped() for one in self.segments), key=lambda one: (one.a, one.b))),
            reason=self.reason and self.reason.swapped(),
        )
