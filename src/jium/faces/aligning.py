"""A face is brought into one position, so that the network always sees eyes and mouth at the same places."""

from __future__ import annotations

import cv2
import numpy as np

from jium.faces.face import Pixels, Points

# Where ArcFace (Deng et al., CVPR 2019) and all that follow it expect eyes, nose and mouth in 112 × 112 pixels.
SIDE = 112
PLACES = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)
# What is smaller than the chip by more than that is made smaller first: a plain warp would pick single pixels.
_COARSER = 2.0


def chip(rgb: Pixels, points: Points) -> Pixels:
    """The face upright in 112 × 112 × 3 pixels: the similarity that brings the five points nearest to their places.

    Least squares over turn, scale and shift (Umeyama, PAMI 1991). What lies outside the picture is black.
    """
    turn = similarity(points, PLACES)
    scale = float(np.hypot(turn[0, 0], turn[1, 0]))
    if scale * _COARSER < 1:
        # In three steps: cut the face out, make it smaller by averaging, then turn it.
        left, top, right, bottom = _around(points, rgb.shape)
        part = rgb[top:bottom, left:right]
        factor = scale * _COARSER
        size = (max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor)))
        smaller = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
        ratio = np.array([size[0] / part.shape[1], size[1] / part.shape[0]], np.float32)
        moved = (points - np.array([left, top], np.float32)) * ratio
        rgb, turn = smaller, similarity(moved, PLACES)
    return np.asarray(cv2.warpAffine(rgb, turn, (SIDE, SIDE), flags=cv2.INTER_LINEAR), np.uint8)


def similarity(points: Points, places: Points) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """2 × 3: turn, scale and shift that bring ``points`` nearest to ``places`` (both n × 2); no mirroring."""
    from_x, from_y = points.astype(np.float64).T
    to = places.astype(np.float64)
    middle = np.array([from_x.mean(), from_y.mean()])
    x, y = from_x - middle[0], from_y - middle[1]
    goal = to.mean(axis=0)
    u, v = (to - goal).T
    length = float((x * x + y * y).sum()) or 1.0
    a, b = float((x * u + y * v).sum()) / length, float((x * v - y * u).sum()) / length
    turn = np.array([[a, -b], [b, a]])
    return np.hstack([turn, (goal - turn @ middle)[:, None]])


def _around(points: Points, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """A box around the whole head, inside the picture."""
    middle, reach = points.mean(axis=0), 3.0 * float(np.ptp(points, axis=0).max())
    left, top = (max(0, int(middle[axis] - reach)) for axis in (0, 1))
    right = min(shape[1], int(middle[0] + reach) + 1)
    bottom = min(shape[0], int(middle[1] + reach) + 1)
    return min(left, shape[1] - 1), min(top, shape[0] - 1), max(right, left + 1), max(bottom, top + 1)
