"""Laid on each other, do two faces look alike, part by part; and does what is right around them?

A face is brought into one position. Of what is neither so fine that compression takes it nor so coarse that light
changes it, each part's correlation is taken, with a shift of a few pixels: beauty filters smooth a face and stretch it
a little, and leave it like itself; another face is unlike in every part. Around the head hair, ears and neck tell
whether it moved: two photos of a burst differ there too, a face put in ends before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.faces.aligning import PLACES, similarity
from jium.faces.face import Box, Face, Points
from jium.forensics.laying import Laid
from jium.forensics.view import View

Floats = NDArray[np.float32]

# The head in the frame of jium.faces.aligning, with so much around it, at so many pixels a unit.
LEFT, TOP, WIDTH, HEIGHT, SCALE = 70.0, 80.0, 252, 272, 2
# What is looked at lies between these blurs, in pixels of the head.
FINE, COARSE = 3.0, 10.0
SHIFT = 4
# The coarse features of a face, which blurring leaves, and where they are.
COARSE_BAND, FEATURES = (8.0, 28.0), (16.0, 36.0, 96.0, 108.0)
# Less than that to see, in levels, is nothing; so many levels are one tone.
LEAST_TO_SEE, TONE = 0.3, 6
# Parts in the frame of jium.faces.aligning.
PARTS: dict[str, Box] = {
    "left eye": (20, 40, 56, 64),
    "right eye": (56, 40, 92, 64),
    "nose": (42, 58, 70, 82),
    "mouth": (34, 82, 78, 104),
}
# A face ends at 1, measured from the middle of its oval; right around it is what lies between these.
MIDDLE, HALF_AXES = np.array([56.0, 62.0]), np.array([40.0, 56.0])
AROUND = (1.25, 1.9)
CELL = 40
# A known face further from the suspect one than so many times its size is another one.
NEAR = 0.5
# Beyond the known face's colours by more than so many levels of red-green or blue-yellow, a colour is foreign.
FOREIGN = 12.0
# In cells with less to see than that, in levels, compression decides.
LEAST_DETAIL = 2.0


@dataclass(frozen=True)
class Compared:
    """``parts``: correlation of each part that both show, -1..1. ``around``: of each cell right around the face.

    Of what changed beyond what compression explains: ``surroundings``, its share of what surrounds the faces;
    ``foreign``, how much of the face's has colours that the known face has nowhere. What tells a face made
    unrecognisable: ``detail``, how much there is to see in each part over what there is in the known one;
    ``coarse``, the correlation of the whole face's coarse features, -1..1; ``one_tone``, how much more of the face is
    of one brightness than of the known one, 0..1.
    """

    parts: dict[str, float]
    around: tuple[float, ...]
    surroundings: float
    foreign: float
    detail: tuple[float, ...]
    coarse: float
    one_tone: float


def compared(suspect: View, person: Face, known_view: View, lying: Laid) -> Compared:
    """A face of the suspect picture with what the known one shows there."""
    here, there = _head(suspect.grey, person.points), _head(lying.known, person.points)
    own = _own(person, known_view, lying)
    seen, known = _band(here), _band(there)
    moved = known if own is None else _band(_head(lying.known, own))
    valid = _head(lying.valid.astype(np.float32), person.points) > 0.99
    parts, detail = {}, []
    for name, box in PARTS.items():
        x0, y0, x1, y1 = _edges(box)
        if valid[y0 - SHIFT : y1 + SHIFT, x0 - SHIFT : x1 + SHIFT].all():
            parts[name] = max(_alike(seen, one, x0, y0, x1, y1) for one in (known, moved))
            detail.append(_to_see(seen[y0:y1, x0:x1]) / max(_to_see(known[y0:y1, x0:x1]), LEAST_TO_SEE))
    changed = _changed(suspect.grey, lying)
    face = _radius(person, suspect.rgb.shape) < 1
    return Compared(
        parts,
        _around(seen, known, valid),
        float(changed[lying.around].mean()),
        _foreign(suspect, lying, changed & face),
        tuple(sorted(detail)),
        _alike(_band(here, *COARSE_BAND), _band(there, *COARSE_BAND), *_edges(FEATURES)),
        _one_tone(here, there),
    )


def _edges(box: Box) -> tuple[int, int, int, int]:
    """A box of the frame of jium.faces.aligning, in pixels of the head."""
    x0, y0, x1, y1 = (round(SCALE * (value + shift)) for value, shift in zip(box, (LEFT, TOP) * 2, strict=True))
    return x0, y0, x1, y1


def _to_see(band: Floats) -> float:
    """How much there is to see, in levels: the middle one, so that the edges of a bar do not count."""
    return float(np.median(np.abs(band)))


def _one_tone(here: Floats, there: Floats) -> float:
    y, x = np.mgrid[0 : here.shape[0], 0 : here.shape[1]]
    face = _far(x / SCALE - LEFT, y / SCALE - TOP) < 1
    shares = [np.histogram(pixels[face], bins=256, range=(-0.5, 255.5))[0] / face.sum() for pixels in (here, there)]
    seen, known = (np.convolve(share, np.ones(TONE), "same") for share in shares)
    return float((seen - known).max())


def _own(person: Face, known: View, lying: Laid) -> Points | None:
    """The points of the face that the known picture shows there: it may have moved a little, and be the same face."""
    places = [lying.points(one, known.rgb.shape[1]) for one in known.people]
    middle = person.points.mean(axis=0)
    nearest = min(places, key=lambda points: float(np.hypot(*(points.mean(axis=0) - middle))), default=None)
    if nearest is None or float(np.hypot(*(nearest.mean(axis=0) - middle))) > NEAR * person.size:
        return None
    return nearest


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


def _band(pixels: Floats, fine: float = FINE, coarse: float = COARSE) -> Floats:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), fine) - cv2.GaussianBlur(pixels, (0, 0), coarse), np.float32)


def _alike(seen: Floats, known: Floats, x0: int, y0: int, x1: int, y1: int) -> float:
    """The highest correlation of a part over small shifts."""
    part, place = seen[y0:y1, x0:x1], known[y0 - SHIFT : y1 + SHIFT, x0 - SHIFT : x1 + SHIFT]
    return float(cv2.matchTemplate(place, part, cv2.TM_CCOEFF_NORMED).max())


def _around(seen: Floats, known: Floats, valid: NDArray[np.bool_]) -> tuple[float, ...]:
    found = []
    for y in range(SHIFT, HEIGHT * SCALE - CELL - SHIFT, CELL // 2):
        for x in range(SHIFT, WIDTH * SCALE - CELL - SHIFT, CELL // 2):
            far = float(_far((x + CELL / 2) / SCALE - LEFT, (y + CELL / 2) / SCALE - TOP))
            there = valid[y - SHIFT : y + CELL + SHIFT, x - SHIFT : x + CELL + SHIFT].all()
            detail = float(known[y : y + CELL, x : x + CELL].std())
            if AROUND[0] < far < AROUND[1] and there and detail >= LEAST_DETAIL:
                found.append(_alike(seen, known, x, y, x + CELL, y + CELL))
    return tuple(found)


def _changed(grey: Floats, lying: Laid) -> NDArray[np.bool_]:
    """Where more differs than compression explains, which takes most where brightness changes most."""
    soft, known = (cv2.GaussianBlur(pixels, (0, 0), 1.5) for pixels in (grey, lying.known))
    off = np.abs(soft - known)
    slope = np.hypot(cv2.Sobel(known, cv2.CV_32F, 1, 0), cv2.Sobel(known, cv2.CV_32F, 0, 1)) / 8
    usual = float(np.median(off[lying.around])) if lying.around.any() else 0.0
    return np.asarray((off > 2 * (2.0 + 3 * usual + slope)) & lying.valid, np.bool_)


def _foreign(suspect: View, lying: Laid, changed: NDArray[np.bool_]) -> float:
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


def _radius(person: Face, shape: tuple[int, ...]) -> Floats:
    """For each pixel how far from the middle of the face's oval, 1 at its edge."""
    turn = similarity(person.points, PLACES)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    across, down = (turn[row, 0] * x + turn[row, 1] * y + turn[row, 2] for row in (0, 1))
    return np.asarray(_far(across, down), np.float32)
