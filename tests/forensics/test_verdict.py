"""Findings become a verdict: when it is sure, when it is not, and that nothing counts twice."""

from __future__ import annotations

import math

import pytest

from jium.forensics.finding import Finding
from jium.forensics.verdict import AUTHENTIC, COMPOSITE, fused


def weighing(weight: float, signal: str = "a", error: float = 0.1) -> Finding:
    return Finding(signal, weight, error, "said")


SURE_FOR, SURE_AGAINST = math.log(COMPOSITE / (1 - COMPOSITE)), math.log(AUTHENTIC / (1 - AUTHENTIC))


@pytest.mark.parametrize(
    ("weights", "name"),
    [
        ([], "undetermined"),
        ([0.0], "undetermined"),
        ([SURE_FOR + 0.01], "composite"),
        ([SURE_FOR - 0.01], "undetermined"),
        ([SURE_AGAINST - 0.01], "authentic-looking"),
        ([SURE_AGAINST + 0.01], "undetermined"),
        # One original shows the same face, another one does not: which is the original?
        ([5.0, -5.0], "undetermined"),
    ],
)
def test_what_weights_come_to(weights: list[float], name: str) -> None:
    assert fused([weighing(weight) for weight in weights]).name == name


def test_nothing_seen_is_even_and_wide() -> None:
    nothing = fused([])
    assert (nothing.probability, nothing.interval) == (0.5, (0.0, 1.0))


def test_several_originals_of_one_signal_count_once() -> None:
    assert fused([weighing(3.0), weighing(2.0), weighing(1.0)]) == fused([weighing(3.0)])


def test_different_signals_add_up() -> None:
    assert fused([weighing(2.0, "a"), weighing(3.0, "b")]).probability == pytest.approx(
        1 / (1 + math.exp(-5.0)), abs=1e-4
    )


def test_a_weight_that_is_hardly_known_decides_nothing() -> None:
    assert fused([weighing(5.0, error=4.0)]).name == "undetermined"
    assert fused([weighing(-5.0, error=4.0)]).name == "undetermined"


def test_the_interval_holds_the_probability() -> None:
    low, high = (found := fused([weighing(2.0)])).interval
    assert low < found.probability < high
