"""Scenes as bytes: the same come back, and whatever a hijacked decoder sends instead is refused."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from jium.dna.local.features import extract
from jium.dna.scenes import MOST_SCENES, Scene, packed, unpacked
from jium.dna.still import DamagedStill, Still
from tests.media import samples


@pytest.fixture(scope="module")
def scenes() -> tuple[Scene, ...]:
    def still(seed: int) -> Still:
        return Still((), extract(np.asarray(samples.picture(seed).convert("L"))))

    return tuple(Scene(2.5 * number, still(number)) for number in range(3))


def test_scenes_come_back_as_they_were(scenes: tuple[Scene, ...]) -> None:
    assert unpacked(packed(scenes)) == scenes
    assert unpacked(packed(())) == ()


@pytest.mark.parametrize("cut", [1, 7, 9, 20, 500])
def test_what_is_cut_off_is_refused(cut: int, scenes: tuple[Scene, ...]) -> None:
    with pytest.raises(DamagedStill):
        unpacked(packed(scenes)[:-cut])
    with pytest.raises(DamagedStill):
        unpacked(packed(scenes)[:cut])


@pytest.mark.parametrize("time", [float("nan"), float("inf"), -2.0, 1e12])
def test_impossible_times_are_refused(time: float, scenes: tuple[Scene, ...]) -> None:
    content = bytearray(packed(scenes))
    struct.pack_into("<d", content, 8, time)
    with pytest.raises(DamagedStill):
        unpacked(bytes(content))


def test_scenes_out_of_order_or_too_many_are_refused(scenes: tuple[Scene, ...]) -> None:
    with pytest.raises(DamagedStill):
        unpacked(packed((scenes[1], scenes[0])))
    with pytest.raises(DamagedStill):
        unpacked(packed([Scene(float(number), Still()) for number in range(MOST_SCENES + 1)]))
    with pytest.raises(DamagedStill):
        unpacked(packed(scenes) + b"x")
