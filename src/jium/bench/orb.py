"""ORB with RANSAC: how local features are usually compared, and what OpenCV's own examples do.

It compares two pictures and has no index, so it is asked about each edited picture and its own original, and about
so many pictures and a few strangers of each; ``jium bench images`` says how many that were.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

NAME = "ORB + RANSAC"
# OpenCV's default number of features, of so many pixels at the longest side.
LONGEST_SIDE, MOST = 640, 500
# Lowe's ratio, and what RANSAC lets a place be off, in pixels.
RATIO, PIXELS = 0.75, 5.0
# Customary: so many places must agree in one similarity.
THRESHOLD = 12
# Strangers that every picture is compared with.
STRANGERS = 4


@dataclass(frozen=True)
class Features:
    """``places``: n × 2 pixels; ``codes``: n × 32 bytes."""

    places: NDArray[np.float32]
    codes: NDArray[np.uint8]


def features(file: bytes) -> Features:
    """Of a picture file; none where there are none."""
    grey = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_GRAYSCALE)
    nothing = Features(np.empty((0, 2), np.float32), np.empty((0, 32), np.uint8))
    if grey is None:
        return nothing
    scale = min(1.0, LONGEST_SIDE / max(grey.shape))
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    found, codes = cv2.ORB.create(MOST).detectAndCompute(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), None)
    if not found:
        return nothing
    return Features(np.array([point.pt for point in found], np.float32), np.asarray(codes, np.uint8))


def agreeing(a: Features, b: Features) -> int:
    """How many places of a lie on b's in the best similarity; a mirrored picture is not looked for."""
    if len(a.codes) < 2 or len(b.codes) < 2:
        return 0
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(a.codes, b.codes, k=2)
    good = [first for first, second in pairs if first.distance < RATIO * second.distance]
    if len(good) < 4:
        return 0
    here = a.places[[one.queryIdx for one in good]]
    there = b.places[[one.trainIdx for one in good]]
    _matrix, inside = cv2.estimateAffinePartial2D(here, there, method=cv2.RANSAC, ransacReprojThreshold=PIXELS)
    return 0 if inside is None else int(inside.sum())
