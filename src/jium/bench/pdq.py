"""``jium bench pdq``: our PDQ beside Meta's, and how often unrelated pictures match by chance.

Everything that opens a picture runs in the sandbox (:mod:`jium.bench.pdq_inside`), the peer too.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import jium
from jium.dna.comparison import RADIUS
from jium.dna.fingerprint import QUALITY_FLOOR
from jium.language import _
from jium.media.sandbox import Sandbox

if TYPE_CHECKING:
    from rich.console import Console

SOURCES = Path(jium.__file__).resolve().parents[2]
SHARED = SOURCES.parent / "shared" / "data"
SIZES = ((640, 480), (1600, 1200), (4000, 3000))
GENERATED = 1000
# One picture of each scene in Meta's set, so that all are unrelated.
UNRELATED = (
    "images/reg-test-input/labelme-subset",
    "images/reg-test-input/pen-and-coaster.png",
    "images/bridge-mods/aaa-orig.jpg",
    "images/misc-images/c.png",
    "images/misc-images/small.jpg",
    "images/rgb.jpeg",
    "faces",
)
PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
PHOTOGRAPHS_ARE = (
    "photographs, their quarters and ninths, never compared with parts of the same one: ThreatExchange test "
    "pictures, Labeled Faces in the Wild, deepface test set (../shared/data)"
)
METHOD = (
    "every pair of pictures of quality 50 or more, the eight turned and mirrored forms of each against the "
    "other as it is, as jium.dna.compare does; upper bound of the rate with 95 % confidence (rule of three), "
    "rounded against us"
)
# 0 false matches in n comparisons: the true rate is under 3/n with 95 % confidence.
RULE_OF_THREE = 3.0


@dataclass(frozen=True)
class Codes:
    """Eight codes of each picture (n × 8 × 4 words), what it was cut from, whether a photograph."""

    forms: NDArray[np.uint64]
    origin: NDArray[np.int64]
    photograph: NDArray[np.bool_]


def measure(console: Console) -> dict[str, Any]:
    """Rows of ours and the peer's times, and the bound of chance matches of plain codes."""
    with Sandbox("jium.bench.pdq_inside", seconds=600, memory_mb=3072) as sandbox:
        rows = [_speed_row(sandbox, size) for size in SIZES]
        photographs = _photographs()
        if photographs:
            rows.append(_agreement_row(sandbox, photographs))
        with console.status(_("comparing unrelated pictures")):
            codes = _unrelated(sandbox, photographs)
    bound = _bound(codes, photographs)
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": rows,
        "notes": _notes(bound, bool(photographs)),
        "chance": bound,
    }


def _notes(bound: dict[str, Any], photographs: bool) -> list[str]:
    told = _("{false} false matches in {count:,} comparisons; nearest {bits} of 256 bits; at most 1 in {odds:,.0f}")
    notes = [
        told.format(
            false=bound["false_matches"],
            count=bound["comparisons"],
            bits=bound["nearest"],
            odds=bound["odds"],
        )
    ]
    if not photographs:
        notes.append(_("The shared photographs are not here: generated pictures only."))
    if find_spec("pdqhash") is None:
        notes.append(_("pdqhash is not installed, so there is no peer to compare with."))
    return notes


def _photographs() -> list[Path]:
    found: list[Path] = []
    for name in UNRELATED:
        place = SHARED / name
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        found += [path for path in inside if path.is_file() and path.suffix.lower() in PICTURES]
    return found


def _speed_row(sandbox: Sandbox, size: tuple[int, int]) -> dict[str, str]:
    told, _payload = sandbox.call("speed", b"", width=size[0], height=size[1])
    return _row(_("generated {width} × {height}").format(width=size[0], height=size[1]), told)


def _agreement_row(sandbox: Sandbox, photographs: list[Path]) -> dict[str, str]:
    told = [sandbox.call("beside", path)[0] for path in photographs]
    mean = {name: _mean([one[name] for one in told]) for name in ("ours", "peer", "ours_off", "peer_off")}
    worst = max((one["bits"] for one in told if one["bits"] is not None), default=None)
    return _row(_("{count} photographs").format(count=len(photographs)), {**mean, "bits": worst})


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _row(name: str, told: dict[str, Any]) -> dict[str, str]:
    """Milliseconds for the eight codes of a decoded picture; how far codes are from what they should be."""
    peer = told["peer"]
    row = {_("pictures"): name, _("jium, ms"): f"{told['ours'] * 1000:.2f}"}
    if peer is not None:
        row[_("pdqhash, ms")] = f"{peer * 1000:.2f}"
        row[_("times faster")] = f"{peer / told['ours']:.1f}"
        row[_("bits between them, worst")] = str(told["bits"])
    row[_("jium: bits off when mirrored")] = f"{told['ours_off']:.1f}"
    if peer is not None:
        row[_("pdqhash: bits off when mirrored")] = f"{told['peer_off']:.1f}"
    return row


def _unrelated(sandbox: Sandbox, photographs: list[Path]) -> Codes:
    """Codes of photographs, their parts, and generated pictures; only those good enough to match."""
    forms, origin, photograph = [], [], []
    for number, (packed, is_photograph) in enumerate(_packed(sandbox, photographs)):
        rows = np.frombuffer(packed, np.uint8).reshape(-1, 1 + 256)
        good = rows[rows[:, 0] >= QUALITY_FLOOR, 1:]
        forms.append(np.ascontiguousarray(good).view(np.uint64).reshape(-1, 8, 4))
        origin += [number] * len(good)
        photograph += [is_photograph] * len(good)
    return Codes(np.concatenate(forms), np.array(origin), np.array(photograph))


def _packed(sandbox: Sandbox, photographs: list[Path]) -> Iterator[tuple[bytes, bool]]:
    for path in photographs:
        yield sandbox.call("parts", path)[1], True
    for seed in range(GENERATED):
        yield sandbox.call("generated", b"", seed=seed)[1], False


def _bound(codes: Codes, photographs: list[Path]) -> dict[str, Any]:
    everything = _compare_all(codes)
    chosen = codes.photograph
    photographs_only = _compare_all(Codes(codes.forms[chosen], codes.origin[chosen], chosen[chosen]))
    return {
        **everything,
        "radius": RADIUS,
        "photographs_only": photographs_only,
        "pictures": [
            {"what": PHOTOGRAPHS_ARE, "photographs": len(photographs), "pictures": int(chosen.sum())},
            {"what": "scenes drawn by jium.bench.pdq_inside", "pictures": int((~chosen).sum())},
        ],
        "method": METHOD,
        "measured_on": datetime.now(UTC).date().isoformat(),
        "measured_by": "jium bench pdq",
    }


def _compare_all(codes: Codes) -> dict[str, Any]:
    """Every pair once, in every form of either side."""
    count, false_matches, nearest = 0, 0, 256
    upright = codes.forms[:, 0]
    best = np.full((len(upright), len(upright)), 255, np.uint8)
    for number, forms in enumerate(codes.forms):
        distances = np.bitwise_count(upright[None] ^ forms[:, None]).sum(axis=2, dtype=np.uint16).min(axis=0)
        best[number] = np.minimum(distances, 255)
    best = np.minimum(best, best.T)
    for number in range(len(upright)):
        others = best[number, number + 1 :][codes.origin[number + 1 :] != codes.origin[number]]
        count += len(others)
        false_matches += int((others <= RADIUS).sum())
        nearest = min(nearest, int(others.min(initial=255)))
    return {
        "odds": _rounded_down(count / _upper_bound(false_matches)),
        "comparisons": count,
        "false_matches": false_matches,
        "nearest": nearest,
    }


def _upper_bound(events: int) -> float:
    """How many events may be expected, with 95 % confidence, where so many were seen (Wilson, Hilferty)."""
    if not events:
        return RULE_OF_THREE
    more = events + 1
    return float(more * (1 - 1 / (9 * more) + 1.645 / (3 * more**0.5)) ** 3)


def _rounded_down(odds: float) -> float:
    step = 10 ** max(0, len(str(int(odds))) - 2)
    return float(int(odds) // step * step)
