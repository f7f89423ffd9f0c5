"""What both large indexes are: a tail that grows, segments that do not, removal at once, snapshots."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Generic, Protocol, Self, TypeVar

from jium.dna.index import merging, snapshot
from jium.dna.index.bits import Words, owner_words
from jium.dna.index.snapshot import Array, PartFile, SnapshotDamaged

SORTED = "starts"
"""The array that a segment has in a snapshot and a tail has not."""


class Layer(Protocol):
    """A tail or a segment. Its length counts removed rows too."""

    def __len__(self) -> int: ...

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""

    def remove(self, owner: Words) -> int:
        """Overwrite the rows of ``owner`` (1 × 2 words); how many there were."""

    def arrays(self) -> dict[str, Array]:
        """What a snapshot keeps; of a tail only what is still there."""

    def whole(self) -> bool:
        """Whether nothing was removed."""


T = TypeVar("T", bound=Layer)
S = TypeVar("S", bound=Layer)


class Layers(ABC, Generic[T, S]):
    """Rows with 128-bit owners. Any number of threads may search while one adds or removes."""

    KIND: ClassVar[str]
    SIZES: ClassVar[merging.Sizes]

    def __init__(self, sizes: merging.Sizes | None = None) -> None:
        self._sizes = sizes or self.SIZES
        self._lock = threading.RLock()
        self._segments: tuple[S, ...] = ()
        self._tail = self._new_tail()
        self._count = 0
        self._files: dict[S, tuple[Path, PartFile]] = {}

    @abstractmethod
    def _new_tail(self) -> T: ...

    @abstractmethod
    def _sorted(self, tail: T) -> S | None:
        """A segment of what is left in ``tail``, None if nothing is."""

    @abstractmethod
    def _merged(self, segments: Sequence[S]) -> S | None:
        """One segment of what is left in ``segments``, None if nothing is."""

    @abstractmethod
    def _opened(self, arrays: dict[str, Array]) -> S:
        """The segment that has these arrays; SnapshotDamaged, ValueError or KeyError where something does not fit."""

    @abstractmethod
    def _refill(self, arrays: dict[str, Array]) -> None:
        """Add the rows of a tail's arrays to the tail; the same errors."""

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays, mapped ones included."""
        with self._lock:
            return self._tail.nbytes + sum(segment.nbytes for segment in self._segments)

    def remove(self, owner: int) -> int:
        """Forget every row of ``owner``, at once; how many there were.

        Their bytes are overwritten in memory. A snapshot on disk has them until the next :meth:`save` into it.
        """
        named = owner_words([owner])
        with self._lock:
            gone = self._tail.remove(named) + sum(segment.remove(named) for segment in self._segments)
            self._count -= gone
            return gone

    def save(self, folder: Path) -> None:
        """Replace the snapshot in ``folder`` (made if need be) by what is here, without a trace of what was removed.

        Segments are merged, and those that something was removed from are sorted anew: about 1 s per million rows.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with self._lock:
            self._settle(self._sizes.segment, merging.AT_REST)
            parts = [self._written(folder, segment) for segment in self._segments]
            tail = self._tail.arrays()
            if tail:
                parts.append(snapshot.write_part(folder, tail))
            snapshot.write_manifest(folder, self.KIND, parts, {"rows": self._count})

    @classmethod
    def open(cls, folder: Path, sizes: merging.Sizes | None = None, *, thorough: bool = False) -> Self:
        """The snapshot in ``folder``, mapped and not read; changes stay in memory until they are saved.

        Sizes and small arrays are checked, all bytes if ``thorough``. Raises SnapshotDamaged.
        """
        index = cls(sizes)
        told, facts = snapshot.read(folder, cls.KIND, thorough)
        try:
            for part, arrays in told:
                if SORTED in arrays:
                    segment = index._opened(arrays)
                    index._segments += (segment,)
                    index._files[segment] = (folder, part)
                else:
                    index._refill(arrays)
        except (ValueError, KeyError, IndexError) as error:
            raise SnapshotDamaged(f"{folder}: {error}") from error
        index._count = len(index._tail) + sum(len(segment) for segment in index._segments)
        if index._count != facts.get("rows"):
            raise SnapshotDamaged(f"{index._count} rows, not {facts.get('rows')}")
        return index

    def _grown(self, rows: int) -> None:
        """So many rows came to the tail: count them, sort the tail if it is full."""
        self._count += rows
        if len(self._tail) < (self._sizes.tail if self._segments else self._sizes.first):
            return
        segment = self._sorted(self._tail)
        if segment is not None:
            self._segments += (segment,)
        self._tail = self._new_tail()
        self._settle(self._sizes.merge, merging.WHILE_ADDING)

    def _settle(self, limit: int, ratio: int) -> None:
        """Merge neighbours; at rest, sort those anew from which something was removed."""
        settled: list[S] = []
        for group in merging.groups([len(segment) for segment in self._segments], limit, ratio):
            members = self._segments[group]
            if len(members) > 1 or (ratio == merging.AT_REST and not members[0].whole()):
                one = self._merged(members)
                settled += [] if one is None else [one]
            else:
                settled += members
        self._segments = tuple(settled)
        self._files = {segment: file for segment, file in self._files.items() if segment in settled}

    def _written(self, folder: Path, segment: S) -> PartFile:
        where, part = self._files.get(segment, (None, None))
        if where != folder or part is None or not (folder / part.name).exists():
            part = snapshot.write_part(folder, segment.arrays())
            self._files[segment] = (folder, part)
        return part
