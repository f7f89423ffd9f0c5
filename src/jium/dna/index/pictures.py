"""Local descriptors of pictures: the tail that grows, and segments that are sorted into tables and never grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jium.dna.index.bits import Words, filled, of_owner, scramble_tables
from jium.dna.index.snapshot import Array, SnapshotDamaged, expect, expect_rising

DESCRIPTOR_BYTES = 16
DESCRIPTOR_BITS = 128
_KEY_BITS = (8, 24)
# So many descriptors a bucket on average, as a power of two.
_FULLNESS = 2
# From so many comparisons on the compiled scan is worth loading the compiler.
_COMPILED_FROM = 1 << 20
_BLOCK = 1 << 18

Pairs = NDArray[np.uint32]


@dataclass(frozen=True)
class Reach:
    """How far a search looks: bits ``within`` which a descriptor is near, bits ``flipped`` in the key of a bucket.

    A bucket of more than ``crowd`` is skipped; a query descriptor looks at ``most`` others, or a few more.
    """

    within: int
    flipped: int
    crowd: int
    most: int


@dataclass(frozen=True)
class Pictures:
    """Descriptors (n × 2 words) of p pictures: the i-th has rows ``first[i]`` to ``first[i + 1]`` (p + 1).

    ``owners`` is p × 2 words; ``leads`` says which picture came directly after one of another owner; ``alive``, which
    pictures are still there.
    """

    descriptors: Words
    first: NDArray[np.uint32]
    owners: Words
    leads: NDArray[np.bool_]
    alive: NDArray[np.bool_]

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in (*self.arrays().values(), self.alive))

    @property
    def owner_count(self) -> int:
        """Owners still there; one whose pictures were not added together counts more than once."""
        return int((self.leads & self.alive).sum())

    def living(self) -> Pictures:
        """A copy without what was removed."""
        lengths = np.diff(self.first)
        owners = self.owners[self.alive]
        first = np.concatenate(([0], np.cumsum(lengths[self.alive]))).astype(np.uint32)
        descriptors = self.descriptors[np.repeat(self.alive, lengths)]
        return Pictures(descriptors, first, owners, self.leads[self.alive], np.ones(len(owners), np.bool_))

    @classmethod
    def joined(cls, parts: Sequence[Pictures]) -> Pictures:
        """What is left of ``parts``, in order."""
        living = [part.living() for part in parts]
        lengths = np.concatenate([np.diff(part.first) for part in living])
        owners = np.concatenate([part.owners for part in living])
        return cls(
            np.concatenate([part.descriptors for part in living]),
            np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32),
            owners,
            np.concatenate([part.leads for part in living]),
            np.ones(len(owners), np.bool_),
        )

    def held_by(self, owner: Words) -> list[tuple[int, int, int]]:
        """(picture, first row, row behind the last) of the pictures of ``owner`` (1 × 2 words) still there."""
        pictures = of_owner(self.owners, owner)
        return [(int(at), int(self.first[at]), int(self.first[at + 1])) for at in pictures if self.alive[at]]

    def votes(self, found: Pairs, queries: Words) -> tuple[NDArray[np.uint32], Words, NDArray[np.uint8]]:
        """The query, the owner's words and the bits between for each (query, row), without what was removed."""
        bits = np.bitwise_count(queries[found[:, 0]] ^ self.descriptors[found[:, 1]]).sum(axis=1, dtype=np.uint8)
        at = np.searchsorted(self.first, found[:, 1], side="right") - 1
        owners = self.owners[at]
        # Read last: a removal that runs at the same time clears it first.
        there = self.alive[at]
        return found[there, 0], owners[there], bits[there]

    def arrays(self) -> dict[str, Array]:
        """What a snapshot keeps of pictures none of which was removed."""
        return {"descriptors": self.descriptors, "first": self.first, "owners": self.owners, "leads": self.leads}

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array]) -> Pictures:
        """The reverse of :meth:`arrays`; SnapshotDamaged where something does not fit."""
        descriptors, first, owners = arrays["descriptors"], arrays["first"], arrays["owners"]
        expect(descriptors, np.uint64, (len(descriptors), 2), "descriptors")
        expect(first, np.uint32, (len(owners) + 1,), "first")
        expect(owners, np.uint64, (len(owners), 2), "owners")
        expect(arrays["leads"], np.bool_, (len(owners),), "leads")
        expect_rising(first, len(descriptors), "first")
        return cls(descriptors, first, owners, arrays["leads"], np.ones(len(owners), np.bool_))


class PictureTail:
    """Pictures as they came; every descriptor is looked at."""

    def __init__(self) -> None:
        self._room = _empty(0, 0)
        self._rows = 0
        self._count = 0

    def __len__(self) -> int:
        return self._rows

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self._room.nbytes

    @property
    def pictures(self) -> Pictures:
        """What is there now; what is added later does not show, what is removed later does."""
        room, count = self._room, self._count
        return Pictures(
            room.descriptors[: self._rows],
            room.first[: count + 1],
            room.owners[:count],
            room.leads[:count],
            room.alive[:count],
        )

    def add(self, descriptors: Words, lengths: NDArray[np.int64], owners: Words, leads: NDArray[np.bool_]) -> None:
        """Keep more pictures, of ``lengths`` descriptors each."""
        rows, count = self._rows + len(descriptors), self._count + len(owners)
        if rows > len(self._room.descriptors) or count > len(self._room.owners):
            old = self.pictures
            self._room = _empty(max(rows, 2 * self._rows), max(count, 2 * self._count))
            self._room.descriptors[: self._rows], self._room.first[: self._count + 1] = old.descriptors, old.first
            for fresh, kept in (
                (self._room.owners, old.owners),
                (self._room.leads, old.leads),
                (self._room.alive, old.alive),
            ):
                fresh[: self._count] = kept
        self._room.descriptors[self._rows : rows] = descriptors
        self._room.first[self._count + 1 : count + 1] = self._rows + np.cumsum(lengths)
        self._room.owners[self._count : count] = owners
        self._room.leads[self._count : count] = leads
        self._room.alive[self._count : count] = True
        self._rows, self._count = rows, count

    def remove(self, owner: Words) -> int:
        """Overwrite the descriptors of ``owner``; how many there were."""
        gone = 0
        for picture, begin, end in self.pictures.held_by(owner):
            self._room.alive[picture] = False
            self._room.descriptors[begin:end] = 0
            self._room.owners[picture] = 0
            gone += end - begin
        return gone

    def arrays(self) -> dict[str, Array]:
        """What a snapshot keeps: what is left."""
        left = self.pictures.living()
        return left.arrays() if len(left.descriptors) else {}

    def whole(self) -> bool:
        """Whether nothing was removed."""
        return bool(self.pictures.alive.all())


@dataclass(frozen=True, eq=False)
class PictureSegment:
    """Pictures with permuted descriptors, and tables (:mod:`jium.dna.index.local_kernels`).

    ``starts`` is 5 × (buckets + 1), ``entries`` 5 × n row numbers.
    """

    pictures: Pictures
    starts: NDArray[np.uint32]
    entries: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.pictures.descriptors)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.pictures.nbytes + self.starts.nbytes + self.entries.nbytes

    @classmethod
    def of(cls, pictures: Pictures) -> PictureSegment:
        """``pictures``, whose descriptors are permuted already, sorted into tables."""
        from jium.dna.index import local_kernels as kernels

        count = len(pictures.descriptors)
        bits = min(max(round(np.log2(max(count, 1))) - _FULLNESS, _KEY_BITS[0]), _KEY_BITS[1])
        starts = np.empty((kernels.TABLES, (1 << bits) + 1), np.uint32)
        entries = np.empty((kernels.TABLES, count), np.uint32)
        kernels.fill_tables(pictures.descriptors, starts, entries)
        return cls(pictures, starts, entries)

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array]) -> PictureSegment:
        """The reverse of :meth:`arrays`; SnapshotDamaged where something does not fit."""
        from jium.dna.index import local_kernels as kernels

        pictures, starts = Pictures.from_arrays(arrays), arrays["starts"]
        count = len(pictures.descriptors)
        bits = (starts.shape[-1] - 1).bit_length() - 1
        if not _KEY_BITS[0] <= bits <= _KEY_BITS[1]:
            raise SnapshotDamaged(f"keys of {bits} bits")
        expect(starts, np.uint32, (kernels.TABLES, (1 << bits) + 1), "starts")
        expect(arrays["entries"], np.uint32, (kernels.TABLES, count), "entries")
        expect_rising(starts, count, "starts")
        return cls(pictures, starts, arrays["entries"])

    def arrays(self) -> dict[str, Array]:
        """What a snapshot keeps of a segment from which nothing was removed."""
        return {**self.pictures.arrays(), "starts": self.starts, "entries": self.entries}

    def whole(self) -> bool:
        """Whether nothing was removed."""
        return bool(self.pictures.alive.all())

    def remove(self, owner: Words) -> int:
        """Overwrite the descriptors of ``owner`` everywhere; how many there were."""
        from jium.dna.index import local_kernels as kernels

        gone = 0
        for picture, begin, end in self.pictures.held_by(owner):
            self.pictures.alive[picture] = False
            kernels.wipe(self.pictures.descriptors, self.starts, self.entries, begin, end)
            self.pictures.owners[picture] = 0
            gone += end - begin
        return gone

    def search(self, queries: Words, reach: Reach) -> Pairs:
        """(query, row) of descriptors near to ``queries`` (permuted), some of them repeatedly."""
        from jium.dna.index import local_kernels as kernels

        flips = _flips((self.starts.shape[1] - 1).bit_length() - 1, reach.flipped)
        return filled(
            2,
            lambda out: kernels.search_tables(
                self.pictures.descriptors,
                self.starts,
                self.entries,
                queries,
                flips,
                reach.within,
                reach.crowd,
                reach.most,
                out,
            ),
        )


def scan(descriptors: Words, queries: Words, reach: Reach, *, compiled: bool) -> Pairs:
    """(query, row) of every descriptor within reach by looking at each, but none of a query that has too many."""
    if compiled or len(descriptors) * len(queries) >= _COMPILED_FROM:
        from jium.dna.index import local_kernels as kernels

        return filled(2, lambda out: kernels.scan(descriptors, queries, reach.within, reach.most, out))
    found = [np.empty((0, 2), np.uint32)]
    step = max(1, _BLOCK // max(1, len(descriptors)))
    for start in range(0, len(queries), step):
        some = queries[start : start + step]
        distances = np.bitwise_count(some[:, None, 0] ^ descriptors[None, :, 0])
        distances += np.bitwise_count(some[:, None, 1] ^ descriptors[None, :, 1])
        near = distances <= reach.within
        near[near.sum(axis=1) > reach.most] = False
        query, row = np.nonzero(near)
        found.append(np.stack((query + start, row), 1).astype(np.uint32))
    return np.concatenate(found)


def permuted(descriptors: Words) -> Words:
    """``descriptors`` with their bits in the order that segments have them in."""
    from jium.dna.index import code_kernels as kernels

    out = np.empty_like(descriptors)
    kernels.scramble(descriptors.view(np.uint8), scramble_tables(DESCRIPTOR_BITS), out)
    return out


@cache
def _flips(bits: int, most: int) -> NDArray[np.uint32]:
    """Every number of ``bits`` bits with at most ``most`` set, the fewest first."""
    chosen: list[Any] = [bit for count in range(most + 1) for bit in combinations(range(bits), count)]
    return np.array([sum(1 << bit for bit in some) for some in chosen], np.uint32)


def _empty(rows: int, pictures: int) -> Pictures:
    return Pictures(
        np.zeros((rows, 2), np.uint64),
        np.zeros(pictures + 1, np.uint32),
        np.zeros((pictures, 2), np.uint64),
        np.zeros(pictures, np.bool_),
        np.zeros(pictures, np.bool_),
    )
