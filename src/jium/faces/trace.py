"""Is the person enrolled among the faces seen? Everyone else is compared and forgotten.

What is kept while a search runs, in memory only: the faces that may be hers, and a small crowd of strangers that
tells how much faces resemble each other in this very material (:mod:`jium.faces.normalising`). Which strangers is
decided by the files' digests: the order of the files does not matter, nor whether a search was interrupted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from jium.faces.cohort import DRAWN
from jium.faces.enrol import Enrolled
from jium.faces.face import Seen, Template
from jium.faces.normalising import Crowd, crowd, normalised, usual
from jium.faces.odds import LEAST_ODDS, Calibration

Key = TypeVar("Key")

# Strangers come from so many files, the largest so many faces of each.
FILES, OF_EACH = 120, 3
# With as many strangers as come with a model faces are compared, whatever was seen; up to half of them were seen.
COHORT = DRAWN
# A face that one stranger in so many would resemble as much may be hers; the others are forgotten at once.
POSSIBLE_ODDS = 30.0


@dataclass(frozen=True)
class Hit:
    """A face that may be hers. ``photo``: the number of the photo it resembles most. ``value``: how much, in deviations
    above what strangers do. ``odds``: one of so many strangers does.
    """

    face: Seen
    photo: int
    value: float
    odds: float


@dataclass(frozen=True)
class Noted:
    """What one need remember of a file to go on later: no face, only how many, and whether one may be hers."""

    digest: str
    faces: int
    possible: bool


@dataclass
class _Kept:
    order: bytes
    faces: list[Seen] = field(repr=False)


class Tracer(Generic[Key]):
    """Takes what was seen in one file after another; at the end it says in which the person may be.

    ``base``: templates of strangers, n × numbers, that come with the model.
    """

    def __init__(self, enrolled: Enrolled, calibration: Calibration, base: NDArray[np.float32]) -> None:
        self._enrolled, self._calibration, self._base = enrolled, calibration, base
        self._template = enrolled.template
        self._usually = usual(base)
        self._near = self._crowd(self._template, base)
        self._possible: dict[Key, list[Seen]] = {}
        self._sample: dict[Key, _Kept] = {}
        self.compared = 0

    def add(self, key: Key, digest: str, faces: Sequence[Seen]) -> Noted:
        """Compare the faces of a file, known by ``key`` and by its SHA-256; what may be hers is kept."""
        self.compared += len(faces)
        possible = [face for face in faces if self._reaches(face, POSSIBLE_ODDS)]
        if possible:
            self._possible[key] = possible
        self._take_sample(key, digest, faces)
        return Noted(digest, len(faces), bool(possible))

    def needed(self, known: Mapping[Key, Noted]) -> set[Key]:
        """Which files, known from before, must be looked at once more: those of which a face would be kept now."""
        orders = [kept.order for kept in self._sample.values()]
        orders += [_order(noted.digest) for noted in known.values() if noted.faces]
        last = sorted(orders)[:FILES][-1:]
        sampled = {key for key, noted in known.items() if noted.faces and [_order(noted.digest)] <= last}
        return sampled | {key for key, noted in known.items() if noted.possible}

    def skip(self, noted: Noted) -> None:
        """Count the faces of a file known from before that need not be looked at again."""
        self.compared += noted.faces

    def hits(self, least: float = LEAST_ODDS) -> dict[Key, list[Hit]]:
        """The faces that may be hers, with odds of ``least`` or more, the likeliest of each file first."""
        cohort = self.cohort()
        near = self._crowd(self._template, cohort)
        found: dict[Key, list[Hit]] = {}
        for key, faces in self._possible.items():
            hits = [self._hit(face, cohort, near) for face in faces]
            kept = sorted((hit for hit in hits if hit.odds >= least), key=lambda hit: -hit.value)
            if kept:
                found[key] = kept
        return found

    def cohort(self) -> NDArray[np.float32]:
        """The strangers: a sample of those seen, without faces that seem to be hers, and drawn ones to fill up.

        Who stands in many files counts as often: that makes it harder to take somebody else for him, not easier.
        """
        seen = [face for kept in sorted(self._sample.values(), key=lambda one: one.order) for face in kept.faces]
        strangers = [face.template for face in seen if not self._reaches(face, LEAST_ODDS)]
        own = np.array(strangers[: COHORT // 2], np.float32).reshape(-1, self._base.shape[1])
        return np.concatenate([own, self._base[: COHORT - len(own)]])

    def _reaches(self, face: Seen, odds: float) -> bool:
        """Does only one stranger in ``odds`` resemble her so much, as far as the drawn strangers tell?"""
        return self._value(face, self._base, self._near) >= self._calibration.level(odds)

    def _crowd(self, template: Template, cohort: NDArray[np.float32]) -> Crowd:
        return crowd(template, cohort, self._usually)

    def _value(self, face: Seen, cohort: NDArray[np.float32], near: Crowd) -> float:
        return normalised(float(self._template @ face.template), near, self._crowd(face.template, cohort))

    def _hit(self, face: Seen, cohort: NDArray[np.float32], near: Crowd) -> Hit:
        value = self._value(face, cohort, near)
        return Hit(face, self._enrolled.nearest(face.template), value, self._calibration.odds(value))

    def _take_sample(self, key: Key, digest: str, faces: Sequence[Seen]) -> None:
        if not faces:
            return
        largest = sorted(faces, key=lambda face: (-face.size, face.box))[:OF_EACH]
        self._sample[key] = _Kept(_order(digest), largest)
        if len(self._sample) > FILES:
            del self._sample[max(self._sample, key=lambda one: self._sample[one].order)]


def _order(digest: str) -> bytes:
    """A place that depends on nothing but the file, and on nothing that anybody could wish."""
    return hashlib.sha256(b"jium cohort" + digest.encode()).digest()
