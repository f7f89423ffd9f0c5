"""What is seen all the time proves nothing; what is uploaded all the time is not that."""

from __future__ import annotations

import numpy as np
import pytest

from jium.dna.local.furniture import LEAST_PICTURES, Furniture

RNG = np.random.default_rng(5)
BAR = RNG.integers(0, 256, (6, 16), np.uint8)


def places(count: int = 20) -> np.ndarray:
    return RNG.integers(0, 256, (count, 16), np.uint8)


def code() -> bytes:
    return RNG.bytes(32)


@pytest.fixture(scope="module")
def learned() -> Furniture:
    furniture = Furniture()
    for number in range(LEAST_PICTURES + 100):
        own = places()
        furniture.observe(code(), np.concatenate([own, BAR]) if number % 20 == 0 else own)
    return furniture


def test_what_one_picture_in_twenty_has_counts_for_nothing(learned: Furniture) -> None:
    assert learned.rarity(BAR).max() == 0
    changed = BAR.copy()
    changed[:, 0] ^= 0b101
    assert learned.rarity(changed).max() < 0.2


def test_what_only_this_picture_has_counts_in_full(learned: Furniture) -> None:
    assert learned.rarity(places()).min() == 1
    assert len(learned.rarity(places(0))) == 0


def test_a_picture_uploaded_a_thousand_times_stays_rare(learned: Furniture) -> None:
    hers, picture = places(), code()
    assert learned.observe(picture, hers)
    assert not any(learned.observe(picture, hers) for _number in range(1000))
    assert learned.rarity(hers).min() == 1


def test_nothing_is_common_before_enough_has_passed() -> None:
    furniture = Furniture()
    for _number in range(50):
        furniture.observe(code(), BAR)
    assert furniture.rarity(BAR) is None


def test_a_code_of_many_pictures_is_frequent_and_others_are_not() -> None:
    furniture, blank = Furniture(), bytes(32)
    for number in range(LEAST_PICTURES + 100):
        furniture.observe(blank if number % 50 == 0 else code(), places(2))
    assert furniture.frequent(blank)
    assert not furniture.frequent(code())
