"""Where two sequences of codes agree frame by frame at a constant offset.

A sequence has a slot for each second; ``filled`` says which hold a frame. A constant offset is a diagonal of
the table of distances, and a run may pass over one slot that does not agree. The table is walked row by row
and never kept whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

# Slots so far apart are never in one run.
BREAK = 3


@dataclass(frozen=True)
class Run:
    """Slots first_a..last_a agree with first_b..last_b: ``length`` of them, the best in ``nearest`` bits."""

    first_a: int
    last_a: int
    first_b: int
    last_b: int
    length: int
    nearest: int


@dataclass(frozen=True)
class Found:
    """``nearest``: the smallest distance of all, 0..256."""

    nearest: int
    runs: tuple[Run, ...]

    def swapped(self) -> Found:
        """The same, with a and b changed over."""
        return Found(
            self.nearest,
            tuple(Run(run.first_b, run.last_b, run.first_a, run.last_a, run.length, run.nearest) for run in self.runs),
        )


def showings(picture: Words, codes: Words, filled: Flags, radius: int) -> Found:
    """The stretches of slots (side b) that look like ``picture`` (4 words; side a, slot 0)."""
    distances = np.where(filled, np.bitwise_count(codes ^ picture).sum(axis=1, dtype=np.int64), 256)
    agree = np.flatnonzero(distances <= radius)
    found = []
    for stretch in np.split(agree, np.flatnonzero(np.diff(agree) >= BREAK) + 1):
        if len(stretch):
            first, last = int(stretch[0]), int(stretch[-1])
            found.append(Run(0, 0, first, last, len(stretch), int(distances[stretch].min())))
    return Found(int(distances.min()), tuple(found))


def longest_stretch(filled: Flags) -> int:
    """The most filled slots that one run can pass through."""
    slots = np.flatnonzero(filled)
    return max(len(stretch) for stretch in np.split(slots, np.flatnonzero(np.diff(slots) >= BREAK) + 1))


def longest_runs(a: Words, b: Words, filled_a: Flags, filled_b: Flags, radius: int, least: int, most: int) -> Found:
    """The longest run of at least ``least`` agreeing slots, then the longest of what is left, up to ``most``.

    ``a`` and ``b``: codes, slots × 4 words. Slots agree within ``radius`` bits. Sorted by their place in a.
    """
    free_a, free_b = filled_a.copy(), filled_b.copy()
    nearest, best = _walk(a, b, radius, free_a, free_b)
    runs: list[Run] = []
    while best is not None and best.length >= least:
        runs.append(best)
        if len(runs) == most:
            break
        free_a[best.first_a : best.last_a + 1] = False
        free_b[best.first_b : best.last_b + 1] = False
        best = _walk(a, b, radius, free_a, free_b)[1]
    return Found(nearest, tuple(sorted(runs, key=lambda run: (run.first_a, run.first_b))))


def _walk(a: Words, b: Words, radius: int, free_a: Flags, free_b: Flags) -> tuple[int, Run | None]:
    """The smallest distance, and the longest run, among free slots.

    ``count[j]``: agreeing slots in the run that ends at row i and column j; ``start[j]``: the row where it
    began; ``near[j]``: its smallest distance. The bests are kept by diagonal, column - row + rows.
    """
    rows, columns = len(a), len(b)
    nothing = (np.zeros(columns, np.int64), np.zeros(columns, np.int64), np.full(columns, 256))
    one_back, two_back = nothing, nothing
    bests = np.zeros((4, rows + columns), np.int64)
    smallest = 256
    for i in range(rows):
        if not free_a[i]:
            one_back, two_back = nothing, one_back
            continue
        distances = np.where(free_b, np.bitwise_count(b ^ a[i]).sum(axis=1, dtype=np.int64), 256)
        smallest = min(smallest, int(distances.min()))
        agree = distances <= radius
        if not agree.any():
            one_back, two_back = nothing, one_back
            continue
        before = _longer(_shifted(one_back, 1), _shifted(two_back, 2))
        begins = before[0] == 0
        now = (
            np.where(agree, before[0] + 1, 0),
            np.where(begins, i, before[1]),
            np.where(begins, distances, np.minimum(before[2], distances)),
        )
        _keep(bests[:, rows - i : rows - i + columns], now, i)
        one_back, two_back = now, one_back
    return smallest, _best(bests, rows)


def _keep(diagonals: Ints, now: tuple[Ints, Ints, Ints], row: int) -> None:
    """Where a run is longer than its diagonal's best so far, or as long and nearer, it becomes the best."""
    count, start, near = now
    better = (count > diagonals[0]) | ((count == diagonals[0]) & (count > 0) & (near < diagonals[3]))
    diagonals[0, better] = count[better]
    diagonals[1, better] = start[better]
    diagonals[2, better] = row
    diagonals[3, better] = near[better]


def _shifted(state: tuple[Ints, Ints, Ints], by: int) -> tuple[Ints, Ints, Ints]:
    count, start, near = (np.roll(part, by) for part in state)
    count[:by] = 0
    return count, start, near


def _longer(x: tuple[Ints, Ints, Ints], y: tuple[Ints, Ints, Ints]) -> tuple[Ints, Ints, Ints]:
    # Of two equally long ways the one with the nearer frame; both lie on the same diagonal.
    first = (x[0] > y[0]) | ((x[0] == y[0]) & (x[2] <= y[2]))
    count, start, near = (np.where(first, one, other) for one, other in zip(x, y, strict=True))
    return count, start, near


def _best(bests: Ints, rows: int) -> Run | None:
    """The longest; then the nearest; then the one least moved in time."""
    count, start, end, near = bests
    if not count.any():
        return None
    offsets = np.arange(len(count)) - rows
    # lexsort's last key counts first.
    at = int(np.lexsort((offsets, np.abs(offsets), near, -count))[0])
    offset = int(offsets[at])
    first, last = int(start[at]), int(end[at])
    return Run(first, last, first + offset, last + offset, int(count[at]), int(near[at]))
