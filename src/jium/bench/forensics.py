"""``jium bench forensics``: composites told from copies, on people and ways of making fakes that were not tuned with.

A comparison counts as ``jium examine`` counts it. Speed is that of one comparison on one core: finding faces, laying,
comparing.
"""

from __future__ import annotations

import datetime
import os
import platform
import statistics
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from rich.console import Console

from jium.bench import swaps, tampered
from jium.bench.metrics import upper_bound, wilson
from jium.bench.tampered import HELD_OUT, Seen
from jium.forensics.verdict import probability

# Every picture is passed on in so many ways.
EACH = int(os.environ.get("JIUM_BENCH_EACH", "2"))
# Reliability is told in so many steps of the probability.
STEPS = (0.0, 0.02, 0.1, 0.3, 0.7, 0.9, 0.98, 0.99, 1.0)


def measure(console: Console) -> dict[str, Any]:
    """A quarter of an hour on two cores with MobileFaceNet."""
    found = tampered.seen("test", EACH, console)
    composites, untouched = ([one for one in found if one.composite is so] for so in (True, False))
    rows = [_row("composites", composites), _row("untouched", untouched)]
    return {
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": rows,
        "tables": {
            "by kind": _by(found, lambda one: one.kind + (", never tuned with" if one.kind in HELD_OUT else "")),
            "composites, by how they were passed on": _by(composites, lambda one: one.passed_on),
            "untouched, by how they were passed on": _by(untouched, lambda one: one.passed_on),
            "reliability": _reliability(found),
            "made elsewhere": _by(tampered.handed(), lambda one: one.kind),
        },
        "notes": [
            f"{len({one.target for one in found})} photographs; a comparison takes {_seconds(found):.2f} s (median)",
            *swaps.left_out(),
        ],
    }


def _row(what: str, found: Sequence[Seen]) -> dict[str, Any]:
    names = [one.verdict for one in found]
    called, cleared = names.count("composite"), names.count("authentic-looking")
    low, high = wilson(called, len(found))
    return {
        "what": what,
        "of": len(found),
        "called composite": f"{called / len(found):.4f} ({low:.3f}–{high:.3f})",
        "at most, 95 %": f"{upper_bound(called, len(found)):.4f}",
        "called untouched": f"{cleared / len(found):.3f}",
        "undetermined": f"{1 - (called + cleared) / len(found):.3f}",
        "not laid": sum(one.one is None for one in found),
    }


def _by(found: Sequence[Seen], name: Callable[[Seen], str]) -> list[dict[str, Any]]:
    names = dict.fromkeys(name(one) for one in found)
    return [_row(what, [one for one in found if name(one) == what]) for what in names]


def _reliability(found: Sequence[Seen]) -> list[dict[str, Any]]:
    """Of comparisons given such a probability, how many are composites; both kinds counting alike."""
    share = sum(one.composite for one in found) / len(found)
    rows = []
    for low, high in pairwise(STEPS):
        within = [one for one in found if one.weight and low <= probability(one.weight) < high]
        fakes = sum(one.composite for one in within) / share
        rest = sum(not one.composite for one in within) / (1 - share)
        rows.append(
            {
                "probability": f"{low:.2f}–{high:.2f}",
                "comparisons": len(within),
                "composites among them": f"{fakes / (fakes + rest):.3f}" if within else "",
            }
        )
    return rows


def _seconds(found: Sequence[Seen]) -> float:
    return statistics.median(one.seconds for one in found)
