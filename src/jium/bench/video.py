"""``jium bench video``: which edited films are found, in which seconds, and how often strangers match.

References are looked for in edited copies of themselves and in unrelated films, with the search that ``jium find``
uses. Beside it the same with the algorithm of vPDQ: PDQ once a second, upright, two films matching where 80 % of the
frames of both do; pdqhash makes its codes.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from jium.bench import film_edits, film_metrics, films, gallery, metrics, peers, video_speed
from jium.bench.film_edits import EDITS, TARGETS, Source, Truth
from jium.bench.films import FilmItem
from jium.dna import inside
from jium.dna.comparison import Segment
from jium.dna.fingerprint import Fingerprint, checked
from jium.dna.search import Search

# A smaller run to try things out.
SHARE = float(os.environ.get("JIUM_BENCH_SHARE", "1"))
REFERENCES, STRANGERS = 24, 200
# Every kind of edit is made of one in so many references.
EDITED_OF = 6
PEER_FRAMES = 0.8


@dataclass(frozen=True)
class Task:
    """A film to look at: a reference edited, or a stranger (``edit`` -1)."""

    film: FilmItem
    reference: int = -1
    edit: int = -1


@dataclass(frozen=True)
class Answer:
    """The references found and in which seconds; those that the peer finds; where the copy really is."""

    task: Task
    found: dict[int, tuple[Segment, ...]]
    by_peer: set[int]
    truth: Truth | None


_search: list[Search[int]] = []
_peer: list[list[NDArray[np.uint8]]] = []
_count: list[int] = []


def measure(console: Console) -> dict[str, Any]:
    """Everything."""
    count = max(EDITED_OF, round(REFERENCES * SHARE))
    items = films.references("test", count)
    reading = gallery.in_processes(_read, items, _start, ([], [], count))
    read = list(track(reading, "references", total=count, console=console))
    strangers = films.strangers("test", round(STRANGERS * SHARE), count)
    tasks = [
        *(
            Task(item, number, edit)
            for number, item in enumerate(items)
            for edit in range(len(EDITS))
            if (number + edit) % EDITED_OF == 0
        ),
        *(Task(film) for film in strangers),
    ]
    references, codes = ([one[side] for one in read] for side in (0, 1))
    looking = gallery.in_processes(_look, tasks, _start, (references, codes, count))
    answers = list(track(looking, "films", total=len(tasks), console=console))
    return {
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": [_row(name, [answer for answer in answers if _kind(answer) == name]) for name in _names()],
        "tables": {
            "recall of each group": [
                _row(group, [answer for answer in answers if _group(answer) == group], target)
                for group, target in TARGETS.items()
            ],
            "seconds of film in a second of one core": video_speed.speed(console),
        },
        "false_matches": _false(answers),
        "notes": _notes(answers, count, read),
    }


def _read(item: FilmItem) -> tuple[Fingerprint, NDArray[np.uint8]]:
    content = films.encoded(item.frames())
    return fingerprint(content, reference=True), peer_codes(content)


def fingerprint(content: bytes, *, reference: bool) -> Fingerprint:
    """Of a film of our own, decoded in this very process."""
    facts, packed = inside.fingerprint(io.BytesIO(content), reference=reference)
    return checked(facts, packed, hashlib.sha256(content).hexdigest())


def peer_codes(content: bytes) -> NDArray[np.uint8]:
    """pdqhash of a frame a second, n × 32 bytes; those of a quality under 50 are left out."""
    codes = []
    for number, frame in enumerate(films.decoded(content)):
        if number % films.RATE == 0:
            code = peers.pdq_of(frame)
            if code is not None:
                codes.append(code)
    return np.array(codes, np.uint8).reshape(-1, 32)


def _start(references: Sequence[Fingerprint], codes: list[NDArray[np.uint8]], count: int) -> None:
    search: Search[int] = Search()
    for number, reference in enumerate(references):
        search.add(number, reference)
    _search[:], _peer[:], _count[:] = [search], [codes], [count]


def _look(task: Task) -> Answer:
    content, truth = films.encoded(task.film.frames()), None
    if task.edit >= 0:
        around = partial(films.companion, "test", after=_count[0] + round(STRANGERS * SHARE))
        copy = EDITS[task.edit].make(Source(task.film, content, around))
        content, truth = copy.content, copy.truth
    seen = fingerprint(content, reference=False)
    found = {number: comparison.segments for number, comparison in _search[0].matches(seen)}
    codes = peer_codes(content)
    by_peer = {number for number, known in enumerate(_peer[0]) if _peer_matches(known, codes)}
    return Answer(task, found, by_peer, truth)


def _peer_matches(known: NDArray[np.uint8], seen: NDArray[np.uint8]) -> bool:
    if not len(known) or not len(seen):
        return False
    near = peers.hamming(seen, known) <= peers.PDQ_LIMIT
    return bool(near.any(axis=0).mean() >= PEER_FRAMES and near.any(axis=1).mean() >= PEER_FRAMES)


def _names() -> list[str]:
    return [edit.name for edit in EDITS]


def _kind(answer: Answer) -> str:
    return EDITS[answer.task.edit].name if answer.task.edit >= 0 else ""


def _group(answer: Answer) -> str:
    return EDITS[answer.task.edit].group if answer.task.edit >= 0 else ""


def _row(name: str, answers: list[Answer], target: float | None = None) -> dict[str, Any]:
    own = [(answer, answer.found.get(answer.task.reference)) for answer in answers]
    found = [(answer.truth, segments) for answer, segments in own if segments is not None and answer.truth]
    scores = [film_metrics.segment_f1(truth, segments) for truth, segments in found]
    errors = [error for truth, segments in found for error in film_metrics.boundary_errors(truth, segments)]
    peer = sum(answer.task.reference in answer.by_peer for answer in answers)
    low, high = metrics.wilson(len(found), len(own))
    return {
        "edit": name,
        **({"target": target} if target is not None else {}),
        "films": len(own),
        "jium": f"{len(found) / max(1, len(own)):.3f}",
        "95 %": f"{low:.3f}–{high:.3f}",
        "vPDQ": f"{peer / max(1, len(own)):.3f}",
        "segment F1": f"{np.mean(scores):.3f}" if scores else "",
        "boundary error, s": f"{np.median(errors):.2f}" if errors else "",
    }


def _false(answers: list[Answer]) -> dict[str, Any]:
    pairs = [
        [answer.task.film.name, _kind(answer), f"reference {number}"]
        for answer in answers
        for number in answer.found
        if number != answer.task.reference
    ]
    by_peer = sum(len(answer.by_peer - {answer.task.reference}) for answer in answers)
    return {"false": len(pairs), "pairs": pairs, "vPDQ": by_peer}


def _notes(answers: list[Answer], count: int, read: list[tuple[Fingerprint, Any]]) -> list[str]:
    strangers = sum(answer.task.edit < 0 for answer in answers)
    false = _false(answers)
    scenes = sum(len(fingerprint.scenes) for fingerprint, _codes in read)
    seconds = sum(fingerprint.duration or 0.0 for fingerprint, _codes in read)
    compared = len(answers) * count - (len(answers) - strangers)
    return [
        f"{count} references, {len(answers) - strangers} edited copies, {strangers} unrelated films; "
        f"{len(film_edits.EDITS)} kinds of edit",
        f"{false['false']} false matches in {compared:,} unrelated pairs; vPDQ: {false['vPDQ']}",
        f"{scenes / seconds * 60:.0f} scenes kept of a minute of reference",
        "vPDQ: its algorithm (one frame a second, 31 bits, 80 % of the frames of both) on pdqhash, not its package",
    ]
