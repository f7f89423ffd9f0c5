"""How much likelier what was compared is for a face put in than for an untouched one, and what to call it.

``calibration.json`` is written by ``jium bench calibrate-forensics`` and says what it was measured with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jium.forensics.signals.known_original.parts import Compared

Kind = Literal["other face", "mouth", "same", "moved", "hidden", "unseen"]
NAMES = ("most unlike", "second", "third", "around", "foreign", "surroundings")
# Of the four parts so many must be seen, and so many cells around.
LEAST_PARTS, LEAST_CELLS = 3, 6
# A part that correlates less differs.
DIFFERS = 0.9
# A face made unrecognisable is nobody's: something of one tone lies over more of it than this, or less than that is
# left of what there is to see in the known face; the more its coarse features are the known face's, the less it takes.
ONE_TONE = 0.15
LEFT = ((0.5, -1.0), (0.65, 0.9), (0.8, 0.965))
# Correlation of 1 and of nearly 1 are told apart so far.
_FINEST = 0.01


@dataclass(frozen=True)
class Calibration:
    """``weights``: of :data:`NAMES`, then a constant. ``most``: nothing more certain is known from what was measured,
    for or against. ``error``: the standard error of a weight.
    """

    weights: tuple[float, ...]
    most: float
    error: float


def measures(one: Compared) -> NDArray[np.float64]:
    """The numbers of :data:`NAMES`: how unlike parts and surroundings are, in powers of ten."""
    parts = sorted(one.parts.values())[:3]
    around = float(np.quantile(one.around, 0.25))
    unlike = [float(np.log10(1 + _FINEST - value)) for value in (*parts, around)]
    return np.array([*unlike, one.foreign, min(one.surroundings, 0.3)])


def weight(one: Compared) -> float:
    """Natural logarithm of the likelihood ratio; 0 where too little is seen, the face was made unrecognisable, or it is
    unlike the known one and so are its surroundings: that is no sign of an untouched face.
    """
    if not enough(one) or hidden(one):
        return 0.0
    used = calibration()
    raw = float(np.append(measures(one), 1.0) @ np.array(used.weights))
    if raw < 0 and differing(one):
        return 0.0
    return float(np.clip(raw, -used.most, used.most))


def kind(one: Compared) -> Kind:
    """What a person is told."""
    if not enough(one):
        return "unseen"
    if hidden(one):
        return "hidden"
    differs, weighed = differing(one), weight(one)
    if weighed > 0:
        return "mouth" if differs == {"mouth"} else "other face"
    return "same" if weighed < 0 else "moved"


def differing(one: Compared) -> set[str]:
    """The parts of the face that are unlike the known one's."""
    return {name for name, alike in one.parts.items() if alike < DIFFERS}


def hidden(one: Compared) -> bool:
    """Was the face blurred, made of squares, or covered? Then it is unlike the original, and no composite for that."""
    left = one.detail[len(one.detail) // 2]
    return one.one_tone > ONE_TONE or any(left < least and one.coarse >= alike for least, alike in LEFT)


def enough(one: Compared) -> bool:
    """Is enough of the face and of what surrounds it seen?"""
    return len(one.parts) >= LEAST_PARTS and len(one.around) >= LEAST_CELLS


@cache
def calibration() -> Calibration:
    """As it comes with this version."""
    told: dict[str, Any] = json.loads(resources.files(__package__ or "").joinpath("calibration.json").read_text())
    return Calibration(tuple(told["weights"]), float(told["most"]), float(told["error"]))
