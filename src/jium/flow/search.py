"""Which references does a fingerprint resemble? An exact search over every reference's codes."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from jium import dna
from jium.cases import services as cases
from jium.dna.fingerprint import Fingerprint
from jium.dna.index import Index


@dataclass(frozen=True)
class Found:
    """A reference and how the compared fingerprint matches it."""

    reference: cases.Reference
    comparison: dna.Comparison


class ReferenceSearch:
    """Holds the codes of all references in memory and renews them whenever one was added or taken away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: tuple[int, int] | None = None
        self._index = Index()

    def find(self, seen: Fingerprint) -> list[Found]:
        """Every reference that ``seen`` is a copy of."""
        found = []
        for reference_id in sorted(self._candidates(seen), key=str):
            reference = cases.reference(reference_id)
            comparison = dna.compare(cases.fingerprint_of(reference), seen)
            if comparison.match:
                found.append(Found(reference, comparison))
        return found

    def _candidates(self, seen: Fingerprint) -> set[UUID]:
        index = self._current()
        near = set(cases.references_with_digest(seen.sha256))
        if seen.frames:
            codes = np.frombuffer(b"".join(frame.code for frame in seen.frames), np.uint8).reshape(-1, 32)
            near |= {hit.key for hit in index.search(codes)}
        return near

    def _current(self) -> Index:
        with self._lock:
            state = cases.watched_state()
            if state != self._state:
                self._index = _build(cases.watched_codes())
                self._state = state
            return self._index


def _build(codes: Iterable[tuple[UUID, bytes]]) -> Index:
    keys: list[UUID] = []
    forms: list[bytes] = []
    for reference_id, eight in codes:
        keys += [reference_id] * (len(eight) // 32)
        forms.append(eight)
    index = Index()
    if keys:
        index.add(keys, np.frombuffer(b"".join(forms), np.uint8).reshape(-1, 32))
    return index


references = ReferenceSearch()
