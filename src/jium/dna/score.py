"""How sure is a match? What the steps saw becomes the odds that chance would not have shown it.

``calibration.json`` holds the weights and the measured tail of unrelated pictures, and where they come from;
``jium bench calibrate`` measures them anew. "1 in a million" means: among the unrelated pairs of the
calibration, furniture pairs included, at most one in a million scored as high. There are two calibrations: one
where it is known what unrelated pictures share, as it is once a stream of pictures has passed, and one where
nobody knows, as between any two files; it asks for more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jium.dna.local.evidence import NAMES, Evidence, measures

# A match of places is held for one when chance gives at most one in so many comparisons.
MATCH_ODDS = 1e6
# The tail is measured down to about one in a few million, and drawn on as a straight line no further than this.
MOST_ODDS = 1e9


@dataclass(frozen=True)
class Calibration:
    """``weights``: for :data:`jium.dna.local.evidence.NAMES`, then a constant.

    Of unrelated pairs one in 10^(``start`` + ``slope`` · (raw - ``at``)) has ``raw`` or more.
    """

    weights: tuple[float, ...]
    at: float
    start: float
    slope: float

    def raw(self, found: Evidence) -> float:
        """The weighted sum of all that speaks for it."""
        return float(np.append(expanded(measures(found)), 1.0) @ np.array(self.weights))

    def odds(self, raw: float) -> float:
        """Chance gives so much evidence once in so many comparisons; at least 1, at most a thousand million."""
        power = self.start + self.slope * (raw - self.at)
        return float(10.0 ** min(max(power, 0.0), np.log10(MOST_ODDS)))


def expanded(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The measures and the products of each two: many places count for more where the pictures agree."""
    first, second = np.triu_indices(len(NAMES))
    return np.concatenate([x, x[..., first] * x[..., second]], axis=-1)


@cache
def calibration(informed: bool) -> Calibration:
    """The calibration that comes with this version, for places where it is known or not what is common."""
    places = _kept()["places"]["informed" if informed else "alone"]
    return Calibration(tuple(places["weights"]), **places["tail"])


@cache
def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(files("jium.dna").joinpath("calibration.json").read_text(encoding="utf-8"))
    return kept


def code_odds(sketches_agree: bool = False) -> float:
    """Codes of unrelated pictures come within 31 bits at most once in so many comparisons (95 % bound).

    ``sketches_agree``: and the pictures look alike when they are laid on each other.
    """
    return float(_kept()["codes"]["with sketches" if sketches_agree else "alone"]["odds"])


def place_odds(found: Evidence) -> float:
    """Unrelated pictures share places like these at most once in so many comparisons."""
    used = calibration(found.informed)
    return used.odds(used.raw(found))
