"""``jium bench calibrate-forensics``: what a comparison with a known original is worth, on one half of the people.

For every face model that is here: two logistic regressions weigh the measures, one of faces put in and one of mouths
moved, each against untouched pictures. A ridge makes them timid, so their sum is stretched by what it says of people
left out (Platt, 1999): then it is the logarithm of a likelihood ratio. How well it is known is drawn from samples of
photographs with replacement (Efron, Annals of Statistics 1979). No more is claimed than so many untouched pictures can
show. What is learned goes into the signal's ``calibrated`` folder; ``jium bench forensics`` reports on the other half.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from jium.bench import fitting, people, swaps, tampered
from jium.bench.tampered import Seen
from jium.faces import odds
from jium.faces.shelf import Shelf
from jium.forensics.signals import known_original
from jium.forensics.signals.known_original.parts import Compared
from jium.forensics.signals.known_original.weighing import NAMES, SUMS, enough, hidden, measures

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

KEPT = Path(known_original.__path__[0]) / "calibrated"
SAMPLES, SEED = 40, 21
# Of measures that all have the same deviation; and people are left out in so many parts.
RIDGE, PARTS = 1.0, 5


@dataclass(frozen=True, eq=False)
class _Table:
    """A row for each face compared. ``mouth``: of the composites, is only the mouth another's? ``target``: number of
    the photograph; ``person``: of whom it shows.
    """

    x: Floats
    composite: Bools
    mouth: Bools
    target: NDArray[np.int64]
    person: NDArray[np.int64]

    def of(self, rows: NDArray[Any]) -> _Table:
        return _Table(self.x[rows], self.composite[rows], self.mouth[rows], self.target[rows], self.person[rows])


def measure(console: Console) -> dict[str, Any]:
    """Some twelve minutes a model on two cores."""
    rows = []
    for described in Shelf.of_user().present():
        if odds.of_model(described.name):
            told = _calibrated(tampered.seen("tune", 1, described.name, console))
            KEPT.mkdir(exist_ok=True)
            text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
            (KEPT / f"{described.name}.json").write_text(text, encoding="utf-8")
            rows.append(_row(described.name, told))
    return {
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": rows,
        "tables": {},
        "notes": swaps.left_out(),
    }


def _row(model: str, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "model": model,
        "composites": told["provenance"]["composites"],
        "untouched": told["provenance"]["untouched"],
        "photographs": told["provenance"]["photographs"],
        "error of a weight": told["error"],
        "most": told["most"],
        "stretched": told["provenance"]["stretched"],
    }


def _calibrated(found: Sequence[Seen]) -> dict[str, Any]:
    used = [(seen, one) for seen in found for one in _faces(seen) if enough(one) and not hidden(one)]
    clear, labelled = _clear(found), people.labelled()
    table = _Table(
        np.array([measures(one, clear) for _seen, one in used]),
        np.array([seen.composite for seen, _one in used]),
        np.array([seen.kind == swaps.MOUTH_MOVED.name for seen, _one in used]),
        np.array([seen.target for seen, _one in used]),
        np.unique([labelled[seen.target].identity for seen, _one in used], return_inverse=True)[1],
    )
    slope, offset = _stretched(table)
    weights = _weights(table) * slope
    weights[:, -1] += offset
    untouched = int((~table.composite).sum())
    return {
        "measures": [*NAMES, "constant"],
        "weights": {name: [round(float(value), 4) for value in row] for name, row in zip(SUMS, weights, strict=True)},
        "clear": [round(value, 4) for value in clear],
        # Of so many untouched pictures none need have been called a composite: three in so many is what 95 % leaves.
        "most": round(float(np.log(untouched / 3)), 3),
        "error": round(_error(table) * slope, 3),
        "provenance": {
            "made_by": "jium bench calibrate-forensics",
            "at": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "composites": int(table.composite.sum()),
            "untouched": untouched,
            "photographs": len(set(table.target.tolist())),
            "stretched": round(slope, 2),
            "kinds": sorted({seen.kind for seen, _one in used}),
        },
    }


def _faces(seen: Seen) -> tuple[Compared, ...]:
    """Of a composite only one face is another's; of an untouched picture every face is a chance to err."""
    return seen.people[:1] if seen.composite else seen.people


def _clear(found: Sequence[Seen]) -> tuple[float, float]:
    """The detector's usual confidence in faces that were hidden, and in those that were left as they are."""
    hid, left = (
        [seen.people[0].clear for seen in found if seen.people and seen.kind.startswith(kind)]
        for kind in ("face hidden", "untouched")
    )
    return float(np.median(hid)), float(np.median(left))


def _weights(table: _Table) -> Floats:
    """A row for each sum: of the measures, and a constant."""
    mean, deviation = table.x.mean(axis=0), table.x.std(axis=0) + 1e-9
    even = (table.x - mean) / deviation
    rows = []
    for kind in (table.composite & ~table.mouth, table.composite & table.mouth):
        fitted = fitting.regressed(even[kind], even[~table.composite], RIDGE)
        each = fitted[:-1] / deviation
        rows.append(np.append(each, fitted[-1] - float(each @ mean)))
    return np.array(rows)


def _sum(table: _Table, weights: Floats) -> Floats:
    """The higher of the two sums of each row."""
    return np.asarray((table.x @ weights[:, :-1].T + weights[:, -1]).max(axis=1), np.float64)


def _stretched(table: _Table) -> tuple[float, float]:
    """Slope and offset that make the sum of people who were left out the logarithm of a likelihood ratio."""
    part = table.person % PARTS
    left_out = np.zeros(len(table.x))
    for number in range(PARTS):
        left_out[part == number] = _sum(table.of(part == number), _weights(table.of(part != number)))
    told = left_out[:, None]
    slope, offset = fitting.regressed(told[table.composite], told[~table.composite])
    return float(slope), float(offset)


def _error(table: _Table) -> float:
    """The standard error of a weight: the middle one of all comparisons."""
    random = np.random.default_rng(SEED)
    rows_of = [np.flatnonzero(table.target == target) for target in np.unique(table.target)]
    drawn = []
    for _sample in range(SAMPLES):
        chosen = random.integers(len(rows_of), size=len(rows_of))
        drawn.append(_sum(table, _weights(table.of(np.concatenate([rows_of[number] for number in chosen])))))
    return float(np.median(np.std(drawn, axis=0)))
