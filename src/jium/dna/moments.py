"""The moments of a film: its samples good enough to match, and which of two films' look alike by their codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jium.dna.comparison import RADIUS
from jium.dna.fingerprint import QUALITY_FLOOR, Fingerprint
from jium.dna.lines import BREAK, Floats, Ints, Pairs

Words = NDArray[np.uint64]

# Samples farther apart count as so many seconds apart at most; a picture's as any.
SLOWEST_STEP, QUICKEST_STEP = 1.0, 0.25
# So many distances at a time, so that a long film needs no more memory than a short one.
AT_A_TIME = 1 << 22


@dataclass(frozen=True)
class Moments:
    """n samples, in order: from ``first`` to ``last`` (seconds) the picture had these ``codes`` (n × forms × 4 words).

    ``step``: seconds from one sample to the next.
    """

    first: Floats
    last: Floats
    codes: Words
    step: float

    def __len__(self) -> int:
        return len(self.first)

    @property
    def forms(self) -> int:
        """How many turned and mirrored forms every sample has."""
        return int(self.codes.shape[1])

    def points(self) -> tuple[Ints, Floats]:
        """Every sample as often as it was seen, ``step`` apart: its number and the second."""
        counts = np.floor((self.last - self.first) / self.step + 1e-6).astype(np.int64) + 1
        number = np.repeat(np.arange(len(self)), counts)
        within = np.arange(len(number)) - np.repeat(np.cumsum(counts) - counts, counts)
        return number, self.first[number] + within * self.step

    def longest_stretch(self) -> int:
        """The most points without a pause between them."""
        _number, seconds = self.points()
        ends = np.flatnonzero(np.diff(seconds) >= BREAK - 1e-6) + 1
        return max(len(stretch) for stretch in np.split(seconds, ends))

    def scenes(self) -> int:
        """How many times the picture is another one."""
        upright = self.codes[:, 0]
        return 1 + int((np.bitwise_count(upright[1:] ^ upright[:-1]).sum(axis=1) > RADIUS).sum())


def moments(film: Fingerprint) -> Moments:
    """Those of a film, or the single one of a picture."""
    frames = sorted((one for one in film.frames if one.quality >= QUALITY_FLOOR), key=lambda one: one.time or 0.0)
    first = np.array([one.time or 0.0 for one in frames], np.float64)
    last = np.array([one.until if one.until is not None else one.time or 0.0 for one in frames], np.float64)
    forms = min((len(one.dihedral) for one in frames), default=0) or 1
    joined = b"".join(b"".join(one.dihedral[:forms]) if forms > 1 else one.code for one in frames)
    steps = first[1:] - last[:-1]
    step = float(np.clip(np.median(steps), QUICKEST_STEP, SLOWEST_STEP)) if len(steps) else SLOWEST_STEP
    return Moments(first, last, np.frombuffer(joined, np.uint64).reshape(len(frames), forms, 4), step)


def nearest(a: Words, b: Words) -> int:
    """The smallest distance of any of n × 4 and any of m × 4 words, 0..256."""
    return min((int(bits.min()) for _start, bits in _distances(a, b)), default=256)


def alike(a: Moments, b: Moments, form_a: int, form_b: int, radius: int) -> tuple[Pairs, Ints]:
    """Every point of b with every stretch of a whose codes in these forms lie within ``radius`` bits; the bits too."""
    columns: list[tuple[Ints, Floats, Floats, Floats, Ints]] = []
    middle = (a.first + a.last) / 2
    for start, bits in _distances(b.codes[:, form_b], a.codes[:, form_a]):
        of_b, of_a = np.nonzero(bits <= radius)
        if not len(of_b):
            continue
        near = bits[of_b, of_a].astype(np.int64)
        apart = (np.diff(of_b) != 0) | (np.diff(of_a) != 1)
        begin = np.r_[0, np.flatnonzero(apart | (a.first[of_a[1:]] - a.last[of_a[:-1]] > 1.5 * a.step)) + 1]
        end = np.r_[begin[1:], len(of_b)] - 1
        least = np.minimum.reduceat(near, begin)
        group = np.repeat(np.arange(len(begin)), end - begin + 1)
        best = np.full(len(begin), len(near))
        at_best = np.flatnonzero(near == least[group])
        np.minimum.at(best, group[at_best], at_best)
        columns.append((start + of_b[begin], a.first[of_a[begin]], a.last[of_a[end]], middle[of_a[best]], least))
    if not columns:
        nothing = np.empty(0)
        return Pairs(nothing, nothing, nothing, nothing, nothing), np.empty(0, np.int64)
    of_b, first, last, best_a, least = (np.concatenate(column) for column in zip(*columns, strict=True))
    return _spread(b, of_b, first, last, best_a, least)


def along(a: Moments, b: Moments, form_a: int, form_b: int, speed: float, offset: float) -> tuple[Floats, Ints]:
    """For every point of b its second, and the bits between it and what a shows at ``offset + speed`` · second.

    256 bits where a shows nothing then.
    """
    number, seconds = b.points()
    at = offset + speed * seconds
    of_a = np.clip(np.searchsorted(a.first, at + a.step / 2, side="right") - 1, 0, len(a) - 1)
    bits = np.bitwise_count(b.codes[number, form_b] ^ a.codes[of_a, form_a]).sum(axis=1).astype(np.int64)
    there = (at >= a.first[of_a] - a.step) & (at <= a.last[of_a] + a.step)
    return seconds, np.where(there, bits, 256)


def _spread(b: Moments, of_b: Ints, first: Floats, last: Floats, best: Floats, bits: Ints) -> tuple[Pairs, Ints]:
    """A pair for every point of b instead of every sample."""
    number, seconds = b.points()
    begin = np.searchsorted(number, of_b)
    counts = np.searchsorted(number, of_b, side="right") - begin
    group = np.repeat(np.arange(len(of_b)), counts)
    point = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts) + begin[group]
    # What may lie anywhere in a long stretch says little about when.
    worth = 1 / (1 + (last - first)[group])
    return Pairs(seconds[point], first[group], last[group], best[group], worth), bits[group]


def _distances(a: Words, b: Words) -> Iterator[tuple[int, NDArray[np.uint16]]]:
    """(first row, distances rows × m) of n × 4 and m × 4 words, some rows at a time."""
    if not len(b):
        return
    rows = max(1, AT_A_TIME // len(b))
    for start in range(0, len(a), rows):
        some = a[start : start + rows]
        bits = np.zeros((len(some), len(b)), np.uint16)
        for word in range(4):
            bits += np.bitwise_count(some[:, word, None] ^ b[None, :, word])
        yield start, bits
