"""A learned detector at work. In the sandbox only."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import cv2
import numpy as np

from jium.faces.face import Box, Pixels
from jium.faces.network import Network, WrongModel
from jium.forensics.detector import Detector
from jium.language import gettext_noop


class Scorer:
    """An opened detector. Raises :class:`WrongModel`."""

    def __init__(self, used: Detector) -> None:
        path = Path(used.path)
        if hashlib.sha256(path.read_bytes()).hexdigest() != used.sha256:
            raise WrongModel(gettext_noop("the detector's checksum is another one"))
        self._used, self._network = used, Network(path)

    def score(self, rgb: Pixels, box: Box | None) -> float | None:
        """Of the face in ``box`` (pixels) of a picture, rows × columns × 3. Raises :class:`WrongModel`."""
        if box is None:
            return None
        used = self._used
        face = cv2.resize(_around(rgb, box, used.rim), (used.side, used.side), interpolation=cv2.INTER_AREA)
        taken = (face / np.float32(255) - np.array(used.mean, np.float32)) / np.array(used.deviation, np.float32)
        outputs = self._network.run(np.ascontiguousarray(taken.transpose(2, 0, 1)[None], np.float32))
        given = np.concatenate([outputs[name].ravel() for name in self._network.outputs])
        if used.output >= len(given) or not math.isfinite(float(given[used.output])):
            raise WrongModel(gettext_noop("the detector gives no usable score"))
        return float(given[used.output])


def _around(rgb: Pixels, box: Box, rim: float) -> Pixels:
    """The face in the middle of a square; what lies outside the picture is grey."""
    x0, y0, x1, y1 = box
    side = max(2, round(rim * max(x1 - x0, y1 - y0)))
    left, top = round((x0 + x1 - side) / 2), round((y0 + y1 - side) / 2)
    square = np.full((side, side, 3), 128, np.uint8)
    height, width = rgb.shape[:2]
    a, b, c, d = max(left, 0), max(top, 0), min(left + side, width), min(top + side, height)
    if a < c and b < d:
        square[b - top : d - top, a - left : c - left] = rgb[b:d, a:c]
    return square
