"""Composites and copies with nothing to compare them with: what the traces in them are worth, ours and MesoNet's.

The pictures are those of :mod:`jium.bench.tampered`, the films those of :mod:`jium.bench.tampered_films`, every fourth
frame. A sum of our measures is learned on one half of the people and looked at on the other, and on ways of making
fakes that it never learned from: that is what decides whether it may ever weigh anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import islice
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from jium.bench import people, tampered, tampered_films
from jium.bench.evidence import Table, learned
from jium.bench.films import decoded
from jium.bench.mesonet import MesoNet
from jium.bench.metrics import area_under
from jium.bench.peers import NotInstalled
from jium.bench.tampered import PASSED_ON, Half
from jium.faces.face import Points
from jium.forensics.signals import over_time, spectra
from jium.forensics.signals.surroundings import measuring
from jium.forensics.view import Person, View

# Of every film every so-manieth frame is looked at; and from here on the peer calls a face a fake.
EVERY, PEERS_LIMIT = 4, 0.5
NAMES = (*measuring.NAMES, *spectra.NAMES)


@dataclass(frozen=True)
class Seen:
    """One picture or film. ``values``: what was measured, by name; None where its face is too small.
    ``peer``: how sure MesoNet is that it is a fake, 0..1; None without it. ``photograph``: number of the photograph.
    """

    kind: str
    composite: bool
    passed_on: str
    photograph: int
    values: Mapping[str, float] | None
    peer: float | None


def pictures(half: Half, each: int, model: str, console: Console) -> list[Seen]:
    """Of one half of the people. ``each``: in so many ways every picture is passed on."""
    numbers = [number for number, one in enumerate(people.labelled()) if tampered.half_of(one.identity) == half]
    with people.workers() as pool:
        work = pool.map(_of_photograph, numbers, [each] * len(numbers), [model] * len(numbers))
        found = track(work, f"without reference, {half}, {model}", total=len(numbers), console=console)
        return [one for some in found for one in some]


def films(half: Half, model: str, console: Console) -> list[Seen]:
    """Of those people of one half whose faces are large enough."""
    chosen = tampered_films.chosen(half)
    with people.workers() as pool:
        work = pool.map(_films_of, chosen, [model] * len(chosen))
        found = track(work, f"films without reference, {half}, {model}", total=len(chosen), console=console)
        return [one for some in found for one in some]


def handed(model: str) -> list[Seen]:
    """Composites made elsewhere (:func:`jium.bench.tampered.made_elsewhere`)."""
    return [
        _seen(f"{kind}, made elsewhere", composite, "as it is", number, tampered.view(rgb, model))
        for number, kind, composite, rgb in tampered.made_elsewhere()
        if kind != "original"
    ]


@cache
def _peer() -> MesoNet | None:
    try:
        return MesoNet()
    except NotInstalled:
        return None


def _of_photograph(number: int, each: int, model: str) -> list[Seen]:
    cv2.setNumThreads(1)
    found_there = tampered.shown(number)
    if found_there is None:
        return []
    pictured = tampered.fitted(found_there)
    ways, found = list(PASSED_ON), []
    for place, (kind, composite, rgb) in enumerate(tampered.made(number, pictured)):
        for step in range(each):
            way = ways[(number + place + step * 2) % len(ways)]
            passed, points = tampered.passed_on(way, rgb, pictured.face.points)
            view = tampered.view(passed, model)
            meant = points * np.float32(view.rgb.shape[1] / passed.shape[1])
            found.append(_seen(kind, composite, way, number, view, meant))
    return found


def _seen(kind: str, composite: bool, way: str, number: int, view: View, meant: Points | None = None) -> Seen:
    person = _nearest(view, meant)
    if person is None:
        return Seen(kind, composite, way, number, None, None)
    beside, spectrum, peer = measuring.measured(view, person), spectra.measured(view, person), _peer()
    values = {**asdict(beside), **asdict(spectrum)} if beside and spectrum else None
    return Seen(kind, composite, way, number, values, peer.of(view, person) if peer else None)


def _nearest(view: View, meant: Points | None) -> Person | None:
    if meant is None or not view.people:
        return view.people[0] if view.people else None
    middle = meant.mean(axis=0)
    return min(view.people, key=lambda one: float(np.hypot(*(one.points.mean(axis=0) - middle))))


def _films_of(number: int, model: str) -> list[Seen]:
    cv2.setNumThreads(1)
    alive = list(islice(tampered_films.alive(number), 0, None, EVERY))
    found = []
    for kind, composite, frames in tampered_films.made(number, alive):
        for way, content in tampered_films.passed_on(frames, tampered_films.RATE // EVERY):
            measured = over_time.measured(list(_views(content, model)))
            values = {name: getattr(measured, name) for name in over_time.NAMES} if measured else None
            found.append(Seen(kind, composite, way, number, values, None))
    return found


def _views(content: bytes, model: str) -> Iterator[View]:
    for number, rgb in enumerate(decoded(content)):
        view = tampered.view(rgb, model)
        yield View(view.rgb, number * EVERY / tampered_films.RATE, view.people)


@dataclass(frozen=True)
class Scored:
    """``ours``: the learned sum; ``peer``: MesoNet's; the higher the more like a composite."""

    kind: str
    composite: bool
    passed_on: str
    ours: float
    peer: float | None


def scored(tune: Sequence[Seen], found: Sequence[Seen]) -> list[Scored]:
    """What is found by a sum that was learned from other people."""
    known = [one for one in tune if one.values]
    labelled = people.labelled()
    person = np.unique([labelled[one.photograph].identity for one in known], return_inverse=True)[1]
    ways = np.array([0 if one.composite else -1 for one in known])
    photographs = np.array([one.photograph for one in known])
    weights = learned(Table(np.array([_row(one) for one in known]), ways, photographs, person)).weights[0]
    return [
        Scored(one.kind, one.composite, one.passed_on, float(_row(one) @ weights[:-1] + weights[-1]), one.peer)
        for one in found
        if one.values
    ]


def _row(one: Seen) -> NDArray[np.float64]:
    values = one.values or {}
    return np.array([values[name] for name in NAMES])


def rows(found: Sequence[Scored], name: Callable[[Scored], str]) -> list[dict[str, Any]]:
    """Of each group the area under the curve, and what the peer calls a fake. What a group lacks, composites or
    innocent ones, comes from all the others.
    """
    told = []
    for what in dict.fromkeys(name(one) for one in found):
        group = [one for one in found if name(one) == what]
        good = [one for one in group if one.composite] or [one for one in found if one.composite]
        bad = [one for one in group if not one.composite] or [one for one in found if not one.composite]
        row = {"what": what, "of": len(group), "ours, area": _area(good, bad, lambda one: one.ours)}
        if all(one.peer is not None for one in group):
            called = sum((one.peer or 0) > PEERS_LIMIT for one in group)
            row |= {
                "MesoNet, area": _area(good, bad, lambda one: one.peer or 0.0),
                "MesoNet calls fake": f"{called / len(group):.3f}",
            }
        told.append(row)
    return told


def film_rows(found: Sequence[Seen]) -> list[dict[str, Any]]:
    """Of each kind of film the areas under the curve against all innocent ones."""
    seen = [one for one in found if one.values]
    bad = [one.values for one in seen if one.values and not one.composite]
    told = []
    for kind in dict.fromkeys(one.kind for one in seen if one.composite):
        good = [one.values for one in seen if one.values and one.kind == kind]
        areas = {
            f"{name}, area": f"{area_under([one[name] for one in good], [one[name] for one in bad]):.2f}"
            for name in over_time.NAMES
        }
        told.append({"what": kind, "of": len(good), **areas})
    return told


def _area(good: Sequence[Scored], bad: Sequence[Scored], score: Callable[[Scored], float]) -> str:
    return f"{area_under([score(one) for one in good], [score(one) for one in bad]):.2f}"
