"""How far what both pictures show reaches: an aligned crop would go on into the app's bars around it, but for them.

Of two aligned pictures the places say where the one lies on the other, and for a whole picture that is where it ends.
A cropped one in a frame ends earlier. From the part that the agreeing places enclose one goes outwards, line by line,
while the lines look alike or are flat in both, and stops where they differ.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float32]
Mask = NDArray[np.bool_]

# So many lines are looked at together; they look alike when they correlate by more than the lesser one.
WINDOW, ALIKE = 5, 0.4
# Standard deviation of a line, in levels of 255, under which it has nothing to say.
FLAT = 4.0


class Lines(NamedTuple):
    """Columns and rows of a grid, the last ones not included."""

    left: int
    top: int
    right: int
    bottom: int


def reach(a: Grid, b: Grid, both: Mask, enclosed: Mask) -> Lines:
    """The columns and rows in which both show the same.

    ``both``: where both pictures have anything; ``enclosed``: within the hull of the agreeing places.
    """
    rows, columns = a.shape
    if not enclosed.any():
        return Lines(0, 0, columns, rows)
    left, right = _between(enclosed, 0)
    top, bottom = _outwards(a[:, left:right], b[:, left:right], both[:, left:right], _between(enclosed, 1))
    across = slice(top, bottom)
    left, right = _outwards(a[across].T, b[across].T, both[across].T, (left, right))
    return Lines(left, top, right, bottom)


def _between(some: Mask, axis: int) -> tuple[int, int]:
    at = np.flatnonzero(some.sum(axis=axis))
    return int(at[0]), int(at[-1]) + 1


def _outwards(a: Grid, b: Grid, both: Mask, core: tuple[int, int]) -> tuple[int, int]:
    """First and last + 1 of the lines that look alike, beginning from those of the core."""
    first, end = core
    while first > 0 and _alike_around(first - 1, a, b, both):
        first -= 1
    while end < len(a) and _alike_around(end, a, b, both):
        end += 1
    return first, end


def _alike_around(line: int, a: Grid, b: Grid, both: Mask) -> bool:
    around = slice(max(0, line - WINDOW // 2), line + WINDOW // 2 + 1)
    seen = both[around]
    if not seen.any():
        return True
    here, there = a[around][seen], b[around][seen]
    here, there = here - here.mean(), there - there.mean()
    spread_here, spread_there = float(here.std()), float(there.std())
    if max(spread_here, spread_there) < FLAT:
        return True
    return float((here * there).mean()) >= ALIKE * spread_here * spread_there
