"""One person followed through a film: joined while seen, ended when gone, told by the mean of all looks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.random import RandomState

from jium.faces.face import Seen
from jium.faces.tracks import PATIENCE, Follower
from tests.faces.people import another_look, axis, seen_at, somebody, unit

HER, HIM = axis(0), axis(1)


def followed(frames: list[tuple[float, list[Seen]]], patience: float = PATIENCE) -> list[Seen]:
    """All tracks, in the order in which they ended."""
    follower, ended = Follower(patience), []
    for time, faces in frames:
        ended += follower.add(time, faces)
    return ended + follower.end()


def test_a_face_that_stays_is_one_track() -> None:
    (track,) = followed([(time, [seen_at(time, HER)]) for time in (0, 0.5, 1, 1.5)])
    assert (track.since, track.until, track.looks) == (0, 1.5, 4)


def test_a_face_that_moves_a_little_is_one_track_though_it_looks_a_little_different() -> None:
    alike = unit(HER + 2 * HIM)
    (track,) = followed([(0, [seen_at(0, HER, 0.4)]), (0.5, [seen_at(0.5, alike, 0.45)])])
    assert track.looks == 2


def test_a_face_that_jumps_is_one_track_only_if_it_looks_very_like() -> None:
    assert len(followed([(0, [seen_at(0, HER, 0.1)]), (0.5, [seen_at(0.5, HER, 0.7)])])) == 1
    somewhat = unit(HER + 2 * HIM)
    assert len(followed([(0, [seen_at(0, HER, 0.1)]), (0.5, [seen_at(0.5, somewhat, 0.7)])])) == 2


def test_another_person_at_the_same_place_is_another_track() -> None:
    """As after a cut."""
    assert [track.looks for track in followed([(0, [seen_at(0, HER)]), (0.5, [seen_at(0.5, HIM)])])] == [1, 1]


def test_two_people_who_cross_stay_two() -> None:
    steps = [0.1 * number for number in range(8)]
    frames = [(x * 5, [seen_at(x * 5, HER, x), seen_at(x * 5, HIM, 0.7 - x)]) for x in steps]
    tracks = followed(frames)
    assert [track.looks for track in tracks] == [8, 8]
    assert sorted(float(track.template @ HER) for track in tracks) == pytest.approx([0, 1], abs=1e-6)


def test_two_people_in_one_frame_are_never_one_track() -> None:
    both = [(time, [seen_at(time, HER, 0.4), seen_at(time, HER, 0.41)]) for time in (0, 0.5, 1)]
    assert [track.looks for track in followed(both)] == [3, 3]


def test_the_better_pair_is_joined_first() -> None:
    like = unit(HER + 0.5 * HIM)
    tracks = followed([(0, [seen_at(0, HER)]), (0.5, [seen_at(0.5, like), seen_at(0.5, HER)])])
    assert [(track.looks, round(float(track.template @ HER), 3)) for track in tracks] == [(2, 1.0), (1, 0.894)]


def test_a_track_ends_when_nobody_is_seen_for_longer_than_patience() -> None:
    follower = Follower()
    assert follower.add(0, [seen_at(0, HER)]) == []
    assert follower.add(PATIENCE, []) == []
    (track,) = follower.add(PATIENCE + 0.1, [])
    assert (track.since, track.until, track.looks) == (0, 0, 1)
    assert follower.end() == []


def test_a_gap_shorter_than_patience_does_not_split() -> None:
    (track,) = followed([(0, [seen_at(0, HER)]), (0.5, []), (1, []), (1.5, [seen_at(1.5, HER)])])
    assert (track.since, track.until, track.looks) == (0, 1.5, 2)


def test_a_gap_longer_than_patience_splits() -> None:
    tracks = followed([(0, [seen_at(0, HER)]), (2, [seen_at(2, HER)])])
    assert [(track.since, track.until) for track in tracks] == [(0, 0), (2, 2)]


def test_who_is_patient_waits_longer() -> None:
    assert len(followed([(0, [seen_at(0, HER)]), (2, [seen_at(2, HER)])], patience=5)) == 1


@pytest.mark.parametrize(
    ("name", "poor"),
    [("sharpness", 3.0), ("size", 40.0), ("confidence", 0.5), ("turn", 1.2)],
)
def test_the_best_look_is_kept(name: str, poor: float) -> None:
    """A sharp, large, sure one from the front, wherever it comes."""
    worse: dict[str, Any] = {name: poor}
    for best in range(3):
        frames = []
        for number in range(3):
            look = seen_at(number * 0.5, HER, 0.4 + number * 0.02)
            frames.append((number * 0.5, [look if number == best else replace(look, **worse)]))
        (track,) = followed(frames)
        kept = frames[best][1][0]
        assert (track.time, track.box, track.size) == (best * 0.5, kept.box, kept.size)
        assert (track.sharpness, track.confidence, track.turn) == (kept.sharpness, kept.confidence, kept.turn)


def test_the_mean_of_many_noisy_looks_is_nearer_to_the_person_than_each_of_them() -> None:
    random = RandomState(11)
    person = somebody(random)
    looks = [another_look(random, person, 0.9) for _ in range(12)]
    (track,) = followed([(number * 0.5, [seen_at(number * 0.5, look)]) for number, look in enumerate(looks)])
    assert track.looks == 12
    assert float(track.template @ person) > max(float(look @ person) for look in looks) + 0.1
    assert float(np.linalg.norm(track.template)) == pytest.approx(1, abs=1e-5)


def test_a_face_without_any_sharpness_does_no_harm() -> None:
    blurred = replace(seen_at(0.5, unit(HER + 3 * HIM)), sharpness=0.0)
    (track,) = followed([(0, [seen_at(0, HER)]), (0.5, [blurred]), (1, [seen_at(1, HER)])])
    assert track.looks == 3 and track.time == 0
    assert float(track.template @ HER) > 0.999


def test_nothing_but_faces_without_sharpness_is_a_track_all_the_same() -> None:
    (track,) = followed([(time, [replace(seen_at(time, HER), sharpness=0.0)]) for time in (0, 0.5)])
    assert track.looks == 2
    assert float(track.template @ HER) == pytest.approx(1, abs=1e-5)


def test_a_sharp_look_counts_for_more_than_a_blurred_one() -> None:
    sharp, blurred = seen_at(0, HER), replace(seen_at(0.5, unit(HER + HIM)), sharpness=2.0)
    (track,) = followed([(0, [sharp]), (0.5, [blurred])])
    assert 0.97 < float(track.template @ HER) < 0.9999


def test_times_are_in_order_within_each_track_and_tracks_end_in_order() -> None:
    random = RandomState(12)
    frames = []
    for number in range(120):
        time = number * 0.5
        people = [axis(person) for person in range(8) if random.random_sample() < 0.3]
        frames.append((time, [seen_at(time, person, 0.1 * place) for place, person in enumerate(people)]))
    tracks = followed(frames)
    assert len(tracks) > 20
    assert sum(track.looks for track in tracks) == sum(len(faces) for _time, faces in frames)
    for track in tracks:
        assert track.since is not None and track.time is not None and track.until is not None
        assert track.since <= track.time <= track.until
    ends = [track.until or 0 for track in tracks if (track.until or 0) < 55]
    assert all(b - a > -PATIENCE for a, b in pairwise(ends))


def test_no_frame_gives_no_track() -> None:
    assert followed([]) == followed([(0, []), (5, [])]) == []
