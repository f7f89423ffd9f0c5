"""Everything about a still picture beside the PDQ code of its plain whole. Runs in the sandbox only."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.dna import pdq, trimmed
from jium.dna.local.features import LocalFeatures, extract, resized
from jium.dna.still import WHOLE, Region, Still, View
from jium.media.frame import Frame
from jium.media.pixels import upright_grey

# Under this longest side, in pixels, there is nothing to cut out and no place to be found.
LEAST_SIDE = 32
# Parts are looked for, and cut from, a copy of so many pixels at the longest side, and sampled from squares.
PARTS_FROM, PART_SIDE = 512, 256
# A part of so many pixels a side of the picture in which places are found, and fewer places than that, is plain.
LARGE_PART, LEAST_IN_PART = 96, 16
# How jium.media.image.backgrounds orders what it gives beside the plain frame.
_BACKGROUNDS = {0: (), 1: ("displayed",), 2: ("on_black", "opaque"), 3: ("on_black", "opaque", "displayed")}

cv2.setNumThreads(1)


def look(plain: Frame, others: Sequence[Frame]) -> Still:
    """Views and places of a picture; ``others``: the same on other backgrounds or in its profile's colours."""
    views = [_whole_view(kind, frame) for kind, frame in zip(_BACKGROUNDS[len(others)], others, strict=True)]
    grey = upright_grey(plain)
    if max(grey.shape) < LEAST_SIDE:
        return Still(tuple(views))
    local = extract(grey)
    smaller = resized(grey, PARTS_FROM)
    views += [_part_view(kind, box, smaller) for kind, box in trimmed.boxes(smaller) if _telling(box, local)]
    return Still(tuple(views), local)


def _telling(box: Region, local: LocalFeatures) -> bool:
    """Is there something to recognise in this part? All flags of three stripes have one code.

    Of a small part nothing is known: few places are found in any.
    """
    size = np.array([local.width, local.height])
    low, high = np.array(box[:2]) * size, np.array(box[2:]) * size
    if min(high - low) < LARGE_PART:
        return True
    inside = ((local.places[:, :2] >= low) & (local.places[:, :2] <= high)).all(axis=1)
    return int(inside.sum()) >= LEAST_IN_PART


def _whole_view(kind: str, frame: Frame) -> View:
    sampled = pdq.samples(frame.strips(), frame.width, frame.height, frame.orientation)
    return View(kind, WHOLE, pdq.quality(sampled), pdq.codes(sampled))


def _part_view(kind: str, box: Region, grey: NDArray[np.uint8]) -> View:
    height, width = grey.shape
    left, top, right, bottom = np.rint(np.array(box) * [width, height, width, height]).astype(int)
    part = grey[top : max(bottom, top + 1), left : max(right, left + 1)]
    # Where a part begins is a guess, so its code need not be exact to the bit; one size is quicker than many.
    small = np.asarray(cv2.resize(part, (PART_SIDE, PART_SIDE), interpolation=cv2.INTER_AREA), np.uint8)
    sampled = pdq.samples_of_small(small)
    return View(kind, box, pdq.quality(sampled), pdq.codes(sampled))
