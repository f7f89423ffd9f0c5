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
# So many levels of red-green or blue-yellow are another colour; and a picture with less of them all over has none.
COLOUR, LEAST_COLOUR = 14.0, 2.5
# Colours are compared softened by so much: compression keeps them coarsely.
SOFT = 3.0


@dataclass(frozen=True)
class Beside:
    """``region``: around what differs, in 0..1 of the picture, and ``share``: how much of the picture that is, 0..1."""

    region: Box
    share: float


def beside(suspect: View, known: View, lying: Laid | None) -> Beside | None:
    """What is another in a picture that shows the original's face; None where nothing is, or the face is not.
    ``lying``: as it lies by what surrounds the faces, where that could be told.
    """
    smallest = min((person.size for person in suspect.people), default=0.0)
    if lying is not None and _largest(_different(suspect, lying), smallest) is None:
        return None
    # Of what surrounds the faces that which differs must not count, neither for the place nor for the brightness.
    lying = laid_by_all(suspect, known)
    same = [person for person in suspect.people if lying and _same(suspect, person, known, lying)]
    found = _largest(_different(suspect, lying), same[0].size) if lying and same else None
    if found is None:
        return None
    box, pixels = found
    return Beside(suspect.share(box), pixels / float(suspect.grey.size))


def _same(suspect: View, person: Person, known: View, lying: Laid) -> bool:
    one = compared(suspect, person, known, lying)
    seen = one.size >= LEAST_SIZE and len(one.parts) >= LEAST_PARTS and one.likeness is not None
    return seen and not differing(one) and not hidden(one)


def _different(suspect: View, lying: Laid) -> Mask:
    """In brightness or in colour."""
    return np.asarray((changed(suspect.grey, lying) | _recoloured(suspect.rgb, lying)) & lying.valid, np.bool_)


def _recoloured(rgb: Pixels, lying: Laid) -> Mask:
    """Another colour than a filter over the whole picture would have made of the known one's."""
    pair = (rgb, lying.colours)
    seen, known = (cv2.cvtColor(one, cv2.COLOR_RGB2LAB)[..., 1:].astype(np.float32) for one in pair)
    seen, known = (np.asarray(cv2.GaussianBlur(one, (0, 0), SOFT), np.float32) for one in (seen, known))
    recoloured = np.zeros(rgb.shape[:2], np.bool_)
    for channel in (0, 1):
        here, there = seen[..., channel], known[..., channel]
        alike_here, alike_there = here[lying.around], there[lying.around]
        if alike_here.std() < LEAST_COLOUR:
            continue
        slope = float(np.clip(np.cov(alike_there, alike_here)[0, 1] / max(float(alike_there.var()), 1.0), 0, 3))
        offset = float(np.median(alike_here - slope * alike_there))
        recoloured |= np.abs(here - slope * there - offset) > COLOUR
    return recoloured


def _largest(different: Mask, face: float) -> tuple[Box, int] | None:
    """The box around what hangs together over the most pixels, and how many those are; None where that is less than
    part of a face.
    """
    solid = different.astype(np.uint8)
    for how, size in ((cv2.MORPH_OPEN, WIPED), (cv2.MORPH_CLOSE, CLOSED)):
        side = max(3, round(size * face) | 1)
        solid = np.asarray(cv2.morphologyEx(solid, how, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))))
    count, _labels, stats, _middles = cv2.connectedComponentsWithStats(solid)
    if count < 2:
        return None
    x, y, width, height, pixels = (int(value) for value in stats[1:][stats[1:, cv2.CC_STAT_AREA].argmax()])
    return ((x, y, x + width, y + height), pixels) if pixels >= LEAST_FACES * face**2 else None
