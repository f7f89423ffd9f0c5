"""Recall, precision and bounds against values worked out by hand or printed in tables."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from jium.bench import metrics

TEN = [0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize(
    ("negatives", "rate", "false"),
    [
        (TEN, 0.0, 0),
        (TEN, 0.09, 0),
        (TEN, 0.1, 1),
        (TEN, 0.29, 2),
        (TEN, 0.3, 3),
        (TEN, 1.0, 10),
        ([5, 5, 5, 1], 0.5, 0),
        ([5, 5, 5, 1], 0.75, 3),
        ([], 0.0, 0),
    ],
)
def test_threshold(negatives: list[float], rate: float, false: int) -> None:
    threshold = metrics.threshold_at(negatives, rate)
    scores = np.asarray(negatives, float)
    assert int((scores >= threshold).sum()) == false
    if math.isfinite(threshold):
        lower = math.nextafter(threshold, -math.inf)
        assert (scores >= lower).mean() > rate, "a lower threshold would have done"


def test_recall() -> None:
    found = metrics.recall_at([10, 9.5, 9, 3], TEN)
    assert (found.found, found.positives, found.false, found.negatives) == (2, 4, 0, 10)
    assert found.recall == 0.5 and found.false_rate == 0
    assert metrics.recall_at([10, 9.5, 9, 3], TEN, 0.1).recall == 0.75
    assert metrics.recall_over([1, 2, 3], [0, 2], 2).false_rate == 0.5
    assert metrics.recall_at([], []).recall == 0


@pytest.mark.parametrize(
    ("scores", "correct", "positives", "area", "at_ninety"),
    [
        ([3, 2, 1], [1, 1, 1], 3, 1.0, 1.0),
        ([3, 2, 1], [1, 1, 1], 6, 0.5, 0.5),
        ([3, 2, 1], [0, 0, 0], 2, 0.0, 0.0),
        # Precision 1 at recall 1/2, then 2/3 at recall 1.
        ([4, 3, 2], [1, 0, 1], 2, (1 + 2 / 3) / 2, 0.5),
        ([4, 3, 2], [0, 1, 1], 2, (1 / 2 + 2 / 3) / 2, 0.0),
        # Equal scores come together: both are at precision 1/2.
        ([4, 4], [1, 0], 1, 0.5, 0.0),
        ([4, 4], [0, 1], 1, 0.5, 0.0),
        ([], [], 5, 0.0, 0.0),
        ([], [], 0, 0.0, 0.0),
        # After a mistake precision may rise to 90 % again: 9 of 10.
        (list(range(10, 0, -1)), [0] + [1] * 9, 9, sum(n / (n + 1) for n in range(1, 10)) / 9, 1.0),
    ],
)
def test_precision(scores: list[float], correct: list[int], positives: int, area: float, at_ninety: float) -> None:
    assert metrics.micro_average_precision(scores, correct, positives) == pytest.approx(area)
    assert metrics.recall_at_precision(scores, correct, positives) == pytest.approx(at_ninety)


@pytest.mark.parametrize(
    ("events", "trials", "bound"),
    [
        (0, 1, 0.95),
        (0, 10, 0.25887),
        (0, 1000, 0.0029912),
        (1, 10, 0.39416),
        (3, 100, 0.075711),
        (10, 10, 1),
        (0, 0, 1),
    ],
)
def test_clopper_pearson(events: int, trials: int, bound: float) -> None:
    assert metrics.upper_bound(events, trials) == pytest.approx(bound, rel=1e-4)
    assert metrics.lower_bound(trials - events, trials) == pytest.approx(1 - bound, rel=1e-4, abs=1e-9)


def test_rule_of_three() -> None:
    for trials in (100, 10**6, 10**10):
        assert metrics.upper_bound(0, trials) == pytest.approx(3 / trials, rel=0.02)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (90, 100, 0.82563, 0.94477),
        (0, 10, 0.0, 0.27753),
        (10, 10, 0.72247, 1.0),
        (1, 2, 0.09453, 0.90547),
        (0, 0, 0, 1),
    ],
)
def test_wilson(successes: int, trials: int, low: float, high: float) -> None:
    assert metrics.wilson(successes, trials) == pytest.approx((low, high), abs=1e-5)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: metrics.threshold_at([1.0, math.nan]),
        lambda: metrics.threshold_at([1.0], 1.5),
        lambda: metrics.micro_average_precision([1, 2], [1], 2),
        lambda: metrics.micro_average_precision([1, 2], [1, 1], 1),
        lambda: metrics.upper_bound(3, 2),
        lambda: metrics.wilson(-1, 2),
    ],
)
def test_nonsense_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        wrong()
