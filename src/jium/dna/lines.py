"""Where do two films run along each other? Lines through the pairs of moments that look alike.

A copy that is cut, sped up or slowed down shows second ``offset + speed * t`` of one film at second t of the
other, for a stretch of t. Every pair votes for the offsets it allows at each of many speeds; the best line is fitted
through the pairs near it, parted where they pause, and then the next line is looked for among the pairs left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# a's seconds in one second of b; 1 is among them. Between neighbours a line drifts a second in half a minute.
SLOWEST, FASTEST = 1 / 2.2, 2.2
SPEEDS: Floats = np.exp(np.log(FASTEST) * np.arange(-24, 25) / 24)
# Seconds of one vote; moments so far apart are never in one run.
BIN, BREAK = 0.25, 3.0
# A line's pairs are gathered so often anew after it was fitted.
FITS = 4
# A longer stretch of a than so many seconds does not say when.
EXACT = 2.0
# Unsped is likelier than any other speed.
PREFERRED = 1.05
MOST_TRIES = 40


@dataclass(frozen=True)
class Pairs:
    """n pairs of a moment of b, in seconds, and a stretch of a that looks like it.

    ``best``: the second of that stretch most like it. ``worth``: how much a pair says, over 0.
    """

    b: Floats
    first: Floats
    last: Floats
    best: Floats
    worth: Floats

    def __len__(self) -> int:
        return len(self.b)

    def chosen(self, which: NDArray[np.bool_] | Ints) -> Pairs:
        """Some of them."""
        return Pairs(self.b[which], self.first[which], self.last[which], self.best[which], self.worth[which])


@dataclass(frozen=True)
class Run:
    """Seconds ``a`` (first, last) of one film and ``b`` of the other agree; ``pairs``: the numbers of the pairs."""

    a: tuple[float, float]
    b: tuple[float, float]
    speed: float
    pairs: Ints


def runs(pairs: Pairs, tolerance: float, least: int, most: int, pause: float = BREAK) -> list[Run]:
    """The runs of at least ``least`` moments of b, the one worth most first, no second of a or b in two of them.

    ``tolerance`` in seconds; a run is parted where for ``pause`` seconds no moment agrees.
    """
    found: list[Run] = []
    free = np.ones(len(pairs), bool)
    for _try in range(MOST_TRIES):
        numbers = np.flatnonzero(free)
        if len(numbers) < least or len(found) == most:
            break
        some = pairs.chosen(numbers)
        speed, offset, stretch = _fitted(some, *_voted(some, tolerance), tolerance, pause)
        if len(stretch) < least:
            # At least one goes each time, so that it ends.
            free[numbers[stretch] if len(stretch) else numbers[:1]] = False
            continue
        best = numbers[stretch]
        run = _run(pairs, best, speed, offset)
        found.append(run)
        in_b = (pairs.b >= run.b[0] - 1e-6) & (pairs.b <= run.b[1] + 1e-6)
        in_a = (pairs.last >= run.a[0] - 1e-6) & (pairs.first <= run.a[1] + 1e-6)
        free &= ~(in_a | in_b)
    return found


def grown(run: Run, seconds: Floats, close: NDArray[np.bool_]) -> Run:
    """The run with what goes on along its line before and after it without a pause.

    ``seconds``: moments of b in order; ``close``: whether the films look alike there.
    """
    begin, end = run.b
    offset = run.a[0] - run.speed * run.b[0]
    for second in seconds[close & (seconds > end)]:
        if second - end >= BREAK - 1e-6:
            break
        end = float(second)
    for second in seconds[close & (seconds < begin)][::-1]:
        if begin - second >= BREAK - 1e-6:
            break
        begin = float(second)
    first = run.a[0] if begin == run.b[0] else max(0.0, round(offset + run.speed * begin, 3))
    last = run.a[1] if end == run.b[1] else round(offset + run.speed * end, 3)
    return Run((first, last), (round(begin, 3), round(end, 3)), run.speed, run.pairs)


def _voted(pairs: Pairs, tolerance: float) -> tuple[float, float]:
    """The speed and the offset that most pairs allow, each by its worth."""
    best = (-1.0, 1.0, 0.0)
    for speed in SPEEDS:
        low = pairs.first - speed * pairs.b - tolerance
        high = pairs.last - speed * pairs.b + tolerance
        start = float(low.min())
        begin, end = ((low - start) / BIN).astype(np.int64), ((high - start) / BIN).astype(np.int64) + 1
        size = int(end.max()) + 1
        votes = np.cumsum(
            np.bincount(begin, pairs.worth, minlength=size) - np.bincount(end, pairs.worth, minlength=size)
        )
        peak = float(votes.max())
        if speed == 1:
            peak *= PREFERRED
        if peak > best[0] + 1e-9:
            # Where many offsets are as likely, as in a still film, it is moved as little as possible.
            lowest = start + np.flatnonzero(votes >= votes.max() - 1e-9) * BIN
            offsets = np.clip(0.0, lowest, lowest + BIN)
            best = (peak, float(speed), float(offsets[np.argmin(np.abs(offsets))]))
    return best[1], best[2]


def _fitted(pairs: Pairs, speed: float, offset: float, tolerance: float, pause: float) -> tuple[float, float, Ints]:
    """The line through the weightiest stretch of pairs near it, and that stretch."""
    # A voted offset is as exact as a bin; but a line is as good as what lies as near to it as to any other.
    stretch = _stretch(pairs, speed, offset, tolerance + BIN, pause)
    near = len(_stretch(pairs, speed, offset, tolerance, pause))
    for _fit in range(FITS):
        fitted = _line(pairs.chosen(stretch))
        if fitted is None:
            break
        grown = _stretch(pairs, *fitted, tolerance, pause)
        if len(grown) < near:
            break
        same = len(grown) == near
        (speed, offset), stretch, near = fitted, grown, len(grown)
        if same:
            break
    exact = stretch[pairs.last[stretch] - pairs.first[stretch] <= EXACT]
    plain_offset = _shared_offset(pairs.chosen(exact)) if len(exact) else offset
    plain = _stretch(pairs, 1.0, plain_offset, tolerance, pause)
    if len(plain) >= 0.95 * len(stretch):
        return 1.0, plain_offset, plain
    return speed, offset, stretch


def _stretch(pairs: Pairs, speed: float, offset: float, tolerance: float, pause: float) -> Ints:
    """Of the pairs near the line the weightiest stretch without a pause, in the order of b."""
    near = _near(pairs, speed, offset, tolerance)
    if not len(near):
        return near
    gaps = np.diff(pairs.b[near]) * max(speed, 1.0)
    stretches = np.split(near, np.flatnonzero(gaps >= pause - 1e-6) + 1)
    return max(stretches, key=lambda one: float(pairs.worth[one].sum()))


def _shared_offset(pairs: Pairs) -> float:
    """The offset that most pairs allow, at speed 1, and of several the one nearest to what they like best."""
    low, high = np.sort(pairs.first - pairs.b), np.sort(pairs.last - pairs.b)
    allowed = np.searchsorted(low, low + 1e-6, side="right") - np.searchsorted(high, low - 1e-6)
    begin = low[allowed == allowed.max()]
    end = high[np.searchsorted(high, begin - 1e-6)]
    liked = float(np.median(pairs.best - pairs.b))
    offsets = np.clip(liked, begin, np.maximum(begin, end))
    return float(offsets[np.argmin(np.abs(offsets - liked))])


def _near(pairs: Pairs, speed: float, offset: float, tolerance: float) -> Ints:
    at = offset + speed * pairs.b
    away = np.maximum(pairs.first - at, at - pairs.last)
    near = np.flatnonzero(away <= tolerance)
    order = near[np.lexsort((np.abs(pairs.best[near] - at[near]), pairs.b[near]))]
    return order[np.diff(pairs.b[order], prepend=-np.inf) > 0]


def _line(pairs: Pairs) -> tuple[float, float] | None:
    """Least squares; what could lie anywhere in a long stretch of a counts for less. None where nothing is fixed."""
    pairs = pairs.chosen(pairs.last - pairs.first <= EXACT)
    if len(pairs) < 3 or np.ptp(pairs.b) < 1.0:
        return None
    weight = pairs.worth / (0.25 + pairs.last - pairs.first) ** 2
    middle_b, middle_a = np.average(pairs.b, weights=weight), np.average(pairs.best, weights=weight)
    spread = float(np.sum(weight * (pairs.b - middle_b) ** 2))
    if spread <= 0:
        return None
    speed = float(np.sum(weight * (pairs.b - middle_b) * (pairs.best - middle_a))) / spread
    if not SLOWEST <= speed <= FASTEST:
        return None
    return speed, float(middle_a - speed * middle_b)


def _run(pairs: Pairs, which: Ints, speed: float, offset: float) -> Run:
    begin, end = which[0], which[-1]
    first, last = (float(np.clip(offset + speed * pairs.b[at], pairs.first[at], pairs.last[at])) for at in (begin, end))
    return Run(
        (round(first, 3), round(max(first, last), 3)),
        (round(float(pairs.b[begin]), 3), round(float(pairs.b[end]), 3)),
        round(speed, 3),
        which,
    )
