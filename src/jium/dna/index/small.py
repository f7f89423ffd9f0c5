"""Exact search among many 256-bit codes: every code within a Hamming distance, none missed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jium.dna.comparison import RADIUS

_WORDS = 4
# Words looked at in one go, so that a search takes the same few megabytes however large the index is.
_BLOCK = 1 << 18


@dataclass(frozen=True)
class Hit:
    """Code number ``query`` of the search lies ``distance`` bits from a code kept under ``key``."""

    query: int
    key: Any
    distance: int


class Index:
    """Keeps codes under keys (several codes may share one) and finds all that are near."""

    def __init__(self) -> None:
        self._keys: list[Hashable] = []
        self._codes: NDArray[np.uint64] = np.empty((0, _WORDS), np.uint64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, keys: Sequence[Hashable], codes: NDArray[np.uint8]) -> None:
        """Keep ``codes`` (n × 32 bytes), the i-th under ``keys[i]``. They must pair up."""
        fresh = _as_words(codes)
        if len(keys) != len(fresh):
            raise ValueError(f"{len(keys)} keys for {len(fresh)} codes")
        self._make_room(len(fresh))
        self._codes[self._count : self._count + len(fresh)] = fresh
        self._count += len(fresh)
        self._keys.extend(keys)

    def _make_room(self, more: int) -> None:
        needed = self._count + more
        if needed > len(self._codes):
            grown = np.empty((max(needed, 2 * len(self._codes)), _WORDS), np.uint64)
            grown[: self._count] = self._codes[: self._count]
            self._codes = grown

    def remove(self, key: Hashable) -> int:
        """Forget every code kept under ``key``; the number forgotten. It counts at once."""
        keep = [number for number, kept in enumerate(self._keys) if kept != key]
        gone = self._count - len(keep)
        if gone:
            self._codes = self._codes[keep]
            self._keys = [self._keys[number] for number in keep]
            self._count = len(keep)
        return gone

    def search(self, codes: NDArray[np.uint8], radius: int = RADIUS) -> list[Hit]:
        """All (query, key, distance) with distance <= ``radius``, by query, then in the order of adding."""
        hits = []
        for number, query in enumerate(_as_words(codes)):
            for start in range(0, self._count, _BLOCK):
                block = self._codes[start : min(start + _BLOCK, self._count)]
                distances = np.bitwise_count(block ^ query).sum(axis=1, dtype=np.uint16)
                hits += [
                    Hit(number, self._keys[start + int(at)], int(distances[at]))
                    for at in np.flatnonzero(distances <= radius)
                ]
        return hits


def _as_words(codes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    if codes.dtype != np.uint8 or codes.ndim != 2 or codes.shape[1] != 8 * _WORDS:
        raise ValueError("codes are n × 32 bytes of uint8")
    return np.ascontiguousarray(codes).view(np.uint64)
