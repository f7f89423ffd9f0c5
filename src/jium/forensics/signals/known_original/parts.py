"""Laid on each other, do two faces look alike, part by part; and does what is right around them?

A face is brought into one position. Of what is neither so fine that compression takes it nor so coarse that light
changes it, each part's correlation is taken, with a shift of a few pixels: beauty filters smooth a face and stretch it
a little, and leave it like itself; another face is unlike in every part. Around the face hair, ears and neck tell
whether the head moved: two photos of a burst differ there too, a face put in ends before. Whatever hides a face makes
it unlike as well: it takes its detail, or brings colours of its own, and less of a face is seen; and what is drawn over
it leaves it alike between its lines and beside them, and most of its inner half as it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.faces.aligning import PLACES, similarity
from jium.faces.face import Face, Points
from jium.forensics import heads
from jium.forensics.laying import Laid
from jium.forensics.view import Person, View

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# A known face further from the suspect one than so many times its size is another one.
NEAR = 0.5
# Beyond the known face's colours by more than so many levels of red-green or blue-yellow, a colour is foreign.
FOREIGN = 12.0
# What is drawn over a face, and what was altered, is looked for softened by so much; the latter in the inner face, and
# what is usual in a ring around it.
SOFT, INNER, RING = 2.0, 0.6, (1.1, 1.6)
# Beyond so many levels and so many times what is usual it was altered.
LEAST_ALTERED, TIMES_ALTERED = 4.0, 6.0
# Of what there is to see less than a fifth is nothing, and so little, in levels, that compression decides is not asked
# for.
NOTHING_LEFT, LEAST_TO_SEE = 0.2, 1.0


@dataclass(frozen=True)
class Compared:
    """``size``: of the face, in pixels. ``parts``: correlation of each part that both show, -1..1; ``rests``: of the
    same parts without what differs most in them. ``altered``: how much of the inner face, between eyebrows and mouth,
    is not as bright as the known one, 0..1. ``border``, ``further``: correlation of what surrounds the face; None where
    too little of it is in both.

    Of what changed beyond what compression explains: ``surroundings``, its share of what surrounds the faces, 0..1;
    ``foreign``, how much of the face's has colours that the known face has nowhere, 0..1. ``emptied``: the share of the
    face in which hardly anything is left of what there is to see in the known one, 0..1. ``clear``: how sure the
    detector is that this is a face. ``moved``: how far from where the known face lies, in times its size, and
    ``likeness``: the product of both faces' templates, -1..1; None where the known picture shows no face there.
    """

    size: float
    parts: dict[str, float]
    rests: dict[str, float]
    altered: float
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
    here, there = (heads.positioned(pixels, person.points) for pixels in (suspect.grey, lying.known))
    own = _own(person, known_view, lying)
    seen, known = heads.band(here), heads.band(there)
    soft, known_soft = (np.asarray(cv2.GaussianBlur(one, (0, 0), SOFT), np.float32) for one in (here, there))
    valid = heads.positioned(lying.valid.astype(np.float32), person.points) > 0.99
    off = changed(suspect.grey, lying)
    face = _radius(person, suspect.rgb.shape) < 1
    return Compared(
        person.size,
        _parts(seen, [known] if own is None else [known, heads.band(heads.positioned(lying.known, own[1]))], valid),
        _rests(soft, known_soft, valid),
        _altered(soft, known_soft, valid),
        heads.ring(seen, known, valid, heads.BORDER),
        heads.ring(seen, known, valid, heads.FURTHER),
        float(off[lying.around].mean()),
        _foreign(suspect, lying, off & face),
        _emptied(here, there, valid),
        person.confidence,
        None if own is None else float(np.hypot(*(own[1] - person.points).mean(axis=0))) / person.size,
        None if own is None else float(own[0].template @ person.template),
    )


def _parts(seen: Floats, known: list[Floats], valid: Mask) -> dict[str, float]:
    """Of each part the highest correlation: where the known picture lies, and where its own face would."""
    return {
        name: max(heads.alike(seen, one, box) for one in known)
        for name, box in heads.PARTS.items()
        if heads.shown(valid, box)
    }


def _rests(here: Floats, there: Floats, valid: Mask) -> dict[str, float]:
    """Of each part how alike the rest of it is, without what differs most; both softened."""
    return {name: heads.rest_alike(here, there, box) for name, box in heads.PARTS.items() if heads.shown(valid, box)}


def _altered(here: Floats, there: Floats, valid: Mask) -> float:
    """How much of the inner face is not as bright; both softened."""
    off, oval = np.abs(here - there), heads.oval()
    ring, inner = (oval > RING[0]) & (oval < RING[1]) & valid, (oval < INNER) & valid
    usual = float(np.median(off[ring])) if ring.any() else 0.0
    return float((off[inner] > LEAST_ALTERED + TIMES_ALTERED * usual).mean()) if inner.any() else 0.0


def _own(person: Person, known: View, lying: Laid) -> tuple[Person, Points] | None:
    """Whom the known picture shows there, and the points of that face: it may have moved a little, and be the same."""
    middle = person.points.mean(axis=0)
    places = [(one, lying.points(one, known.rgb.shape[1])) for one in known.people]
    far = [float(np.hypot(*(points.mean(axis=0) - middle))) for _one, points in places]
    return places[int(np.argmin(far))] if far and min(far) <= NEAR * person.size else None


def _emptied(here: Floats, there: Floats, valid: Mask) -> float:
    face = (heads.oval() < 1) & valid
    left = heads.to_see(here) < NOTHING_LEFT * (heads.to_see(there) - LEAST_TO_SEE)
    return float(left[face].mean()) if face.any() else 0.0


def changed(grey: Floats, lying: Laid) -> Mask:
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


def _radius(person: Face, shape: tuple[int, ...]) -> Floats:
    """For each pixel how far from the middle of the face's oval, 1 at its edge."""
    turn = similarity(person.points, PLACES)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    across, down = (turn[row, 0] * x + turn[row, 1] * y + turn[row, 2] for row in (0, 1))
    return np.asarray(heads.far(across, down), np.float32)
