"""Codes with their owners: the tail that grows, and segments that are sorted into buckets and never grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jium.dna.index.bits import Words, filled, of_owner, scramble_tables
from jium.dna.index.snapshot import Array, expect, expect_rising

CODE_BYTES = 32
CODE_BITS = 256
CODE_WORDS = 4
# From so many comparisons on the compiled scan is worth loading the compiler.
COMPILED_FROM = 1 << 26
_BLOCK = 1 << 16

Triples = NDArray[np.uint32]


@dataclass(frozen=True)
class Rows:
    """Codes (n × 4 words), owners (n × 2 words), tags and which are still there (``alive``)."""

    codes: Words
    owners: Words
    tags: NDArray[np.uint8]
    alive: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in _arrays(self))

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        """What is left of ``parts``, in order."""
        columns = zip(*(_arrays(part.living()) for part in parts), strict=True)
        return cls(*(np.concatenate(column) for column in columns))

    def living(self) -> Rows:
        """A copy without what was removed."""
        keep = np.flatnonzero(self.alive)
        return Rows(self.codes[keep], self.owners[keep], self.tags[keep], np.ones(len(keep), np.bool_))

    def held_by(self, owner: Words) -> NDArray[np.intp]:
        """Rows of ``owner`` (1 × 2 words) that are still there."""
        rows = of_owner(self.owners, owner)
        return rows[self.alive[rows]]


class Tail:
    """Codes as they came, looked at one by one."""

    def __init__(self) -> None:
        self._rows = _empty(0)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self._rows.nbytes

    @property
    def rows(self) -> Rows:
        """What is there now; rows added later do not show, rows removed later do."""
        whole, count = self._rows, self._count
        return Rows(whole.codes[:count], whole.owners[:count], whole.tags[:count], whole.alive[:count])

    def add(self, codes: Words, owners: Words, tags: NDArray[np.uint8]) -> None:
        """Keep more rows."""
        needed = self._count + len(codes)
        if needed > len(self._rows):
            grown, old = _empty(max(needed, 2 * len(self._rows))), self.rows
            for fresh, kept in zip(_arrays(grown), _arrays(old), strict=True):
                fresh[: self._count] = kept
            self._rows = grown
        more = slice(self._count, needed)
        self._rows.codes[more], self._rows.owners[more], self._rows.tags[more] = codes, owners, tags
        self._rows.alive[more] = True
        self._count = needed

    def remove(self, owner: Words) -> int:
        """Overwrite the rows of ``owner``; how many there were."""
        rows = self.rows.held_by(owner)
        self._rows.alive[rows] = False
        for array in (self._rows.codes, self._rows.owners, self._rows.tags):
            array[rows] = 0
        return len(rows)

    def arrays(self) -> dict[str, Array]:
        """What a snapshot keeps: what is left."""
        return rows_arrays(self.rows.living())

    def whole(self) -> bool:
        """Whether nothing was removed."""
        return bool(self.rows.alive.all())


@dataclass(frozen=True, eq=False)
class Segment:
    """Rows with permuted codes and the buckets of their 16 bands (:mod:`jium.dna.index.code_kernels`).

    ``starts`` is 16 × 65,537, ``entries`` 16 × n row numbers, ``filters`` 16 × (3 n + padding).
    """

    rows: Rows
    starts: NDArray[np.uint32]
    entries: NDArray[np.uint32]
    filters: NDArray[np.uint32]

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.rows.nbytes + self.starts.nbytes + self.entries.nbytes + self.filters.nbytes

    @classmethod
    def of(cls, rows: Rows) -> Segment:
        """``rows``, whose codes are permuted already, sorted into buckets."""
        from jium.dna.index import code_kernels as kernels

        starts = np.empty((kernels.BANDS, kernels.BUCKETS + 1), np.uint32)
        entries = np.empty((kernels.BANDS, len(rows)), np.uint32)
        filters = np.empty((kernels.BANDS, kernels.FILTER_WORDS * len(rows) + kernels.PADDING), np.uint32)
        filters[:, kernels.FILTER_WORDS * len(rows) :] = 0
        kernels.fill_bands(rows.codes, starts, entries, filters)
        return cls(rows, starts, entries, filters)

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array]) -> Segment:
        """The reverse of :meth:`arrays`; SnapshotDamaged where something does not fit."""
        from jium.dna.index import code_kernels as kernels

        count = len(arrays["codes"])
        expect(arrays["starts"], np.uint32, (kernels.BANDS, kernels.BUCKETS + 1), "starts")
        expect(arrays["entries"], np.uint32, (kernels.BANDS, count), "entries")
        width = kernels.FILTER_WORDS * count + kernels.PADDING
        expect(arrays["filters"], np.uint32, (kernels.BANDS, width), "filters")
        expect_rising(arrays["starts"], count, "starts")
        return cls(rows_from(arrays), arrays["starts"], arrays["entries"], arrays["filters"])

    def __len__(self) -> int:
        return len(self.rows)

    def whole(self) -> bool:
        """Whether nothing was removed."""
        return bool(self.rows.alive.all())

    def arrays(self) -> dict[str, Array]:
        """What a snapshot keeps of a segment from which nothing was removed."""
        return {**rows_arrays(self.rows), "starts": self.starts, "entries": self.entries, "filters": self.filters}

    def remove(self, owner: Words) -> int:
        """Overwrite the codes of ``owner`` everywhere; how many there were."""
        from jium.dna.index import code_kernels as kernels

        rows = self.rows.held_by(owner)
        self.rows.alive[rows] = False
        if len(rows):
            kernels.wipe(self.rows.codes, self.starts, self.entries, self.filters, rows)
            self.rows.owners[rows] = 0
            self.rows.tags[rows] = 0
        return len(rows)

    def search(self, queries: Words, radius: int) -> Triples:
        """(query, row, distance) of every code within ``radius`` of ``queries`` (permuted), by query and row."""
        from jium.dna.index import code_kernels as kernels

        if radius >= 2 * kernels.BANDS:
            return scan(self.rows.codes, queries, radius, compiled=True)
        found = filled(
            3,
            lambda out: kernels.search_bands(
                self.rows.codes, self.starts, self.entries, self.filters, queries, radius, out
            ),
        )
        return _in_order(found)


def scan(codes: Words, queries: Words, radius: int, *, compiled: bool) -> Triples:
    """(query, row, distance) of every code within ``radius``, by query and row, by looking at each."""
    if compiled or len(codes) * len(queries) >= COMPILED_FROM:
        from jium.dna.index import code_kernels as kernels

        return _in_order(filled(3, lambda out: kernels.scan(codes, queries, radius, out)))
    found = [np.empty((0, 3), np.uint32)]
    step = max(1, _BLOCK // max(1, len(codes)))
    for first in range(0, len(queries), step):
        for start in range(0, len(codes), _BLOCK):
            differing = queries[first : first + step, None] ^ codes[None, start : start + _BLOCK]
            distances = np.bitwise_count(differing).sum(axis=2, dtype=np.uint32)
            query, row = np.nonzero(distances <= radius)
            found.append(np.stack((query + first, row + start, distances[query, row]), 1).astype(np.uint32))
    return _in_order(np.concatenate(found))


def _in_order(found: Triples) -> Triples:
    return found[np.lexsort((found[:, 1], found[:, 0]))]


def permuted(codes: Words) -> Words:
    """``codes`` with their bits in the order that segments have them in."""
    from jium.dna.index import code_kernels as kernels

    out = np.empty_like(codes)
    kernels.scramble(codes.view(np.uint8), scramble_tables(CODE_BITS), out)
    return out


def rows_arrays(rows: Rows) -> dict[str, Array]:
    """What a snapshot keeps of rows from which nothing was removed."""
    return {"codes": rows.codes, "owners": rows.owners, "tags": rows.tags} if len(rows) else {}


def rows_from(arrays: dict[str, Array]) -> Rows:
    """The reverse of :func:`rows_arrays`; SnapshotDamaged where something does not fit."""
    count = len(arrays["codes"])
    expect(arrays["codes"], np.uint64, (count, CODE_WORDS), "codes")
    expect(arrays["owners"], np.uint64, (count, 2), "owners")
    expect(arrays["tags"], np.uint8, (count,), "tags")
    return Rows(arrays["codes"], arrays["owners"], arrays["tags"], np.ones(count, np.bool_))


def _empty(count: int) -> Rows:
    return Rows(
        np.zeros((count, CODE_WORDS), np.uint64),
        np.zeros((count, 2), np.uint64),
        np.zeros(count, np.uint8),
        np.zeros(count, np.bool_),
    )


def _arrays(rows: Rows) -> tuple[Array, ...]:
    return rows.codes, rows.owners, rows.tags, rows.alive
