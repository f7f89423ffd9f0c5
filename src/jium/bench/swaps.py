"""Simulated fakes: one person's face put onto another person's picture, in the ways in which it is done by hand.

What a network makes looks better and keeps less of the person; these are what an honest bench can make by itself.
Those that follow the shape of the other face need 68 points. dlib's file for them comes with a package but was
learned from pictures that may not be used for money: they are made only where ``JIUM_BENCH_LANDMARKS=1`` says that
this is allowed here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.bench.people import SAME_FACE
from jium.faces.aligning import PLACES, similarity
from jium.faces.face import Box, Face, Pixels, Points
from jium.faces.finding import overlap
from jium.faces.models import dlib as carried

Floats = NDArray[np.float32]

# How softly a pasted face ends, as a share of its width.
SOFT = 0.06
# The forehead reaches as far above the eyebrows as this share of what lies between eyebrows and chin.
FOREHEAD = 0.45
BROWS, FACE_POINTS = slice(17, 27), 68


@dataclass(frozen=True)
class Shown:
    """A picture with the face in it that is meant."""

    rgb: Pixels
    face: Face


@dataclass(frozen=True)
class Method:
    """One way to make a fake. ``by_shape``: it needs 68 points of either face."""

    name: str
    make: Callable[[Shown, Shown], Pixels]
    by_shape: bool


def available() -> list[Method]:
    """Those that can be made here."""
    return [one for one in METHODS if not one.by_shape or may_use_landmarks()]


def may_use_landmarks() -> bool:
    """Has somebody said that research alone is done here?"""
    return os.environ.get("JIUM_BENCH_LANDMARKS", "") == "1" and carried.carried() is not None


@dataclass(frozen=True)
class Oval:
    """In the position of :mod:`jium.faces.aligning`: its middle and its half axes."""

    middle: tuple[float, float]
    half_axes: tuple[float, float]


FACE = Oval((56.0, 62.0), (40.0, 56.0))
HEAD = Oval((56.0, 50.0), (58.0, 82.0))
MOUTH = Oval((56.0, 93.0), (26.0, 17.0))


def left_out() -> list[str]:
    """What a result has to say of those that cannot be made here."""
    said = "fakes that follow the other face's shape are left out: JIUM_BENCH_LANDMARKS is not 1"
    return [] if may_use_landmarks() else [said]


def _pasted(
    blend: Callable[[Pixels, Pixels, Floats], Pixels], oval: Oval = FACE, across: int | None = None
) -> Callable[[Shown, Shown], Pixels]:
    """What lies in the oval, turned and scaled only; ``across``: the face from a picture of so few pixels."""

    def make(hers: Shown, other: Shown) -> Pixels:
        height, width = other.rgb.shape[:2]
        rgb, points = hers.rgb, hers.face.points
        if across and across < hers.face.size:
            factor = across / hers.face.size
            rgb = np.asarray(cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
            points = points * np.float32(factor)
        onto = similarity(points, other.face.points)
        moved = cv2.warpAffine(rgb, onto, (width, height), borderMode=cv2.BORDER_REFLECT)
        angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
        outline = np.array(oval.middle) + np.column_stack([np.cos(angle), np.sin(angle)]) * np.array(oval.half_axes)
        turn = similarity(PLACES, other.face.points)
        return blend(np.asarray(moved, np.uint8), other.rgb, _inside(outline @ turn[:, :2].T + turn[:, 2], other.rgb))

    return make


def _warped(
    outline: Callable[[Points], Points], blend: Callable[[Pixels, Pixels, Floats], Pixels]
) -> Callable[[Shown, Shown], Pixels]:
    """Her face in the shape of the other one, triangle by triangle."""

    def make(hers: Shown, other: Shown) -> Pixels:
        mine, theirs = (_with_forehead(_landmarks(one)) for one in (hers, other))
        moved = _by_triangles(hers.rgb, mine, theirs, other.rgb.shape)
        return blend(moved, other.rgb, _inside(outline(theirs), other.rgb))

    return make


def _whole(points: Points) -> Points:
    return points


def _inner(points: Points) -> Points:
    """Eyebrows to mouth."""
    return points[17:FACE_POINTS]


def _landmarks(shown: Shown) -> Points:
    import dlib

    rgb = np.ascontiguousarray(shown.rgb)
    shape = _predictor()(rgb, dlib.rectangle(*(round(value) for value in _as_dlib_sees(rgb, shown.face.box))))
    return np.array([(shape.part(n).x, shape.part(n).y) for n in range(FACE_POINTS)], np.float32)


def _as_dlib_sees(rgb: Pixels, box: Box) -> Box:
    """The points are found well only in such a square as dlib's own detector gives, from the eyebrows to the chin."""
    found = ((one.left(), one.top(), one.right(), one.bottom()) for one in _detector()(rgb, 0))
    nearest = max(found, key=lambda one: overlap(one, box), default=None)
    if nearest is not None and overlap(nearest, box) > SAME_FACE:
        return nearest
    x0, y0, x1, y1 = box
    side, middle = 0.78 * (y1 - y0), (x0 + x1) / 2
    bottom = y1 - 0.04 * (y1 - y0)
    return middle - side / 2, bottom - side, middle + side / 2, bottom


@cache
def _detector() -> Any:
    import dlib

    return dlib.get_frontal_face_detector()


@cache
def _predictor() -> Any:
    import dlib

    return dlib.shape_predictor(f"{carried.carried()}/shape_predictor_68_face_landmarks.dat")


def _with_forehead(points: Points) -> Points:
    """With the eyebrows' points once more, shifted up."""
    up = (points[27] - points[8]) * FOREHEAD
    return np.concatenate([points, points[BROWS] + up]).astype(np.float32)


def _by_triangles(rgb: Pixels, source: Points, target: Points, shape: tuple[int, ...]) -> Pixels:
    """``rgb`` moved so that ``source`` comes to lie on ``target``; black outside."""
    height, width = shape[:2]
    inside = np.clip(target, 0, [width - 1.01, height - 1.01]).astype(np.float32)
    moved = np.zeros((height, width, 3), np.uint8)
    for corners in _triangles(inside, width, height):
        turn = cv2.getAffineTransform(source[corners], inside[corners])
        left, top = np.floor(inside[corners].min(axis=0)).astype(int)
        right, bottom = np.ceil(inside[corners].max(axis=0)).astype(int) + 1
        turn[:, 2] -= (left, top)
        part = cv2.warpAffine(rgb, turn, (int(right - left), int(bottom - top)), borderMode=cv2.BORDER_REFLECT)
        mask = np.zeros(part.shape[:2], np.uint8)
        cv2.fillConvexPoly(mask, np.round(inside[corners] - (left, top)).astype(np.int32), 1)
        place = moved[top:bottom, left:right]
        place[mask[: place.shape[0], : place.shape[1]] > 0] = part[: place.shape[0], : place.shape[1]][
            mask[: place.shape[0], : place.shape[1]] > 0
        ]
    return moved


def _triangles(points: Points, width: int, height: int) -> list[list[int]]:
    """Delaunay's, as numbers of points."""
    division = cv2.Subdiv2D((0, 0, width, height))
    for x, y in points.tolist():
        division.insert((x, y))
    found = []
    for triangle in np.asarray(division.getTriangleList(), np.float32).reshape(-1, 3, 2):
        far = np.linalg.norm(points[None] - triangle[:, None], axis=2)
        if far.min(axis=1).max() < 0.5:
            found.append([int(one) for one in far.argmin(axis=1)])
    return [one for one in found if len(set(one)) == 3]


def _inside(outline: NDArray[Any], rgb: Pixels) -> Floats:
    """1 inside the outline's hull, 0 outside, soft between."""
    mask = np.zeros(rgb.shape[:2], np.float32)
    hull = cv2.convexHull(np.round(outline).astype(np.int32))
    cv2.fillConvexPoly(mask, hull, 1.0)
    soft = max(1.0, SOFT * float(np.ptp(outline, axis=0).max()))
    size = 2 * int(soft) + 1
    inner = cv2.erode(mask, np.ones((size, size), np.uint8))
    return np.asarray(cv2.GaussianBlur(inner, (0, 0), soft / 2), np.float32)


def _laid_over(face: Pixels, onto: Pixels, mask: Floats) -> Pixels:
    """With the colours brought near the other face's: mean and deviation of each channel (Reinhard et al., 2001)."""
    within = mask > 0.5
    if not within.any():
        return onto
    mine, theirs = face[within].astype(np.float32), onto[within].astype(np.float32)
    ratio = theirs.std(axis=0) / np.maximum(mine.std(axis=0), 1)
    fitted = (face - mine.mean(axis=0)) * np.clip(ratio, 0.5, 2) + theirs.mean(axis=0)
    return np.asarray(np.clip(fitted * mask[..., None] + onto * (1 - mask[..., None]), 0, 255), np.uint8)


def as_it_was(face: Pixels, onto: Pixels, mask: Floats) -> Pixels:
    """With its own colours."""
    return np.asarray(face * mask[..., None] + onto * (1 - mask[..., None]), np.uint8)


def grown_in(face: Pixels, onto: Pixels, mask: Floats) -> Pixels:
    """With the other face's colours at the edge (Poisson: Pérez et al., 2003)."""
    hard = (mask > 0.5).astype(np.uint8) * 255
    hard[[0, -1]] = 0
    hard[:, [0, -1]] = 0
    x, y, width, height = cv2.boundingRect(hard)
    if width < 3 or height < 3:
        return onto
    middle = (x + width // 2, y + height // 2)
    return np.asarray(cv2.seamlessClone(face, onto, hard, middle, cv2.NORMAL_CLONE), np.uint8)


METHODS = (
    Method("whole face pasted", _pasted(as_it_was), by_shape=False),
    Method("whole face pasted, colours grown in", _pasted(grown_in), by_shape=False),
    Method("whole head pasted", _pasted(as_it_was, HEAD), by_shape=False),
    Method("coarse face pasted", _pasted(_laid_over, FACE, across=48), by_shape=False),
    Method("face and forehead warped", _warped(_whole, _laid_over), by_shape=True),
    Method("face and forehead warped, colours grown in", _warped(_whole, grown_in), by_shape=True),
    Method("inner face warped", _warped(_inner, _laid_over), by_shape=True),
    Method("inner face warped, colours grown in", _warped(_inner, grown_in), by_shape=True),
)
# From another photo of the same person: what a mouth moved to other words looks like.
MOUTH_MOVED = Method("mouth moved", _pasted(grown_in, MOUTH), by_shape=False)
