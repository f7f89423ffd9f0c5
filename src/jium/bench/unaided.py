"""Composites and copies with nothing to compare them with: what the traces in them are worth, ours and MesoNet's.

The pictures are those of :mod:`jium.bench.tampered`, the films those of :mod:`jium.bench.tampered_films`, every fourth
frame. A sum of our measures is learned on one half of the people and looked at on the other, and on ways of making
fakes that it never learned from: that is what decides whether it may ever weigh anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from jium.bench import people, tampered, tampered_films
from jium.bench.films import decoded
from jium.bench.mesonet import MesoNet
from jium.bench.peers import NotInstalled
from jium.bench.tampered import PASSED_ON, Half
from jium.faces.face import Points
from jium.forensics.signals import over_time, spectra
from jium.forensics.signals.surroundings import measuring
from jium.forensics.view import Person, View

# Of every film so many frames are looked at.
EVERY = 4
NAMES = (*measuring.NAMES, "grid", "finest")
FILM_NAMES = ("wavers", "leaves")


@dataclass(frozen=True)
class Seen:
    """One picture or film. ``values``: of :data:`NAMES`, or of :data:`FILM_NAMES`; None where its face is too small.
    ``peer``: how sure MesoNet is that it is a fake, 0..1; None without it. ``photograph``: number of the photograph.
    """

    kind: str
    composite: bool
    passed_on: str
    photograph: int
    values: tuple[float, ...] | None
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
    values = (*measuring.values(beside), spectrum.grid, spectrum.finest) if beside and spectrum else None
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
            values = (measured.wavers, measured.leaves) if measured else None
            found.append(Seen(kind, composite, way, number, values, None))
    return found


def _views(content: bytes, model: str) -> Iterator[View]:
    for number, rgb in enumerate(decoded(content)):
        view = tampered.view(rgb, model)
        yield View(view.rgb, number * EVERY / tampered_films.RATE, view.people)
