"""Which moments of a film are compared with which of its original."""

from __future__ import annotations

import numpy as np
import pytest

from jium.dna.comparison import Segment
from jium.forensics import moments
from jium.forensics.laying import laid
from jium.forensics.view import View
from tests.forensics.scenes import scene, view


def segment(a: tuple[float, float], b: tuple[float, float], speed: float = 1.0) -> Segment:
    return Segment(a, b, speed, False, 0.9)


def test_moments_are_spread_over_what_both_show() -> None:
    found = moments.chosen([segment((10, 22), (0, 12))])
    assert len(found) == moments.MOMENTS
    assert [round(known - suspect, 6) for known, suspect in found] == [10.0] * len(found)
    assert found == sorted(found, key=lambda one: one[1]) and 0 < found[0][1] < found[-1][1] < 12


def test_a_film_played_faster_is_followed() -> None:
    found = moments.chosen([segment((0, 20), (0, 10), speed=0.5)])
    assert all(known == pytest.approx(2 * suspect) for known, suspect in found)


def test_longer_stretches_have_more_moments() -> None:
    found = moments.chosen([segment((0, 3), (0, 3)), segment((50, 59), (3, 12))])
    assert sum(known < 10 for known, _suspect in found) == 3
    assert sum(known >= 50 for known, _suspect in found) == 9


def test_a_picture_in_a_film_has_one_instant() -> None:
    assert [(round(a, 2), round(b, 2)) for a, b in moments.chosen([segment((0, 0), (7, 7))], 1)] == [(0.0, 7.0)]


def test_nothing_in_common_has_no_moment() -> None:
    assert moments.chosen([]) == []


def test_times_before_the_beginning_are_not_looked_for() -> None:
    found = moments.through(0.2, 3.0)
    assert found[0] == 0.0 and found[-1] == pytest.approx(3.0 + moments.OFF)
    assert found == sorted(found) and len(found) <= moments.MOST_STEPS + 1


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_frame_of_the_same_moment_is_found(mirrored: bool) -> None:
    """A head that moves on by a few pixels a frame."""
    place = scene(1, 3)
    frames = []
    for number in range(5):
        frame = place.copy()
        frame[90:346, 190:446] = np.roll(place[90:346, 190:446], 4 * number, axis=1)
        frames.append(View(np.ascontiguousarray(frame[:, ::-1]) if mirrored else frame, None, ()))
    suspect = place.copy()
    suspect[90:346, 190:446] = np.roll(place[90:346, 190:446], 12, axis=1)
    shown = view(suspect)
    lying = laid(shown, frames[2])
    assert lying is not None and lying.mirrored is mirrored
    assert moments.nearest(shown, frames, lying) == 3
