"""Once two pictures are aligned: does what lies under each other look alike, piece by piece?

Two unrelated screenshots share dozens of places (icons, names, bars), but not the picture between them. A real
copy agrees in most of what both show. Compared are two small sketches, cell by cell, by normalised correlation,
so that brightness and contrast do not matter; cells that are flat in both say nothing. The core, which the agreeing
places enclose, is compared by itself too: what was put around a copy lies outside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.dna.local.features import LocalFeatures
from jium.dna.local.matching import Doubles, inverse, mapped
from jium.dna.local.reach import Lines, reach

Region = tuple[float, float, float, float]

# The part both show is compared in at most so many pixels a side, in cells of 5 × 5.
GRID_SIDE, CELL = 50, 5
LEAST_GRID = 10
# Standard deviation in a cell, in levels of 255, from which on it has something to say.
TEXTURE = 4.0
WHOLE: Region = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Agreement:
    """``share``: correlation of the textured cells, weighted by texture, -1..1; ``cells``: how many there are.

    ``agreeing``: how many of them correlate by 0.6 or more. ``region_b``: where in b both show the same; a side at 0
    or 1 is not bounded by that. ``visible_a``, ``visible_b``: what both show, its share of each picture's area.
    ``core``: the share of the core alone; ``core_part``: its part of what both show.
    """

    share: float
    cells: int
    agreeing: int
    region_b: Region
    visible_a: float
    visible_b: float
    core: float
    core_part: float


NOTHING = Agreement(0.0, 0, 0, WHOLE, 0.0, 0.0, 0.0, 0.0)


def agreement(a: LocalFeatures, b: LocalFeatures, matrix: Doubles, places: Doubles) -> Agreement:
    """Of ``a`` (already mirrored where that is part of it) mapped by ``matrix`` onto ``b``.

    ``places``: those that agree, n × 2, in b's pixels.
    """
    grid, region_b = _overlap_of(a, b, matrix)
    if grid is None:
        return NOTHING
    columns, rows = grid
    x0, y0, x1, y1 = region_b
    xs = (np.arange(columns) + 0.5) / columns * (x1 - x0) + x0
    ys = (np.arange(rows) + 0.5) / rows * (y1 - y0) + y0
    in_b = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    in_a = mapped(inverse(matrix), in_b)
    step = np.array([(x1 - x0) / columns, (y1 - y0) / rows])
    shrink = _growth(matrix)
    # In a's outermost pixels the coarser sketch mixes in what lies around.
    margin = float(step.mean()) / shrink
    inside = ((in_a >= margin) & (in_a <= [a.width - margin, a.height - margin])).all(axis=1)
    if not inside.any():
        return NOTHING
    seen_b = _sampled(b, in_b, float(step.mean())).reshape(rows, columns)
    seen_a = _sampled(a, in_a, float(step.mean()) / shrink).reshape(rows, columns)
    both = inside.reshape(rows, columns)
    share, cells, agreeing = _by_cell(seen_a, seen_b, both)
    enclosed = both & _enclosed((places - [x0, y0]) / step - 0.5, rows, columns)
    core, _cells, _agreeing = _by_cell(seen_a, seen_b, enclosed)
    visible_b = float(inside.mean() * (x1 - x0) * (y1 - y0) / (b.width * b.height))
    visible_a = visible_b * (b.width * b.height) / (a.width * a.height) / shrink**2
    return Agreement(
        share=share,
        cells=cells,
        agreeing=agreeing,
        region_b=_bounds(reach(seen_a, seen_b, both, enclosed), both, (x0, y0), step, b),
        visible_a=min(1.0, visible_a),
        visible_b=visible_b,
        core=core,
        core_part=float(enclosed.sum() / both.sum()),
    )


def _enclosed(places: Doubles, rows: int, columns: int) -> NDArray[np.bool_]:
    """The points of the grid within the hull of ``places`` (column, row), and those next to it."""
    hull = np.zeros((rows, columns), np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(np.rint(places).astype(np.int32)), (1,))
    near = cv2.dilate(hull, np.ones((3, 3), np.uint8))
    return np.asarray(near, np.bool_)


def _bounds(
    reached: Lines, both: NDArray[np.bool_], start: tuple[float, float], step: Doubles, b: LocalFeatures
) -> Region:
    """The lines reached, as a part of b; where they go as far as what is compared, as far as there is."""
    rows, columns = both.shape
    left, right = _side((reached.left, reached.right), columns, start[0], float(step[0]), b.width)
    top, bottom = _side((reached.top, reached.bottom), rows, start[1], float(step[1]), b.height)
    return (left, top, right, bottom)


def _side(lines: tuple[int, int], count: int, start: float, step: float, size: int) -> tuple[float, float]:
    first, end = lines
    return (0.0 if first == 0 else (start + first * step) / size), (
        1.0 if end == count else (start + end * step) / size
    )


def _overlap_of(a: LocalFeatures, b: LocalFeatures, matrix: Doubles) -> tuple[tuple[int, int] | None, Region]:
    """The grid (columns, rows) for the box of b that a covers, and that box in b's pixels."""
    corners = mapped(matrix, np.array([[0, 0], [a.width, 0], [a.width, a.height], [0, a.height]], np.float64))
    low = np.clip(corners.min(axis=0), 0, [b.width, b.height])
    high = np.clip(corners.max(axis=0), 0, [b.width, b.height])
    wide, tall = high - low
    if min(wide, tall) < 4:
        return None, WHOLE
    # Never finer than the coarser of the two sketches: between its pixels there is nothing to compare.
    finest = min(b.sketch.shape[1] / b.width, a.sketch.shape[1] / a.width / _growth(matrix))
    scale = min(GRID_SIDE / max(wide, tall), finest)
    edge = min(0.8 / scale, min(wide, tall) / 8)
    low, high = low + edge, high - edge
    wide, tall = high - low
    grid = max(LEAST_GRID, round(wide * scale)), max(LEAST_GRID, round(tall * scale))
    return grid, (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _growth(matrix: Doubles) -> float:
    """By how much lengths grow from a to b."""
    return float(np.sqrt(abs(np.linalg.det(matrix[:2, :2])))) + 1e-6


def _sampled(side: LocalFeatures, points: Doubles, step: float) -> NDArray[np.float32]:
    """The sketch at points of the picture's pixels that lie ``step`` pixels apart; finer detail is blurred."""
    rows, columns = side.sketch.shape
    scale = np.array([columns / side.width, rows / side.height])
    at = ((points + 0.5) * scale - 0.5).astype(np.float32)
    blur = max(0.8, 0.5 * step * float(scale.mean()))
    sketch = cv2.GaussianBlur(side.sketch.astype(np.float32), (0, 0), min(blur, 8.0), borderType=cv2.BORDER_REPLICATE)
    sampled = cv2.remap(
        sketch, at[:, 0].reshape(-1, 1), at[:, 1].reshape(-1, 1), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(sampled, np.float32).ravel()


def _by_cell(a: NDArray[np.float32], b: NDArray[np.float32], inside: NDArray[np.bool_]) -> tuple[float, int, int]:
    """(weighted correlation, textured cells, agreeing cells); cells half outside do not count."""
    rows, columns = a.shape[0] // CELL, a.shape[1] // CELL

    def cells(grid: NDArray[np.float32]) -> Doubles:
        cut = grid[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL)
        return cut.transpose(0, 2, 1, 3).reshape(rows * columns, CELL * CELL).astype(np.float64)

    mask = cells(inside.astype(np.float32))
    count = mask.sum(axis=1)
    use = count >= CELL * CELL / 2
    if not use.any():
        return 0.0, 0, 0
    mask, count = mask[use], count[use, None]
    left, right = cells(a)[use], cells(b)[use]
    left = (left - (left * mask).sum(axis=1, keepdims=True) / count) * mask
    right = (right - (right * mask).sum(axis=1, keepdims=True) / count) * mask
    deviation = np.sqrt((left**2).sum(axis=1) / count[:, 0]), np.sqrt((right**2).sum(axis=1) / count[:, 0])
    textured = np.maximum(*deviation) >= TEXTURE
    if not textured.any():
        return 0.0, 0, 0
    correlation = (left * right).sum(axis=1) / (np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1)) + CELL * CELL)
    strength = np.minimum(np.maximum(*deviation), 20.0)[textured]
    share = float((correlation[textured] * strength).sum() / strength.sum())
    return share, int(textured.sum()), int((correlation[textured] >= 0.6).sum())
