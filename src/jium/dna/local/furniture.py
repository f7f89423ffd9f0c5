"""Which places are seen all the time, and so prove nothing: learned from the pictures that pass.

Icons of apps, players' bars, site logos, fonts of subtitles and watermarks are shared by unrelated pictures. The
latest few thousand pictures are remembered by their codes alone, without where in the picture they lie, and a place
counts the less the more of them have it. Copies of one picture, however often they are uploaded, count as one, so
that what spreads most is never taken for furniture.
"""

from __future__ import annotations

import threading
from collections import deque

import numpy as np
from numpy.typing import NDArray

from jium.dna.index import CodeIndex, LocalIndex

Codes = NDArray[np.uint8]
Floats = NDArray[np.float64]

MOST_PICTURES = 4_000
# Furniture is drawn by the same program every time: its places differ by less than those of one photograph do.
WITHIN = 14
# Share of pictures: under the first a place is as rare as any, from the second on it says nothing.
RARE, COMMON = 4e-4, 6e-3
# Before so many pictures have passed nothing is held common.
LEAST_PICTURES = 500
# From this share of all pictures on, copies counted, a code is that of many unrelated ones (blank pages, tables).
FREQUENT = 5e-3


class Furniture:
    """The latest pictures of the stream, in memory only. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: deque[int] = deque()
        self._next = 1
        self._sightings: deque[bytes] = deque(maxlen=MOST_PICTURES)
        self._codes = CodeIndex()
        self._places = LocalIndex()

    def __len__(self) -> int:
        return len(self._latest)

    def observe(self, picture_code: bytes, places: Codes) -> bool:
        """Remember a picture: its PDQ code (32 bytes) and its places' codes (n × 16 bytes). False if seen before."""
        code = np.frombuffer(picture_code, np.uint8)[None]
        with self._lock:
            self._sightings.append(picture_code)
            if len(self._codes.search(code)):
                return False
            owner, self._next = self._next, self._next + 1
            self._codes.add([owner], code)
            self._places.add(owner, places)
            self._latest.append(owner)
            if len(self._latest) > MOST_PICTURES:
                oldest = self._latest.popleft()
                self._codes.remove(oldest)
                self._places.remove(oldest)
        return True

    def rarity(self, places: Codes) -> Floats | None:
        """For each place's code (n × 16 bytes) 1 where it is rare, 0 where it is common, in between between.

        None before enough pictures have passed to tell.
        """
        if len(self) < LEAST_PICTURES:
            return None
        if not len(places):
            return np.ones(0)
        # Not counting one: the picture itself may have passed before.
        others = self._places.pictures_with(places, WITHIN) - 1
        share = np.maximum(others / len(self), 1e-12)
        rare: Floats = np.clip(np.log(COMMON / share) / np.log(COMMON / RARE), 0, 1)
        return rare

    def frequent(self, code: bytes) -> bool:
        """Do so many of the latest sightings have this very PDQ code (32 bytes) that it alone proves nothing?

        What spreads most is the worst of all, so a frequent code only means that its places must agree as well.
        """
        with self._lock:
            count, of = self._sightings.count(code), len(self._sightings)
        return of >= LEAST_PICTURES and count >= FREQUENT * of
