"""How much likelier it is that a face was taken from a photo than that it is not, and what to call it.

``calibrated/MODEL.json`` is written by ``jium bench calibrate-forensics`` and says what it was measured with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jium.forensics.signals.borrowed_photo.comparing import PARTS, Bent, Compared

Kind = Literal["taken", "another", "the photo", "close", "small"]
Floats = NDArray[np.float64]
_OF_BENT = ("inner", "finer", *(f"part {number + 1}" for number in range(PARTS)), "further")
NAMES = (*(f"{name}, loose" for name in _OF_BENT), *(f"{name}, stiff" for name in _OF_BENT), "stretched", "likeness")
# Of smaller faces too little is seen, in pixels.
LEAST_SIZE = 32.0
# With surroundings so much alike it is the photo itself.
THE_PHOTO = 0.75
_FINEST, _HIGHEST, _LOWEST = 0.01, -1.7, 0.1


@dataclass(frozen=True)
class Calibration:
    """``weights``: of :data:`NAMES` and a constant. ``most``: nothing more certain is known from what was measured.
    ``error``: the standard error of a weight.
    """

    weights: tuple[float, ...]
    most: float
    error: float


def measures(one: Compared) -> Floats:
    """The numbers of :data:`NAMES`; correlations as powers of ten of what they lack to 1."""
    alike = np.array([*_numbers(one.loose), *_numbers(one.stiff)])
    lacking = np.clip(np.log10(np.maximum(1 + _FINEST - alike, 1e-3)), _HIGHEST, _LOWEST)
    return np.array([*lacking, one.stretched, one.likeness])


def _numbers(one: Bent) -> tuple[float, ...]:
    return (one.inner, one.finer, *one.parts, one.further or 0.0)


def weight(one: Compared, used: Calibration) -> float:
    """Natural logarithm of the likelihood ratio, never below 0: that a face was not taken from this photo says nothing,
    for it may be taken from another.
    """
    if kind_of(one) != "taken":
        return 0.0
    return float(np.clip(np.array(used.weights) @ np.append(measures(one), 1.0), 0.0, used.most))


def kind_of(one: Compared) -> Kind:
    """What could be weighed at all."""
    if one.size < LEAST_SIZE:
        return "small"
    if one.loose.further is None:
        # The picture may be the photo itself, of which only the face was handed in.
        return "close"
    return "the photo" if one.loose.further > THE_PHOTO else "taken"


def kind(one: Compared, used: Calibration) -> Kind:
    """What a person is told."""
    possible = kind_of(one)
    return "another" if possible == "taken" and not weight(one, used) else possible


@cache
def calibration(model: str) -> Calibration | None:
    """As it comes with this version; None for a face model with which nobody has measured."""
    kept = resources.files(__package__ or "").joinpath("calibrated", f"{model}.json")
    if not kept.is_file():
        return None
    told: dict[str, Any] = json.loads(kept.read_text())
    return Calibration(tuple(told["weights"]), float(told["most"]), float(told["error"]))
