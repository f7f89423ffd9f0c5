"""Which pictures share local descriptors with this one? Candidates for a geometric check, best first.

A descriptor of the query votes once for every owner that has one near to it. Its vote weighs log((1 + p) / k) where it
votes for k of the p owners in the index: what every second picture shows says next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jium.dna.index import merging
from jium.dna.index.bits import Owners, Words, as_words, owner_numbers, owner_words
from jium.dna.index.layers import Layers
from jium.dna.index.pictures import DESCRIPTOR_BYTES, Pictures, PictureSegment, PictureTail, Reach, permuted, scan
from jium.dna.index.snapshot import Array

# More than one picture is plausibly kept; and about 0.1 ms of looking.
_CROWD = 1 << 11
_MOST = 1 << 12
# So many bits of 128 apart, the nearest of two unrelated pictures says nothing.
_UNLIKE = 30
# Odd numbers, so that nothing is lost before the upper bits are taken; bits for an owner beside 2^24 queries.
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_HALF = 40


@dataclass(frozen=True)
class Candidate:
    """An owner and the weight of the query's descriptors that are near to one of its own."""

    owner: int
    votes: float


class LocalIndex(Layers[PictureTail, PictureSegment]):
    """128-bit local descriptors of pictures. Its length is the number of descriptors.

    A small index finds every descriptor ``within`` so many bits of 128. A large one looks where one of five keys of up
    to 24 bits differs in at most ``flipped`` bits, and at a few thousand descriptors only: measured with 2 among 50
    million drawn ones, it finds 99 in 100 of those 12 bits away, 86 of those 18 and 44 of those 24 away.
    """

    KIND = "jium local descriptors"
    SIZES = merging.DESCRIPTORS

    def __init__(self, sizes: merging.Sizes | None = None, *, within: int = 24, flipped: int = 2) -> None:
        super().__init__(sizes)
        self._reach = Reach(within, flipped, _CROWD, _MOST)
        self._latest: Words | None = None

    def add(self, owner: int, descriptors: NDArray[np.uint8]) -> None:
        """Keep ``descriptors`` (n × 16 bytes) of ``owner``, beside those it has. ValueError for another shape.

        Pictures of one owner, such as the frames of a video, should be added one after the other: those that are not
        make what they show seem rarer than it is.
        """
        self.add_many([owner], [len(descriptors)], descriptors)

    def add_many(self, owners: Owners, lengths: Sequence[int], descriptors: NDArray[np.uint8]) -> None:
        """Keep ``descriptors`` (n × 16 bytes): the first ``lengths[0]`` are the first owner's, and so on.

        ``owners`` are numbers, or p × 16 bytes. Raises ValueError where types, shapes or lengths do not fit.
        """
        words, named = as_words(descriptors, DESCRIPTOR_BYTES, "descriptors"), owner_words(owners)
        counts = np.asarray(lengths, np.int64)
        if counts.shape != (len(named),) or (counts < 0).any() or counts.sum() != len(words):
            raise ValueError(f"{len(named)} owners and {len(counts)} lengths do not fit {len(words)} descriptors")
        some = counts > 0
        counts, named = counts[some], named[some]
        ends = np.cumsum(counts)
        begin = 0
        with self._lock:
            leads = self._leads(named)
            while begin < len(named):
                before = int(ends[begin] - counts[begin])
                end = max(begin + 1, int(np.searchsorted(ends, before + self._sizes.segment, side="right")))
                self._tail.add(
                    words[before : int(ends[end - 1])], counts[begin:end], named[begin:end], leads[begin:end]
                )
                self._grown(int(ends[end - 1]) - before)
                begin = end

    def search(self, descriptors: NDArray[np.uint8], most: int = 20) -> list[Candidate]:
        """The ``most`` owners that ``descriptors`` (n × 16 bytes) vote for, best first, equals by number.

        Raises ValueError for another type or shape.
        """
        return self.search_each([descriptors], most)[0]

    def search_each(self, pictures: Sequence[NDArray[np.uint8]], most: int = 20) -> list[list[Candidate]]:
        """:meth:`search` for each of these (n × 16 bytes each), looked up together, which is far quicker for many."""
        asked = [as_words(picture, DESCRIPTOR_BYTES, "descriptors") for picture in pictures]
        queries = np.concatenate([np.empty((0, 2), np.uint64), *asked])
        query, owners, bits, known = self._votes(queries, self._reach)
        order = np.argsort(query, kind="stable")
        query, owners, bits = query[order], owners[order], bits[order]
        first = np.cumsum([0, *map(len, asked)]).astype(np.uint32)
        borders = np.searchsorted(query, first)
        return [
            _ranked(query[begin:end] - first[number], owners[begin:end], bits[begin:end], known)[:most]
            for number, (begin, end) in enumerate(pairwise(borders))
        ]

    def pictures_with(self, descriptors: NDArray[np.uint8], within: int) -> NDArray[np.int64]:
        """For each of ``descriptors`` (n × 16 bytes) how many owners have one at most ``within`` bits from it.

        Raises ValueError as above.
        """
        queries = as_words(descriptors, DESCRIPTOR_BYTES, "descriptors")
        # Near means the same thing drawn again here, so buckets one bit away are far enough.
        query, owners, _bits, _known = self._votes(queries, Reach(within, 1, _CROWD, _MOST))
        # One word sorts ten times faster than three. Two owners of one query share its lower half once in millions.
        mixed = (owners[:, 0] * _MIX[0] + owners[:, 1]) * _MIX[1]
        pairs = np.unique(query.astype(np.uint64) << np.uint64(_HALF) | mixed >> np.uint64(64 - _HALF))
        return np.bincount((pairs >> np.uint64(_HALF)).astype(np.int64), minlength=len(descriptors))

    def _votes(self, queries: Words, reach: Reach) -> tuple[NDArray[np.uint32], Words, NDArray[np.uint8], int]:
        """(queries, owners they vote for, bits between) pair by pair, and how many owners there are."""
        with self._lock:
            segments, tail = self._segments, self._tail.pictures
        found = [tail.votes(scan(tail.descriptors, queries, reach, compiled=bool(segments)), queries)]
        if segments:
            sorted_queries = permuted(queries)
            found += [
                segment.pictures.votes(segment.search(sorted_queries, reach), sorted_queries) for segment in segments
            ]
        known = tail.owner_count + sum(segment.pictures.owner_count for segment in segments)
        query, owners, bits = (np.concatenate(column) for column in zip(*found, strict=True))
        return query, owners, bits, known

    def remove(self, owner: int) -> int:
        """As :meth:`Layers.remove`; the number is that of descriptors."""
        with self._lock:
            self._latest = None
            return super().remove(owner)

    def _leads(self, owners: Words) -> NDArray[np.bool_]:
        """Which of ``owners`` differ from the one before, and the last as the one before the next."""
        before = owners[:1] + 1 if self._latest is None else self._latest
        leads: NDArray[np.bool_] = (owners != np.concatenate((before, owners))[: len(owners)]).any(axis=1)
        if len(owners):
            self._latest = owners[-1:].copy()
        return leads

    def _new_tail(self) -> PictureTail:
        return PictureTail()

    def _sorted(self, tail: PictureTail) -> PictureSegment | None:
        left = tail.pictures.living()
        if not len(left.descriptors):
            return None
        return PictureSegment.of(Pictures(permuted(left.descriptors), left.first, left.owners, left.leads, left.alive))

    def _merged(self, segments: Sequence[PictureSegment]) -> PictureSegment | None:
        pictures = Pictures.joined([segment.pictures for segment in segments])
        return PictureSegment.of(pictures) if len(pictures.descriptors) else None

    def _opened(self, arrays: dict[str, Array]) -> PictureSegment:
        return PictureSegment.from_arrays(arrays)

    def _refill(self, arrays: dict[str, Array]) -> None:
        pictures = Pictures.from_arrays(arrays)
        self._tail.add(pictures.descriptors, np.diff(pictures.first).astype(np.int64), pictures.owners, pictures.leads)


def _ranked(query: NDArray[np.uint32], owners: Words, bits: NDArray[np.uint8], known: int) -> list[Candidate]:
    """Owners by the sum of their votes, one for each query: the nearer, and the fewer it votes for, the more."""
    if not len(query):
        return []
    # Words are in the machine's order; read as big-endian they compare as the owners' numbers do.
    numbers = owners.view(">u8")
    order = np.lexsort((bits, query, numbers[:, 1], numbers[:, 0]))
    query, numbers, bits = query[order], numbers[order], bits[order]
    fresh_owner = np.concatenate(([True], (numbers[1:] != numbers[:-1]).any(axis=1)))
    fresh = fresh_owner | np.concatenate(([True], query[1:] != query[:-1]))
    owner = np.cumsum(fresh_owner)[fresh] - 1
    query = query[fresh]
    near = np.maximum(1 - bits[fresh] / _UNLIKE, 0) ** 2
    weight = near * np.log((1 + known) / np.bincount(query)[query])
    votes = np.bincount(owner, weights=np.maximum(weight, 0.0))
    best = np.argsort(-votes, kind="stable")
    named = owner_numbers(numbers[fresh_owner][best])
    return [Candidate(number, float(vote)) for number, vote in zip(named, votes[best], strict=True)]
