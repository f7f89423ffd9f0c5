"""The face's spectrum: networks that enlarge step by step may leave a grid, or too little or too much of the finest.

Durall, Keuper and Keuper, "Watch your up-convolution", CVPR 2020. Packing, filters and cameras change the finest as
well, so it weighs nothing until it holds on fakes from the web.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from jium.forensics.finding import Finding
from jium.forensics.signal import Material
from jium.forensics.usual import unusual_in_picture, usual
from jium.forensics.view import Person, View
from jium.language import gettext_noop

name = "spectra"
title = gettext_noop("The finest detail of the face")
method = gettext_noop(
    "It was looked for the fine grid that networks may leave, and for too much or too little of the finest detail."
)
limits = gettext_noop("Sharpening, filters and compression do the same, so it does not count towards the verdict.")
# Faces of fewer pixels have too few frequencies.
LEAST_SIZE = 64.0
# Frequencies in cycles a pixel: what is neither fine nor coarse, the finest, and the corner where grids of two show.
MIDDLE, FINEST, CORNER = (0.04, 0.14), (0.35, 0.5), 0.42
_LEAST = 1e-6

NAMES = ("grid", "finest")
SAID = {
    ("grid", 1): gettext_noop(
        "The face shows a fine grid such as networks leave that make pictures. It occurs in untouched pictures, "
        "too: that alone says nothing."
    ),
    ("finest", 1): gettext_noop(
        "The face has more of the finest detail than is usual. Sharpening does that, too: that alone says nothing."
    ),
    ("finest", -1): gettext_noop(
        "The face has less of the finest detail than is usual. Filters and packing do that, too: that alone says "
        "nothing."
    ),
}


@dataclass(frozen=True)
class Measured:
    """``grid``: how far the highest point of the corner stands out from it, ``finest``: how far the finest lies above
    the middle frequencies; both in natural logarithms of power.
    """

    grid: float
    finest: float


def findings(material: Material) -> Sequence[Finding]:
    """Of the largest face of a picture."""
    return unusual_in_picture(name, usual(__package__, material.model), material, measured, SAID)


def measured(view: View, person: Person) -> Measured | None:
    """None where the face is too small."""
    if person.size < LEAST_SIZE:
        return None
    x0, y0, x1, y1 = (round(value) for value in person.box)
    pixels = view.grey[max(y0, 0) : y1, max(x0, 0) : x1]
    side = min(pixels.shape)
    if side < LEAST_SIZE // 2:
        return None
    square = np.asarray(pixels[:side, :side] - cv2.GaussianBlur(pixels, (0, 0), side / 8)[:side, :side], np.float64)
    window = np.outer(np.hanning(side), np.hanning(side))
    power = np.log(np.abs(np.fft.fft2(square * window)) ** 2 + _LEAST)
    across, down = (np.abs(np.fft.fftfreq(side)) for _axis in range(2))
    far = np.hypot(across[None, :], down[:, None])
    corner = power[(across[None, :] > CORNER) & (down[:, None] > CORNER)]
    middle, finest = ((far >= low) & (far < high) for low, high in (MIDDLE, FINEST))
    return Measured(float(corner.max() - np.median(corner)), float(power[finest].mean() - power[middle].mean()))
