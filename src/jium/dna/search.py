"""Which of many references does a picture or video resemble? Indexes propose a few, a comparison decides."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Generic, TypeVar
from uuid import UUID, uuid4

from jium.dna.candidates import Candidates
from jium.dna.compare import compare
from jium.dna.comparison import Comparison
from jium.dna.fingerprint import Fingerprint
from jium.dna.neural import Model, similarity
from jium.dna.stills import Known

Name = TypeVar("Name", bound=Hashable)


class Search(Generic[Name]):
    """References held in memory under any name; ``known`` and ``model``: see :func:`jium.dna.compare`."""

    def __init__(self, known: Known | None = None, model: Model | None = None) -> None:
        self._candidates = Candidates()
        self._held: dict[UUID, tuple[int, Name, Fingerprint]] = {}
        self._owners: dict[Name, UUID] = {}
        self._added = 0
        self._known = known
        self._model = model

    def __len__(self) -> int:
        return len(self._held)

    def add(self, name: Name, fingerprint: Fingerprint) -> None:
        """Look for this file from now on, instead of what had the name before."""
        self.remove(name)
        owner = uuid4()
        self._owners[name] = owner
        # As the odds are measured: without knowledge of what is common, with all places of both.
        kept = fingerprint if self._known is None else fingerprint.kept()
        self._held[owner] = (self._added, name, kept)
        self._added += 1
        self._candidates.add(owner, kept)

    def remove(self, name: Name) -> None:
        """Look for it no longer; nothing happens when it is not known."""
        owner = self._owners.pop(name, None)
        if owner:
            del self._held[owner]
            self._candidates.remove(owner)

    def matches(self, seen: Fingerprint) -> Iterator[tuple[Name, Comparison]]:
        """(name, comparison) of every reference that ``seen`` is a copy of, in the order of adding."""
        return ((name, found) for _number, name, found in self.matches_each([seen]))

    def matches_each(self, seen: Sequence[Fingerprint]) -> Iterator[tuple[int, Name, Comparison]]:
        """:meth:`matches` of each of these, by its number: looked up together, which is far quicker for many."""
        for number, (one, near) in enumerate(zip(seen, self._candidates.near_each(seen, self._known), strict=True)):
            owners = near | self._described_alike(one)
            for _added, name, reference in sorted((self._held[owner] for owner in owners), key=_order):
                found = compare(reference, one, self._known, self._model)
                if found.match:
                    yield number, name, found

    def _described_alike(self, seen: Fingerprint) -> set[UUID]:
        """Those whose neural descriptors are as near as the model asks."""
        if self._model is None or seen.still is None or not seen.still.descriptor:
            return set()
        return {
            owner
            for owner, (_number, _name, known) in self._held.items()
            if known.still
            and (similarity(known.still.descriptor, seen.still.descriptor) or 0.0) >= self._model.similarity
        }


def _order(held: tuple[int, Name, Fingerprint]) -> int:
    return held[0]
