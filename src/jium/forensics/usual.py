"""What is usual in untouched files: for measures that have not earned a weight, but that a person may want to know.

A measure is told only where hardly any untouched file has it so high or so low. What was measured with is kept beside
the signal (``calibrated/MODEL.json``, written by ``jium bench calibrate-forensics``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from jium.forensics.finding import Finding
from jium.forensics.signal import Material
from jium.forensics.view import Person, View

# So many of a hundred untouched files are beyond either end.
BEYOND = 2


@dataclass(frozen=True)
class Usual:
    """``ranges``: of each measure the lower and the upper end."""

    ranges: Mapping[str, tuple[float, float]]

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
    return Usual({name: (low, high) for name, (low, high) in told["usual"].items()})


def unusual_in_picture(
    signal: str,
    known: Usual | None,
    material: Material,
    measured: Callable[[View, Person], object | None],
    said: Mapping[tuple[str, int], str],
) -> list[Finding]:
    """A finding of weight 0 for each measure of a picture's largest face that is unusual; none of a film. ``measured``:
    gives a value with the measures, None where there is too little to see. ``said``: of each measure, too low (-1) or
    too high (1).
    """
    view = next((view for view in material.views if view.time is None and view.people), None)
    found = measured(view, view.people[0]) if known and view else None
    if known is None or view is None or found is None:
        return []
    told = [(name, known.beyond(name, value)) for name, value in vars(found).items()]
    face = view.share(view.people[0].box)
    return [Finding(signal, 0.0, 0.0, said[one], region=face, seen=(view, None)) for one in told if one in said]
