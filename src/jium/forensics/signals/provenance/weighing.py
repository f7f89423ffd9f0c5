"""How much likelier a mark is in a composite than in a file that is none.

Both among files that still carry any text beside their pixels. How often honest ones bear a mark is measured (``jium
bench calibrate-forensics``); how many composites do nobody knows, so that is assumed, and said: :data:`BEAR`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from jium.forensics.marks import Kind, Mark

# This share of composites that still carry any text is taken to bear a mark. It may be four times as many, or as few;
# the error of a weight is that.
BEAR, TIMES = 0.2, 4.0
# What honest files say of themselves, too, weighs nothing.
WEIGHED: tuple[Kind, ...] = ("generated", "swapped")


@dataclass(frozen=True)
class Calibration:
    """``most``: what a mark weighs. ``error``: the standard error of that."""

    most: float
    error: float


def weight(mark: Mark, used: Calibration) -> float:
    """Natural logarithm of the likelihood ratio; never below 0, for a mark can be written by anybody."""
    return used.most if mark.kind in WEIGHED else 0.0


@cache
def calibration() -> Calibration:
    """As it comes with this version; the same with every face model."""
    kept = resources.files(__package__ or "").joinpath("calibrated", "files.json")
    told: dict[str, Any] = json.loads(kept.read_text())
    return Calibration(float(told["most"]), float(told["error"]))
