"""Faces as values: where one is in a picture, and what is seen of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Points = NDArray[np.float32]
Template = NDArray[np.float32]
Box = tuple[float, float, float, float]


def unit(vector: NDArray[np.float32]) -> Template:
    """The vector of length 1 in its direction; of no length it remains."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)


@dataclass(frozen=True)
class Face:
    """Where a detector saw a face. ``box``: x0, y0, x1, y1 in pixels, which may reach beyond the picture.

    ``points``: 5 × (x, y) in pixels: the two eyes, the tip of the nose and the two corners of the mouth, of each
    pair first the one further left in an upright picture. ``confidence``: 0..1.
    """

    box: Box
    points: Points = field(repr=False)
    confidence: float

    @property
    def size(self) -> float:
        """The shorter side of the box, in pixels."""
        return min(self.box[2] - self.box[0], self.box[3] - self.box[1])

    def scaled(self, factor: float, left: float = 0.0, top: float = 0.0) -> Face:
        """The same face in a picture ``factor`` times as large, where this one's origin lies at ``left``, ``top``."""
        shift = np.array([left, top], np.float32)
        x0, y0, x1, y1 = self.box
        box = (x0 * factor + left, y0 * factor + top, x1 * factor + left, y1 * factor + top)
        return Face(box, self.points * np.float32(factor) + shift, self.confidence)


@dataclass(frozen=True)
class Seen:
    """A face of a picture, or one followed through a film. ``box``: where, of 0..1 of the picture.

    ``time``: the second at which it is seen best, None in a picture; ``since``, ``until``: of the film. ``looks``: in
    how many frames. ``size``: the shorter side of its box, in pixels. ``confidence``: of the detector, 0..1.
    ``sharpness``: see :func:`jium.faces.quality.sharpness`. ``turn``: 0 seen from the front, 1 from the side.
    ``template``: a unit vector, kept in memory only.
    """

    time: float | None
    since: float | None
    until: float | None
    box: Box
    looks: int
    size: float
    confidence: float
    sharpness: float
    turn: float
    template: Template = field(repr=False)
