"""Which of many fingerprints may show what another does? Indexes propose a few; only a comparison decides.

Codes: every one within the radius is proposed, in all eight forms and for every view. Places: those that share most
of the rarer places are proposed, both as they are and mirrored. Of a film every moment and every scene counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log1p
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from jium.dna.fingerprint import QUALITY_FLOOR, Fingerprint
from jium.dna.index import CodeIndex, LocalIndex
from jium.dna.local import descriptor
from jium.dna.still import Still
from jium.dna.stills import Known

# So many references are compared for the places they share with one picture, the likeliest first.
MOST_COMPARED = 4
# In units of a place that one reference alone has; less is nothing that a comparison could confirm.
LEAST_VOTES = 0.6
LEAST_RARITY = 0.6
# So many places are asked for, and kept of a reference: the strongest of every part of a picture come first.
ASKED = 300
KEPT = 200
# Looked up by keys with one bit flipped: measured, no fewer copies are found than with two, in a fifth of the time.
WITHIN, FLIPPED = 20, 1


class Candidates:
    """The indexes: owners go in with their fingerprints, those near to a fingerprint come out."""

    def __init__(self) -> None:
        self._codes = CodeIndex()
        self._places = LocalIndex(within=WITHIN, flipped=FLIPPED)
        self._digests: dict[str, set[UUID]] = {}
        self._digest_of: dict[UUID, str] = {}

    def __len__(self) -> int:
        return len(self._digest_of)

    def add(self, owner: UUID, fingerprint: Fingerprint) -> None:
        """Look for this from now on. What was kept under ``owner`` before is forgotten."""
        self.remove(owner)
        self._digest_of[owner] = fingerprint.sha256
        self._digests.setdefault(fingerprint.sha256, set()).add(owner)
        codes = _rows([form for forms in _forms(fingerprint) for form in forms], 32)
        self._codes.add([owner.int] * len(codes), codes)
        for still in _stills(fingerprint):
            if still.local:
                self._places.add(owner.int, still.local.codes[:KEPT])

    def remove(self, owner: UUID) -> None:
        """Forget it, at once and wholly; nothing happens when it is not known."""
        digest = self._digest_of.pop(owner, None)
        if digest is None:
            return
        self._digests[digest].discard(owner)
        if not self._digests[digest]:
            del self._digests[digest]
        self._codes.remove(owner.int)
        self._places.remove(owner.int)

    def near(self, seen: Fingerprint, known: Known | None = None) -> set[UUID]:
        """All that may be shown in ``seen``: of codes none is missed, of places the likeliest few are given.

        What is ``known`` to be common does not vote.
        """
        return self.near_each([seen], known)[0]

    def near_each(self, seen: Sequence[Fingerprint], known: Known | None = None) -> list[set[UUID]]:
        """:meth:`near` for each of these, looked up together, which is far quicker for many."""
        near = [set(self._digests.get(one.sha256, ())) for one in seen]
        upright = [[forms[0] for forms in _forms(one)] for one in seen]
        asked_by = np.repeat(np.arange(len(seen)), [len(codes) for codes in upright])
        codes = _rows([code for codes in upright for code in codes], 32)
        if len(codes):
            found = self._codes.search(codes)
            for number, owner in zip(asked_by[found.query].tolist(), found.owner_numbers(), strict=True):
                near[number].add(UUID(int=owner))
        stills = [(number, still) for number, one in enumerate(seen) for still in _stills(one)]
        places = [(number, self._rare(still, known)) for number, still in stills if still.local and len(still.local)]
        for (number, _places), shared in zip(places, self._sharing([rare for _number, rare in places]), strict=True):
            near[number] |= shared
        return near

    @staticmethod
    def _rare(still: Still, known: Known | None) -> NDArray[np.uint8]:
        """The places to ask for."""
        places: NDArray[np.uint8] = still.local.codes if still.local else np.empty((0, 16), np.uint8)
        rare = known.rarity(places) if known is not None else None
        return (places if rare is None else places[rare >= LEAST_RARITY])[:ASKED]

    def _sharing(self, pictures: Sequence[NDArray[np.uint8]]) -> Iterator[set[UUID]]:
        """For each picture's places the few that share most of them, as they are or mirrored."""
        upright = self._places.search_each(pictures, MOST_COMPARED)
        mirrored = self._places.search_each([descriptor.mirrored(places) for places in pictures], MOST_COMPARED)
        least = LEAST_VOTES * log1p(len(self))
        for both in zip(upright, mirrored, strict=True):
            found = sorted((one for side in both for one in side), key=lambda one: -one.votes)
            yield {UUID(int=one.owner) for one in found[:MOST_COMPARED] if one.votes >= least}


def _forms(fingerprint: Fingerprint) -> list[tuple[bytes, ...]]:
    """The codes of every frame and view good enough to match."""
    frames = [frame.dihedral or (frame.code,) for frame in fingerprint.frames if frame.quality >= QUALITY_FLOOR]
    views = [view for still in _stills(fingerprint) for view in still.views]
    return frames + [view.dihedral for view in views if view.quality >= QUALITY_FLOOR]


def _stills(fingerprint: Fingerprint) -> list[Still]:
    """The picture, or the scenes of the film."""
    return [fingerprint.still] if fingerprint.still else [scene.still for scene in fingerprint.scenes]


def _rows(codes: list[bytes], size: int) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(codes), np.uint8).reshape(-1, size)
