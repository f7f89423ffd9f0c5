"""Which of many fingerprints may show what another does? Indexes propose a few; only a comparison decides.

Codes: every one within the radius is proposed, in all eight forms and for every view. Places: those that share most
of the rarer places are proposed, both as they are and mirrored. Of a film every moment and every scene counts.
"""

from __future__ import annotations

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
        near = set(self._digests.get(seen.sha256, ()))
        upright = _rows([forms[0] for forms in _forms(seen)], 32)
        if len(upright):
            near |= {UUID(int=owner) for owner in self._codes.search(upright).owner_numbers()}
        for still in _stills(seen):
            if still.local and len(still.local):
                near |= self._sharing(still.local.codes, known)
        return near

    def _sharing(self, places: NDArray[np.uint8], known: Known | None) -> set[UUID]:
        """The few that share most of these places, as they are or mirrored."""
        rare = known.rarity(places) if known is not None else None
        if rare is not None:
            places = places[rare >= LEAST_RARITY]
        places = places[:ASKED]
        found = self._places.search(places, MOST_COMPARED) + self._places.search(
            descriptor.mirrored(places), MOST_COMPARED
        )
        found.sort(key=lambda one: -one.votes)
        least = LEAST_VOTES * log1p(len(self))
        return {UUID(int=one.owner) for one in found[:MOST_COMPARED] if one.votes >= least}


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
