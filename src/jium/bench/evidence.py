"""What measures of a signal are worth as evidence: weights learned from one half of the people, and how sure they are.

Logistic regressions weigh the measures, one for each way in which something may be a composite, each against what is
none; the highest sum counts. A ridge makes them timid, so the sum is stretched by what it says of people left out
(Platt, 1999): then it is the logarithm of a likelihood ratio. How well it is known is drawn from samples of the
photographs with replacement (Efron, Annals of Statistics 1979). No more is claimed than so many innocent pictures can
show.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jium.bench import fitting

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Numbers = NDArray[np.int64]

SAMPLES, SEED = 40, 21
# Of measures that all have the same deviation; and people are left out in so many parts.
RIDGE, PARTS = 1.0, 5


@dataclass(frozen=True, eq=False)
class Table:
    """A row for each comparison. ``x``: its measures. ``way``: in which way it is a composite, counted from 0; -1 where
    it is none. ``photograph``: from which it was made, and ``person``: of whom that is, both as numbers.
    """

    x: Floats
    way: Numbers
    photograph: Numbers
    person: Numbers

    @property
    def innocent(self) -> Bools:
        return np.asarray(self.way < 0, np.bool_)

    def of(self, rows: Bools | Numbers) -> Table:
        """Some of the rows."""
        return Table(self.x[rows], self.way[rows], self.photograph[rows], self.person[rows])


@dataclass(frozen=True, eq=False)
class Learned:
    """``weights``: for each way, of the measures and a constant. ``most``, ``error``: as a calibration keeps them.
    ``slope``: so many times a timid sum was stretched.
    """

    weights: Floats
    most: float
    error: float
    slope: float


def learned(table: Table) -> Learned:
    """From all rows of the table."""
    slope, offset = _stretched(table)
    weights = _weights(table) * slope
    weights[:, -1] += offset
    # Of so many innocent pictures none need have been called a composite: three in so many is what 95 % leaves.
    most = float(np.log(table.innocent.sum() / 3))
    return Learned(weights, most, _error(table) * slope, slope)


def _weights(table: Table) -> Floats:
    mean, deviation = table.x.mean(axis=0), table.x.std(axis=0) + 1e-9
    even = (table.x - mean) / deviation
    rows = []
    for way in range(int(table.way.max()) + 1):
        fitted = fitting.regressed(even[table.way == way], even[table.innocent], RIDGE)
        each = fitted[:-1] / deviation
        rows.append(np.append(each, fitted[-1] - float(each @ mean)))
    return np.array(rows)


def _sum(table: Table, weights: Floats) -> Floats:
    """The highest of each row."""
    return np.asarray((table.x @ weights[:, :-1].T + weights[:, -1]).max(axis=1), np.float64)


def _stretched(table: Table) -> tuple[float, float]:
    """Slope and offset that make the sum of people who were left out the logarithm of a likelihood ratio."""
    part = table.person % PARTS
    left_out = np.zeros(len(table.x))
    for number in range(PARTS):
        left_out[part == number] = _sum(table.of(part == number), _weights(table.of(part != number)))
    told = left_out[:, None]
    slope, offset = fitting.regressed(told[~table.innocent], told[table.innocent])
    return float(slope), float(offset)


def _error(table: Table) -> float:
    """The standard error of a weight: the middle one of all comparisons."""
    random = np.random.default_rng(SEED)
    rows_of = [np.flatnonzero(table.photograph == one) for one in np.unique(table.photograph)]
    drawn = []
    for _sample in range(SAMPLES):
        chosen = random.integers(len(rows_of), size=len(rows_of))
        drawn.append(_sum(table, _weights(table.of(np.concatenate([rows_of[number] for number in chosen])))))
    return float(np.median(np.std(drawn, axis=0)))
