"""How well a face can be told from others: blurred or sharp, from the front or from the side."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from jium.faces.aligning import PLACES
from jium.faces.face import Pixels, Points
from jium.faces.quality import sharpness, turn

GRAIN = np.random.RandomState(5).randint(0, 256, (112, 112, 3)).astype(np.uint8)


def blurred(sigma: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(GRAIN, (0, 0), sigma), np.uint8)


def with_nose_moved(by: float) -> Points:
    """A face from the front, its nose so many pixels to the right."""
    points = PLACES.copy()
    points[2, 0] += by
    return points


def test_the_more_a_face_is_blurred_the_less_sharp_it_is() -> None:
    told = [sharpness(GRAIN)] + [sharpness(blurred(sigma)) for sigma in (0.7, 1.5, 3, 8)]
    assert told == sorted(told, reverse=True)
    assert told[0] > 20 and told[-1] < 4


def test_an_enlarged_face_is_blurred() -> None:
    small = cv2.resize(GRAIN, (16, 16), interpolation=cv2.INTER_AREA)
    enlarged = cv2.resize(small, (112, 112), interpolation=cv2.INTER_CUBIC)
    assert sharpness(np.asarray(enlarged, np.uint8)) < sharpness(GRAIN) / 4


def test_a_plain_face_has_no_sharpness() -> None:
    assert sharpness(np.full((112, 112, 3), 130, np.uint8)) == 0


def test_only_the_middle_counts() -> None:
    """Hair and ground around a blurred face do not make it a sharp one."""
    framed = GRAIN.copy()
    framed[17:-17, 17:-17] = 120
    assert sharpness(framed) < 1


def test_large_chips_are_measured_as_small_ones() -> None:
    larger = cv2.resize(GRAIN, (224, 224), interpolation=cv2.INTER_NEAREST)
    assert sharpness(np.asarray(larger, np.uint8)) == pytest.approx(sharpness(GRAIN), rel=0.01)


def test_a_face_from_the_front_is_not_turned() -> None:
    assert turn(PLACES) < 0.03


def test_the_further_the_nose_lies_aside_the_more_a_face_is_turned() -> None:
    told = [turn(with_nose_moved(by)) for by in (0, 3, 8, 14, 17.6)]
    assert told == sorted(told) and len(set(told)) == len(told)
    assert told[-1] == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("by", [4, 11, 19])
def test_left_and_right_are_the_same(by: float) -> None:
    points = with_nose_moved(by)
    mirrored = (points * np.array([-1, 1], np.float32))[[1, 0, 2, 4, 3]]
    assert turn(mirrored) == pytest.approx(turn(points), abs=1e-4)


@pytest.mark.parametrize("degrees", [0, 20, -90, 135])
@pytest.mark.parametrize("scale", [0.1, 1, 30])
def test_size_and_tilt_do_not_matter(degrees: float, scale: float) -> None:
    angle = np.radians(degrees)
    by = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = with_nose_moved(9)
    assert turn(np.asarray(points @ by.T + [500, -20], np.float32)) == pytest.approx(turn(points), abs=1e-3)


def test_it_does_not_shrink_when_the_eyes_come_nearer_to_each_other() -> None:
    """A head from the side: the eyes' distance is half, the nose has gone where they were."""
    points = with_nose_moved(12)
    narrow = points.copy()
    middle = PLACES[[0, 1, 3, 4], 0].mean()
    narrow[[0, 1, 3, 4], 0] = middle + (PLACES[[0, 1, 3, 4], 0] - middle) / 2
    assert turn(narrow) == pytest.approx(turn(points), abs=0.05)


def test_nothing_odd_breaks_it() -> None:
    assert turn(np.zeros((5, 2), np.float32)) == 0
    assert turn(with_nose_moved(1e6)) == 2.0
