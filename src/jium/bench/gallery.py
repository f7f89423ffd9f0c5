"""Many pictures against many references, as ``jium find`` does it, in as many processes as there are cores.

What is decoded here was made or packaged by us, so it is decoded in the measuring processes themselves and not in
the sandbox; everything else is the code that runs in earnest.
"""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.dna import inside
from jium.dna.candidates import Candidates
from jium.dna.fingerprint import Fingerprint, checked
from jium.dna.local.evidence import Evidence, evidence
from jium.dna.local.furniture import Furniture
from jium.dna.stills import Known, nearest_codes, odds_of

Task = TypeVar("Task")
Result = TypeVar("Result")


# The PDQ code and the places' codes of every picture of a stream, as they travel to other processes.
Stream = list[tuple[bytes, NDArray[np.uint8]]]


def passed(fingerprint: Fingerprint) -> tuple[bytes, NDArray[np.uint8]]:
    """What is remembered of a picture that passes."""
    local = fingerprint.still.local if fingerprint.still else None
    return fingerprint.frames[0].code, local.codes if local else np.empty((0, 16), np.uint8)


def furniture_of(stream: Stream) -> Furniture:
    """What a stream teaches."""
    learned = Furniture()
    for code, places in stream:
        learned.observe(code, places)
    return learned


@dataclass(frozen=True)
class Seen:
    """What the steps saw of one reference in one picture, and their odds (0: silent)."""

    reference: int
    places: Evidence | None
    by_code: float
    by_place: float


@dataclass(frozen=True)
class Times:
    """Milliseconds of this process's CPU time: reading the file into a fingerprint, searching, comparing."""

    read: float
    search: float
    compare: float


def read(content: bytes) -> Fingerprint:
    """The fingerprint of a picture file, decoded in this very process: only for pictures of our own."""
    facts, packed = inside.fingerprint(io.BytesIO(content))
    return checked(facts, packed, hashlib.sha256(content).hexdigest())


class Gallery:
    """References by number, with the indexes over them."""

    def __init__(self, references: Sequence[Fingerprint], known: Known | None = None) -> None:
        self._full = references
        self._kept = [reference.kept() for reference in references]
        self.known = known
        self._candidates = Candidates()
        for number, reference in enumerate(self._kept):
            self._candidates.add(UUID(int=number + 1), reference)

    def look(self, content: bytes) -> tuple[Fingerprint, list[Seen], Times]:
        """What every reference that the indexes propose has in common with the picture."""
        begun = time.process_time()
        seen = read(content)
        told = time.process_time()
        near = self._near(seen, self.known)
        found = time.process_time()
        answers = [self._compared(number, seen, self.known) for number in near]
        ended = time.process_time()
        return seen, answers, Times(1000 * (told - begun), 1000 * (found - told), 1000 * (ended - found))

    def compared(self, seen: Fingerprint, known: Known | None) -> list[Seen]:
        """As :meth:`look`, of a picture read already, and with something else known to be common."""
        return [self._compared(number, seen, known) for number in self._near(seen, known)]

    def _near(self, seen: Fingerprint, known: Known | None) -> list[int]:
        return sorted(owner.int - 1 for owner in self._candidates.near(seen, known))

    def _compared(self, number: int, seen: Fingerprint, known: Known | None) -> Seen:
        # In earnest, what passes has taught what is common where references are kept; two files are compared in full.
        reference = (self._full if known is None else self._kept)[number]
        # As jium.dna.compare orders the two, so that the answer is its answer.
        first, second = sorted((reference, seen), key=lambda side: side.sha256)
        codes = nearest_codes(first, second, known)
        places = None
        if first.still and second.still and first.still.local and second.still.local:
            places = evidence(first.still.local, second.still.local, known)
        return Seen(number, places, *odds_of(first, second, codes, places))


def in_processes(
    work: Callable[[Task], Result], tasks: Iterable[Task], start: Callable[..., None], arguments: tuple[Any, ...] = ()
) -> Iterator[Result]:
    """``work`` of every task, in order, in one process a core; ``start`` prepares each process.

    Fresh processes: a copy of one in which OpenCV or numpy have threads would wait for them for ever. Each works on
    one thread, so that its CPU time is that of one core.
    """
    os.environ["OMP_NUM_THREADS"] = "1"
    with multiprocessing.get_context("spawn").Pool(
        os.cpu_count() or 1, initializer=_begin, initargs=(start, arguments)
    ) as pool:
        yield from pool.imap(work, tasks, chunksize=4)


def _begin(start: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    cv2.setNumThreads(1)
    start(*arguments)
