"""``jium bench faces``: one photo of a person searched for, beside dlib as face_recognition uses it.

Photographs and strangers are those of :mod:`jium.bench.people`, the ones that ``jium bench calibrate-faces`` measures
with: nothing here is held out. Each way is held to the same rate of false hits, measured in this run on the same
comparisons; then it is told how it does as it is used. Then fakes of those people are searched for
(:mod:`jium.bench.face_fakes`).
"""

from __future__ import annotations

import datetime
import io
import os
import platform
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.progress import track

from jium.bench import face_fakes, face_peer, people, swaps
from jium.bench.face_fakes import Fake, Search
from jium.bench.metrics import recall_at, threshold_at, wilson
from jium.faces import cohort, odds
from jium.faces.face import Template
from jium.faces.looking import look
from jium.faces.normalising import Crowd, crowd, normalised, usual
from jium.faces.odds import LEAST_ODDS, Calibration
from jium.faces.shelf import Shelf

Floats = NDArray[np.float64]

RATES = (1e-4, 1e-5)
FILM_FRAMES, FILM_SIZE = 120, (1280, 720)
PEER = "face_recognition (dlib)"


@dataclass(frozen=True)
class Way:
    """How alike faces are, one way: of pairs of one person (-inf where one of the two is not seen), and of strangers.

    ``used``: from where on it is a hit as it is used.
    """

    name: str
    same: Floats
    strangers: Floats
    used: float


def measure(console: Console) -> dict[str, Any]:
    """Everything; half an hour on two cores with dlib, a few minutes without."""
    labelled = people.labelled()
    contents = [one.file.read_bytes() for one in labelled]
    shelf = Shelf.of_user()
    fakes = [*face_fakes.made(labelled, console), *face_fakes.handed(labelled)]
    ways, found, false, speeds, notes = [], [], [], [], []
    for described in shelf.present():
        calibration = odds.of_model(described.name)
        if calibration is None:
            continue
        eyes = people.Eyes(shelf.open(described.name))
        try:
            measured = _Measured(described.name, eyes, calibration, labelled, console)
            ways += measured.ways(contents)
            of_fakes, of_others = measured.fakes(fakes)
            found += of_fakes
            false += of_others
            speeds.append(_speed(described.name, eyes))
        finally:
            eyes.close()
        notes.append(f"{described.name}: {described.title}")
    ways.append(_peer(labelled, contents, console))
    return {
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": [_row(way) for way in ways],
        "tables": {
            f"fakes found from other photos of her, at 1 in {LEAST_ODDS:,.0f}": found,
            "others taken for her": false,
            "films": speeds,
        },
        "notes": [
            *notes,
            *swaps.left_out(),
            f"{len(labelled)} photographs of {len({one.identity for one in labelled})} people",
        ],
    }


def _row(way: Way) -> dict[str, Any]:
    row: dict[str, Any] = {"way": way.name, "pairs": len(way.same), "strangers": f"{len(way.strangers):,}"}
    for rate in RATES:
        found = recall_at(way.same, way.strangers, rate)
        low, high = wilson(found.found, found.positives)
        row[f"found at {rate:.0e}"] = f"{found.found / found.positives:.3f} ({low:.2f}–{high:.2f})"
    row["found as used"] = f"{float((way.same >= way.used).mean()):.3f}"
    row["false as used"] = f"{float((way.strangers >= way.used).mean()):.1e}"
    return row


class _Measured:
    """One model of ours."""

    def __init__(
        self,
        name: str,
        eyes: people.Eyes,
        calibration: Calibration,
        labelled: Sequence[people.Labelled],
        console: Console,
    ) -> None:
        self._name, self._eyes, self._calibration, self._labelled = name, eyes, calibration, labelled
        self._console = console
        self._base = cohort.of_model(name)
        self._usually = usual(self._base)
        self._others: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._templates: list[Template | None] = []

    def _watched(self, what: str, total: int | None) -> Any:
        return partial(track, description=f"{self._name}: {what}", total=total, console=self._console)

    def _crowd(self, template: NDArray[np.float32]) -> Crowd:
        return crowd(template, self._base, self._usually)

    def ways(self, contents: Sequence[bytes]) -> list[Way]:
        """Normalised, as it is used; and the plain similarity, to see what that brings."""
        looked = self._eyes.each(contents, self._watched("photographs", len(contents)))
        seen = [people.theirs(one, found) for one, found in zip(self._labelled, looked, strict=True)]
        self._others = people.strangers(self._eyes, self._watched("strangers", None))
        identities = [one.identity for one in self._labelled]
        templates = self._templates = [face.template if face else None for face in seen]
        crowds = [None if one is None else self._crowd(one) for one in templates]
        far = [self._crowd(one) for one in self._others]
        scaled: dict[bool, list[float]] = {True: [], False: []}
        plain: dict[bool, list[float]] = {True: [], False: []}
        for i, a in enumerate(templates):
            for j in range(i):
                b, left, right = templates[j], crowds[i], crowds[j]
                same = identities[i] == identities[j]
                missing = a is None or b is None or left is None or right is None
                if missing and not same:
                    continue
                value = -np.inf if a is None or b is None else float(a @ b)
                plain[same].append(value)
                scaled[same].append(-np.inf if left is None or right is None else normalised(value, left, right))
            if a is not None and (near := crowds[i]):
                values = (self._others @ a).tolist()
                plain[False] += values
                scaled[False] += [normalised(value, near, one) for value, one in zip(values, far, strict=True)]
        level = self._calibration.level(LEAST_ODDS)
        strict = threshold_at(plain[False], 1 / LEAST_ODDS)
        return [
            Way(f"jium, {self._name}", np.array(scaled[True]), np.array(scaled[False]), level),
            Way(f"{self._name}, plain similarity", np.array(plain[True]), np.array(plain[False]), strict),
        ]

    def fakes(self, fakes: Sequence[Fake]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """What is found of them, and how often others are taken for her; after :meth:`ways`."""
        contents = [fake.content for fake in fakes]
        looked = self._eyes.each(contents, self._watched("fakes", len(contents)))
        seen = [one.faces if one else () for one in looked]
        search = Search(self._templates, self._crowd, self._calibration.level(LEAST_ODDS))
        found = face_fakes.found(fakes, seen, search)
        false = face_fakes.falsely(fakes, self._labelled, list(self._others), search)
        return [{"model": self._name, **row} for row in found], [{"model": self._name, **row} for row in false]


def _peer(labelled: Sequence[people.Labelled], contents: Sequence[bytes], console: Console) -> Way:
    """Distances with their sign turned, so that more is more alike."""
    pictures = people.pictures_of_strangers()
    boxes = [_shares(one, content) for one, content in zip(labelled, contents, strict=True)]
    with people.workers() as pool:
        work = pool.map(face_peer.meant, contents, boxes)
        known = list(track(work, f"{PEER}: photographs", total=len(contents), console=console))
        work = pool.map(face_peer.largest, (path.read_bytes() for path in pictures))
        others = [
            one for one in track(work, f"{PEER}: strangers", total=len(pictures), console=console) if one is not None
        ]
    same, strangers = [], []
    for i, a in enumerate(known):
        for j in range(i):
            b = known[j]
            far = np.inf if a is None or b is None else float(np.linalg.norm(a - b))
            if labelled[i].identity == labelled[j].identity:
                same.append(-far)
            elif np.isfinite(far):
                strangers.append(-far)
        if a is not None:
            strangers += [-float(np.linalg.norm(a - other)) for other in others]
    return Way(PEER, np.array(same), np.array(strangers), -face_peer.CUSTOMARY)


def _shares(one: people.Labelled, content: bytes) -> tuple[float, float, float, float] | None:
    if one.box is None:
        return None
    width, height = Image.open(io.BytesIO(content)).size
    x0, y0, x1, y1 = one.box
    return x0 / width, y0 / height, x1 / width, y1 / height


def _speed(name: str, eyes: people.Eyes) -> dict[str, Any]:
    """Frames a second of a film of people, one film on each core at once; the median of three."""
    film = _film()
    rates = []
    for _round in range(3):
        start = time.perf_counter()
        with ThreadPoolExecutor(people.WORKERS) as pool:
            looked = list(pool.map(lambda box: look(film, eyes.model, box), eyes.boxes))
        rates.append(sum(one.frames for one in looked) / (time.perf_counter() - start))
    faces = sum(face.looks for face in looked[0].faces) / looked[0].frames
    return {
        "model": name,
        "film": f"{FILM_SIZE[0]} × {FILM_SIZE[1]}, {faces:.1f} faces a frame",
        "cores": people.WORKERS,
        "frames a second": round(statistics.median(rates), 1),
    }


def _film() -> bytes:
    """Two photographs wandering over the picture, looked at frame by frame."""
    photographs = [Image.open(one.file).convert("RGB").resize((220, 220)) for one in people.labelled()[:10]]
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream: Any = container.add_stream("libx264", rate=2)
        (stream.width, stream.height), stream.pix_fmt = FILM_SIZE, "yuv420p"
        for number in range(FILM_FRAMES):
            picture = Image.new("RGB", FILM_SIZE, (100, 110, 90))
            picture.paste(photographs[number // 12 % 10], (100 + 4 * number, 200))
            picture.paste(photographs[(number // 12 + 1) % 10], (900 - number, 400))
            frame = av.VideoFrame.from_ndarray(np.array(picture), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return target.getvalue()
