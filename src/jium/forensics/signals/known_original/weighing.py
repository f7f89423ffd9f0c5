"""How much likelier what was compared is for a face put in than for an untouched one, and what to call it.

Two sums are weighed, one for another face and one for a mouth moved, since what speaks for the one speaks against the
other: where only the mouth differs, the likeness of the rest is no sign of an untouched face. The higher one counts.
``calibrated/MODEL.json`` is written by ``jium bench calibrate-forensics``, and says what it was measured with.
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
Floats = NDArray[np.float64]
NAMES = (
    "most unlike",
    "second",
    "third",
    "border",
    "further",
    "surroundings",
    "foreign",
    "emptied",
    "clear",
    "moved",
    "likeness",
)
# What is weighed: the two ways in which a face is another than the original's.
SUMS = ("other face", "mouth")
# Of the four parts so many must be seen, of a face of so many pixels.
LEAST_PARTS, LEAST_SIZE = 3, 24.0
# A part that correlates less differs.
DIFFERS = 0.9
# Another face differs in so many parts, even without what differs most in each: the rest of a part correlates less. It
# differs over so much of its inner half, and the face model takes it for somebody else's. Words, a sticker, spectacles,
# a beard in one of the two pictures leave more of a face as it was, and so does a mouth that was moved: they cannot be
# told apart, so neither is called a composite for that alone. No more is made of it then, as the natural logarithm:
# about twenty times.
DIFFERING_PARTS, REST_DIFFERS, ALTERED, UNSURE = 3, 0.995, 0.4, 3.0
# Of a face from which so much was taken nobody can say whose it is.
HIDDEN = 0.06
# Correlation of 1 and of nearly 1 are told apart so far; and no more is made of a very high one, in powers of ten.
_FINEST, _HIGHEST = 0.01, -1.7
# More than that says nothing more.
_MOST_SURROUNDINGS, _MOST_EMPTIED, _MOST_MOVED = 0.3, 0.15, 0.3


@dataclass(frozen=True)
class Calibration:
    """``weights``: for each of :data:`SUMS`, of :data:`NAMES` and a constant. ``clear``: between which two values the
    detector's confidence tells a face from what was one. ``unlike``: a likeness under which few faces fall for what
    is drawn over them. ``most``: nothing more certain is known from what was measured, for or against. ``error``: the
    standard error of a weight.
    """

    weights: tuple[tuple[float, ...], ...]
    clear: tuple[float, float]
    unlike: float
    most: float
    error: float


def measures(one: Compared, clear: tuple[float, float]) -> Floats:
    """The numbers of :data:`NAMES` for what is :func:`enough`; correlations as powers of ten of what they lack to 1."""
    correlations = [*sorted(one.parts.values())[:LEAST_PARTS], one.border or 0.0, one.further or 0.0]
    return np.array(
        [
            *np.clip(np.log10(np.maximum(1 + _FINEST - np.array(correlations), 1e-3)), _HIGHEST, 0),
            min(one.surroundings, _MOST_SURROUNDINGS),
            one.foreign,
            min(one.emptied, _MOST_EMPTIED),
            np.clip(one.clear, *clear),
            min(one.moved or 0.0, _MOST_MOVED),
            one.likeness or 0.0,
        ]
    )


def weight(one: Compared, used: Calibration) -> float:
    """Natural logarithm of the likelihood ratio; 0 where too little is seen, the face was made unrecognisable, or it is
    unlike the known one and so are its surroundings: that is no sign of an untouched face.
    """
    if not enough(one) or hidden(one):
        return 0.0
    raw = float(_sums(one, used).max())
    if raw < 0 and differing(one):
        return 0.0
    most = used.most if of_another(one, used) else min(UNSURE, used.most)
    return float(np.clip(raw, -used.most, most))


def _sums(one: Compared, used: Calibration) -> Floats:
    return np.asarray(np.array(used.weights) @ np.append(measures(one, used.clear), 1.0), np.float64)


def kind(one: Compared, used: Calibration) -> Kind:
    """What a person is told."""
    if not enough(one):
        return "unseen"
    if hidden(one):
        return "hidden"
    weighed = weight(one, used)
    if weighed > 0:
        other, mouth = _sums(one, used)
        return "mouth" if mouth > other and "mouth" in differing(one) else "other face"
    return "same" if weighed < 0 else "moved"


def differing(one: Compared) -> set[str]:
    """The parts of the face that are unlike the known one's."""
    return {name for name, alike in one.parts.items() if alike < DIFFERS}


def of_another(one: Compared, used: Calibration) -> bool:
    """Is it more than whatever may be drawn over a face makes of it?"""
    unlike = one.likeness is not None and one.likeness < used.unlike
    differ_still = sum(rest < REST_DIFFERS for rest in one.rests.values())
    return unlike and one.altered > ALTERED and min(len(differing(one)), differ_still) >= DIFFERING_PARTS


def hidden(one: Compared) -> bool:
    """Was the face blurred, made of squares, or covered? Then it is unlike the original, and no composite for that."""
    return one.emptied > HIDDEN


def enough(one: Compared) -> bool:
    """Is enough of the face and of what surrounds it seen, in both?"""
    around = one.border is not None and one.further is not None and one.likeness is not None
    return around and one.size >= LEAST_SIZE and len(one.parts) >= LEAST_PARTS


@cache
def calibration(model: str) -> Calibration | None:
    """As it comes with this version; None for a face model with which nobody has measured."""
    kept = resources.files(__package__ or "").joinpath("calibrated", f"{model}.json")
    if not kept.is_file():
        return None
    told: dict[str, Any] = json.loads(kept.read_text())
    return Calibration(
        tuple(tuple(told["weights"][name]) for name in SUMS),
        (float(told["clear"][0]), float(told["clear"][1])),
        float(told["unlike"]),
        float(told["most"]),
        float(told["error"]),
    )
