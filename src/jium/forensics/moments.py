"""Which moments of two files are compared: of a film and its original those at which both show the same instant.

Fingerprints say which seconds agree, to about half a second; a face moves within less. So the known film is shifted by
parts of a second until it differs least, and of the frames next to that moment the one is taken whose face differs
least: what still differs then is not a matter of time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.dna.comparison import Segment
from jium.forensics.view import View

Floats = NDArray[np.float32]
# So many moments of a film are compared.
MOMENTS = 12
# How far, in seconds, fingerprints may be off, and in which steps that is looked through; then what lies next to it.
OFF, STEP = 0.7, 1 / 15
NEXT = tuple(number / 30 for number in (-2, -1, 0, 1, 2))
# So many moments tell how far off it is.
PROBES = 3
# Pictures are compared in this size for that, longest side in pixels.
SMALL = 160
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


def shifts(centre: float) -> list[float]:
    """The seconds of the known film that are looked through around ``centre``."""
    count = round(OFF / STEP)
    return [centre + number * STEP for number in range(-count, count + 1) if centre + number * STEP >= 0]


def nearest(suspect: View, known: Sequence[View], lay: Callable[[View], Floats]) -> int:
    """The number of the known frame that differs least; of nearly equal ones the middle one.

    ``lay``: a known frame's brightness as it lies on the suspect one.
    """
    grey = small(suspect.grey)
    off = np.array([float(np.abs(grey - small(lay(one))).mean()) for one in known])
    good = np.flatnonzero(off <= off.min() * _AS_GOOD)
    return int(good[len(good) // 2])


def small(pixels: Floats) -> Floats:
    """In the size in which moments are compared; brightness and contrast are taken off."""
    scale = SMALL / max(pixels.shape)
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    shrunk = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray((shrunk - shrunk.mean()) / max(float(shrunk.std()), 1.0), np.float32)
