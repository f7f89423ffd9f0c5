"""When a tail becomes a segment, and which segments become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Neighbours are merged where the earlier is at most so many times the later: rarely while codes are added, so that
# none waits for a long sort, and thoroughly when a snapshot is written.
WHILE_ADDING = 2
AT_REST = 8


@dataclass(frozen=True)
class Sizes:
    """In rows: when a tail is sorted for the ``first`` time and later, and how large segments become.

    ``merge`` bounds those that are merged while adding, ``segment`` all.
    """

    first: int
    tail: int
    merge: int
    segment: int


# The later a first segment, the later the compiler is needed. Merging half a million codes takes half a second.
CODES = Sizes(first=100_000, tail=32_768, merge=1 << 19, segment=1 << 22)
DESCRIPTORS = Sizes(first=8_192, tail=8_192, merge=1 << 20, segment=1 << 26)


def groups(sizes: Sequence[int], limit: int, ratio: int) -> list[slice]:
    """Neighbours that should be one, each group at most ``limit`` rows unless it is one segment."""
    found: list[tuple[int, int, int]] = []
    for at, size in enumerate(sizes):
        found.append((at, at + 1, size))
        while len(found) > 1:
            (first, _middle, before), (_first, last, after) = found[-2:]
            if before > ratio * after or before + after > limit:
                break
            found[-2:] = [(first, last, before + after)]
    return [slice(first, last) for first, last, _size in found]
