"""``jium bench images``: what is found of edited pictures, and how often strangers match, beside the peers.

Only test pictures are used: none of them, and none of their furniture designs, was seen by ``jium bench
calibrate``. References are the originals and some pictures in furniture; queries are a tenth of the originals in
every kind of edit, at three strengths in turn, the same by an independent library, and the distractors. Every
pair of unrelated pictures is a comparison in which a match would be false.
"""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import log10
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from jium.bench import gallery, image_tables, orb, peers
from jium.bench.corpus import sets
from jium.bench.corpus.items import Item
from jium.bench.edits import EDITS, apply, foreign
from jium.bench.edits.kinds import encoded
from jium.bench.image_speed import speed
from jium.bench.image_tables import Pairs, Query, Reference, Run
from jium.dna.fingerprint import Fingerprint, packed_parts
from jium.dna.score import MATCH_ODDS

# A smaller run to try things out: so many of the originals, distractors in proportion.
SHARE = float(os.environ.get("JIUM_BENCH_SHARE", "1"))
ORIGINALS, DISTRACTORS, FURNISHED_REFERENCES = 520, 12_000, 60
# So many pictures have passed before, and taught what is common; they are no distractors.
STREAM = 3_000
# Less teaches nothing (jium.dna.local.furniture).
LEAST_STREAM = 600
# Every kind of edit is made of one in so many originals.
EDITED_OF = 10


@dataclass(frozen=True)
class Task:
    """A picture to look at: original number ``original`` edited, or a distractor (``edit`` is "")."""

    item: Item
    original: int
    edit: str = ""
    strength: int = 0
    by_others: bool = False


# The origin of a reference, and its features.
Seen = tuple[str, orb.Features]

_gallery: list[gallery.Gallery] = []
_companions: list[Any] = []
_peers: list[peers.Peer] = []
_orb: list[Seen] = []


def measure(console: Console) -> dict[str, Any]:
    """Everything; in under half an hour on two cores."""
    items = sets.originals("test")[: round(ORIGINALS * SHARE)]
    stream_size = max(LEAST_STREAM, round(STREAM * SHARE))
    strangers = sets.distractors("test", round(DISTRACTORS * SHARE) + stream_size + FURNISHED_REFERENCES)
    furnished = [item for item in strangers if item.kind == "furnished"][:FURNISHED_REFERENCES]
    taken = {item.name for item in furnished}
    strangers = [item for item in strangers if item.name not in taken]
    before, strangers = strangers[:stream_size], strangers[stream_size:]
    shown = [*items, *furnished]
    passing = gallery.in_processes(_passed, before, _start, ([], []))
    stream = list(track(passing, "the stream before", total=len(before), console=console))
    reading = gallery.in_processes(_reference, shown, _start, ([], []))
    read = list(track(reading, "references", total=len(shown), console=console))
    tasks = [*_edited(items), *(Task(item, -1) for item in strangers)]
    fingerprints = [fingerprint for fingerprint, _codes, _features in read]
    by_orb = [(item.origin, features) for item, (_fingerprint, _codes, features) in zip(shown, read, strict=True)]
    looking = gallery.in_processes(_look, tasks, _start, (fingerprints, stream, by_orb))
    queries = list(track(looking, "pictures", total=len(tasks), console=console))
    references = [
        Reference(item.name, item.origin, item.kind, codes, len(packed_parts(fingerprint.kept())))
        for item, (fingerprint, codes, _features) in zip(shown, read, strict=True)
    ]
    run = Run(references, queries, peers.peers())
    return {
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": image_tables.by_kind(run),
        "tables": {
            "recall of each group": image_tables.groups(run),
            "all queries": [image_tables.overall(run, way) for way in run.ways],
            "one picture, one core": speed(fingerprints, stream, console),
        },
        "false_matches": image_tables.false_matches(run),
        "notes": image_tables.notes(run, items),
    }


def _edited(items: Sequence[Item]) -> list[Task]:
    """Every kind of edit of one in ``EDITED_OF`` originals; a third of these at each strength."""
    kinds = [(name, False) for name in EDITS] + [(name, True) for name in foreign.FOREIGN]
    return [
        Task(item, number, name, number // EDITED_OF % 3, by_others)
        for number, item in enumerate(items)
        for place, (name, by_others) in enumerate(kinds)
        if (number + place) % EDITED_OF == 0
    ]


def _passed(item: Item) -> tuple[bytes, NDArray[np.uint8]]:
    return gallery.passed(gallery.read(encoded(item.render(), ".jpg", 80)))


def _start(references: Sequence[Fingerprint], stream: gallery.Stream, by_orb: Sequence[Seen] = ()) -> None:
    _gallery[:] = [gallery.Gallery(references, gallery.furniture_of(stream))]
    _companions[:] = [sets.companions("test")]
    _peers[:] = peers.peers()
    _orb[:] = by_orb


def _reference(item: Item) -> tuple[Fingerprint, list[peers.Codes | None], orb.Features]:
    content = encoded(item.render(), ".jpg", 92)
    return gallery.read(content), [peer.hash(content) for peer in _peers], orb.features(content)


def _by_orb(task: Task, content: bytes) -> Pairs:
    """Its own original, and a few strangers: chosen by its name, so that every run asks the same."""
    seen = orb.features(content)
    own = orb.agreeing(_orb[task.original][1], seen) if task.edit else None
    order = np.random.default_rng(list(task.item.name.encode())).permutation(len(_orb))
    unrelated = (_orb[number] for number in order if _orb[number][0] != task.item.origin)
    return Pairs(own, [orb.agreeing(features, seen) for _origin, features in islice(unrelated, orb.STRANGERS)])


def _look(task: Task) -> Query:
    picture = task.item.render()
    if task.edit:
        make = foreign.apply if task.by_others else apply
        content = make(task.edit, task.strength, picture, task.item.name, _companions[0], sets.DESIGNS["test"])
    else:
        content = encoded(picture, ".jpg", 80)
    _seen, answers, times = _gallery[0].look(content)
    scored = []
    for one in answers:
        match = bool(one.by_code) or one.by_place >= MATCH_ODDS
        scored.append((one.reference, log10(max(one.by_code, one.by_place, 1.0)), match, bool(one.by_code)))
    return Query(
        name=task.item.name,
        origin=task.item.origin,
        kind=task.item.kind,
        original=task.original,
        edit=task.edit,
        strength=task.strength,
        by_others=task.by_others,
        scored=scored,
        codes=[peer.hash(content) for peer in _peers],
        times=times,
        orb=_by_orb(task, content),
    )
