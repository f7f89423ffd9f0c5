"""Which references does a fingerprint resemble? The indexes of all references, kept in step with the tables.

What passes without a match teaches what unrelated pictures share.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from uuid import UUID

from jium import dna
from jium.cases import services as cases
from jium.dna.candidates import Candidates
from jium.dna.fingerprint import Fingerprint
from jium.dna.local.furniture import MOST_PICTURES, Furniture
from jium.watch import services as watch


@dataclass(frozen=True)
class Found:
    """A reference and how the compared fingerprint matches it."""

    reference: cases.Reference
    comparison: dna.Comparison


class ReferenceSearch:
    """Holds the codes and places of all references in memory; what was taken away is gone at the next question."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: tuple[int, int] | None = None
        self._held: dict[UUID, int] = {}
        self._candidates = Candidates()
        self._furniture: Furniture | None = None

    def find(self, seen: Fingerprint) -> list[Found]:
        """Every reference that ``seen`` is a copy of."""
        known = self.known()
        found = []
        for reference_id in sorted(self._near(seen, known), key=str):
            reference = cases.reference(reference_id)
            comparison = dna.compare(cases.fingerprint_of(reference), seen, known)
            if comparison.match:
                found.append(Found(reference, comparison))
        if not found:
            _observe(known, seen)
        return found

    def known(self) -> Furniture:
        """What the pictures that passed have in common; after a start it is learned from the latest sightings."""
        with self._lock:
            if self._furniture is None:
                self._furniture = Furniture()
                for passed in watch.passed_pictures(MOST_PICTURES):
                    _observe(self._furniture, passed)
            return self._furniture

    def _near(self, seen: Fingerprint, known: Furniture) -> set[UUID]:
        with self._lock:
            state = cases.watched_state()
            if state != self._state:
                self._renew(cases.watched())
                self._state = state
            return self._candidates.near(seen, known)

    def _renew(self, watched: dict[UUID, int]) -> None:
        for gone in self._held.keys() - watched.keys():
            self._candidates.remove(gone)
            del self._held[gone]
        for reference_id, version in watched.items():
            if self._held.get(reference_id) != version:
                self._candidates.add(reference_id, cases.fingerprint_of(cases.reference(reference_id)))
                self._held[reference_id] = version


def _observe(furniture: Furniture, seen: Fingerprint) -> None:
    if seen.kind == "image" and seen.still and seen.still.local:
        furniture.observe(seen.frames[0].code, seen.still.local.codes)


references = ReferenceSearch()
