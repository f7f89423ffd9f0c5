"""``jium bench calibrate``: weigh the evidence and measure its odds, on the tuning pictures alone.

References are the tuning originals and some pictures in furniture. Copies are edits of the originals; strangers
are the tuning distractors, and every edited picture with every reference but its own. A logistic regression
weighs the measures; then the scores of the strangers are drawn as a tail: so many comparisons, so rarely so high.
Codes are compared of every unedited picture with every other one. All of it twice: where it is known what
unrelated pictures share, and where it is not. What was learned goes into ``src/jium/dna/calibration.json``. The test
pictures of ``jium bench images`` are other ones; there the odds are checked.
The projection of places to 128 bits is learned anew only where ``JIUM_BENCH_LEARN=1`` says so.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

import jium.dna
from jium.bench import code_pairs, fitting, gallery
from jium.bench.code_pairs import Picture
from jium.bench.corpus import sets
from jium.bench.corpus.items import Item, rng_of
from jium.bench.edits import EDITS, apply
from jium.bench.edits.kinds import encoded
from jium.bench.learn import PLACES_OF_ONE, learn_projection, may_learn
from jium.dna.fingerprint import Fingerprint
from jium.dna.local.evidence import NAMES, measures
from jium.dna.score import MATCH_ODDS

Floats = NDArray[np.float64]

KEPT = Path(jium.dna.__path__[0]) / "calibration.json"
# Of the kinds of edit each original is edited in so many, dealt at random, and each at a random strength.
EDITS_OF_ONE = 14
FURNISHED_REFERENCES = 60
# So many of the distractors have passed before, and taught what is common; they are no strangers.
STREAM = 3_000
NAMED = 10


@dataclass(frozen=True)
class Task:
    """A picture to look at: an original edited, or a distractor (``edit`` is "")."""

    item: Item
    original: int
    edit: str = ""
    strength: int = 0


@dataclass(frozen=True)
class Seen:
    """A reference that was proposed, by its number, and the measures of its places."""

    reference: int
    measures: list[float] | None


@dataclass(frozen=True)
class Answer:
    """What is seen of the references in a picture, first knowing what is common, then not; the picture if unedited."""

    task: Task
    picture: Picture | None
    informed: list[Seen]
    alone: list[Seen]


@dataclass(frozen=True)
class Sample:
    """Measures of pairs of a picture with its own reference, and of pairs of strangers, with who they are."""

    copies: Floats
    strangers: Floats
    named: list[tuple[Task, int]]


_gallery: list[gallery.Gallery] = []
_companions: list[Any] = []


def measure(console: Console) -> dict[str, Any]:
    """Calibrate anew and say what came of it."""
    references, items = _references(console)
    strangers = sets.distractors("tuning")
    passing = gallery.in_processes(_passed, strangers[:STREAM], _start, ([], []))
    before = list(track(passing, "the stream before", total=STREAM, console=console))
    stream = [gallery.passed(picture.fingerprint) for picture in before]
    tasks = [*_copies(items), *(Task(item, -1) for item in strangers[STREAM:])]
    answers = list(
        track(
            gallery.in_processes(_look, tasks, _start, (references, stream)),
            "tuning pictures",
            total=len(tasks),
            console=console,
        )
    )
    known = [Picture(item.name, item.origin, one) for item, one in zip(items, references, strict=True)]
    shown = {picture.name: picture for picture in known + before}
    shown |= {answer.picture.name: answer.picture for answer in answers if answer.picture}
    return _learned(answers, items, list(shown.values()))


def _references(console: Console) -> tuple[list[Fingerprint], list[Item]]:
    items = sets.originals("tuning")
    strangers = sets.distractors("tuning")
    if may_learn():
        sample = [item for item in [*items, *strangers] if item.kind in ("photograph", "picture", "clip")]
        places = learn_projection(sample + [item for item in items if item.kind == "drawn"][:80])
        console.print(f"projection learned from {places:,} places, at most {PLACES_OF_ONE} of a picture")
    furnished = [item for item in strangers if item.kind == "furnished"]
    # The furnished ones at the end serve as references here and so are no strangers.
    items = items + furnished[-FURNISHED_REFERENCES:]
    read = gallery.in_processes(_read, items, _start, ([], []))
    return list(track(read, "references", total=len(items), console=console)), items


def _read(item: Item) -> Fingerprint:
    return gallery.read(encoded(item.render(), ".jpg", 92))


def _copies(items: Sequence[Item]) -> Iterator[Task]:
    kinds = list(EDITS)
    for number, item in enumerate(items):
        rng = rng_of("calibrate", number)
        for place in rng.permutation(len(kinds))[:EDITS_OF_ONE]:
            yield Task(item, number, kinds[int(place)], int(rng.integers(3)))


def _passed(item: Item) -> Picture:
    return Picture(item.name, item.origin, gallery.read(encoded(item.render(), ".jpg", 80)))


def _start(references: Sequence[Fingerprint], stream: gallery.Stream) -> None:
    _gallery[:] = [gallery.Gallery(references, gallery.furniture_of(stream))]
    _companions[:] = [sets.companions("tuning")]


def _look(task: Task) -> Answer:
    rendered = task.item.render()
    if task.edit:
        designs = sets.DESIGNS["tuning"]
        content = apply(task.edit, task.strength, rendered, task.item.name, _companions[0], designs)
    else:
        content = encoded(rendered, ".jpg", 80)
    one = _gallery[0]
    seen = gallery.read(content)
    picture = None if task.edit else Picture(task.item.name, task.item.origin, seen)
    return Answer(task, picture, _measured(one.compared(seen, one.known)), _measured(one.compared(seen, None)))


def _measured(answers: Sequence[gallery.Seen]) -> list[Seen]:
    return [
        Seen(one.reference, [float(value) for value in measures(one.places)] if one.places else None) for one in answers
    ]


def _learned(answers: Sequence[Answer], items: Sequence[Item], shown: Sequence[Picture]) -> dict[str, Any]:
    comparisons = _comparisons(answers, items)
    made = sum(answer.task.original >= 0 for answer in answers)
    places, rows, named = {}, [], []
    for condition in ("informed", "alone"):
        sample = _sample(answers, items, condition)
        fitted = fitting.fitted(sample.copies, sample.strangers, comparisons)
        places[condition] = fitted
        rows.append(_told(condition, sample, fitted, comparisons, made))
        named += _named(condition, sample, fitted, items)
    near = code_pairs.near_pairs(shown)
    calibration = {
        "places": {"measures": list(NAMES), **places},
        "codes": code_pairs.code_odds(near, code_pairs.comparisons(shown)),
        "pictures": {"references": len(items), "copies": made, "strangers": len(answers) - made},
        "comparisons": comparisons,
        "method": "logistic regression (ridge) of copies against strangers that the indexes propose; the strangers' "
        f"{fitting.TAIL} highest scores drawn as an exponential tail over all comparisons; "
        f"informed: knowing what a stream of {STREAM:,} pictures taught, alone: not",
        "measured_on": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "measured_by": "jium bench calibrate",
    }
    KEPT.write_text(json.dumps(calibration, indent=2) + "\n", encoding="utf-8")
    return {
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": rows,
        "highest_strangers": named,
        "code_false_matches": [[*pair.names, pair.alike] for pair in near],
        "notes": ["Kept in src/jium/dna/calibration.json."],
    }


def _comparisons(answers: Sequence[Answer], items: Sequence[Item]) -> int:
    """Pairs of a picture and a reference that show nothing of one another."""
    origins = Counter(item.origin for item in items)
    return sum(len(items) - origins[answer.task.item.origin] for answer in answers)


def _sample(answers: Sequence[Answer], items: Sequence[Item], condition: str) -> Sample:
    copies, strangers, named = [], [], []
    for answer in answers:
        for seen in getattr(answer, condition):
            if seen.measures is None:
                continue
            if seen.reference == answer.task.original:
                copies.append(seen.measures)
            elif items[seen.reference].origin != answer.task.item.origin:
                strangers.append(seen.measures)
                named.append((answer.task, seen.reference))
    return Sample(np.array(copies), np.array(strangers), named)


def _told(condition: str, sample: Sample, fitted: dict[str, Any], comparisons: int, made: int) -> dict[str, str | int]:
    odds = fitting.odds(sample.copies, fitted), fitting.odds(sample.strangers, fitted)
    return {
        "what is common": {"informed": "known", "alone": "not known"}[condition],
        "copies found by places": f"{(odds[0] >= MATCH_ODDS).sum() / made:.4f}",
        "strangers proposed": len(sample.strangers),
        "comparisons": f"{comparisons:,}",
        "strangers over the threshold": int((odds[1] >= MATCH_ODDS).sum()),
        "highest stranger, odds": f"{odds[1].max():.3g}",
    }


def _named(condition: str, sample: Sample, fitted: dict[str, Any], items: Sequence[Item]) -> list[list[str]]:
    """The strangers most like copies, so that a person can look at them."""
    odds = fitting.odds(sample.strangers, fitted)
    return [[condition, *_pair(*sample.named[int(at)], items), f"{odds[at]:.3g}"] for at in np.argsort(-odds)[:NAMED]]


def _pair(task: Task, reference: int, items: Sequence[Item]) -> list[str]:
    return [task.item.name, task.edit, items[reference].name]
