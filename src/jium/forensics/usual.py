"""What is usual in untouched files: for measures that have not earned a weight, but that a person may want to know.

A measure is told only where hardly any untouched file has it so high or so low. What was measured with is kept beside
the signal (``calibrated/MODEL.json``, written by ``jium bench calibrate-forensics``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

# So many of a hundred untouched files are beyond either end.
BEYOND = 2


@dataclass(frozen=True)
class Usual:
    """``ranges``: of each measure the lower and the upper end. ``files``: how many untouched ones were looked at."""

    ranges: Mapping[str, tuple[float, float]]
    files: int

    def beyond(self, name: str, value: float) -> int:
        """-1 where it is unusually low, 1 where it is unusually high, else 0."""
        low, high = self.ranges[name]
        return int(value > high) - int(value < low)


@cache
def usual(package: str, model: str) -> Usual | None:
    """Of a signal's package; None for a face model with which nobody has measured."""
    kept = resources.files(package).joinpath("calibrated", f"{model}.json")
    if not kept.is_file():
        return None
    told: dict[str, Any] = json.loads(kept.read_text())
    return Usual({name: (low, high) for name, (low, high) in told["usual"].items()}, told["provenance"]["innocent"])
