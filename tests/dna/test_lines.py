"""Lines through pairs of moments: the same stretch, whatever its speed, and only stretches that are there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jium.dna.lines import Pairs, runs


def pairs_on(offset: float, speed: float, begin: float, end: float, step: float = 0.5) -> list[tuple[float, float]]:
    return [(t, offset + speed * t) for t in np.arange(begin, end, step)]


def as_pairs(points: list[tuple[float, float]], width: float = 0.25) -> Pairs:
    b, a = (np.array(column) for column in zip(*points, strict=True))
    return Pairs(b, a - width / 2, a + width / 2, a, np.ones(len(b)))


@settings(max_examples=20)
@example(0.0, 0.5, 810046878)  # one chance pair near the voted line made it seem better than the true one
@example(-28.296293441446057, 0.5, 3802887654)
@given(st.floats(-50, 200), st.sampled_from([0.5, 0.8, 1.0, 1.3, 2.0]), st.integers(0, 2**32 - 1))
def test_a_line_is_found_among_chance_pairs(offset: float, speed: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    chance = list(zip(rng.uniform(0, 300, 150), rng.uniform(-60, 700, 150), strict=True))
    found = runs(as_pairs(pairs_on(offset, speed, 100, 120) + chance), 0.3, 8, 4)
    assert found[0].speed == pytest.approx(speed, rel=0.05)
    assert found[0].b == pytest.approx((100, 119.5), abs=2.5)
    assert found[0].a == pytest.approx((offset + speed * 100, offset + speed * 119.5), abs=3.0)


def test_two_stretches_are_two_runs_the_longer_first() -> None:
    found = runs(as_pairs(pairs_on(70, 1, 0, 6) + pairs_on(-20, 1, 40, 60)), 0.3, 4, 16)
    assert [one.b for one in found] == [(40.0, 59.5), (0.0, 5.5)]
    assert [one.a for one in found] == [(20.0, 39.5), (70.0, 75.5)]


def test_a_pause_parts_a_run() -> None:
    found = runs(as_pairs(pairs_on(5, 1, 0, 10) + pairs_on(5, 1, 14, 20)), 0.3, 4, 16)
    assert sorted(one.b for one in found) == [(0.0, 9.5), (14.0, 19.5)]


def test_too_few_moments_are_no_run() -> None:
    assert runs(as_pairs(pairs_on(5, 1, 0, 2)), 0.3, 5, 16) == []


def test_nothing_gives_nothing() -> None:
    nothing = np.empty(0)
    assert runs(Pairs(nothing, nothing, nothing, nothing, nothing), 0.3, 1, 16) == []
