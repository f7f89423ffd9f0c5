"""Laid on each other, do two faces look alike, part by part; and does what is right around them?

A face is brought into one position. Of what is neither so fine that compression takes it nor so coarse that light
changes it, each part's correlation is taken, with a shift of a few pixels: beauty filters smooth a face and stretch it
a little, and leave it like itself; another face is unlike in every part. Around the face hair, ears and neck tell
whether the head moved: two photos of a burst differ there too, a face put in ends before. Whatever hides a face makes
it unlike as well: it takes its detail, or brings colours of its own, and less of a face is seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.faces.aligning import PLACES, similarity
from jium.faces.face import Box, Face, Points
from jium.forensics.laying import Laid
from jium.forensics.view import Person, View

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# The head in the frame of jium.faces.aligning, with so much around it, at so many pixels a unit.
LEFT, TOP, WIDTH, HEIGHT, SCALE = 70.0, 80.0, 252, 272, 2
# What is looked at lies between these blurs, in pixels of the head.
FINE, COARSE = 3.0, 10.0
SHIFT = 4
# Parts in the frame of jium.faces.aligning.
PARTS: dict[str, Box] = {
    "left eye": (20, 40, 56, 64),
    "right eye": (56, 40, 92, 64),
    "nose": (42, 58, 70, 82),
    "mouth": (34, 82, 78, 104),
}
# A face ends at 1, measured from the middle of its oval; around it are what borders on it, and what lies further away.
MIDDLE, HALF_AXES = np.array([56.0, 62.0]), np.array([40.0, 56.0])
BORDER, FURTHER = (1.0, 1.25), (1.25, 1.9)
# Of either so much must be seen in both, 0..1.
LEAST_SEEN = 0.3
# A known face further from the suspect one than so many times its size is another one.
NEAR = 0.5
# Beyond the known face's colours by more than so many levels of red-green or blue-yellow, a colour is foreign.
FOREIGN = 12.0
# What there is to see is measured within so many pixels of the head; of it less than a fifth is nothing, and so little,
# in levels, that compression decides is not asked for.
WITHIN, NOTHING_LEFT, LEAST_TO_SEE = 3.0, 0.2, 1.0


@dataclass(frozen=True)
class Compared:
    """``parts``: correlation of each part that both show, -1..1. ``border``, ``further``: of what surrounds the face;
    None where too little of it is in both.

    Of what changed beyond what compression explains: ``surroundings``, its share of what surrounds the faces, 0..1;
    ``foreign``, how much of the face's has colours that the known face has nowhere, 0..1. ``emptied``: the share of the
    face in which hardly anything is left of what there is to see in the known one, 0..1. ``clear``: how sure the
    detector is that this is a face. ``moved``: how far from where the known face lies, in times its size, and
    ``likeness``: the product of both faces' templates, -1..1; None where the known picture shows no face there.
    """

    size: float
    parts: dict[str, float]
    border: float | None
    further: float | None
    surroundings: float
    foreign: float
    emptied: float
    clear: float
    moved: float | None
    likeness: float | None


def compared(suspect: View, person: Person, known_view: View, lying: Laid) -> Compared:
    """A face of the suspect picture with what the known one shows there."""
    here, there = _head(suspect.grey, person.points), _head(lying.known, person.points)
    own = _own(person, known_view, lying)
    seen, known = _band(here), _band(there)
    valid = _head(lying.valid.astype(np.float32), person.points) > 0.99
    changed = _changed(suspect.grey, lying)
    face = _radius(person, suspect.rgb.shape) < 1
    return Compared(
        person.size,
        _parts(seen, [known] if own is None else [known, _band(_head(lying.known, own[1]))], valid),
        _ring(seen, known, valid, BORDER),
        _ring(seen, known, valid, FURTHER),
        float(changed[lying.around].mean()),
        _foreign(suspect, lying, changed & face),
        _emptied(here, there, valid),
        person.confidence,
        None if own is None else float(np.hypot(*(own[1] - person.points).mean(axis=0))) / person.size,
        None if own is None else float(own[0].template @ person.template),
    )


def _parts(seen: Floats, known: list[Floats], valid: Mask) -> dict[str, float]:
    """Of each part the highest correlation: where the known picture lies, and where its own face would."""
    found = {}
    for name, box in PARTS.items():
        x0, y0, x1, y1 = (round(SCALE * (value + shift)) for value, shift in zip(box, (LEFT, TOP) * 2, strict=True))
        if valid[y0 - SHIFT : y1 + SHIFT, x0 - SHIFT : x1 + SHIFT].all():
            found[name] = max(_alike(seen, one, x0, y0, x1, y1) for one in known)
    return found


def _own(person: Person, known: View, lying: Laid) -> tuple[Person, Points] | None:
    """Whom the known picture shows there, and the points of that face: it may have moved a little, and be the same."""
    middle = person.points.mean(axis=0)
    places = [(one, lying.points(one, known.rgb.shape[1])) for one in known.people]
    far = [float(np.hypot(*(points.mean(axis=0) - middle))) for _one, points in places]
    return places[int(np.argmin(far))] if far and min(far) <= NEAR * person.size else None


def _head(pixels: Floats, points: Points) -> Floats:
    """The head in its position, :data:`HEIGHT` × :data:`WIDTH` at :data:`SCALE` pixels a unit."""
    places = (PLACES + np.array([LEFT, TOP], np.float32)) * SCALE
    turn = similarity(points, places)
    scale = float(np.hypot(*turn[0, :2]))
    if scale < 0.5:
        # A plain warp would pick single pixels.
        twice = 2 * scale
        pixels = np.asarray(cv2.resize(pixels, None, fx=twice, fy=twice, interpolation=cv2.INTER_AREA), np.float32)
        turn = similarity(points * np.float32(twice), places)
    size = (WIDTH * SCALE, HEIGHT * SCALE)
    return np.asarray(cv2.warpAffine(pixels, turn, size, flags=cv2.INTER_LINEAR), np.float32)


def _band(pixels: Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), FINE) - cv2.GaussianBlur(pixels, (0, 0), COARSE), np.float32)


def _alike(seen: Floats, known: Floats, x0: int, y0: int, x1: int, y1: int) -> float:
    """The highest correlation of a part over small shifts."""
    part, place = seen[y0:y1, x0:x1], known[y0 - SHIFT : y1 + SHIFT, x0 - SHIFT : x1 + SHIFT]
    return float(cv2.matchTemplate(place, part, cv2.TM_CCOEFF_NORMED).max())


def _ring(seen: Floats, known: Floats, valid: Mask, radii: tuple[float, float]) -> float | None:
    """The correlation of what surrounds the face."""
    far = _oval()
    within = (far >= radii[0]) & (far < radii[1])
    both = within & valid
    if both.sum() < LEAST_SEEN * within.sum():
        return None
    here, there = seen[both] - seen[both].mean(), known[both] - known[both].mean()
    power = float(np.sqrt((here**2).mean() * (there**2).mean()))
    return float((here * there).mean()) / power if power > 0 else 0.0


def _emptied(here: Floats, there: Floats, valid: Mask) -> float:
    face = (_oval() < 1) & valid
    left = _to_see(here) < NOTHING_LEFT * (_to_see(there) - LEAST_TO_SEE)
    return float(left[face].mean()) if face.any() else 0.0


def _to_see(pixels: Floats) -> Floats:
    """How much there is to see around each pixel, in levels: the deviation of what lies near it."""
    mean = cv2.GaussianBlur(pixels, (0, 0), WITHIN)
    return np.asarray(np.sqrt(np.maximum(cv2.GaussianBlur(pixels**2, (0, 0), WITHIN) - mean**2, 0)), np.float32)


def _changed(grey: Floats, lying: Laid) -> Mask:
    """Where more differs than compression explains, which takes most where brightness changes most."""
    soft, known = (cv2.GaussianBlur(pixels, (0, 0), 1.5) for pixels in (grey, lying.known))
    off = np.abs(soft - known)
    slope = np.hypot(cv2.Sobel(known, cv2.CV_32F, 1, 0), cv2.Sobel(known, cv2.CV_32F, 0, 1)) / 8
    usual = float(np.median(off[lying.around])) if lying.around.any() else 0.0
    return np.asarray((off > 2 * (2.0 + 3 * usual + slope)) & lying.valid, np.bool_)


def _foreign(suspect: View, lying: Laid, changed: Mask) -> float:
    """Of what changed in the face, how much has a colour that the known face has nowhere; 0..1."""
    pair = (suspect.rgb, lying.colours)
    seen, known = (cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[..., 1:].astype(np.float32) for rgb in pair)
    if not changed.any():
        return 0.0
    # What a filter did to all colours it did to these too.
    shift = np.median(seen[lying.around] - known[lying.around], axis=0)
    face = known[changed] + shift
    low, high = np.quantile(face, 0.02, axis=0), np.quantile(face, 0.98, axis=0)
    off = np.maximum(low - seen[changed], seen[changed] - high).max(axis=1)
    return float((off > FOREIGN).mean())


def _far(across: Any, down: Any) -> Any:
    """How far from the middle of the face's oval, 1 at its edge; in the frame of jium.faces.aligning."""
    return np.hypot((across - MIDDLE[0]) / HALF_AXES[0], (down - MIDDLE[1]) / HALF_AXES[1])


@cache
def _oval() -> Floats:
    """Of each pixel of the head how far it is from the middle of the face."""
    y, x = np.mgrid[0 : HEIGHT * SCALE, 0 : WIDTH * SCALE].astype(np.float32)
    return np.asarray(_far(x / SCALE - LEFT, y / SCALE - TOP), np.float32)


def _radius(person: Face, shape: tuple[int, ...]) -> Floats:
    """For each pixel how far from the middle of the face's oval, 1 at its edge."""
    turn = similarity(person.points, PLACES)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    across, down = (turn[row, 0] * x + turn[row, 1] * y + turn[row, 2] for row in (0, 1))
    return np.asarray(_far(across, down), np.float32)
