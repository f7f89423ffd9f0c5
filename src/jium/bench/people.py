"""The faces that the face benches measure with: labelled photographs, and strangers from packages' pictures.

``JIUM_BENCH_FACES``: a folder with ``labels.csv`` (file, identity, source, box as x y width height in pixels, and
group where it is known) and the photographs in ``img``. ``JIUM_BENCH_STRANGERS``: a folder of pictures that show
people, each of them somebody else. Neither is part of jium.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jium.bench.peers import NotInstalled
from jium.faces.face import Box, Seen
from jium.faces.finding import overlap
from jium.faces.looking import Looked, OpenModel, look
from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox

LABELLED = Path(os.environ.get("JIUM_BENCH_FACES", "../shared/data/faces"))
STRANGERS = Path(os.environ.get("JIUM_BENCH_STRANGERS", ".work/faces"))
# Two faces of pictures of strangers that resemble each other so much are one person who stands in two packages.
ONE_PERSON = 0.5
# Strangers' faces of fewer pixels say nothing.
LEAST_SIZE = 32.0
# Boxes that share so much (intersection over union) are of one face: detectors differ in what they take for its edge.
SAME_FACE = 0.2
WORKERS = os.cpu_count() or 1


def workers() -> ProcessPoolExecutor:
    """Processes of their own, one a core. Fresh ones: a fork of a process whose models run threads waits for ever."""
    return ProcessPoolExecutor(WORKERS, get_context("spawn"))


@dataclass(frozen=True)
class Labelled:
    """A photograph of which it is known who it shows, and where. ``box``: in pixels, None for the largest face."""

    file: Path
    identity: str
    source: str
    group: str
    box: Box | None


def labelled() -> list[Labelled]:
    """Raises :class:`NotInstalled` where there are none."""
    table = LABELLED / "labels.csv"
    if not table.is_file():
        raise NotInstalled(str(table))
    with table.open(encoding="utf-8", newline="") as file:
        return [_labelled(row) for row in csv.DictReader(file)]


def _labelled(row: dict[str, str]) -> Labelled:
    told = row.get("box") or row.get("yunet_box_xywh") or ""
    values = [float(value) for value in told.split()]
    box = (values[0], values[1], values[0] + values[2], values[1] + values[3]) if len(values) == 4 else None
    return Labelled(LABELLED / "img" / row["file"], row["identity"], row["source"], row.get("group", ""), box)


class Eyes:
    """Looks at many pictures with one model, on every core, each in a sandbox as everywhere."""

    def __init__(self, model: OpenModel) -> None:
        self.model = model
        self.boxes = [model.sandbox() for _number in range(WORKERS)]

    def each(self, sources: Sequence[Any], watched: Callable[[Iterator[Any]], Any]) -> list[Looked | None]:
        """What is seen in each picture (a path or bytes); None where it cannot be read."""
        with ThreadPoolExecutor(WORKERS) as pool:
            work = ((source, self.boxes[number % WORKERS]) for number, source in enumerate(sources))
            return list(watched(pool.map(self._one, work)))

    def _one(self, work: tuple[Any, Sandbox]) -> Looked | None:
        try:
            return look(work[0], self.model, work[1])
        except MediaError:
            return None

    def close(self) -> None:
        for box in self.boxes:
            box.close()


def theirs(one: Labelled, looked: Looked | None) -> Seen | None:
    """The face meant; None where the model does not see it."""
    if looked is None or not looked.faces:
        return None
    if one.box is None:
        return max(looked.faces, key=lambda face: face.size)
    x0, y0, x1, y1 = one.box
    meant = (x0 / looked.width, y0 / looked.height, x1 / looked.width, y1 / looked.height)
    best = max(looked.faces, key=lambda face: overlap(face.box, meant))
    return best if overlap(best.box, meant) > SAME_FACE else None


def pictures_of_strangers() -> list[Path]:
    """Raises :class:`NotInstalled` where there are none."""
    found = sorted(path for path in STRANGERS.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".webp"))
    if not found:
        raise NotInstalled(str(STRANGERS))
    return found


def faces_of_strangers(eyes: Eyes, watched: Callable[[Iterator[Any]], Any]) -> list[NDArray[np.float32]]:
    """Templates of all faces in pictures of strangers. Raises :class:`NotInstalled` where there are no pictures."""
    seen = [face for looked in eyes.each(pictures_of_strangers(), watched) if looked for face in looked.faces]
    return [face.template for face in seen if face.size >= LEAST_SIZE]


def strangers(eyes: Eyes, watched: Callable[[Iterator[Any]], Any]) -> NDArray[np.float32]:
    """Templates of people each of whom is somebody else. Raises as :func:`faces_of_strangers`."""
    return np.array(distinct(faces_of_strangers(eyes, watched), ONE_PERSON), np.float32)


def distinct(templates: Sequence[NDArray[np.float32]], same: float) -> list[NDArray[np.float32]]:
    """Of faces that resemble each other as those of one person do only the first."""
    kept: list[NDArray[np.float32]] = []
    for template in templates:
        if not kept or float((np.array(kept) @ template).max()) < same:
            kept.append(template)
    return kept
