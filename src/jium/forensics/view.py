"""What is looked at: a picture or a frame of a film, in the size in which it is examined, and the people in it.

Templates tell whether a face is the one that the original shows there. They stay in memory, and are compared with
nobody else's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jium.faces.face import Box, Face, Pixels, Template
from jium.faces.finding import Care, find
from jium.faces.model import FaceModel, both_sides

# The longest side in pixels; more shows nothing more, and takes longer.
SIDE = 1024


def brightness(rgb: Pixels) -> NDArray[np.float32]:
    """Rows × columns, 0..255."""
    return np.asarray(rgb @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)


@dataclass(frozen=True, eq=False)
class Person(Face):
    """A face in a view, in its pixels. ``template``: a unit vector (:func:`jium.faces.model.both_sides`)."""

    template: Template = field(repr=False)


@dataclass(frozen=True, eq=False)
class View:
    """``rgb``: rows × columns × 3, at most :data:`SIDE` a side. ``time``: seconds into a film, None for a picture.

    ``people``: their faces, the largest first, in the view's pixels.
    """

    rgb: Pixels = field(repr=False)
    time: float | None
    people: tuple[Person, ...]

    @property
    def grey(self) -> NDArray[np.float32]:
        """Its brightness, 0..255."""
        return brightness(self.rgb)

    def share(self, box: Box) -> Box:
        """A box in 0..1 of the view, within it."""
        size = np.array([self.rgb.shape[1], self.rgb.shape[0]] * 2, np.float64)
        x0, y0, x1, y1 = np.clip(np.array(box) / size, 0, 1).round(4).tolist()
        return (x0, y0, x1, y1)


def people_in(rgb: Pixels, model: FaceModel, care: Care) -> tuple[Person, ...]:
    """Everybody the model sees in a picture, rows × columns × 3, the largest face first."""
    faces = find(model, rgb, care)
    return tuple(Person(one.box, one.points, one.confidence, both_sides(model, model.align(rgb, one))) for one in faces)
