"""How well a face can be told from others: sharp or blurred, from the front or from the side, and what to advise."""

from __future__ import annotations

import cv2
import numpy as np

from jium.faces.face import Pixels, Points

# Aligned faces are looked at in this size, so that large and small ones are blurred by the same measure.
_SIDE = 112
# Half the distance of the eyes of a face from the front, in heights from eyes to mouth.
_HALF_EYES = 17.6 / 40.6


def sharpness(chip: Pixels) -> float:
    """How much fine detail an aligned face has: the deviation of its Laplacian (Pech-Pacheco, ICPR 2000).

    In levels of 0..255: under 4 it is blurred, or it was enlarged.
    """
    grey = cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    inner = small[_SIDE // 6 : -_SIDE // 6, _SIDE // 6 : -_SIDE // 6]
    return float(cv2.Laplacian(inner, cv2.CV_32F).std())


def turn(points: Points) -> float:
    """How far a face is turned away: 0 from the front, about 1 where the nose has reached an eye's height sideways.

    By how far the nose lies beside the middle between eyes and mouth, in halves of the eyes' distance from the front,
    where that distance is taken from eyes to mouth: it does not shrink when a head turns.
    """
    eyes, mouth = points[:2].mean(axis=0), points[3:].mean(axis=0)
    down = mouth - eyes
    height = float(np.hypot(*down)) or 1.0
    nose = points[2] - eyes
    beside = float(down[0] * nose[1] - down[1] * nose[0]) / height
    return min(abs(beside) / (height * _HALF_EYES), 2.0)
