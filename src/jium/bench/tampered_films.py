"""Films with another face in them and without, examined as files against the film they were made from.

A photograph lives a little: the camera drifts, the head sways, mouth and brows move. Another face is put into every
frame anew, as those who make such films do it; or nothing is, and the film is passed on as films are: smaller, and
packed harder.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from jium.bench import face_fakes, people, retouching, swaps, tampered
from jium.bench.corpus.items import Rgb, rng_of
from jium.bench.edits.shapes import scaled
from jium.bench.films import encoded
from jium.faces.face import Face
from jium.faces.finding import FRAME, find
from jium.faces.shelf import Shelf
from jium.forensics.examine import Examiner

# So many photographs of people who were not tuned with, whose faces have so many pixels in a film of this side.
PHOTOGRAPHS, LEAST_FACE, SIDE = 12, 90.0, 640
RATE, SECONDS = 15, 3
# How often a head sways in a film, and how far the camera drifts, as a share of the picture.
SWAYS, DRIFT = 1.5, 0.05
METHODS = (
    "whole face pasted",
    "whole face pasted, colours grown in",
    "face and forehead warped",
    "inner face warped",
)


@dataclass(frozen=True)
class Examined:
    """``seconds``: how long the film is; ``spent``: how long it took to examine it, from bytes to the verdict."""

    kind: str
    composite: bool
    passed_on: str
    verdict: str
    seconds: float
    spent: float


def examined(model: str, console: Console) -> list[Examined]:
    """Every film; on two cores some ten minutes with MobileFaceNet, twenty with dlib."""
    numbers = chosen("test")
    with people.workers() as pool:
        work = pool.map(_of_photograph, numbers, [model] * len(numbers))
        found = track(work, f"films, {model}", total=len(numbers), console=console)
        return [one for some in found for one in some]


def chosen(half: tampered.Half) -> list[int]:
    """The photographs of one half of the people from which films are made."""
    labelled = people.labelled()
    numbers = [number for number, one in enumerate(labelled) if tampered.half_of(one.identity) == half]
    return [number for number in numbers if _large_enough(number)][:PHOTOGRAPHS]


def _large_enough(number: int) -> bool:
    shown = tampered.shown(number)
    return shown is not None and shown.face.size * min(1.0, SIDE / max(shown.rgb.shape[:2])) >= LEAST_FACE


def _of_photograph(number: int, model: str) -> list[Examined]:
    cv2.setNumThreads(1)
    shown = list(alive(number))
    original = encoded((one.rgb for one in shown), RATE, crf=20)
    found = []
    with closing(Examiner(Shelf.of_user().open(model))) as examiner:
        known = examiner.know("original", original)
        for kind, composite, frames in made(number, shown):
            for way, content in passed_on(frames):
                begun = time.perf_counter()
                verdict = examiner.examine(content, [known]).verdict.name
                spent = time.perf_counter() - begun
                found.append(Examined(kind, composite, way, verdict, len(shown) / RATE, spent))
    return found


def passed_on(frames: Sequence[Rgb], rate: int = RATE) -> Iterator[tuple[str, bytes]]:
    """In which way, and the film's bytes. ``rate``: frames a second."""
    yield "packed hard", encoded(frames, rate, crf=30)
    yield "half the size", encoded((scaled(rgb, 0.5) for rgb in frames), rate, crf=28)


def alive(number: int) -> Iterator[swaps.Shown]:
    """The photograph's frames, with its face where it is in each."""
    shown = tampered.shown(number)
    if shown is None:
        return
    factor = min(1.0, SIDE / max(shown.rgb.shape[:2]))
    still, face = scaled(shown.rgb, factor), shown.face.scaled(factor)
    pose = retouching.a_pose(rng_of("alive", number))
    for frame in range(RATE * SECONDS):
        at = frame / (RATE * SECONDS)
        rgb = _drifted(retouching.posed(still, face, pose.times(float(np.sin(2 * np.pi * SWAYS * at)))), at)
        yield swaps.Shown(rgb, _nearest(rgb, face))


def _drifted(rgb: Rgb, at: float) -> Rgb:
    height, width = rgb.shape[:2]
    larger = 1 + 2 * DRIFT
    left, top = -DRIFT * width * (1 + at), -DRIFT * height * (1 - at / 2)
    return np.asarray(cv2.warpAffine(rgb, np.array([[larger, 0, left], [0, larger, top]]), (width, height)), np.uint8)


def _nearest(rgb: Rgb, face: Face) -> Face:
    """The face there, as the finder sees it now; where it sees none, where it was."""
    middle = face.points.mean(axis=0)
    seen = find(face_fakes.finder(), rgb, FRAME)
    return min(seen, key=lambda one: float(np.hypot(*(one.points.mean(axis=0) - middle))), default=face)


def made(number: int, shown: Sequence[swaps.Shown]) -> Iterator[tuple[str, bool, list[Rgb]]]:
    """Kind, whether it is a composite, and the frames: every film that is made of a photograph."""
    donor, other_photo = tampered.donors(number, rng_of("tampered", number))
    for method in swaps.available():
        if method.name in METHODS and donor:
            yield method.name, True, _each(method, donor, shown)
    if other_photo:
        yield swaps.MOUTH_MOVED.name, True, _each(swaps.MOUTH_MOVED, other_photo, shown)
    yield "untouched", False, [one.rgb for one in shown]
    for kind, change in HONEST.items():
        yield kind, False, [change(one) for one in shown]


def _each(method: swaps.Method, donor: swaps.Shown, shown: Sequence[swaps.Shown]) -> list[Rgb]:
    return [method.make(donor, one) for one in shown]


HONEST: dict[str, Callable[[swaps.Shown], Rgb]] = {
    "beauty filter": lambda shown: retouching.beautified(shown.rgb, shown.face, 2),
    "face hidden: bar": lambda shown: retouching.hidden(shown.rgb, shown.face, "bar"),
    "face hidden: blurred": lambda shown: retouching.hidden(shown.rgb, shown.face, "blurred"),
}
