"""Which moments of two files are compared: of a film and its original those at which both show the same instant.

Fingerprints say which seconds agree, to about half a second; a face moves within less. So the known film is shifted by
parts of a second until it differs least, and of the frames next to that moment the one is taken whose face differs
least: what still differs then is not a matter of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.dna.comparison import Segment
from jium.forensics.laying import Laid, grown
from jium.forensics.view import View, brightness

Floats = NDArray[np.float32]
# So many moments of a film are compared.
MOMENTS = 12
# With fewer of them where a film shows what a picture shows, that part of it is looked at more closely.
FEW = 3
# How far, in seconds, fingerprints may be off, and in which steps that is looked through; then what lies next to it.
OFF, STEP = 0.7, 1 / 15
NEXT = tuple(number / 30 for number in (-2, -1, 0, 1, 2))
MOST_STEPS = 60
# So many moments tell how far off it is.
PROBES = 3
# Pictures are compared in this size for that, longest side in pixels.
SMALL = 160
# A face and so much around it tell one moment from the next.
WITH_AROUND = 2.0
# What differs by so little more does not tell one moment from another.
_AS_GOOD = 1.02

Moment = tuple[float, float]


def chosen(segments: Sequence[Segment], count: int = MOMENTS) -> list[Moment]:
    """(seconds of the known film, of the suspect one), rising in the suspect one; none without segments."""
    ordered = sorted(segments, key=lambda one: one.b)
    ends = np.cumsum([max(one.b[1] - one.b[0], 1e-3) for one in ordered])
    found: list[Moment] = []
    for number in range(count if ordered else 0):
        at = (number + 0.5) / count * float(ends[-1])
        place = min(int(np.searchsorted(ends, at)), len(ordered) - 1)
        one, into = ordered[place], at - (float(ends[place - 1]) if place else 0.0)
        found.append((one.a[0] + into / max(one.speed, 1e-3), one.b[0] + into))
    return sorted(set(found), key=lambda moment: moment[1])


def spread(seconds: float, count: int = MOMENTS) -> list[float]:
    """Moments of a film, evenly spread, away from its very ends."""
    return [(number + 0.5) / count * seconds for number in range(count)]


def through(start: float, end: float) -> list[float]:
    """The seconds of the known film that are looked through for what lies between ``start`` and ``end``."""
    low, high = max(start - OFF, 0.0), end + OFF
    count = min(round((high - low) / STEP), MOST_STEPS)
    return [low + (high - low) * number / max(count, 1) for number in range(count + 1)]


def nearest(suspect: View, known: Sequence[View], lying: Laid) -> int:
    """The number of the known frame that differs least around the faces; of nearly equal ones the middle one.

    ``lying``: how one of the known frames lies on the suspect one.
    """
    left, top, right, bottom = _looked_at(suspect)
    scale = min(1.0, SMALL / max(right - left, bottom - top))
    part = np.diag([scale, scale, 1.0]) @ np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1.0]])
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    grey = _even(cv2.warpAffine(brightness(suspect.rgb), part[:2], size, flags=cv2.INTER_AREA))
    off = []
    for one in known:
        rgb = one.rgb[:, ::-1] if lying.mirrored else one.rgb
        placed = cv2.warpPerspective(brightness(np.ascontiguousarray(rgb)), part @ lying.matrix, size)
        off.append(float(np.abs(grey - _even(placed)).mean()))
    good = np.flatnonzero(np.array(off) <= min(off) * _AS_GOOD)
    return int(good[len(good) // 2])


def _looked_at(suspect: View) -> tuple[float, float, float, float]:
    """The box of all faces with what surrounds them, or the whole where nobody is seen; pixels."""
    height, width = suspect.rgb.shape[:2]
    if not suspect.people:
        return 0.0, 0.0, float(width), float(height)
    boxes = np.array([grown(one.box, WITH_AROUND) for one in suspect.people])
    x0, y0 = np.maximum(boxes[:, :2].min(axis=0), 0)
    x1, y1 = np.minimum(boxes[:, 2:].max(axis=0), [width, height])
    return float(x0), float(y0), float(x1), float(y1)


def _even(pixels: NDArray[Any]) -> Floats:
    """Brightness and contrast taken off."""
    return np.asarray((pixels - pixels.mean()) / max(float(pixels.std()), 1.0), np.float32)
