"""``jium bench calibrate-faces``: how seldom strangers' faces resemble each other, for each model that is here.

Two sets of faces (:mod:`jium.bench.people`): photographs of which it is known who they show, and pictures of people
each of whom is somebody else. Of the second set comes the spread from which a model's cohort is drawn: of one half of
the people where the other half is measured, of all of them in what is kept. Every labelled face with every
stranger, and with every face of another name, is a comparison in which a hit would be false. Rates that so many
comparisons cannot show are drawn from the tail, and said to be. Then the labelled photographs are searched for each
other, as they are and with what befalls pictures on the web.

The middle of dlib's templates is learned anew only where ``JIUM_BENCH_LEARN=1`` says so.

What is measured goes into ``calibration.json`` and ``cohort.npz`` of the model's folder, which are committed.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from rich.console import Console
from rich.progress import track

import jium.faces.models
from jium.bench import face_edits, people
from jium.bench.learn import may_learn
from jium.bench.metrics import wilson
from jium.faces import cohort
from jium.faces.enrol import poor
from jium.faces.face import Seen
from jium.faces.looking import Looked
from jium.faces.models import dlib
from jium.faces.normalising import Crowd, crowd, normalised, usual
from jium.faces.odds import LEAST_ODDS
from jium.faces.shelf import Shelf

Floats = NDArray[np.float64]

FOLDER = Path(jium.faces.models.__path__[0])
# The rates at which the normalised similarity is read off, and from which on they are drawn from the tail.
RATES = (0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5, 1e-6, 1e-7)
SEEN_RATE, TAIL_SHARE = 3e-4, 1e-3
# Groups are compared at a rate at which the few comparisons within one show something.
GROUP_RATE = 1e-3
# A deviation of its estimate is added to the tail's slope, so that it errs towards fewer hits.
CAUTION = 1.64


@dataclass(frozen=True)
class Faces:
    """The labelled photographs with the face of each, where the model saw it."""

    people: list[people.Labelled]
    seen: list[Seen | None]


def measure(console: Console) -> dict[str, Any]:
    """Every model that is here; one row each."""
    rows, tables = [], {}
    if may_learn():
        learn_centre(console)
    for described in Shelf.of_user().present():
        result = _of_model(described.name, console)
        rows.append(result["row"])
        tables[f"{described.name}: found at one stranger in {LEAST_ODDS:,.0f}"] = result["recall"]
        taken = f"taken for each other within a group, at one stranger in {1 / GROUP_RATE:,.0f}"
        tables[f"{described.name}: {taken}"] = result["groups"]
    return {
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": rows,
        "tables": tables,
        "notes": [
            f"strangers: pictures of {len(list(people.STRANGERS.iterdir()))} packages",
            "rates under 1 in 3,000 are drawn from the tail of the strangers",
        ],
    }


def learn_centre(console: Console) -> None:
    """Learn anew where the middle of dlib's templates lies; what was measured with another one no longer holds."""
    np.save(dlib.CENTRE, np.zeros(dlib.NUMBERS, np.float32))
    eyes = people.Eyes(Shelf.of_user().open("dlib"))
    try:
        seen = people.faces_of_strangers(eyes, lambda work: track(work, "dlib: centre", console=console, total=None))
    finally:
        eyes.close()
    np.save(dlib.CENTRE, np.mean(seen, axis=0).astype(np.float32))


def _of_model(name: str, console: Console) -> dict[str, Any]:
    eyes = people.Eyes(Shelf.of_user().open(name))
    try:
        return _calibrated(name, eyes, console)
    finally:
        eyes.close()


def _calibrated(name: str, eyes: people.Eyes, console: Console) -> dict[str, Any]:
    labelled = people.labelled()

    def watched(what: str, total: int) -> Any:
        return lambda work: track(work, f"{name}: {what}", total=total, console=console)

    looked = eyes.each([one.file for one in labelled], watched("labelled photographs", len(labelled)))
    seen = [people.theirs(one, found) for one, found in zip(labelled, looked, strict=True)]
    others = people.strangers(eyes, lambda work: track(work, f"{name}: strangers", console=console, total=None))
    mean, factor = cohort.spread(others)
    base = cohort.drawn(mean, factor)
    faces = Faces(labelled, seen)
    impostors, plain = _impostors(faces, others, base)
    levels = _levels(impostors)
    level_at = {rate: value for value, rate in levels}
    recalls = _recalls(faces, eyes, base, level_at, watched)
    told: dict[str, Any] = {
        "levels": [[round(value, 4), round(float(np.log10(rate)), 4)] for value, rate in levels],
        "alike": round(_tail(plain, 1e-3), 4),
        "recall": {row["picture"]: round(row["found"] / row["of"], 4) for row in recalls if row["of"]},
        "provenance": {
            "made_by": "jium bench calibrate-faces",
            "at": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "labelled": {"photographs": len(labelled), "people": len({one.identity for one in labelled})},
            "strangers": {"people": len(others), "packages": sorted(one.name for one in people.STRANGERS.iterdir())},
            "comparisons": len(impostors),
            "drawn_from_the_tail_below": SEEN_RATE,
        },
    }
    (FOLDER / name / "calibration.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    np.savez_compressed(FOLDER / name / "cohort.npz", mean=mean, factor=factor)
    row = {
        "model": name,
        "comparisons of strangers": f"{len(impostors):,}",
        "found at 1 in 10,000": told["recall"]["all"],
        "level there": round(level_at[1 / LEAST_ODDS], 2),
        "highest stranger": round(float(impostors.max()), 2),
    }
    return {"row": row, "recall": recalls, "groups": _by_group(faces, base, level_at[GROUP_RATE])}


def _impostors(faces: Faces, others: NDArray[np.float32], base: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Normalised and plain similarity of every comparison in which a hit would be false."""
    known = [(one.identity, face.template) for one, face in zip(faces.people, faces.seen, strict=True) if face]
    templates = np.array([template for _identity, template in known])
    scaled, plain = [], []
    for first in (0, 1):
        half, unseen = cohort.drawn(*cohort.spread(others[first::2])), others[1 - first :: 2]
        scaled.append(_all(templates, unseen, half).ravel())
        plain.append((templates @ unseen.T).ravel())
    apart = np.array([[a[0] != b[0] for b in known] for a in known])
    apart &= np.triu(np.ones_like(apart), 1)
    scaled.append(_all(templates, templates, base)[apart])
    plain.append((templates @ templates.T)[apart])
    return np.concatenate(scaled), np.concatenate(plain).astype(np.float64)


def _all(a: NDArray[np.float32], b: NDArray[np.float32], base: NDArray[np.float32]) -> Floats:
    """The normalised similarity of each with each."""
    left, right = _crowds(a, base), _crowds(b, base)
    similar = (a @ b.T).astype(np.float64)
    return np.array(
        [[normalised(similar[i, j], left[i], right[j]) for j in range(len(b))] for i in range(len(a))], np.float64
    )


def _crowds(templates: NDArray[np.float32], base: NDArray[np.float32]) -> list[Crowd]:
    usually = usual(base)
    return [crowd(template, base, usually) for template in templates]


def _by_group(faces: Faces, base: NDArray[np.float32], level: float) -> list[dict[str, Any]]:
    """How often people of one source or group are taken for each other, where the level lets one in 1,000 pass."""
    known = [(one, face.template) for one, face in zip(faces.people, faces.seen, strict=True) if face]
    templates = np.array([template for _one, template in known])
    scaled = _all(templates, templates, base)
    apart = np.triu(np.array([[a.identity != b.identity for b, _ in known] for a, _ in known]), 1)
    rows = []
    for group in ["all", *sorted({one.source for one, _ in known} | {one.group for one, _ in known if one.group})]:
        of_it = np.array([group in ("all", one.source, one.group) for one, _ in known])
        values = scaled[apart & of_it[:, None] & of_it[None]]
        false = int((values >= level).sum())
        low, high = wilson(false, len(values))
        rows.append({"group": group, "comparisons": len(values), "false": false, "95 %": f"{low:.1e} to {high:.1e}"})
    return rows


def _levels(impostors: Floats) -> list[tuple[float, float]]:
    """(normalised similarity, rate): as seen down to ``SEEN_RATE``, from there on drawn from the tail."""
    return [(_tail(impostors, rate), rate) for rate in RATES]


def _tail(values: Floats, rate: float) -> float:
    """What a share of ``rate`` reaches: seen, or beyond that by an exponential tail (Pickands, Annals of Statistics
    1975, with the shape that errs towards caution) fitted to the highest ``TAIL_SHARE``."""
    if rate >= SEEN_RATE:
        return float(np.quantile(values, 1 - rate))
    start = float(np.quantile(values, 1 - TAIL_SHARE))
    beyond = values[values > start] - start
    slope = float(beyond.mean()) * (1 + CAUTION / np.sqrt(len(beyond)))
    return float(start + slope * np.log(TAIL_SHARE / rate))


def _recalls(
    faces: Faces, eyes: people.Eyes, base: NDArray[np.float32], level_at: dict[float, float], watched: Any
) -> list[dict[str, Any]]:
    """Of pictures of a person, each searched for from every other photo of her, how many are found."""
    level = level_at[1 / LEAST_ODDS]
    edited = {
        what: _edited(faces, eyes, edit, watched(what, len(faces.people))) for what, edit in face_edits.EDITS.items()
    }
    plain = edited.pop(face_edits.AS_IT_IS)
    rows = [_row("all", faces, plain, base, level)]
    for odds in (1e5, 1e6):
        rows.append(_row(f"at 1 in {odds:,.0f}", faces, plain, base, level_at[1 / odds]))
    rows += [_row(what, faces, seen, base, level) for what, seen in edited.items()]
    for kind, edit in face_edits.PHOTOS.items():
        photos = _edited(faces, eyes, edit, watched(f"photo {kind}", len(faces.people)))
        rows.append(_row(f"photo {kind}", faces, photos, base, level))
    turned = [face if face and "turned" in poor(face) else None for face in faces.seen]
    if sum(face is not None for face in turned) >= 10:
        rows.append(_row("photo turned", faces, turned, base, level, only_seen=True))
    for source in sorted({one.source for one in faces.people} | {one.group for one in faces.people if one.group}):
        of_it = [
            face if source in (one.source, one.group) else None
            for one, face in zip(faces.people, faces.seen, strict=True)
        ]
        rows.append(_row(f"of {source}", faces, of_it, base, level, only_seen=True))
    return rows


def _edited(faces: Faces, eyes: people.Eyes, edit: face_edits.Edit, watched: Any) -> list[Seen | None]:
    contents: list[bytes] = []
    for one, face in zip(faces.people, faces.seen, strict=True):
        picture = ImageOps.exif_transpose(Image.open(one.file)).convert("RGB")
        contents.append(face_edits.packed(edit(picture, face) if face else picture))
    found: Sequence[Looked | None] = eyes.each(contents, watched)
    # Edits move faces; only one person of a picture is labelled, so the largest face is taken.
    return [max(seen.faces, key=lambda face: face.size, default=None) if seen else None for seen in found]


def _row(
    what: str,
    faces: Faces,
    edited: Sequence[Seen | None],
    base: NDArray[np.float32],
    level: float,
    only_seen: bool = False,
) -> dict[str, Any]:
    """One kind: of all pairs of one person, one photo as it is and the other one edited, how many reach the level."""
    usually = usual(base)
    plain = [face and crowd(face.template, base, usually) for face in faces.seen]
    changed = [face and crowd(face.template, base, usually) for face in edited]
    found = total = 0
    for i, j in _pairs(faces.people):
        a, b = faces.seen[i], edited[j]
        if only_seen and b is None:
            continue
        total += 1
        near, far = plain[i], changed[j]
        if a and b and near and far:
            found += normalised(float(a.template @ b.template), near, far) >= level
    low, high = wilson(int(found), total)
    return {
        "picture": what,
        "found": int(found),
        "of": total,
        "share": f"{found / total:.3f}" if total else "",
        "95 %": f"{low:.2f}–{high:.2f}",
    }


def _pairs(labelled: Sequence[people.Labelled]) -> Iterator[tuple[int, int]]:
    for i, a in enumerate(labelled):
        for j, b in enumerate(labelled):
            if i != j and a.identity == b.identity:
                yield i, j
