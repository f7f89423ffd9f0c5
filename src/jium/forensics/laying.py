"""A known picture laid on the suspect one by what surrounds the faces: whoever stands in them does not move it.

Or, where it is asked what else was changed, by whatever is alike in both, faces too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.dna.local import features, matching
from jium.dna.local.features import LocalFeatures
from jium.faces.face import Box, Face, Pixels, Points
from jium.forensics.view import View, brightness

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]

# So much larger than its box is what a face is left out with: hair and chin belong to it.
AROUND_FACE = 1.25
# Rounds and precision of the last step, and the blur under which it sees the pictures.
ROUNDS, PRECISE, BLUR = 40, 1e-5, 5
# At the edge of what both show nothing is compared, in pixels.
EDGE = 7
# From under so many times the other one's size on, a picture is made smaller by averaging first.
SMALLER = 0.6
# Both pictures' brightness is compared in so many steps, each of so many pixels or more.
STEPS, LEAST_PIXELS = 24, 20
# Less of the suspect picture than this cannot tell how the known one lies on it.
LEAST_SHARE = 0.03
# What is alike is told by what lies between these blurs, within so many pixels, from such a correlation on; and there
# is something to be alike where it deviates by so many levels.
BETWEEN, WITHIN, ALIKE, SOMETHING = (1.0, 6.0), 9.0, 0.6, 2.0


@dataclass(frozen=True, eq=False)
class Laid:
    """``known``: its brightness as it would be where the suspect picture shows the same, rows × columns of that one.

    ``colours``: its own, there. ``valid``: where there is any. ``around``: of it, what lies outside the faces of both.
    ``matrix``: 3 × 3, from the pixels of the known view (mirrored first if ``mirrored``) to the suspect's.
    """

    known: Floats = field(repr=False)
    colours: Pixels = field(repr=False)
    valid: Mask = field(repr=False)
    around: Mask = field(repr=False)
    matrix: Doubles
    mirrored: bool

    def points(self, person: Face, width: int) -> Points:
        """Where the five points of somebody in the known view, ``width`` pixels wide, come to lie."""
        points = person.points.astype(np.float64)
        if self.mirrored:
            # Left and right eye and corner of the mouth change places.
            points = np.column_stack([width - points[:, 0], points[:, 1]])[[1, 0, 2, 4, 3]]
        return matching.mapped(self.matrix, points).astype(np.float32)


def laid(suspect: View, known: View) -> Laid | None:
    """The known picture on the suspect one; None where they do not show the same place, as far as can be seen."""
    return _laid(suspect, known, faces=False)


def laid_by_all(suspect: View, known: View) -> Laid | None:
    """The same by whatever is alike in both; None where that is too little. ``around``: what is alike."""
    return _laid(suspect, known, faces=True)


def _laid(suspect: View, known: View, *, faces: bool) -> Laid | None:
    found = _by_places(suspect, known, faces=faces)
    if found is None:
        return None
    matrix, mirrored = found
    rgb, boxes = _mirrored(known) if mirrored else (known.rgb, [one.box for one in known.people])
    rgb, shrunk = _shrunk(rgb, matrix)
    pixels, grey = brightness(rgb), suspect.grey
    matrix = matrix @ np.diag([1 / shrunk, 1 / shrunk, 1.0])
    whole, others = np.ones(pixels.shape, np.bool_), _outside(pixels.shape, boxes, shrunk)
    free = _outside(grey.shape, [one.box for one in suspect.people], 1.0)

    def around(lying: Doubles) -> Mask:
        if faces:
            return _alike(grey, pixels, lying) & _warped_mask(whole, lying, grey.shape)
        return free & _warped_mask(others, lying, grey.shape)

    telling = around(matrix)
    if telling.mean() < LEAST_SHARE:
        return None
    matrix = _refined(grey, pixels, matrix, telling)
    telling = around(matrix)
    if telling.mean() < LEAST_SHARE:
        return None
    colours = np.asarray(cv2.warpPerspective(rgb, matrix, grey.shape[::-1], flags=cv2.INTER_LINEAR), np.uint8)
    toned = _toned(grey, brightness(colours), telling)
    valid = _warped_mask(whole, matrix, grey.shape)
    return Laid(toned, colours, valid, telling, matrix @ np.diag([shrunk, shrunk, 1.0]), mirrored)


def _alike(grey: Floats, pixels: Floats, matrix: Doubles) -> Mask:
    """Where both have the same to see, whatever the light."""
    known = np.asarray(cv2.warpPerspective(pixels, matrix, (grey.shape[1], grey.shape[0])), np.float32)
    here, there = (_between(one) for one in (grey, known))
    both, own, other = (_softened(one) for one in (here * there, here**2, there**2))
    return np.asarray((both > ALIKE * np.sqrt(own * other)) & (np.minimum(own, other) > SOMETHING**2), np.bool_)


def _between(pixels: Floats) -> Floats:
    fine, coarse = (cv2.GaussianBlur(pixels, (0, 0), blur) for blur in BETWEEN)
    return np.asarray(fine - coarse, np.float32)


def _softened(pixels: Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), WITHIN), np.float32)


def _by_places(suspect: View, known: View, *, faces: bool) -> tuple[Doubles, bool] | None:
    """Where most of the places agree, in pixels of the views; and whether mirrored."""
    here, there = _places(suspect, faces=faces), _places(known, faces=faces)
    best: tuple[float, Doubles, bool] | None = None
    for mirrored, pairs in zip((False, True), matching.alike(there, here), strict=True):
        aligned = matching.align(there.mirrored() if mirrored else there, here, pairs)
        if aligned is None:
            continue
        weight = float(matching.weight(aligned.pairs.bits[aligned.agreeing]).sum())
        if best is None or weight > best[0]:
            best = weight, aligned.matrix, mirrored
    if best is None:
        return None
    larger = np.diag([suspect.rgb.shape[1] / here.width, suspect.rgb.shape[0] / here.height, 1.0])
    smaller = np.diag([there.width / known.rgb.shape[1], there.height / known.rgb.shape[0], 1.0])
    return larger @ best[1] @ smaller, best[2]


def _places(view: View, *, faces: bool) -> LocalFeatures:
    """Of the whole view, or outside the faces."""
    found = features.extract(np.clip(np.rint(view.grey), 0, 255).astype(np.uint8))
    if faces:
        return found
    scale = np.array([found.width / view.rgb.shape[1], found.height / view.rgb.shape[0]] * 2)
    keep = np.ones(len(found), np.bool_)
    for person in view.people:
        x0, y0, x1, y1 = np.array(grown(person.box, AROUND_FACE)) * scale
        x, y = found.places[:, 0], found.places[:, 1]
        keep &= (x < x0) | (x > x1) | (y < y0) | (y > y1)
    return LocalFeatures(found.width, found.height, found.codes[keep], found.places[keep], found.sketch)


def grown(box: Box, factor: float) -> Box:
    """The box so many times as large, about its middle."""
    x0, y0, x1, y1 = box
    x, y, across, down = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2 * factor, (y1 - y0) / 2 * factor
    return x - across, y - down, x + across, y + down


def _mirrored(known: View) -> tuple[Pixels, list[Box]]:
    width = known.rgb.shape[1]
    boxes = [(width - x1, y0, width - x0, y1) for x0, y0, x1, y1 in (one.box for one in known.people)]
    return np.ascontiguousarray(known.rgb[:, ::-1]), boxes


def _shrunk(pixels: Pixels, matrix: Doubles) -> tuple[Pixels, float]:
    """Made smaller where a plain warp would pick single pixels; and how many times as large it is then."""
    growth = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if growth >= SMALLER:
        return pixels, 1.0
    size = (max(1, round(pixels.shape[1] * 1.2 * growth)), max(1, round(pixels.shape[0] * 1.2 * growth)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), size[0] / pixels.shape[1]


def _outside(shape: tuple[int, ...], boxes: list[Box], scale: float) -> Mask:
    mask = np.ones(shape[:2], np.bool_)
    for box in boxes:
        x0, y0, x1, y1 = (max(0, round(value * scale)) for value in grown(box, AROUND_FACE))
        mask[y0:y1, x0:x1] = False
    return mask


def _warped_mask(mask: Mask, matrix: Doubles, shape: tuple[int, ...]) -> Mask:
    """Where it comes to lie, without its edge."""
    size = (shape[1], shape[0])
    moved = cv2.warpPerspective(mask.astype(np.uint8), matrix, size, flags=cv2.INTER_NEAREST)
    return np.asarray(cv2.erode(moved, np.ones((EDGE, EDGE), np.uint8)), np.bool_)


def _refined(grey: Floats, pixels: Floats, matrix: Doubles, around: Mask) -> Doubles:
    """To parts of a pixel: by the enhanced correlation of what surrounds the faces (Evangelidis and Psarakis, PAMI
    2008), which brightness and contrast do not change. Where it finds no better, as it was.
    """
    start = np.linalg.inv(matrix)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, ROUNDS, PRECISE)
    try:
        _alike, found = cv2.findTransformECC(
            grey,
            pixels,
            (start / start[2, 2]).astype(np.float32),
            cv2.MOTION_HOMOGRAPHY,
            criteria,
            around.astype(np.uint8),
            BLUR,
        )
    except cv2.error:
        return matrix
    back = np.asarray(found, np.float64)
    return matching.inverse(back) if np.isfinite(back).all() and abs(np.linalg.det(back)) > 1e-9 else matrix


def _toned(grey: Floats, lying: Floats, around: Mask) -> Floats:
    """The known picture in the suspect's brightness: gain, offset, gamma and filters change each level alike."""
    known, suspect = lying[around], grey[around]
    edges = np.quantile(known, np.linspace(0, 1, STEPS + 1))
    levels, shown = [], []
    for low, high in pairwise(edges):
        step = (known >= low) & (known <= high)
        if int(step.sum()) >= LEAST_PIXELS:
            levels.append(float(np.median(known[step])))
            shown.append(float(np.median(suspect[step])))
    rising = np.flatnonzero(np.diff(np.array(levels), prepend=-1.0) > 0)
    if not len(rising):
        return lying
    values = np.maximum.accumulate(np.array(shown))[rising]
    return np.interp(lying, np.array(levels)[rising], values).astype(np.float32)
