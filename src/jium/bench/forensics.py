"""``jium bench forensics``: composites told from copies, on people and ways of making fakes that were not tuned with.

A comparison counts as ``jium examine`` counts it. Speed is that of one comparison on one core: finding faces, laying,
comparing.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rich.console import Console

from jium.bench import bodies, borrowed, swaps, tampered, tampered_films, unaided
from jium.bench.metrics import upper_bound, wilson
from jium.bench.tampered import Seen, never_tuned
from jium.bench.tampered_films import Examined
from jium.faces.shelf import Shelf
from jium.forensics.report.document import MEASURED, measured
from jium.forensics.signals import borrowed_photo, known_original
from jium.forensics.signals.borrowed_photo import weighing as borrowed_weighing
from jium.forensics.signals.known_original.weighing import Calibration, calibration
from jium.forensics.verdict import probability

# Every picture is passed on in so many ways with the strongest model that is here, and in one with the others.
EACH = int(os.environ.get("JIUM_BENCH_EACH", "3"))
# And every picture compared with a photo, with the strongest model.
PHOTOS_EACH = 2
# Reliability is told in so many steps of the probability.
STEPS = (0.0, 0.02, 0.1, 0.3, 0.7, 0.9, 0.98, 0.99, 1.0)
_LENGTH = f"{tampered_films.SECONDS} s of {tampered_films.SIDE} pixels"


def measure(console: Console) -> dict[str, Any]:
    """With MobileFaceNet and dlib two hours on two cores."""
    rows: list[dict[str, Any]] = []
    rates: dict[str, dict[str, Any]] = {"every": measured()["every"]}
    tables: dict[str, list[dict[str, Any]]] = {}
    notes: list[str] = []
    for number, described in enumerate(Shelf.of_user().present()):
        used = calibration(described.name)
        if used is None:
            continue
        found = tampered.seen("test", 1 if number else EACH, described.name, console)
        told = _Told(described.name, used, found)
        films = tampered_films.examined(described.name, console)
        photos = borrowed.seen("test", 1 if number else PHOTOS_EACH, described.name, console)
        rows += told.rows()
        tables |= told.tables(tampered.handed(described.name)) | {
            f"films, {described.name}": _films(films),
            f"borrowed photo, {described.name}": _photos(photos, borrowed_weighing.calibration(described.name)),
            f"another body, {described.name}": _bodies(bodies.seen("test", described.name, console)),
            **_unaided(described.name, console),
        }
        rates[described.name] = {known_original.name: _rates([(one.composite, one.verdict(used)) for one in found])}
        if weights := borrowed_weighing.calibration(described.name):
            rates[described.name][borrowed_photo.name] = _rates(
                [(one.composite, one.verdict(weights)) for one in photos]
            )
        photographs = len({one.target for one in found})
        seconds = statistics.median(one.seconds for one in found)
        notes.append(f"{described.name}: {photographs} photographs; a comparison takes {seconds:.2f} s (median)")
        pace = statistics.median(one.spent / one.seconds for one in films)
        notes.append(f"{described.name}: a film is examined in {pace:.1f} times its length (median; {_LENGTH})")
    MEASURED.write_text(json.dumps(rates, indent=1) + "\n")
    return {
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": rows,
        "tables": tables,
        "notes": [*notes, *swaps.left_out()],
    }


def _unaided(model: str, console: Console) -> dict[str, list[dict[str, Any]]]:
    """What a sum of all traces would be worth if it counted, by kind and by how it was passed on, beside the peer."""
    tune = unaided.pictures("tune", 1, model, console)
    found = [*unaided.pictures("test", 1, model, console), *unaided.handed(model)]
    scored = unaided.scored(tune, found)
    films = unaided.films("test", model, console)
    return {
        f"without a reference, by kind, {model}": unaided.rows(scored, lambda one: one.kind),
        f"without a reference, by how it was passed on, {model}": unaided.rows(scored, lambda one: one.passed_on),
        f"films without a reference, {model}": unaided.film_rows(films),
    }


def _rates(verdicts: Sequence[tuple[bool, str]]) -> dict[str, Any]:
    """How many composites are called so, and how many untouched, and how many innocent files composites, as reports
    say it.
    """
    fakes, rest = ([name for composite, name in verdicts if composite is so] for so in (True, False))
    return {
        "composites": [fakes.count("composite"), fakes.count("authentic-looking"), len(fakes)],
        "innocent": [rest.count("composite"), len(rest)],
    }


def _photos(photos: Sequence[borrowed.Seen], used: borrowed_weighing.Calibration | None) -> list[dict[str, Any]]:
    """Of each kind how many are called composites, for a face said to be taken from the photo; and how many weigh more
    than every innocent comparison of this run.
    """
    if used is None:
        return []
    rows = []
    highest = max(one.weight(used) for one in photos if not one.composite)
    for kind in dict.fromkeys(one.kind for one in photos):
        found = [one for one in photos if one.kind == kind]
        names = [one.verdict(used) for one in found]
        what = f"{kind}, never tuned with" if never_tuned(kind) else kind
        above = sum(one.weight(used) > highest for one in found) / len(found)
        told = {"above every innocent one": f"{above:.3f}" if found[0].composite else "", **_verdicts(names)}
        rows.append({"what": what, "composite": found[0].composite, "of": len(names), **told})
    return rows


def _bodies(found: Sequence[bodies.Told]) -> list[dict[str, Any]]:
    """Of each kind how often a part beside the face is said to be another, and what the picture is called."""
    rows = []
    for kind in dict.fromkeys(one.kind for one in found):
        of = [one for one in found if one.kind == kind]
        told = sum(one.told for one in of)
        low, high = wilson(told, len(of))
        share = {"said to differ beside the face": f"{told / len(of):.3f} ({low:.3f}–{high:.3f})"}
        names = [one.verdict for one in of]
        rows.append({"what": kind, "another body": of[0].other_body, "of": len(of), **share, **_verdicts(names)})
    return rows


def _films(films: Sequence[Examined]) -> list[dict[str, Any]]:
    rows = []
    for kind, passed_on in dict.fromkeys((one.kind, one.passed_on) for one in films):
        names = [one.verdict for one in films if (one.kind, one.passed_on) == (kind, passed_on)]
        rows.append({"what": kind, "passed on": passed_on, "of": len(names), **_verdicts(names)})
    return rows


def _verdicts(names: Sequence[str]) -> dict[str, str]:
    """How many of each, with bounds for what is called a composite."""
    called, cleared = names.count("composite"), names.count("authentic-looking")
    low, high = wilson(called, len(names))
    return {
        "called composite": f"{called / len(names):.4f} ({low:.3f}–{high:.3f})",
        "at most, 95 %": f"{upper_bound(called, len(names)):.4f}",
        "called untouched": f"{cleared / len(names):.3f}",
        "undetermined": f"{1 - (called + cleared) / len(names):.3f}",
    }


@dataclass(frozen=True)
class _Told:
    """What was found with one face model."""

    model: str
    used: Calibration
    found: Sequence[Seen]

    def rows(self) -> list[dict[str, Any]]:
        return [
            self._row(f"{what}, {self.model}", [one for one in self.found if one.composite is so])
            for what, so in (("composites", True), ("untouched", False))
        ]

    def tables(self, handed: Sequence[Seen]) -> dict[str, list[dict[str, Any]]]:
        composites, untouched = ([one for one in self.found if one.composite is so] for so in (True, False))
        told = {
            "by kind": self._by(
                self.found, lambda one: one.kind + (", never tuned with" if never_tuned(one.kind) else "")
            ),
            "composites, by how they were passed on": self._by(composites, lambda one: one.passed_on),
            "untouched, by how they were passed on": self._by(untouched, lambda one: one.passed_on),
            "reliability": self._reliability(),
            "made elsewhere": self._by(handed, lambda one: one.kind),
        }
        return {f"{name}, {self.model}": table for name, table in told.items()}

    def _row(self, what: str, found: Sequence[Seen]) -> dict[str, Any]:
        told = _verdicts([one.verdict(self.used) for one in found])
        return {"what": what, "of": len(found), **told, "not laid": sum(not one.people for one in found)}

    def _by(self, found: Sequence[Seen], name: Callable[[Seen], str]) -> list[dict[str, Any]]:
        names = dict.fromkeys(name(one) for one in found)
        return [self._row(what, [one for one in found if name(one) == what]) for what in names]

    def _reliability(self) -> list[dict[str, Any]]:
        """Of comparisons given such a probability, how many are composites; both kinds counting alike."""
        share = sum(one.composite for one in self.found) / len(self.found)
        weighed = [(one, probability(one.weight(self.used))) for one in self.found if one.weight(self.used)]
        rows = []
        for low, high in pairwise(STEPS):
            within = [one for one, sure in weighed if low <= sure < high]
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
