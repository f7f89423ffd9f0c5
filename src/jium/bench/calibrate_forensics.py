"""``jium bench calibrate-forensics``: what each signal's comparison is worth, on one half of the people.

For every face model that is here; how weights are learned: :mod:`jium.bench.evidence`. What is learned goes into each
signal's ``calibrated`` folder; ``jium bench forensics`` reports on the other half.
"""

from __future__ import annotations

import datetime
import json
import math
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from jium.bench import borrowed, honest, people, swaps, tampered, unaided
from jium.bench.evidence import Learned, Table, learned
from jium.bench.metrics import upper_bound
from jium.faces import odds
from jium.faces.shelf import Shelf
from jium.forensics.signals import borrowed_photo, known_original, over_time, provenance, spectra, surroundings
from jium.forensics.signals.borrowed_photo import weighing as photo
from jium.forensics.signals.known_original import weighing as original
from jium.forensics.signals.known_original.parts import Compared
from jium.forensics.signals.provenance import weighing as marks
from jium.forensics.signals.surroundings import measuring
from jium.forensics.usual import BEYOND

Numbers = NDArray[np.int64]

# So many of a hundred faces over which something is drawn are less like themselves.
UNLIKE = 15


def measure(console: Console) -> dict[str, Any]:
    """About an hour for two models on two cores."""
    told = _provenance(honest.said(console))
    _keep(provenance, "files", told)
    rows = [{"signal": provenance.name, "model": "every", **_figures(told)}]
    for described in Shelf.of_user().present():
        if odds.of_model(described.name):
            for signal, told in (
                (known_original, _original(tampered.seen("tune", 1, described.name, console))),
                (borrowed_photo, _photo(borrowed.seen("tune", 1, described.name, console))),
            ):
                _keep(signal, described.name, told)
                rows.append({"signal": signal.name, "model": described.name, **_figures(told)})
            pictures = unaided.pictures("tune", 1, described.name, console)
            films = unaided.films("tune", described.name, console)
            for signal, names, found in (
                (surroundings, measuring.NAMES, pictures),
                (spectra, spectra.NAMES, pictures),
                (over_time, over_time.NAMES, films),
            ):
                _keep(signal, described.name, _usual(names, found))
    return {
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": rows,
        "tables": {},
        "notes": swaps.left_out(),
    }


def _keep(signal: ModuleType, model: str, told: dict[str, Any]) -> None:
    folder = Path(signal.__path__[0]) / "calibrated"
    folder.mkdir(exist_ok=True)
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    (folder / f"{model}.json").write_text(text, encoding="utf-8")


def _figures(told: dict[str, Any]) -> dict[str, Any]:
    learned_from = ("composites", "innocent", "photographs", "stretched")
    return {
        **{name: told["provenance"].get(name, "") for name in learned_from},
        "error of a weight": told["error"],
        "most": told["most"],
    }


def _provenance(found: Sequence[honest.Said]) -> dict[str, Any]:
    """Honest files bear a mark no more often than these leave possible."""
    bear = sum(any(mark.kind in marks.WEIGHED for mark in one.marks) for one in found)
    highest = upper_bound(bear, len(found))
    return {
        "most": round(math.log(marks.BEAR / highest), 3),
        "error": round(math.log(marks.TIMES) / 1.96, 3),
        "provenance": {
            "made_by": "jium bench calibrate-forensics",
            "at": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "innocent": len(found),
            "bear one": bear,
            "assumed share of composites with text that bear one": marks.BEAR,
        },
    }


def _original(found: Sequence[tampered.Seen]) -> dict[str, Any]:
    told_of = [
        (one, face) for one in found for face in _faces(one) if original.enough(face) and not original.hidden(face)
    ]
    # What is drawn over a face is not learned from: it is as unlike as a composite, and would make the sums timid.
    used = [(one, face) for one, face in told_of if not tampered.drawn_over(one.kind)]
    drawn = [face.likeness or 0.0 for one, face in told_of if tampered.drawn_over(one.kind)]
    clear = _clear(found)
    ways = [(1 if one.kind == swaps.MOUTH_MOVED.name else 0) if one.composite else -1 for one, _face in used]
    photographs = [one.target for one, _face in used]
    table = _table([original.measures(face, clear) for _one, face in used], ways, photographs)
    told = learned(table)
    return {
        "measures": [*original.NAMES, "constant"],
        "weights": {name: _rounded(row) for name, row in zip(original.SUMS, told.weights, strict=True)},
        "clear": [round(value, 4) for value in clear],
        "unlike": round(float(np.percentile(drawn, UNLIKE)), 4),
        **_kept(told, table, {one.kind for one, _face in used}),
    }


def _photo(found: Sequence[borrowed.Seen]) -> dict[str, Any]:
    used = [(one, one.one) for one in found if one.one and photo.kind_of(one.one) == "taken"]
    ways = [0 if one.composite else -1 for one, _compared in used]
    table = _table([photo.measures(compared) for _one, compared in used], ways, [one.photograph for one, _c in used])
    told = learned(table)
    return {
        "measures": [*photo.NAMES, "constant"],
        "weights": _rounded(told.weights[0]),
        **_kept(told, table, {one.kind for one, _compared in used}),
    }


def _usual(names: Sequence[str], found: Sequence[unaided.Seen]) -> dict[str, Any]:
    """Between which ends hardly any innocent file falls outside; hidden faces set aside."""
    innocent = [one.values for one in found if one.values and not one.composite and "hidden" not in one.kind]
    ends = {
        name: np.percentile([values[name] for values in innocent], (BEYOND, 100 - BEYOND)).round(4).tolist()
        for name in names
    }
    return {
        "usual": ends,
        "most": 0.0,
        "provenance": {
            "made_by": "jium bench calibrate-forensics",
            "at": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "innocent": len(innocent),
            "photographs": len({one.photograph for one in found}),
        },
    }


def _table(x: Sequence[NDArray[np.float64]], ways: Sequence[int], photographs: Sequence[int]) -> Table:
    labelled = people.labelled()
    person = np.unique([labelled[number].identity for number in photographs], return_inverse=True)[1]
    return Table(np.array(x), np.array(ways), np.array(photographs), person)


def _kept(told: Learned, table: Table, kinds: set[str]) -> dict[str, Any]:
    return {
        "most": round(told.most, 3),
        "error": round(told.error, 3),
        "provenance": {
            "made_by": "jium bench calibrate-forensics",
            "at": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "composites": int((~table.innocent).sum()),
            "innocent": int(table.innocent.sum()),
            "photographs": len(set(table.photograph.tolist())),
            "stretched": round(told.slope, 2),
            "kinds": sorted(kinds),
        },
    }


def _rounded(row: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 4) for value in row]


def _faces(seen: tampered.Seen) -> tuple[Compared, ...]:
    """Of a composite only one face is another's; of an untouched picture every face is a chance to err."""
    return seen.people[:1] if seen.composite else seen.people


def _clear(found: Sequence[tampered.Seen]) -> tuple[float, float]:
    """The detector's usual confidence in faces that were hidden, and in those that were left as they are."""
    hid, left = (
        [seen.people[0].clear for seen in found if seen.people and seen.kind.startswith(kind)]
        for kind in ("face hidden", "untouched")
    )
    return float(np.median(hid)), float(np.median(left))
