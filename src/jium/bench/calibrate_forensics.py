"""``jium bench calibrate-forensics``: what a comparison with a known original is worth, on one half of the people.

A logistic regression weighs the measures, composites and untouched pictures counting alike, so that its sum is the
logarithm of a likelihood ratio. How well it is known is drawn from samples of the photographs with replacement (Efron,
Annals of Statistics 1979). No more is claimed than so many untouched pictures can show. What is learned goes into
``calibration.json`` of the signal; ``jium bench forensics`` reports on the other half.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from jium.bench import fitting, swaps, tampered
from jium.bench.tampered import Seen
from jium.forensics.signals import known_original
from jium.forensics.signals.known_original.weighing import NAMES, enough, hidden, measures

Floats = NDArray[np.float64]

KEPT = Path(known_original.__path__[0]) / "calibration.json"
SAMPLES, SEED = 40, 21


def measure(console: Console) -> dict[str, Any]:
    """Some ten minutes on two cores with MobileFaceNet."""
    found = [one for one in tampered.seen("tune", 1, console) if one.one and enough(one.one) and not hidden(one.one)]
    weights = _fitted(found)
    untouched = sum(not one.composite for one in found)
    told: dict[str, Any] = {
        "measures": list(NAMES),
        "weights": [round(float(value), 4) for value in weights],
        # Of so many untouched pictures none need have been called a composite: three in so many is what 95 % leaves.
        "most": round(float(np.log(untouched / 3)), 3),
        "error": round(_error(found), 3),
        "provenance": {
            "made_by": "jium bench calibrate-forensics",
            "at": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "composites": len(found) - untouched,
            "untouched": untouched,
            "photographs": len({one.target for one in found}),
            "kinds": sorted({one.kind for one in found}),
        },
    }
    KEPT.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    row = {
        "composites": len(found) - untouched,
        "untouched": untouched,
        **dict(zip((*NAMES, "constant"), told["weights"], strict=True)),
        "error of a weight": told["error"],
        "most": told["most"],
    }
    return {
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": [row],
        "tables": {},
        "notes": swaps.left_out(),
    }


def _fitted(found: Sequence[Seen]) -> Floats:
    x = np.array([measures(one.one) for one in found if one.one])
    composite = np.array([one.composite for one in found])
    return fitting.regressed(x[composite], x[~composite])


def _error(found: Sequence[Seen]) -> float:
    """The standard error of a weight: the middle one of all comparisons."""
    random = np.random.default_rng(SEED)
    by_target: dict[int, list[Seen]] = {}
    for one in found:
        by_target.setdefault(one.target, []).append(one)
    targets = list(by_target.values())
    x = np.column_stack([np.array([measures(one.one) for one in found if one.one]), np.ones(len(found))])
    drawn = []
    for _sample in range(SAMPLES):
        chosen = random.integers(len(targets), size=len(targets))
        drawn.append(x @ _fitted([one for number in chosen for one in targets[number]]))
    return float(np.median(np.std(drawn, axis=0)))
