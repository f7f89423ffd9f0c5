"""How a face differs from what surrounds it: in its noise, its sharpness, its traces of packing, and at its edge.

A face put into a picture comes from another one, with another history. So does a face that was retouched, is in focus
before a soft background, or is smooth where a wall is rough: what is measured here is a trace, and no proof.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.faces.aligning import PLACES, similarity
from jium.faces.face import Box, Pixels
from jium.forensics import heads
from jium.forensics.view import Person, View

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# The face, its edge, and what surrounds it, measured from the middle of its oval; and its neck, in the frame of
# jium.faces.aligning.
FACE, EDGE, AROUND = (0.0, 0.85), (0.85, 1.15), (1.3, 2.2)
NECK: Box = (38.0, 118.0, 74.0, 136.0)
# Faces of fewer pixels leave nothing to measure; and so many pixels of each are needed.
LEAST_SIZE, LEAST_PIXELS = 40.0, 300
# Pictures are packed in blocks of so many pixels.
BLOCK = 8
# Packed anew at such qualities, face and surroundings change alike where they have one history (Farid, 2009).
QUALITIES = tuple(range(40, 96, 5))
# What is finest, and what is fine, in pixels.
FINEST, FINE = 0.8, 3.0
_LEAST = 1e-3
# Takes even slopes away, and leaves noise (Immerkaer, 1996).
_NOISE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


@dataclass(frozen=True)
class Measured:
    """The face against its surroundings; all but two are logarithms of a ratio, 0 where both are alike.

    ``noise``: in their evenest half. ``sharpness``: the share of the finest in what is fine. ``blocks``: edges of
    packing's blocks. ``resampled``: what enlarging leaves behind (Gallagher, 2005). ``edge``: how sudden the face's
    edge is, against both. ``packed``: how differently both change when packed anew, from 0. ``colour``: distance of
    face and neck in Lab, in levels.
    """

    noise: float
    sharpness: float
    blocks: float
    resampled: float
    edge: float
    packed: float
    colour: float


NAMES = tuple(one.name for one in fields(Measured))


def measured(view: View, person: Person) -> Measured | None:
    """None where the face or what is seen around it is too small."""
    if person.size < LEAST_SIZE:
        return None
    rgb, across, down = _cut(view, person)
    far = heads.far(across, down)
    face, edge, around = ((far >= start) & (far < end) for start, end in (FACE, EDGE, AROUND))
    if min(int(part.sum()) for part in (face, edge, around)) < LEAST_PIXELS:
        return None
    x0, y0, x1, y1 = NECK
    neck = (across >= x0) & (across < x1) & (down >= y0) & (down < y1)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    return Measured(
        noise=_ratio(_noise(grey, slope, face), _noise(grey, slope, around)),
        sharpness=_ratio(_sharpness(grey, face), _sharpness(grey, around)),
        blocks=_ratio(_blocks(grey, face), _blocks(grey, around)),
        resampled=_ratio(_resampled(grey, face), _resampled(grey, around)),
        edge=_ratio(float(slope[edge].mean()), float(np.sqrt(slope[face].mean() * slope[around].mean()))),
        packed=_packed(rgb, face, around),
        colour=_colour(rgb, face, neck if neck.sum() >= LEAST_PIXELS // 4 else face),
    )


def _cut(view: View, person: Person) -> tuple[Pixels, Floats, Floats]:
    """The face and what surrounds it, on the grid of the picture's blocks; and where each pixel lies in the frame of
    :mod:`jium.faces.aligning`.
    """
    turn = similarity(person.points, PLACES)
    middle = np.linalg.solve(turn[:, :2], heads.MIDDLE - turn[:, 2])
    reach = AROUND[1] * heads.HALF_AXES.max() / float(np.hypot(*turn[0, :2]))
    height, width = view.rgb.shape[:2]
    left, top = (max(0, int(at - reach)) // BLOCK * BLOCK for at in middle)
    right, bottom = (int(min(size, at + reach)) for size, at in zip((width, height), middle, strict=True))
    y, x = np.mgrid[top:bottom, left:right].astype(np.float32)
    across = np.asarray(turn[0, 0] * x + turn[0, 1] * y + turn[0, 2], np.float32)
    down = np.asarray(turn[1, 0] * x + turn[1, 1] * y + turn[1, 2], np.float32)
    return np.ascontiguousarray(view.rgb[top:bottom, left:right]), across, down


def _ratio(face: float, around: float) -> float:
    return float(np.log((face + _LEAST) / (around + _LEAST)))


def _noise(grey: Floats, slope: Floats, part: Mask) -> float:
    """Its deviation in levels, in the evenest half of a part."""
    even = part & (slope <= np.median(slope[part]))
    return float(np.abs(cv2.filter2D(grey, -1, _NOISE))[even].mean() * np.sqrt(np.pi / 2) / 6)


def _sharpness(grey: Floats, part: Mask) -> float:
    finest, fine = (float(((grey - cv2.GaussianBlur(grey, (0, 0), blur)) ** 2)[part].mean()) for blur in (FINEST, FINE))
    return finest / (fine + _LEAST)


def _blocks(grey: Floats, part: Mask) -> float:
    """How much more neighbours differ across an edge of blocks than within one."""
    found = []
    for pixels, within in ((grey, part), (grey.T, part.T)):
        step = np.abs(np.diff(pixels, axis=1))
        both = within[:, 1:] & within[:, :-1]
        last = np.arange(step.shape[1]) % BLOCK == BLOCK - 1
        across, inside = step[:, last][both[:, last]], step[:, ~last][both[:, ~last]]
        found.append(float(across.mean() / (inside.mean() + _LEAST)) if len(across) and len(inside) else 1.0)
    return float(np.mean(found))


def _resampled(grey: Floats, part: Mask) -> float:
    """The highest peak of the spectrum of second differences over the middle one: enlarging makes them periodic. The
    grid of packing is left out.
    """
    found = []
    for pixels, within in ((grey, part), (grey.T, part.T)):
        second = np.abs(2 * pixels[:, 1:-1] - pixels[:, :-2] - pixels[:, 2:]) * within[:, 1:-1]
        shown = within[:, 1:-1].sum(axis=0)
        line = (second.sum(axis=0) / np.maximum(shown, 1))[shown > BLOCK]
        if len(line) < 4 * BLOCK:
            continue
        power = np.abs(np.fft.rfft((line - line.mean()) * np.hanning(len(line))))
        at = np.fft.rfftfreq(len(line))
        counted = (at > 0.1) & (np.abs(at * BLOCK - np.round(at * BLOCK)) > 1.5 * BLOCK / len(line))
        if counted.any():
            found.append(float(power[counted].max() / (np.median(power[counted]) + _LEAST)))
    return float(np.mean(found)) if found else 1.0


def _packed(rgb: Pixels, face: Mask, around: Mask) -> float:
    """The deviation, over all qualities, of how many times more the face changes than its surroundings."""
    off = []
    for quality in QUALITIES:
        _done, content = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        again = np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), np.float32)[..., ::-1]
        change = ((again - rgb) ** 2).mean(axis=2)
        off.append(_ratio(float(change[face].mean()), float(change[around].mean())))
    return float(np.std(off))


def _colour(rgb: Pixels, face: Mask, neck: Mask) -> float:
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.float32)[..., 1:]
    return float(np.hypot(*(np.median(lab[face], axis=0) - np.median(lab[neck], axis=0))))
