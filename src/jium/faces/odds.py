"""From a normalised similarity to odds: how often a stranger's face reaches it, as it was measured for each model.

``calibration.json`` of a model is written by ``jium bench calibrate-faces`` and says what it was measured with.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

# What is shown to a person: no stranger of so many reaches it.
LEAST_ODDS = 1e4
# More is never claimed: nothing rarer can be known from what was measured.
MOST_ODDS = 1e7


@dataclass(frozen=True)
class Calibration:
    """``levels``: (normalised similarity, log10 of the share of strangers that reach it), rising and falling.

    ``alike``: the plain similarity that one stranger of a thousand reaches.
    ``recall``: what is found of a person's other pictures at one stranger in ten thousand, by what is wrong with the
    photo or the picture, 0..1.
    """

    levels: tuple[tuple[float, float], ...]
    alike: float
    recall: dict[str, float]

    def odds(self, value: float) -> float:
        """One stranger in so many reaches this normalised similarity; between the levels log-linear, 1 below."""
        places = [place for place, _rate in self.levels]
        at = bisect_right(places, value)
        if at == 0:
            return 1.0
        if at == len(places):
            rate = self.levels[-1][1]
        else:
            (low, high), (rate_low, rate_high) = zip(*self.levels[at - 1 : at + 1], strict=True)
            rate = rate_low + (rate_high - rate_low) * (value - low) / (high - low)
        return min(float(10.0 ** -min(rate, 0.0)), MOST_ODDS)

    def level(self, odds: float) -> float:
        """The normalised similarity that one stranger in ``odds`` reaches; for longer odds than those measured
        infinity, for shorter ones the lowest level.
        """
        wanted = -math.log10(odds)
        if wanted >= self.levels[0][1]:
            return self.levels[0][0]
        for (low, rate_low), (high, rate_high) in pairwise(self.levels):
            if rate_low >= wanted >= rate_high:
                return low + (high - low) * (rate_low - wanted) / max(rate_low - rate_high, 1e-12)
        return math.inf


def read(told: dict[str, Any]) -> Calibration:
    """Of a parsed ``calibration.json``. Raises ``KeyError``, ``ValueError``."""
    levels = tuple((float(value), float(rate)) for value, rate in told["levels"])
    rising = all(a[0] < b[0] and a[1] >= b[1] for a, b in pairwise(levels))
    if not levels or not rising:
        raise ValueError("levels")
    recall = {str(name): float(value) for name, value in told["recall"].items()}
    return Calibration(levels, float(told["alike"]), recall)


@cache
def of_model(name: str) -> Calibration | None:
    """What was measured for this model; None where nobody has."""
    file = resources.files(f"jium.faces.models.{name}").joinpath("calibration.json")
    return read(json.loads(file.read_text())) if file.is_file() else None


def score(odds: float) -> float:
    """0..1: 0 for odds of one, 1 for :data:`MOST_ODDS`, in between by their logarithm."""
    return round(min(max(math.log10(max(odds, 1.0)) / math.log10(MOST_ODDS), 0.0), 1.0), 4)
