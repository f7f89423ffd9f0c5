"""Fakes of the labelled people, searched for from other photographs of them, one or three.

Made anew in every run (:mod:`jium.bench.swaps`), of people who have photographs enough; whoever lends the other face is
turned much as she is, as a maker would choose. Beside them a set that was made before and elsewhere
(``JIUM_BENCH_FAKES``), where it is at hand.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from rich.console import Console
from rich.progress import track

from jium.bench import face_edits, people, swaps
from jium.bench.metrics import upper_bound, wilson
from jium.faces import models
from jium.faces.face import Face, Seen, Template, unit
from jium.faces.finding import find, overlap
from jium.faces.model import FaceModel
from jium.faces.normalising import Crowd, normalised
from jium.faces.odds import LEAST_ODDS
from jium.faces.shelf import Shelf

HANDED = Path(os.environ.get("JIUM_BENCH_FAKES", "../shared/data/composites/simulated_swaps"))
# As they are named there.
KINDS = {
    "paste_alpha": "whole face pasted",
    "paste_poisson": "whole face pasted, colours grown in",
    "alpha": "inner face warped",
    "poisson": "inner face warped, colours grown in",
}
PAIRS, SEED = 60, 20
# So many others are looked at for the one who is turned most like her.
CHOICE = 8
# A fake of her and three other photographs.
PHOTOS_NEEDED = 4
SMALL = 40


@dataclass(frozen=True)
class Fake:
    """A fake, packed. ``hers``: numbers of her other labelled photographs, in the order in which they are taken."""

    kind: str
    harder: str
    content: bytes
    hers: tuple[int, ...]


def made(labelled: Sequence[people.Labelled], console: Console) -> list[Fake]:
    """All that can be made here; the same ones in every run."""
    with people.workers() as pool:
        looked = track(pool.map(shown_of, labelled), "fakes: photographs", total=len(labelled), console=console)
        shown = {number: one for number, one in enumerate(looked) if one}
        pairs = _pairs(labelled, shown)
        work = pool.map(_of_pair, [shown[hers] for hers, _ in pairs], [shown[other] for _, other in pairs])
        each = list(track(work, "fakes: made", total=len(pairs), console=console))
    random = np.random.default_rng(SEED)
    return [
        Fake(kind, harder, content, _others(labelled, hers, random))
        for (hers, _other), contents in zip(pairs, each, strict=True)
        for kind, harder, content in contents
    ]


def handed(labelled: Sequence[people.Labelled]) -> list[Fake]:
    """Those made before and elsewhere; none where they are not at hand."""
    if not (HANDED / "index.csv").is_file():
        return []
    with (HANDED / "index.csv").open(encoding="utf-8", newline="") as file:
        index = list(csv.DictReader(file))
    numbers = {_called(one.file): number for number, one in enumerate(labelled)}
    found = []
    for row in index:
        first, source = numbers.get(row["other_photo_same_person"]), numbers.get(row["source_photo"])
        if first is None:
            continue
        others = [
            number
            for number, one in enumerate(labelled)
            if one.identity == labelled[first].identity and number not in (first, source)
        ]
        for kind, told in KINDS.items():
            content = (HANDED / f"{int(row['n']):03d}_{kind}.jpg").read_bytes()
            found.append(Fake(f"{told}, made elsewhere", face_edits.AS_IT_IS, content, (first, *others)))
    return found


def _called(file: Path) -> str:
    """How that index calls a photograph: without its source and, of numbered ones, without its person."""
    source, name = file.name.split("_", 1)
    return name.split("_", 1)[1] if source == "deepface" else name


@cache
def finder() -> FaceModel:
    """The model that comes with jium, here in this process: for pictures of our own only."""
    return models.open_model("dlib", Shelf.of_user().open("dlib").files)


def shown_of(one: people.Labelled) -> swaps.Shown | None:
    """The face meant; None where it is not seen."""
    rgb = np.array(ImageOps.exif_transpose(Image.open(one.file)).convert("RGB"))
    faces = find(finder(), rgb)
    best = max(faces, key=lambda face: overlap(face.box, one.box) if one.box else face.size, default=None)
    return swaps.Shown(rgb, best) if best and (not one.box or overlap(best.box, one.box) > people.SAME_FACE) else None


def _pairs(labelled: Sequence[people.Labelled], shown: Mapping[int, swaps.Shown]) -> list[tuple[int, int]]:
    """Numbers of her photograph and of the other one."""
    random = np.random.default_rng(SEED)
    by_person: dict[str, list[int]] = {}
    for number, one in enumerate(labelled):
        by_person.setdefault(one.identity, []).append(number)
    persons = [
        [number for number in numbers if number in shown]
        for numbers in by_person.values()
        if len(numbers) >= PHOTOS_NEEDED
    ]
    chosen = []
    for turn in range(PAIRS):
        hers = int(random.choice(persons[turn % len(persons)]))
        strangers = [number for number in shown if labelled[number].identity != labelled[hers].identity]
        choice = random.choice(strangers, min(CHOICE, len(strangers)), replace=False).tolist()
        chosen.append((hers, min(choice, key=lambda number: abs(turned(shown[number]) - turned(shown[hers])))))
    return chosen


def turned(shown: swaps.Shown) -> float:
    """How far the nose lies left or right of the eyes' middle, in distances of the eyes."""
    eyes, nose = shown.face.points[:2], shown.face.points[2]
    return float((nose[0] - eyes[:, 0].mean()) / max(float(np.linalg.norm(eyes[1] - eyes[0])), 1e-6))


def _of_pair(hers: swaps.Shown, other: swaps.Shown) -> list[tuple[str, str, bytes]]:
    return [
        (method.name, harder, content)
        for method in swaps.available()
        for harder, content in _harder(method.make(hers, other), other.face)
    ]


def _harder(rgb: NDArray[np.uint8], face: Face) -> Iterator[tuple[str, bytes]]:
    """As it is, and with what befalls pictures on the web."""
    picture = Image.fromarray(rgb)
    yield face_edits.AS_IT_IS, face_edits.packed(picture)
    yield f"{SMALL} pixels", face_edits.packed(face_edits.shrunk(picture, SMALL / face.size))
    yield "JPEG 30", face_edits.packed(picture, 30)


def _others(labelled: Sequence[people.Labelled], hers: int, random: np.random.Generator) -> tuple[int, ...]:
    others = [n for n, one in enumerate(labelled) if one.identity == labelled[hers].identity and n != hers]
    return tuple(random.permutation(others).tolist())


class Search:
    """A person is looked for as ``jium trace`` does it: from the mean of her photographs, normalised.

    ``templates``: of the labelled photographs, None where no face is seen. ``level``: from where on it is a hit.
    """

    def __init__(
        self, templates: Sequence[Template | None], crowd_of: Callable[[Template], Crowd], level: float
    ) -> None:
        self._templates, self._crowd_of, self.level = templates, crowd_of, level

    def hit(self, photos: Sequence[int], faces: Sequence[Template]) -> bool:
        """Is one of the faces hers, from so many of the labelled photographs?"""
        hers = self.mean(photos)
        return hers is not None and any(value >= self.level for value in self.values(hers, faces))

    def mean(self, photos: Sequence[int]) -> Template | None:
        """Of those photographs in which her face is seen."""
        known = [template for one in photos if (template := self._templates[one]) is not None]
        return unit(np.sum(known, axis=0)) if known else None

    def people_but(self, labelled: Sequence[people.Labelled], identity: str) -> list[Template]:
        """The labelled faces of everybody else."""
        both = zip(labelled, self._templates, strict=True)
        return [template for one, template in both if one.identity != identity and template is not None]

    def values(self, hers: Template, faces: Sequence[Template]) -> list[float]:
        """How much each resembles her, normalised."""
        near = self._crowd_of(hers)
        return [normalised(float(hers @ face), near, self._crowd_of(face)) for face in faces]


def found(fakes: Sequence[Fake], seen: Sequence[Sequence[Seen]], search: Search) -> list[dict[str, Any]]:
    """One row a kind and what befell it. ``seen``: the faces of each fake."""
    rows = []
    for kind, harder in dict.fromkeys((fake.kind, fake.harder) for fake in fakes):
        of_it = [
            (fake, [face.template for face in faces])
            for fake, faces in zip(fakes, seen, strict=True)
            if (fake.kind, fake.harder) == (kind, harder)
        ]
        row: dict[str, Any] = {"fake": kind, "and": harder, "of": len(of_it)}
        for photos, told in ((1, "from one photo"), (3, "from three")):
            hits = sum(search.hit(fake.hers[:photos], faces) for fake, faces in of_it)
            low, high = wilson(hits, len(of_it))
            row[told] = f"{hits / len(of_it):.2f} ({low:.2f}–{high:.2f})"
        rows.append(row)
    return rows


def falsely(
    fakes: Sequence[Fake], labelled: Sequence[people.Labelled], strangers: Sequence[Template], search: Search
) -> list[dict[str, Any]]:
    """How often others are taken for one of those people, from one photo of her and from three."""
    enrolments = list(dict.fromkeys(fake.hers for fake in fakes))
    rows = []
    for photos in (1, 3):
        each = []
        for hers in enrolments:
            if (mean := search.mean(hers[:photos])) is not None:
                each += search.values(mean, [*search.people_but(labelled, labelled[hers[0]].identity), *strangers])
        values = np.array(each)
        false = int((values >= search.level).sum())
        rows.append(
            {
                "photos": photos,
                "comparisons": f"{len(values):,}",
                "false": false,
                "at most, 95 %": f"{upper_bound(false, len(values)):.1e}",
                "aimed at": f"{1 / LEAST_ODDS:.0e}",
            }
        )
    return rows
