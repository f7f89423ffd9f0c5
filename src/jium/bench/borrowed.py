"""Faces taken from a photo and faces that were not, each with the photo.

Of every labelled photograph (:mod:`jium.bench.people`) composites are made (:mod:`jium.bench.swaps`); the photo is the
very one whose face was put in. Innocent are other photos of the same person, composites made with another photo of her,
other people, and the photo itself, passed on, retouched, and as the next one of a burst. All are passed on as pictures
are on the web. People are parted in two halves, as in :mod:`jium.bench.tampered`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from jium.bench import face_fakes, people, retouching, swaps, tampered
from jium.bench.corpus.items import Rgb, rng_of
from jium.bench.edits.kinds import recompressed
from jium.bench.tampered import HELD_OUT, PASSED_ON, Half
from jium.faces.face import Points
from jium.forensics.finding import Finding
from jium.forensics.signals import borrowed_photo
from jium.forensics.signals.borrowed_photo.comparing import Compared, compared
from jium.forensics.signals.borrowed_photo.weighing import Calibration, weight
from jium.forensics.verdict import fused
from jium.forensics.view import Person, View

# So many others are looked at for the one who is turned most like her, and so many are innocent strangers.
CHOICE, STRANGERS = 8, 3


@dataclass(frozen=True)
class Seen:
    """One comparison. ``composite``: was the face taken from the photo? ``one``: None where there was too little to
    see. ``photograph``: number of the photo.
    """

    kind: str
    composite: bool
    passed_on: str
    photograph: int
    one: Compared | None

    def weight(self, used: Calibration) -> float:
        """As it counts; 0 where nothing could be compared."""
        return weight(self.one, used) if self.one else 0.0

    def verdict(self, used: Calibration) -> str:
        """What ``jium examine`` would call it."""
        return fused([Finding(borrowed_photo.name, self.weight(used), used.error, "")]).name


@dataclass(frozen=True)
class _Suspect:
    """A picture, in which the face at these points is meant."""

    kind: str
    composite: bool
    rgb: Rgb
    points: Points


def seen(half: Half, each: int, model: str, console: Console) -> list[Seen]:
    """All comparisons of one half of the people. ``each``: in so many ways every picture is passed on."""
    numbers = [number for number, one in enumerate(people.labelled()) if tampered.half_of(one.identity) == half]
    with people.workers() as pool:
        work = pool.map(_of_photo, numbers, [each] * len(numbers), [model] * len(numbers))
        found = track(work, f"photos, {half}, {model}", total=len(numbers), console=console)
        return [one for some in found for one in some]


def _of_photo(number: int, each: int, model: str) -> list[Seen]:
    shown = tampered.shown(number)
    if shown is None:
        return []
    cv2.setNumThreads(1)
    shown = tampered.fitted(shown)
    photo = tampered.view(recompressed(shown.rgb, 92), model)
    herself = _meant(photo, shown.face.points * np.float32(photo.rgb.shape[1] / shown.rgb.shape[1]))
    if herself is None:
        return []
    ways, found = list(PASSED_ON), []
    for place, suspect in enumerate(_suspects(number, shown)):
        for step in range(each):
            way = ways[(number + place + step * 2) % len(ways)]
            rgb, points = tampered.passed_on(way, suspect.rgb, suspect.points)
            view = tampered.view(rgb, model)
            person = _meant(view, points * np.float32(view.rgb.shape[1] / rgb.shape[1]))
            if person is not None:
                one = compared(view, person, photo, herself)
                found.append(Seen(suspect.kind, suspect.composite, way, number, one))
    return found


def _meant(view: View, points: Points) -> Person | None:
    """The face nearest to these points; None where none is near."""
    middle = points.mean(axis=0)
    far = [float(np.hypot(*(one.points.mean(axis=0) - middle))) for one in view.people]
    if not far or min(far) > view.people[int(np.argmin(far))].size / 2:
        return None
    return view.people[int(np.argmin(far))]


def _suspects(number: int, shown: swaps.Shown) -> Iterator[_Suspect]:
    rng, labelled = rng_of("borrowed", number), people.labelled()
    own = labelled[number].identity
    half = tampered.half_of(own)
    others = [n for n, one in enumerate(labelled) if one.identity != own and tampered.half_of(one.identity) == half]
    lent = [one for n in rng.choice(others, CHOICE, replace=False) if (one := _pictured(int(n)))]
    target = min(lent, key=lambda one: abs(face_fakes.turned(one) - face_fakes.turned(shown)))
    hers = [one for n, each in enumerate(labelled) if each.identity == own and n != number if (one := _pictured(n))]
    for method in swaps.available():
        if half == "test" or method.name not in HELD_OUT:
            yield _Suspect(method.name, True, method.make(shown, target), target.face.points)
            if hers:
                other = hers[int(rng.integers(len(hers)))]
                yield _Suspect("made with another photo of her", False, method.make(other, target), target.face.points)
    for one in hers:
        yield _Suspect("another photo of her", False, one.rgb, one.face.points)
    for one in lent[:STRANGERS]:
        yield _Suspect("somebody else", False, one.rgb, one.face.points)
    for kind, rgb in (
        ("the photo itself", shown.rgb),
        ("the photo itself, beauty filter", retouching.beautified(shown.rgb, shown.face, 1)),
        ("the next photo of a burst", retouching.moved(shown.rgb, shown.face, rng)),
    ):
        yield _Suspect(kind, False, rgb, shown.face.points)


def _pictured(number: int) -> swaps.Shown | None:
    shown = tampered.shown(number)
    return tampered.fitted(shown) if shown else None
