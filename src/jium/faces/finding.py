"""All faces of a picture, small and large: the detector sees it in several sizes, large ones tile by tile."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.faces.face import Box, Face, Pixels
from jium.faces.model import FaceModel

# A longer side is looked at in tiles of this size, in pixels; neighbours share so many at most.
TILE, MOST_SHARED = 1280, 640
# A face is seen well only with something around it.
MARGIN = 1.3
# Of the faces that a detector reports no more than that are looked at closer, the surest.
MOST_REPORTED = 1000
# Two boxes that share so much (intersection over union) or of which one lies so far in the other are one face.
_SAME, _INSIDE = 0.4, 0.8
# Nobody sees more in a picture that was made so little larger or smaller.
_NEARLY = 0.05
# A picture of less than that a side holds no face that could be told from another.
LEAST_SIDE = 16


@dataclass(frozen=True)
class Care:
    """How closely one looks. ``least``: the smallest faces wanted, in pixels. ``pixels``: no larger picture is made
    of it, so that of a very large one the smallest faces are left out; a model may set a lower bound. ``most``: so many
    faces are taken, the largest.
    """

    least: float
    pixels: float
    most: int = 100


STILL = Care(24.0, 24e6)
FRAME = Care(24.0, 0.5e6, 20)


def find(model: FaceModel, rgb: Pixels, care: Care = STILL) -> list[Face]:
    """The faces of a picture, rows × columns × 3, the largest first; boxes and points in its own pixels."""
    if min(rgb.shape[:2]) < LEAST_SIDE:
        return []
    factors = scales(rgb.shape[1], rgb.shape[0], model, care)
    seen = (
        face.scaled(1 / factor, left / factor, top / factor)
        for factor, coarser in zip(factors, [*factors[1:], None], strict=True)
        for left, top, tile in _tiles(_resized(rgb, factor), _common(model, coarser and factor / coarser))
        for face in model.detect(tile)
    )
    return sorted(once(seen), key=lambda face: -face.size)[: care.most]


def scales(width: int, height: int, model: FaceModel, care: Care) -> list[float]:
    """How large the picture is shown to the detector, times its size: at ``factor`` it sees faces well from
    ``sizes[0] / factor`` to ``sizes[1] / factor`` of the model, and in all from ``care.least`` pixels to the whole.
    """
    smallest, largest = model.sizes
    most = (min(care.pixels, model.pixels) / (width * height)) ** 0.5
    factor = min(max(smallest / care.least, _modest(width, height)), most)
    if abs(factor - 1) < _NEARLY and most >= 1:
        factor = 1.0
    found = [factor]
    # Half of the range is shared, so that none falls between two.
    while largest / factor < min(width, height):
        factor /= max(2.0, largest / smallest / 8)
        found.append(factor)
    return found


def _modest(width: int, height: int) -> float:
    """A small picture is not made smaller, and a large one at its own size shows enough."""
    return 1.0 if max(width, height) > TILE // 2 else 2.0


def _resized(rgb: Pixels, factor: float) -> Pixels:
    if factor == 1:
        return rgb
    size = (max(1, round(rgb.shape[1] * factor)), max(1, round(rgb.shape[0] * factor)))
    # Averaging over areas is slow, and down to the half four neighbours show as much.
    how = cv2.INTER_AREA if factor < 0.5 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, size, interpolation=how), np.uint8)


def _common(model: FaceModel, times: float | None) -> int | None:
    """How many pixels neighbouring tiles share, so that every face lies whole in one of them: the smallest face that
    is seen well when the picture is made so many times smaller next; where it is not (None), the largest face. None
    where the detector sees faces of any size at once: then the picture stays whole.
    """
    smallest, largest = model.sizes
    if math.isinf(largest):
        return None
    return round(min(largest, MOST_SHARED) if times is None else MARGIN * times * smallest)


def _tiles(rgb: Pixels, common: int | None) -> Iterator[tuple[int, int, Pixels]]:
    """Left, top and pixels of each tile."""
    if common is None:
        yield 0, 0, rgb
        return
    height, width = rgb.shape[:2]
    for top in _starts(height, common):
        for left in _starts(width, common):
            yield left, top, rgb[top : top + TILE, left : left + TILE]


def _starts(length: int, common: int) -> list[int]:
    """Where tiles begin that have so many pixels in ``common`` with the next one, or more."""
    if length <= TILE:
        return [0]
    count = -(-(length - common) // (TILE - common))
    return [round(number * (length - TILE) / (count - 1)) for number in range(count)]


def once(faces: Iterable[Face]) -> list[Face]:
    """Each face once, though it was seen in several sizes and tiles: of those the surest."""
    surest = sorted(faces, key=lambda one: (-one.confidence, one.box))[:MOST_REPORTED]
    left = np.array([face.box for face in surest]).reshape(-1, 4)
    kept: list[Face] = []
    numbers = np.arange(len(surest))
    while len(numbers):
        kept.append(surest[numbers[0]])
        numbers = numbers[~_same(left[numbers[0]], left[numbers])]
    return kept


def shared(a: Box, b: Box) -> float:
    """The area that two boxes have in common."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0.0) * max(height, 0.0)


def area(box: Box) -> float:
    """Of a box; 0 where it is none."""
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def overlap(a: Box, b: Box) -> float:
    """Intersection over union, 0..1."""
    both = shared(a, b)
    return both / max(area(a) + area(b) - both, 1e-9)


def _same(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of ``others``, n × 4, show the face that ``box`` shows; itself among them."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    both = np.maximum(sides, 0).prod(axis=1)
    own = np.maximum(box[2:] - box[:2], 0).prod()
    each = np.maximum(others[:, 2:] - others[:, :2], 0).prod(axis=1)
    union, smaller = np.maximum(own + each - both, 1e-9), np.maximum(np.minimum(own, each), 1e-9)
    same: NDArray[np.bool_] = (both > _SAME * union) | (both > _INSIDE * smaller) | (others == box).all(axis=1)
    return same
