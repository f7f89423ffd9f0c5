"""Where the face is the original's, is all else? A body or clothes may have been exchanged under an untouched face.

The original is laid on the picture by whatever is alike in both, the face too. What then differs, in brightness beyond
what compression explains or in colour, and hangs together over as much as a face, is a part that was changed: by
whoever undressed or dressed somebody, and by whoever laid something over the picture. Which of both, a person sees.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.faces.face import Box, Pixels
from jium.forensics.laying import Laid, laid_by_all
from jium.forensics.signals.known_original.parts import changed, compared
from jium.forensics.signals.known_original.weighing import LEAST_PARTS, LEAST_SIZE, differing, hidden
from jium.forensics.view import Person, View

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# A part of the picture is said to differ from so many times the face's area on.
LEAST_FACES = 0.5
# Lines and dots are wiped out, and gaps closed, of so many times the face's size.
WIPED, CLOSED = 0.12, 0.2
# So many levels of red-green or blue-yellow are another colour; compared softened by so much, since compression keeps
# colours coarsely. What a filter did is learned from every so-and-so-many-th pixel, and once more from this share.
COLOUR, SOFT, SOME, KEPT = 14.0, 3.0, 7, 0.8


@dataclass(frozen=True)
class Beside:
    """``region``: around what differs, in 0..1 of the picture, and ``faces``: how large it is, in times the face."""

    region: Box
    faces: float


def changed_beside(suspect: View, known: View) -> Beside | None:
    """What is another in a picture that shows the original's face; None where nothing is, or the face is not."""
    lying = laid_by_all(suspect, known)
    same = [person for person in suspect.people if lying and _same(suspect, person, known, lying)]
    found = _largest(_different(suspect, lying), same[0].size) if lying and same else None
    return Beside(suspect.share(found[0]), found[1]) if found else None


def _same(suspect: View, person: Person, known: View, lying: Laid) -> bool:
    one = compared(suspect, person, known, lying)
    seen = one.size >= LEAST_SIZE and len(one.parts) >= LEAST_PARTS and one.likeness is not None
    return seen and not differing(one) and not hidden(one)


def _different(suspect: View, lying: Laid) -> Mask:
    """In brightness or in colour."""
    return np.asarray((changed(suspect.grey, lying) | _recoloured(suspect.rgb, lying)) & lying.valid, np.bool_)


def _recoloured(rgb: Pixels, lying: Laid) -> Mask:
    """Another colour than a filter over the whole picture would have made of the known one's."""
    seen, known = (cv2.GaussianBlur(one.astype(np.float32), (0, 0), SOFT) for one in (rgb, lying.colours))
    filtered = np.dstack([known, np.full(known.shape[:2], 255, np.float32)]).astype(np.float32)
    alike, colours = filtered[lying.around][::SOME], np.asarray(seen, np.float32)[lying.around][::SOME]
    mixed = np.linalg.lstsq(alike, colours, rcond=None)[0]
    # Once more without what that explains worst: some of it may not be alike after all.
    off = np.abs(alike @ mixed - colours).max(axis=1)
    kept = off <= np.quantile(off, KEPT)
    mixed = np.linalg.lstsq(alike[kept], colours[kept], rcond=None)[0].astype(np.float32)
    here, there = (_tints(np.asarray(one, np.float32)) for one in (seen, np.clip(filtered @ mixed, 0, 255)))
    return np.asarray(np.abs(here - there).max(axis=2) > COLOUR, np.bool_)


def _tints(rgb: Floats) -> Floats:
    """Red-green and blue-yellow, in levels."""
    return np.asarray(cv2.cvtColor(rgb / 255, cv2.COLOR_RGB2LAB)[..., 1:], np.float32)


def _largest(different: Mask, face: float) -> tuple[Box, float] | None:
    """The box around what hangs together over the most pixels, and how many times a face of that size that is; None
    where it is too little.
    """
    solid = different.astype(np.uint8)
    for how, size in ((cv2.MORPH_OPEN, WIPED), (cv2.MORPH_CLOSE, CLOSED)):
        side = max(3, round(size * face) | 1)
        solid = np.asarray(cv2.morphologyEx(solid, how, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))))
    count, _labels, stats, _middles = cv2.connectedComponentsWithStats(solid)
    if count < 2:
        return None
    x, y, width, height, pixels = (int(value) for value in stats[1:][stats[1:, cv2.CC_STAT_AREA].argmax()])
    faces = pixels / max(face, 1.0) ** 2
    return ((x, y, x + width, y + height), faces) if faces >= LEAST_FACES else None
