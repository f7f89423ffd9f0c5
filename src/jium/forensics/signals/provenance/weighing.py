"""How much likelier a mark is in a composite than in a file that is none.

How often honest files bear one is measured (``jium bench calibrate-forensics``); how many composites still bear theirs
when they are found nobody knows, so that is assumed, and said: see :data:`STILL_BEAR`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from jium.forensics.marks import Kind, Mark

# So few of the composites that are found are taken to bear a mark still: most sites write pictures anew. It may be four
# times as many, or as few; the error of a weight is that.
STILL_BEAR, TIMES = 0.02, 4.0
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
