"""A head brought into one position, by eyes, nose and mouth, so that two of them can be compared point by point."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.faces.aligning import PLACES, similarity
from jium.faces.face import Box, Points

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# The head in the frame of jium.faces.aligning, with so much around it, at so many pixels a unit.
LEFT, TOP, WIDTH, HEIGHT, SCALE = 70.0, 80.0, 252, 272, 2
# What is looked at lies between these blurs, in pixels of the head.
FINE, COARSE = 3.0, 10.0
SHIFT = 4
# Parts in the frame of jium.faces.aligning.
PARTS: dict[str, Box] = {
    "left eye": (20, 40, 56, 64),
    "right eye": (56, 40, 92, 64),
    "nose": (42, 58, 70, 82),
    "mouth": (34, 82, 78, 104),
}
# A face ends at 1, measured from the middle of its oval.
MIDDLE, HALF_AXES = np.array([56.0, 62.0]), np.array([40.0, 56.0])
# What borders on it, and what lies further away; of either so much must be in both, 0..1.
BORDER, FURTHER, LEAST_SEEN = (1.0, 1.25), (1.25, 1.9), 0.3
# So much of a part is left out as what differs most; and of even parts nothing can be told.
DIFFERS_MOST, LEAST_POWER = 0.3, 1e-3
# What there is to see is measured within so many pixels of the head.
WITHIN = 3.0


def positioned(pixels: Floats, points: Points) -> Floats:
    """The head in its position, :data:`HEIGHT` × :data:`WIDTH` at :data:`SCALE` pixels a unit."""
    wanted = (PLACES + np.array([LEFT, TOP], np.float32)) * SCALE
    turn = similarity(points, wanted)
    scale = float(np.hypot(*turn[0, :2]))
    if scale < 0.5:
        # A plain warp would pick single pixels.
        twice = 2 * scale
        pixels = np.asarray(cv2.resize(pixels, None, fx=twice, fy=twice, interpolation=cv2.INTER_AREA), np.float32)
        turn = similarity(points * np.float32(twice), wanted)
    size = (WIDTH * SCALE, HEIGHT * SCALE)
    return np.asarray(cv2.warpAffine(pixels, turn, size, flags=cv2.INTER_LINEAR), np.float32)


def band(pixels: Floats) -> Floats:
    """What is neither so fine that compression takes it nor so coarse that light changes it."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), FINE) - cv2.GaussianBlur(pixels, (0, 0), COARSE), np.float32)


def places(box: Box) -> tuple[int, int, int, int]:
    """x0, y0, x1, y1 of a part, in pixels of the head."""
    x0, y0, x1, y1 = (round(SCALE * (value + shift)) for value, shift in zip(box, (LEFT, TOP) * 2, strict=True))
    return x0, y0, x1, y1


def shown(valid: Mask, box: Box) -> bool:
    """Is all of a part in a head of which ``valid`` says where there is any?"""
    x0, y0, x1, y1 = places(box)
    return bool(valid[y0 - SHIFT : y1 + SHIFT, x0 - SHIFT : x1 + SHIFT].all())


def alike(seen: Floats, known: Floats, box: Box) -> float:
    """The highest correlation of a part over small shifts, -1..1."""
    x0, y0, x1, y1 = places(box)
    part, place = seen[y0:y1, x0:x1], known[y0 - SHIFT : y1 + SHIFT, x0 - SHIFT : x1 + SHIFT]
    return float(cv2.matchTemplate(place, part, cv2.TM_CCOEFF_NORMED).max())


def rest_alike(seen: Floats, known: Floats, box: Box) -> float:
    """The highest correlation of a part over small shifts without what differs most in it, -1..1: whatever is drawn
    over a face in lines leaves the rest of it alike, another face differs everywhere.
    """
    x0, y0, x1, y1 = places(box)
    part, shifts = seen[y0:y1:SCALE, x0:x1:SCALE], range(-SHIFT, SHIFT + 1)
    return max(
        _rest_alike(part, known[y0 + down : y1 + down : SCALE, x0 + across : x1 + across : SCALE])
        for down in shifts
        for across in shifts
    )


def _rest_alike(one: Floats, other: Floats) -> float:
    off = one - other
    off = np.abs(off - np.median(off))
    rest = off <= np.quantile(off, 1 - DIFFERS_MOST)
    here, there = one[rest] - one[rest].mean(), other[rest] - other[rest].mean()
    power = float(np.sqrt((here**2).mean() * (there**2).mean()))
    return float((here * there).mean()) / power if power > LEAST_POWER else 1.0


def to_see(pixels: Floats) -> Floats:
    """How much there is to see around each pixel, in levels: the deviation of what lies near it."""
    mean = cv2.GaussianBlur(pixels, (0, 0), WITHIN)
    return np.asarray(np.sqrt(np.maximum(cv2.GaussianBlur(pixels**2, (0, 0), WITHIN) - mean**2, 0)), np.float32)


def far(across: Any, down: Any) -> Any:
    """How far from the middle of the face's oval, 1 at its edge; in the frame of jium.faces.aligning."""
    return np.hypot((across - MIDDLE[0]) / HALF_AXES[0], (down - MIDDLE[1]) / HALF_AXES[1])


@cache
def oval() -> Floats:
    """Of each pixel of the head how far it is from the middle of the face."""
    y, x = np.mgrid[0 : HEIGHT * SCALE, 0 : WIDTH * SCALE].astype(np.float32)
    return np.asarray(far(x / SCALE - LEFT, y / SCALE - TOP), np.float32)


def ring(seen: Floats, known: Floats, both_show: Mask, radii: tuple[float, float]) -> float | None:
    """The correlation of what surrounds the face, -1..1; None where too little of it is in both."""
    within = (oval() >= radii[0]) & (oval() < radii[1])
    both = within & both_show
    if both.sum() < LEAST_SEEN * within.sum():
        return None
    here, there = seen[both] - seen[both].mean(), known[both] - known[both].mean()
    power = float(np.sqrt((here**2).mean() * (there**2).mean()))
    return float((here * there).mean()) / power if power > 0 else 0.0
