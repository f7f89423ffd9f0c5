"""A photo's head bent onto the suspect picture's: as whoever made a composite stretched it to fit another face."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.forensics import heads

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Brightness is evened within so many pixels of the head, so that another light does not bend anything.
EVEN, CONTRAST = 12.0, 16.0
# How smooth the bending is, in pixels of the head: as loosely as a face is stretched, and stiffly.
LOOSE, STIFF = 6.0, 16.0
# The head's frame is the same mirrored about this column.
MIDDLE = round((heads.MIDDLE[0] + heads.LEFT) * heads.SCALE)


def bent(photo: Floats, suspect: Floats, smooth: float) -> tuple[Floats, Floats]:
    """The photo's head where the suspect's has the same; and how far each pixel came, rows × columns × 2.

    By dense inverse search (Kroeger, Timofte, Dai and Van Gool, ECCV 2016) at half the size, smoothed.
    """
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    size = (photo.shape[1] // 2, photo.shape[0] // 2)
    half = [cv2.resize(_evened(one), size, interpolation=cv2.INTER_AREA) for one in (suspect, photo)]
    found = search.calc(half[0], half[1], np.zeros((size[1], size[0], 2), np.float32))
    way = 2 * cv2.resize(cv2.GaussianBlur(found, (0, 0), smooth / 2), photo.shape[::-1], interpolation=cv2.INTER_LINEAR)
    y, x = np.mgrid[0 : photo.shape[0], 0 : photo.shape[1]].astype(np.float32)
    moved = cv2.remap(photo, x + way[..., 0], y + way[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, np.float32), np.asarray(way, np.float32)


def _evened(head: Floats) -> NDArray[np.uint8]:
    off = head - cv2.GaussianBlur(head, (0, 0), EVEN)
    deviation = np.sqrt(cv2.GaussianBlur(off**2, (0, 0), CONTRAST)) + 2
    return np.asarray(np.clip(128 + 45 * off / deviation, 0, 255), np.uint8)


def stretched(way: Floats, face: Mask) -> float:
    """How unevenly it was bent: what is left of the way once the nearest even stretching, turning and shearing is taken
    off, in widths of the face's frame.
    """
    y, x = np.nonzero(face)
    even = np.column_stack([x, y, np.ones(len(x))]).astype(np.float64)
    off = [way[y, x, side] - even @ np.linalg.lstsq(even, way[y, x, side], rcond=None)[0] for side in (0, 1)]
    return float(np.sqrt(np.mean(np.square(off).sum(axis=0))) / (2 * heads.MIDDLE[0] * heads.SCALE))


def mirrored(head: NDArray[np.generic]) -> NDArray[np.generic]:
    """The head of the mirrored photo; nothing where the photo's frame does not reach."""
    width = head.shape[1]
    from_column = 2 * MIDDLE - np.arange(width)
    there = (from_column >= 0) & (from_column < width)
    turned = np.zeros_like(head)
    turned[:, there] = head[:, from_column[there]]
    return turned
