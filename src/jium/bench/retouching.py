"""What honest people do to faces in pictures: they are smoothed, slimmed, hidden; or they move between two photos."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.bench.corpus.items import Rgb
from jium.faces.face import Face

Floats = NDArray[np.float32]


def beautified(rgb: Rgb, face: Face, strength: int) -> Rgb:
    """As beauty filters do it: skin smoothed and lighter, eyes larger, the jaw slimmer. ``strength``: 1 or 2."""
    x0, y0, x1, y1 = face.box
    width, height = x1 - x0, y1 - y0
    smooth = rgb
    for _round in range(strength + 1):
        smooth = np.asarray(cv2.bilateralFilter(smooth, 9, 45, 9), np.uint8)
    x, y = _grid(rgb)
    from_x, from_y = x.copy(), y.copy()
    for eye in face.points[:2]:
        near = 0.08 * strength * np.exp(-((x - eye[0]) ** 2 + (y - eye[1]) ** 2) / (0.22 * width) ** 2)
        from_x -= (x - eye[0]) * near
        from_y -= (y - eye[1]) * near
    middle, mouth = face.points.mean(axis=0), face.points[3:].mean(axis=0)
    beside = np.exp(-(((x - middle[0]) / (0.7 * width)) ** 2) - ((y - mouth[1]) / (0.25 * height)) ** 2)
    from_x += (x - middle[0]) * 0.05 * strength * beside
    retouched = cv2.remap(smooth, from_x.astype(np.float32), from_y.astype(np.float32), cv2.INTER_LINEAR)
    soft = np.zeros(rgb.shape[:2], np.float32)
    soft[max(0, round(y0)) : round(y1), max(0, round(x0)) : round(x1)] = 1
    soft = np.asarray(cv2.GaussianBlur(soft, (0, 0), max(1.0, 0.08 * width)), np.float32)[..., None]
    return np.asarray(np.clip((retouched + 6.0) * soft + rgb * (1 - soft), 0, 255), np.uint8)


@dataclass(frozen=True)
class Pose:
    """How a head is held. ``turned``: in radians; all else in shares of the face: moved ``aside`` and ``deeper``, the
    ``mouth`` and the ``brows`` further down.
    """

    turned: float
    aside: float
    deeper: float
    mouth: float
    brows: float

    def times(self, factor: float) -> Pose:
        """So much of it."""
        return Pose(*(factor * value for value in astuple(self)))


def a_pose(rng: np.random.Generator) -> Pose:
    """As it may change from one photo of a burst to the next."""
    return Pose(
        float(np.radians(rng.uniform(2, 7) * rng.choice([-1, 1]))),
        float(rng.uniform(-0.06, 0.06)),
        float(rng.uniform(-0.03, 0.05)),
        float(rng.uniform(-0.05, 0.05)),
        float(rng.uniform(-0.05, 0.05)),
    )


def moved(rgb: Rgb, face: Face, rng: np.random.Generator) -> Rgb:
    """The head turned and shifted a little, with another expression: as in the next photo of a burst."""
    return posed(rgb, face, a_pose(rng))


def posed(rgb: Rgb, face: Face, pose: Pose) -> Rgb:
    """The head held like that; it ends softly."""
    x0, y0, x1, y1 = face.box
    width, height = x1 - x0, y1 - y0
    x, y = _grid(rgb)
    middle = face.points.mean(axis=0)
    far = np.hypot((x - middle[0]) / (1.15 * width), (y - middle[1] + 0.1 * height) / height)
    head = 1 / (1 + np.exp(np.clip((far - 1) * 9, -30, 30)))
    across, down = x - middle[0], y - (y1 + 0.15 * height)
    aside, deeper = pose.aside * width, pose.deeper * height
    from_x = x + head * (np.cos(pose.turned) * across - np.sin(pose.turned) * down - across + aside)
    from_y = y + head * (np.sin(pose.turned) * across + np.cos(pose.turned) * down - down + deeper)
    mouth, brows = (face.points[3:].mean(axis=0), 0.25, 0.2), (face.points[:2].mean(axis=0), 0.5, 0.15)
    for (place, wide, tall), lower in ((mouth, pose.mouth), (brows, pose.brows)):
        near = np.exp(-(((x - place[0]) / (wide * width)) ** 2) - ((y - place[1]) / (tall * width)) ** 2)
        from_y -= near * lower * width
    return np.asarray(
        cv2.remap(
            rgb, from_x.astype(np.float32), from_y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        ),
        np.uint8,
    )


def hidden(rgb: Rgb, face: Face, how: str) -> Rgb:
    """A face made unrecognisable: "blurred", of "squares", or with a "bar" over the eyes."""
    x0, y0, x1, y1 = (max(0, round(value)) for value in face.box)
    shown = rgb.copy()
    part = shown[y0:y1, x0:x1]
    if how == "blurred":
        part[:] = cv2.GaussianBlur(part, (0, 0), 0.07 * part.shape[1])
    elif how == "squares":
        small = cv2.resize(part, (10, 10), interpolation=cv2.INTER_AREA)
        part[:] = cv2.resize(small, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_NEAREST)
    else:
        part[round(0.25 * len(part)) : round(0.5 * len(part))] = 0
    return shown


def _grid(rgb: Rgb) -> tuple[Floats, Floats]:
    y, x = np.mgrid[0 : rgb.shape[0], 0 : rgb.shape[1]].astype(np.float32)
    return x, y
