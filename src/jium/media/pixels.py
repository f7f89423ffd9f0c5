"""A decoded frame as one array, standing upright. Runs in the sandbox only."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.media.frame import Frame


def upright_grey(frame: Frame) -> NDArray[np.uint8]:
    """The frame's brightness, rows × columns, as it is seen."""
    grey = np.empty((frame.height, frame.width), np.uint8)
    for top, pixels in frame.strips():
        grey[top : top + len(pixels)] = _brightness(pixels)
    return np.ascontiguousarray(upright(grey, frame.orientation))


def upright_rgb(frame: Frame) -> NDArray[np.uint8]:
    """The frame's colours, rows × columns × 3, as it is seen."""
    rgb = np.empty((frame.height, frame.width, 3), np.uint8)
    for top, pixels in frame.strips():
        levels = pixels if pixels.dtype == np.uint8 else np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
        rgb[top : top + len(levels)] = levels if levels.ndim == 3 else levels[..., None]
    return np.ascontiguousarray(upright(rgb, frame.orientation))


def upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Rows × columns [× 3] turned as EXIF's ``orientation`` 1..8 says."""
    swapped = pixels.swapaxes(0, 1)
    flipped = {2: pixels[:, ::-1], 3: pixels[::-1, ::-1], 4: pixels[::-1]}
    turned = {5: swapped, 6: swapped[:, ::-1], 7: swapped[::-1, ::-1], 8: swapped[::-1]}
    return (flipped | turned).get(orientation, pixels)


def _brightness(pixels: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.uint8]:
    if pixels.dtype != np.uint8:
        pixels = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
    if pixels.ndim == 2:
        return np.asarray(pixels, np.uint8)
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY), np.uint8)
