"""Is a face the very picture of a photo's? Two photos of one person hardly ever agree in light, expression and lines.

Both heads are brought into one position, the photo's is bent onto the other, and what is neither too fine nor too
coarse is correlated: in the inner face, part by part, with a loose and a stiff bending, for a loose one makes any two
faces a little more alike. Further around the photo's own surroundings would show that this is the photo itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.forensics import heads
from jium.forensics.signals.borrowed_photo.bending import LOOSE, STIFF, bent, mirrored, stretched
from jium.forensics.view import Person, View

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# The inner face, and all of it, measured from the middle of its oval.
INNER, WHOLE = 0.7, 0.95
# Finer than what is looked at otherwise, in pixels of the head: what two photos of one person share least.
FINER = (1.2, 4.0)
# So many of the least alike parts count.
PARTS = 3
# Of the face so much must be in both, 0..1.
LEAST_SEEN = 0.8


@dataclass(frozen=True)
class Bent:
    """One way of bending. Correlations, -1..1: of the ``inner`` face, of its ``finer`` features, of the least alike
    ``parts``, and of what lies ``further`` around, None where too little of that is in both.
    """

    inner: float
    finer: float
    parts: tuple[float, ...]
    further: float | None


@dataclass(frozen=True)
class Compared:
    """``size``: of the smaller of both faces, in pixels. ``stretched``: see :func:`bending.stretched`. ``likeness``:
    the product of both templates, -1..1.
    """

    size: float
    loose: Bent
    stiff: Bent
    stretched: float
    likeness: float


def compared(suspect: View, person: Person, photo: View, herself: Person) -> Compared | None:
    """A face of the suspect picture with the photo's; None where too little of either is there."""
    here, there = (_Head.of(view, one) for view, one in ((suspect, person), (photo, herself)))
    face = heads.oval() < WHOLE
    turned = [one for one in (there, there.mirrored()) if (here.valid & one.valid)[face].mean() >= LEAST_SEEN]
    tried = [(one, *bent(one.pixels, here.pixels, LOOSE)) for one in turned]
    loosely = [(_correlated(here, moved, one.valid), way, one) for one, moved, way in tried]
    if not loosely:
        return None
    loose, way, one = max(loosely, key=lambda found: found[0].inner)
    stiff, _way = bent(one.pixels, here.pixels, STIFF)
    return Compared(
        min(person.size, herself.size),
        loose,
        _correlated(here, stiff, one.valid),
        stretched(way, face & here.valid & one.valid),
        float(person.template @ herself.template),
    )


@dataclass(frozen=True, eq=False)
class _Head:
    """Brightness, and where there is any."""

    pixels: Floats
    valid: Mask

    @classmethod
    def of(cls, view: View, person: Person) -> _Head:
        there = heads.positioned(np.ones(view.rgb.shape[:2], np.float32), person.points) > 0.99
        return cls(heads.positioned(view.grey, person.points), there)

    def mirrored(self) -> _Head:
        return _Head(np.asarray(mirrored(self.pixels), np.float32), np.asarray(mirrored(self.valid), np.bool_))


def _correlated(suspect: _Head, photo: Floats, valid: Mask) -> Bent:
    """``photo``: bent, ``valid`` where there is any of it."""
    here, there, both = heads.band(suspect.pixels), heads.band(photo), suspect.valid & valid
    parts = sorted(heads.alike(here, there, box) for box in heads.PARTS.values() if heads.shown(both, box))
    inner = (0.0, INNER)
    return Bent(
        heads.ring(here, there, both, inner) or 0.0,
        heads.ring(_finer(suspect.pixels), _finer(photo), both, inner) or 0.0,
        tuple([*parts, *([0.0] * PARTS)][:PARTS]),
        heads.ring(here, there, both, heads.FURTHER),
    )


def _finer(pixels: Floats) -> Floats:
    fine, coarse = (cv2.GaussianBlur(pixels, (0, 0), blur) for blur in FINER)
    return np.asarray(fine - coarse, np.float32)
