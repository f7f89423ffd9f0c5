"""What both pictures show ends where they begin to differ."""

from __future__ import annotations

import numpy as np
import pytest

from jium.dna.local.reach import WINDOW, Lines, reach

SIDE = 50


def textured(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(128, 40, (SIDE, SIDE)).astype(np.float32)


def mask(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    made = np.zeros((SIDE, SIDE), np.bool_)
    made[top:bottom, left:right] = True
    return made


EVERYWHERE = mask(0, 0, SIDE, SIDE)
CORE = mask(18, 18, 32, 32)


@pytest.mark.parametrize(
    "common", [(0, 0, SIDE, SIDE), (0, 10, SIDE, 40), (12, 0, SIDE, SIDE), (0, 0, 38, 44), (8, 9, 40, 41)]
)
def test_it_reaches_as_far_as_they_look_alike(common: tuple[int, int, int, int]) -> None:
    a, b, inside = textured(1), textured(2), mask(*common)
    # Brighter and with less contrast, as copies are.
    b[inside] = 0.6 * a[inside] + 40
    assert np.abs(np.array(reach(a, b, EVERYWHERE, CORE)) - common).max() <= WINDOW // 2


def test_where_both_are_flat_it_goes_on() -> None:
    a, b = textured(1), textured(1)
    a[:12], b[:12] = 128 + textured(3)[:12] / 50, 128 + textured(4)[:12] / 50
    assert reach(a, b, EVERYWHERE, CORE) == Lines(0, 0, SIDE, SIDE)


def test_a_frame_that_one_of_them_lacks_is_where_it_ends() -> None:
    a, b = textured(1), textured(1)
    b[40:] = 255
    assert reach(a, b, EVERYWHERE, CORE).bottom == pytest.approx(40, abs=WINDOW // 2)


def test_without_places_all_of_it_counts() -> None:
    assert reach(textured(1), textured(2), EVERYWHERE, mask(0, 0, 0, 0)) == Lines(0, 0, SIDE, SIDE)


def test_what_is_not_in_both_stops_nothing() -> None:
    a, b, both = textured(1), textured(2), mask(0, 0, SIDE, 35)
    b[both] = a[both]
    assert reach(a, b, both, CORE) == Lines(0, 0, SIDE, SIDE)
