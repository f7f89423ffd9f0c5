"""Exact search among millions of 256-bit codes: every code within a Hamming distance, none missed.

What is added lies in a tail that is looked at code by code; a full tail becomes a segment (sorted into buckets), and
small segments become larger ones. A code counts as soon as ``add`` returns, and stops as soon as ``remove`` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jium.dna.comparison import RADIUS
from jium.dna.index import merging
from jium.dna.index.bits import Owners, Words, as_words, owner_numbers, owner_words
from jium.dna.index.layers import Layers
from jium.dna.index.segment import CODE_BITS, CODE_BYTES, Rows, Segment, Tail, permuted, rows_from, scan
from jium.dna.index.snapshot import Array


@dataclass(frozen=True)
class Matches:
    """What a search found, by query, then in the order of adding: arrays of one length."""

    query: NDArray[np.int64]
    owners: NDArray[np.uint8]
    """n × 16, each as ``UUID.bytes``."""
    tag: NDArray[np.uint8]
    distance: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.query)

    def owner(self, at: int) -> int:
        """The owner of match ``at`` as a number."""
        return int.from_bytes(self.owners[at].tobytes(), "big")

    def owner_numbers(self) -> list[int]:
        """The owners of all matches as numbers."""
        return owner_numbers(self.owners)


class CodeIndex(Layers[Tail, Segment]):
    """256-bit codes with a 128-bit owner and an 8-bit tag each; several codes may have one owner.

    Any number of threads may search while one adds or removes. ``sizes`` says when a tail is sorted.
    """

    KIND = "jium 256-bit codes"
    SIZES = merging.CODES

    def add(self, owners: Owners, codes: NDArray[np.uint8], tags: NDArray[np.uint8] | None = None) -> None:
        """Keep ``codes`` (n × 32 bytes) of ``owners`` (n numbers, or n × 16 bytes) with ``tags`` (n; 0 if not given).

        Raises ValueError for other types or shapes, or where they do not pair up.
        """
        words, named = as_words(codes, CODE_BYTES, "codes"), owner_words(owners)
        marks = np.zeros(len(words), np.uint8) if tags is None else tags
        if marks.dtype != np.uint8 or marks.shape != (len(words),):
            raise ValueError(f"tags are {len(words)} numbers of uint8")
        if len(named) != len(words):
            raise ValueError(f"{len(named)} owners for {len(words)} codes")
        with self._lock:
            for start in range(0, len(words), self._sizes.segment):
                more = slice(start, start + self._sizes.segment)
                self._tail.add(words[more], named[more], marks[more])
                self._grown(len(words[more]))

    def search(self, codes: NDArray[np.uint8], radius: int = RADIUS) -> Matches:
        """Every code within ``radius`` (0 to 256) of ``codes`` (n × 32 bytes). Many at a time are far quicker.

        Above 31 every code is looked at. Raises ValueError for another type, shape or radius.
        """
        queries = as_words(codes, CODE_BYTES, "codes")
        if not 0 <= radius <= CODE_BITS:
            raise ValueError(f"a radius of {radius} is not within 0 and {CODE_BITS}")
        with self._lock:
            segments, tail = self._segments, self._tail.rows
        found = []
        if segments:
            sorted_queries = permuted(queries)
            found = [_told(part.rows, part.search(sorted_queries, radius)) for part in segments]
        found.append(_told(tail, scan(tail.codes, queries, radius, compiled=bool(segments))))
        query, owners, tags, distance = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.argsort(query, kind="stable")
        named = np.ascontiguousarray(owners[order]).view(np.uint8).reshape(-1, 16)
        return Matches(query[order].astype(np.int64), named, tags[order], distance[order].astype(np.uint16))

    def _new_tail(self) -> Tail:
        return Tail()

    def _sorted(self, tail: Tail) -> Segment | None:
        rows = tail.rows.living()
        return Segment.of(Rows(permuted(rows.codes), rows.owners, rows.tags, rows.alive)) if len(rows) else None

    def _merged(self, segments: Sequence[Segment]) -> Segment | None:
        rows = Rows.joined([segment.rows for segment in segments])
        return Segment.of(rows) if len(rows) else None

    def _opened(self, arrays: dict[str, Array]) -> Segment:
        return Segment.from_arrays(arrays)

    def _refill(self, arrays: dict[str, Array]) -> None:
        rows = rows_from(arrays)
        self._tail.add(rows.codes, rows.owners, rows.tags)


def _told(rows: Rows, found: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], Words, NDArray[np.uint8], Array]:
    at = found[:, 1]
    owners, tags = rows.owners[at], rows.tags[at]
    # Read last: a removal that runs at the same time clears it first.
    there = rows.alive[at]
    return found[there, 0], owners[there], tags[there], found[there, 2]
