"""Weights that tell copies from strangers, and the odds that a stranger scores so high."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jium.dna.score import expanded

Floats = NDArray[np.float64]

# Ridge, so that measures that go together share their weight.
RIDGE = 0.05
ROUNDS = 40
# The straight line of the tail goes through the highest strangers' scores.
TAIL = 60


def fitted(copies: Floats, strangers: Floats, comparisons: int) -> dict[str, Any]:
    """Weights and tail, as ``calibration.json`` keeps them, from n × measures of each."""
    weights = regressed(expanded(copies), expanded(strangers))
    return {
        "weights": [round(float(value), 4) for value in weights],
        "tail": _tail(np.sort(_raw(strangers, weights)), comparisons),
    }


def odds(x: Floats, kept: dict[str, Any]) -> Floats:
    """Chance gives strangers such measures (n × measures) once in so many comparisons."""
    tail = kept["tail"]
    power = tail["start"] + tail["slope"] * (_raw(x, np.array(kept["weights"])) - tail["at"])
    rare: Floats = 10.0 ** np.maximum(power, 0.0)
    return rare


def _raw(x: Floats, weights: Floats) -> Floats:
    with_constant = np.column_stack([expanded(x), np.ones(len(x))])
    summed: Floats = with_constant @ weights
    return summed


def regressed(copies: Floats, strangers: Floats, ridge: float = RIDGE) -> Floats:
    """Weights of each measure and of a constant, by iteratively reweighted least squares; both classes count alike."""
    x = np.column_stack([np.vstack([copies, strangers]), np.ones(len(copies) + len(strangers))])
    y = np.r_[np.ones(len(copies)), np.zeros(len(strangers))]
    share = np.where(y > 0, 0.5 / len(copies), 0.5 / len(strangers)) * len(y)
    weights = np.zeros(x.shape[1])
    penalty = np.eye(x.shape[1]) * ridge
    penalty[-1, -1] = 0
    for _round in range(ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        curve = share * np.maximum(chance * (1 - chance), 1e-6)
        step = np.linalg.solve(x.T @ (x * curve[:, None]) + penalty, x.T @ (share * (y - chance)) - penalty @ weights)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(weights, np.float64)


def _tail(strangers: Floats, comparisons: int) -> dict[str, float]:
    """Where the tail begins, the power of ten there, and how many powers of ten one unit of score adds."""
    top = strangers[-TAIL:]
    at = float(top[0])
    excess = float(np.mean(top[1:] - at))
    start = float(np.log10(comparisons / TAIL))
    return {"at": round(at, 4), "start": round(start, 4), "slope": round(1 / (excess * float(np.log(10))), 4)}
