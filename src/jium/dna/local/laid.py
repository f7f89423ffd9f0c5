"""Two pictures laid on each other as their codes say: mirrored or not, turned by quarters, part on part.

Codes see coarse shapes only. Simple pictures (a logo on white, a flag, a table) have shapes in common and yet show
different things; their sketches then differ, cell by cell.
"""

from __future__ import annotations

import cv2
import numpy as np

from jium.dna.local.agreement import Agreement, Region, agreement
from jium.dna.local.features import LocalFeatures
from jium.dna.local.matching import Doubles

_CORNERS: Doubles = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)


def laid(
    a: LocalFeatures, b: LocalFeatures, region_a: Region, region_b: Region, mirrored: bool, rotation: float
) -> Agreement:
    """How much alike they look where ``region_a``, mirrored first if so, then turned counter-clockwise, becomes b's.

    ``rotation``: 0, 90, 180 or 270 degrees.
    """
    here = _within(region_a, _CORNERS, a)
    if mirrored:
        a, here = a.mirrored(), np.column_stack([a.width - here[:, 0], here[:, 1]])
    there = _within(region_b, _turned(_CORNERS, mirrored, rotation), b)
    matrix = np.eye(3)
    matrix[:2] = cv2.getAffineTransform(here[:3].astype(np.float32), there[:3].astype(np.float32))
    return agreement(a, b, matrix, there)


def _within(region: Region, corners: Doubles, side: LocalFeatures) -> Doubles:
    """Corners of the unit square as those of the region, in pixels."""
    low, high = np.array(region[:2]), np.array(region[2:])
    placed: Doubles = (low + corners * (high - low)) * [side.width, side.height]
    return placed


def _turned(corners: Doubles, mirrored: bool, rotation: float) -> Doubles:
    """Where the corners of the unit square come to lie."""
    x, y = corners.T
    if mirrored:
        x = 1 - x
    for _quarter in range(round(rotation / 90) % 4):
        x, y = y, 1 - x
    return np.column_stack([x, y])
