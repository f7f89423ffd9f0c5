"""Pictures with another face in them and pictures without, each with the original it was made from.

Of every labelled photograph (:mod:`jium.bench.people`) fakes are made (:mod:`jium.bench.swaps`), and honest edits:
beauty filters, stickers, subtitles, filters of colour, faces hidden, things drawn over faces in the copy or in the
original, and the same head a moment later. All of them are passed on as pictures are on the web: compressed, made
smaller, cropped, lighter. People are parted in two halves, one to tune with and one to report on; some ways to make a
fake, and some things to draw, are never tuned with.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from PIL import Image, ImageOps
from rich.console import Console
from rich.progress import track

from jium.bench import drawing, face_fakes, people, retouching, swaps
from jium.bench.corpus.items import Rgb, rng_of
from jium.bench.corpus.sets import DESIGNS
from jium.bench.edits import EDITS
from jium.bench.edits.kinds import Setting, recompressed
from jium.bench.edits.shapes import scaled
from jium.faces import models
from jium.faces.face import Face, Points
from jium.faces.finding import STILL
from jium.faces.model import FaceModel
from jium.faces.shelf import Shelf
from jium.forensics.finding import Finding
from jium.forensics.laying import laid
from jium.forensics.signals import known_original
from jium.forensics.signals.known_original.parts import Compared, compared
from jium.forensics.signals.known_original.weighing import Calibration, weight
from jium.forensics.verdict import fused
from jium.forensics.view import SIDE, View, people_in

Half = Literal["tune", "test"]

# Fakes made so are reported on, and never tuned with.
HELD_OUT = ("whole head pasted", "coarse face pasted", "inner face warped, colours grown in")
# Honest edits, each with its strength.
HONEST = {
    "smooth": 1,
    "sticker": 1,
    "subtitle": 1,
    "watermark": 1,
    "filter": 1,
    "grey": 0,
    "sharpen": 1,
    "noise": 1,
    "mirror": 0,
}
DRAWN = "drawn"
LARGEST = 1400


# Of each side so much is cropped: left, top, right, bottom.
CROPPED = (0.04, 0.06, 0.05, 0.03)


def _cropped(rgb: Rgb) -> Rgb:
    height, width = rgb.shape[:2]
    left, top, right, bottom = CROPPED
    return rgb[
        round(top * height) : round((1 - bottom) * height), round(left * width) : round((1 - right) * width)
    ].copy()


def _lighter(rgb: Rgb) -> Rgb:
    return np.asarray(255 * (rgb / 255) ** 0.7, np.uint8)


PASSED_ON: dict[str, Callable[[Rgb], Rgb]] = {
    "quality 88": lambda rgb: recompressed(rgb, 88),
    "quality 50": lambda rgb: recompressed(rgb, 50),
    "half the size": lambda rgb: recompressed(scaled(rgb, 0.5), 80),
    "10 % cropped": lambda rgb: recompressed(_cropped(rgb), 80),
    "lighter": lambda rgb: recompressed(_lighter(rgb), 80),
    "all of it": lambda rgb: recompressed(_lighter(scaled(_cropped(rgb), 0.5)), 60),
}


def passed_on(way: str, rgb: Rgb, points: Points) -> tuple[Rgb, Points]:
    """The picture, and where points of it come to lie."""
    there = points.astype(np.float32)
    if way in ("10 % cropped", "all of it"):
        there = there - np.array([round(CROPPED[0] * rgb.shape[1]), round(CROPPED[1] * rgb.shape[0])], np.float32)
    if way in ("half the size", "all of it"):
        there = there * np.float32(0.5)
    return PASSED_ON[way](rgb), there


@dataclass(frozen=True)
class Seen:
    """One comparison. ``target``: number of the photograph it was made from. ``people``: everybody in it, first who is
    meant; nobody where no face was seen or the original could not be laid on it. ``seconds``: for all of it but
    reading files.
    """

    kind: str
    composite: bool
    passed_on: str
    target: int
    people: tuple[Compared, ...]
    seconds: float

    def weight(self, used: Calibration) -> float:
        """As it counts in the end; 0 where nothing could be compared."""
        return max((weight(one, used) for one in self.people), default=0.0)

    def verdict(self, used: Calibration) -> str:
        """What ``jium examine`` would call it."""
        return fused([Finding(known_original.name, self.weight(used), used.error, "")]).name


def seen(half: Half, each: int, model: str, console: Console) -> list[Seen]:
    """All comparisons of one half of the people. ``each``: in so many ways every picture is passed on."""
    labelled = people.labelled()
    targets = [number for number, one in enumerate(labelled) if half_of(one.identity) == half]
    with people.workers() as pool:
        work = pool.map(_of_target, targets, [each] * len(targets), [model] * len(targets))
        found = track(work, f"composites and copies, {half}, {model}", total=len(targets), console=console)
        return [one for some in found for one in some]


def never_tuned(kind: str) -> bool:
    """Is this kind only reported on?"""
    return kind in HELD_OUT or kind.rpartition(": ")[2] in drawing.HELD_OUT


def drawn_over(kind: str) -> bool:
    """Is something drawn over the face in one of the two pictures?"""
    return kind.startswith(DRAWN)


def handed(model: str) -> list[Seen]:
    """Composites made before and elsewhere (``JIUM_BENCH_FAKES``) with the pictures they were made from, and those
    passed on untouched; none where they are not at hand.
    """
    found, known = [], None
    for number, kind, composite, rgb in made_elsewhere():
        if kind == "original":
            known = view(rgb, model)
        elif known and known.people:
            begun = time.perf_counter()
            there = _compared(view(rgb, model), known, known.people[0])
            spent = time.perf_counter() - begun
            found.append(Seen(f"{kind}, made elsewhere", composite, "as it is", number, there, spent))
    return found


def made_elsewhere() -> Iterator[tuple[int, str, bool, Rgb]]:
    """Number, kind, whether it is a composite, and the picture; of each first the original."""
    for number, file in enumerate(sorted(face_fakes.HANDED.glob("*_B.jpg"))):
        rgb = _read(file)
        yield number, "original", False, rgb
        for kind, told in face_fakes.KINDS.items():
            yield number, told, True, _read(file.with_name(file.name.replace("_B", f"_{kind}")))
        yield number, "untouched", False, recompressed(rgb, 70)


def _read(file: Path) -> Rgb:
    return np.array(ImageOps.exif_transpose(Image.open(file)).convert("RGB"))


def half_of(identity: str) -> Half:
    """Which half somebody belongs to."""
    return "tune" if rng_of("half of the people", identity).random() < 0.5 else "test"


@cache
def _labelled() -> list[people.Labelled]:
    return people.labelled()


@cache
def shown(number: int) -> swaps.Shown | None:
    """A labelled photograph with the face meant; None where the finder does not see it."""
    return face_fakes.shown_of(_labelled()[number])


@cache
def _model(name: str) -> FaceModel:
    opened = Shelf.of_user().open(name)
    return models.open_model(opened.description.name, opened.files)


def _of_target(number: int, each: int, model: str) -> list[Seen]:
    found_there = shown(number)
    if found_there is None:
        return []
    cv2.setNumThreads(1)
    pictured = fitted(found_there)
    known = view(recompressed(pictured.rgb, 92), model)
    meant = pictured.face.scaled(known.rgb.shape[1] / pictured.rgb.shape[1])
    ways = list(PASSED_ON)
    found = []
    for place, (kind, composite, rgb, drawn) in enumerate(_pairs(number, pictured)):
        original = known if drawn is None else view(recompressed(drawn, 92), model)
        for step in range(each):
            way = ways[(number + place + step * 2) % len(ways)]
            begun = time.perf_counter()
            there = _compared(view(PASSED_ON[way](rgb), model), original, meant)
            found.append(Seen(kind, composite, way, number, there, time.perf_counter() - begun))
    return found


def _pairs(number: int, pictured: swaps.Shown) -> Iterator[tuple[str, bool, Rgb, Rgb | None]]:
    """Everything that is compared: kind, whether it is a composite, the picture; and its original where that is not the
    photograph.
    """
    for kind, composite, rgb in made(number, pictured):
        yield kind, composite, rgb, None
    rng = rng_of("drawn", number)
    half = half_of(_labelled()[number].identity)
    for name, draw in drawing.DRAWN.items():
        if half == "test" or name not in drawing.HELD_OUT:
            drawn = draw(pictured.rgb, pictured.face, rng)
            yield f"{DRAWN}: {name}", False, drawn, None
            yield f"{DRAWN} on the original: {name}", False, pictured.rgb, drawn


def fitted(shown: swaps.Shown) -> swaps.Shown:
    """No larger than pictures on the web are."""
    factor = LARGEST / max(shown.rgb.shape[:2])
    return swaps.Shown(scaled(shown.rgb, factor), shown.face.scaled(factor)) if factor < 1 else shown


def donors(number: int, rng: np.random.Generator) -> tuple[swaps.Shown | None, swaps.Shown | None]:
    """For a labelled photograph: one of another person of the same half, turned much alike; and another one of the same
    person. None where there is none.
    """
    labelled = _labelled()
    own, target = labelled[number].identity, shown(number)
    half = half_of(own)
    others = [n for n, one in enumerate(labelled) if one.identity != own and half_of(one.identity) == half]
    lent = [donor for n in rng.choice(others, 8, replace=False) if (donor := shown(int(n)))]
    turned = face_fakes.turned(target) if target else 0.0
    same = [n for n, one in enumerate(labelled) if one.identity == own and n != number]
    return (
        min(lent, key=lambda one: abs(face_fakes.turned(one) - turned), default=None),
        shown(int(rng.choice(same))) if same else None,
    )


def made(number: int, pictured: swaps.Shown) -> Iterator[tuple[str, bool, Rgb]]:
    """Kind, whether it is a composite, and the picture: everything that is made of a labelled photograph."""
    rng = rng_of("tampered", number)
    half = half_of(_labelled()[number].identity)
    donor, other_photo = donors(number, rng)
    for method in swaps.available():
        if donor and (half == "test" or method.name not in HELD_OUT):
            yield method.name, True, method.make(donor, pictured)
    if other_photo:
        yield swaps.MOUTH_MOVED.name, True, swaps.MOUTH_MOVED.make(other_photo, pictured)
    yield "untouched", False, pictured.rgb
    for strength in (1, 2):
        yield f"beauty filter {strength}", False, retouching.beautified(pictured.rgb, pictured.face, strength)
    for turn in (1, 2):
        yield f"a moment later {turn}", False, retouching.moved(pictured.rgb, pictured.face, rng)
    for how in ("blurred", "squares", "bar"):
        yield f"face hidden: {how}", False, retouching.hidden(pictured.rgb, pictured.face, how)
    for name, strength in HONEST.items():
        yield name, False, _edited(name, strength, pictured.rgb, rng)


def _edited(name: str, strength: int, rgb: Rgb, rng: np.random.Generator) -> Rgb:
    made = EDITS[name].makes[strength](rgb, Setting(rng, lambda _number: rgb, DESIGNS["test"]))
    if not isinstance(made, bytes):
        return made
    decoded = cv2.imdecode(np.frombuffer(made, np.uint8), cv2.IMREAD_COLOR)
    return np.ascontiguousarray(np.asarray(decoded, np.uint8)[..., ::-1])


def view(rgb: Rgb, model: str) -> View:
    """As the examination sees it."""
    fitted = scaled(rgb, min(1.0, SIDE / max(rgb.shape[:2])))
    return View(fitted, None, people_in(fitted, _model(model), STILL))


def _compared(suspect: View, known: View, meant: Face) -> tuple[Compared, ...]:
    """Everybody in the suspect view, first who stands where the known view shows ``meant``."""
    lying = laid(suspect, known) if suspect.people else None
    if lying is None:
        return ()
    place = lying.points(meant, known.rgb.shape[1]).mean(axis=0)
    nearest = sorted(suspect.people, key=lambda one: float(np.hypot(*(one.points.mean(axis=0) - place))))
    return tuple(compared(suspect, one, known, lying) for one in nearest)
