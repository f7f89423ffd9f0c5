"""Numbers from scores: recall at a false-match rate, micro average precision, bounds of a rate.

Scores are higher the more alike; for distances, hand in their negatives. Nothing here opens a picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
# One-sided and two-sided 95 % confidence.
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Recall:
    """How many positives a threshold finds: ``score >= threshold`` is a match; ``false`` of ``negatives`` were too."""

    threshold: float
    found: int
    positives: int
    false: int
    negatives: int

    @property
    def recall(self) -> float:
        """0..1; 0 without positives."""
        return self.found / self.positives if self.positives else 0.0

    @property
    def false_rate(self) -> float:
        """0..1; 0 without negatives."""
        return self.false / self.negatives if self.negatives else 0.0


def threshold_at(negatives: ArrayLike, rate: float = 0.0) -> float:
    """The lowest threshold at which the share of negatives with ``score >= threshold`` is at most ``rate``.

    0: no negative matches. The threshold is just over a negative's score, or -inf where all may match. ValueError
    for scores that are not numbers or a rate outside 0..1.
    """
    scores = np.sort(_scores(negatives))
    if not 0 <= rate <= 1:
        raise ValueError(f"a rate is 0..1, not {rate}")
    # Rounded up by a hair, so that 0.29 of 100 are 29.
    allowed = math.floor(rate * len(scores) + 1e-9)
    if allowed >= len(scores):
        return -math.inf
    return math.nextafter(float(scores[len(scores) - 1 - allowed]), math.inf)


def recall_at(positives: ArrayLike, negatives: ArrayLike, rate: float = 0.0) -> Recall:
    """Recall at the lowest threshold whose rate of false matches is at most ``rate``; 0: at no false match."""
    return recall_over(positives, negatives, threshold_at(negatives, rate))


def recall_over(positives: ArrayLike, negatives: ArrayLike, threshold: float) -> Recall:
    """Recall and false matches at a threshold that is given."""
    good, bad = _scores(positives), _scores(negatives)
    return Recall(threshold, int((good >= threshold).sum()), len(good), int((bad >= threshold).sum()), len(bad))


def area_under(positives: ArrayLike, negatives: ArrayLike) -> float:
    """That of two drawn at random the positive one scores higher, 0..1, ties counting half (Mann and Whitney, 1947)."""
    good, bad = np.sort(_scores(positives)), np.sort(_scores(negatives))
    if not len(good) or not len(bad):
        raise ValueError("both are needed")
    below, within = (np.searchsorted(bad, good, side) for side in ("left", "right"))
    return float((below + within).mean() / (2 * len(bad)))


def micro_average_precision(scores: ArrayLike, correct: ArrayLike, positives: int) -> float:
    """µAP as in DISC21: all pairs (query, reference) of all queries in one list, best first.

    ``correct``: whether a pair is one of the ``positives`` that there are, found or not. The sum over the list of
    precision × (gain in recall); 0..1. Pairs of equal scores are taken together, so that their order does not
    matter. ValueError where there are more correct pairs than positives.
    """
    precision, recall = _curve(scores, correct, positives)
    gains = np.diff(recall, prepend=0.0)
    return float((precision * gains).sum())


def recall_at_precision(scores: ArrayLike, correct: ArrayLike, positives: int, least: float = 0.9) -> float:
    """The highest recall at which precision is at least ``least``; 0 where it never is. As above otherwise."""
    precision, recall = _curve(scores, correct, positives)
    enough = recall[precision >= least]
    return float(enough.max()) if len(enough) else 0.0


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Two-sided 95 % bounds of a rate by Wilson's score; (0, 1) without trials."""
    _counted(successes, trials)
    if trials == 0:
        return 0.0, 1.0
    z = 1.959963984540054
    share = successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def upper_bound(events: int, trials: int) -> float:
    """One-sided 95 % upper bound of a rate (Clopper and Pearson): 0 in n gives about 3/n; 1 without trials."""
    _counted(events, trials)
    if trials == 0 or events == trials:
        return 1.0
    if events == 0:
        return -math.expm1(math.log1p(-CONFIDENCE) / trials)
    low, high = events / trials, 1.0
    # Halving eighty times is exact to the last bit of a float.
    for _step in range(80):
        middle = (low + high) / 2
        if _at_most(events, trials, middle) > 1 - CONFIDENCE:
            low = middle
        else:
            high = middle
    return high


def lower_bound(events: int, trials: int) -> float:
    """One-sided 95 % lower bound of a rate (Clopper and Pearson): n in n gives about 1 - 3/n."""
    return 1 - upper_bound(trials - events, trials)


def _scores(values: ArrayLike) -> Floats:
    scores = np.asarray(values, np.float64).ravel()
    if np.isnan(scores).any():
        raise ValueError("a score is not a number")
    return scores


def _curve(scores: ArrayLike, correct: ArrayLike, positives: int) -> tuple[Floats, Floats]:
    """Precision and recall after each group of equal scores, best first."""
    values, right = _scores(scores), np.asarray(correct, np.bool_).ravel()
    if len(values) != len(right):
        raise ValueError(f"{len(values)} scores and {len(right)} verdicts")
    if positives < int(right.sum()):
        raise ValueError(f"{int(right.sum())} correct pairs of {positives} positives")
    if positives == 0 or not len(values):
        return np.zeros(0), np.zeros(0)
    order = np.argsort(-values, kind="stable")
    values, right = values[order], right[order]
    ends = np.flatnonzero(np.append(values[1:] != values[:-1], True))
    found = np.cumsum(right)[ends]
    return found / (ends + 1.0), found / float(positives)


def _counted(events: int, trials: int) -> None:
    if not 0 <= events <= trials:
        raise ValueError(f"{events} of {trials}")


def _at_most(events: int, trials: int, rate: float) -> float:
    """The probability of at most so many events in so many trials."""
    if rate >= 1:
        return 0.0
    odds, rest = math.log(rate), math.log1p(-rate)
    logs = [_choices(trials, count) + count * odds + (trials - count) * rest for count in range(events + 1)]
    top = max(logs)
    return math.exp(top) * math.fsum(math.exp(value - top) for value in logs)


@lru_cache(4096)
def _choices(trials: int, count: int) -> float:
    return math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
