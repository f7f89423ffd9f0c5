"""A face is brought into one position, however it was turned and however large it was."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from jium.faces.aligning import PLACES, SIDE, chip, similarity
from jium.faces.face import Pixels, Points


def moved(degrees: float, scale: float, x: float, y: float) -> Points:
    """The five points of a face turned about the middle of its 112 pixels, ``scale`` times as large, shifted."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray((PLACES - SIDE / 2) @ turn.T * scale + [x, y], np.float32)


def brought(points: Points) -> Points:
    by = similarity(points, PLACES)
    return np.asarray(points @ by[:, :2].T + by[:, 2], np.float32)


def dotted(points: Points, scale: float, width: int, height: int) -> Pixels:
    """A grey picture with a bright dot at every point."""
    rgb = np.full((height, width, 3), 60, np.uint8)
    for x, y in points.tolist():
        cv2.circle(rgb, (round(x), round(y)), max(2, round(4 * scale)), (250, 250, 250), -1)
    return rgb


def brightness(face: Pixels, place: Sequence[float]) -> float:
    x, y = (round(value) for value in place)
    return float(face[y - 1 : y + 2, x - 1 : x + 2].mean())


@pytest.mark.parametrize("degrees", [0, 30, -75, 180])
@pytest.mark.parametrize("scale", [0.2, 1, 7.5])
@pytest.mark.parametrize(("x", "y"), [(56, 56), (-300, 40), (1200, 900)])
def test_turned_scaled_and_shifted_points_come_to_their_places(
    degrees: float, scale: float, x: float, y: float
) -> None:
    assert np.allclose(brought(moved(degrees, scale, x, y)), PLACES, atol=0.02)


def test_points_that_fit_badly_come_as_near_as_a_similarity_can_bring_them() -> None:
    points = moved(20, 2, 300, 200) + np.array([[3, -2], [0, 4], [-5, 1], [2, 2], [-1, -3]], np.float32)
    by = similarity(points, PLACES)
    nearest = float(np.square(points @ by[:, :2].T + by[:, 2] - PLACES).sum())
    angles = [(0.02, 1.0), (-0.02, 1.0), (0.0, 1.03), (0.0, 0.97)]
    for angle, larger in angles:
        turn = larger * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        other = (points @ by[:, :2].T + by[:, 2] - PLACES.mean(axis=0)) @ turn.T + PLACES.mean(axis=0)
        assert np.square(other - PLACES).sum() > nearest


@pytest.mark.parametrize("degrees", [0, 45, 170])
def test_a_face_is_never_mirrored(degrees: float) -> None:
    mirrored = moved(degrees, 1, 0, 0) * np.array([-1, 1], np.float32)
    by = similarity(mirrored, PLACES)
    assert np.linalg.det(by[:, :2]) > 0
    assert by[0, 0] == pytest.approx(by[1, 1]) and by[0, 1] == pytest.approx(-by[1, 0])
    assert not np.allclose(brought(mirrored), PLACES, atol=5)


@pytest.mark.parametrize("points", [np.zeros((5, 2), np.float32), np.full((5, 2), 40, np.float32)])
def test_points_that_are_all_one_place_break_nothing(points: Points) -> None:
    assert chip(np.full((80, 80, 3), 9, np.uint8), points).shape == (SIDE, SIDE, 3)


@pytest.mark.parametrize("degrees", [0, 25, -90, 180])
@pytest.mark.parametrize("scale", [0.5, 1, 1.9, 2.1, 6, 20])
def test_the_dots_of_a_face_come_to_their_places(degrees: float, scale: float) -> None:
    side = round(scale * 200)
    points = moved(degrees, scale, side * 0.5, side * 0.5)
    face = chip(dotted(points, scale, side, side), points)
    assert face.shape == (SIDE, SIDE, 3) and face.dtype == np.uint8
    for place in PLACES.tolist():
        assert brightness(face, place) > 200
    for place in ([56, 52], [56, 30], [56, 92], [25, 72]):
        assert brightness(face, place) < 90


@pytest.mark.parametrize(("x", "y"), [(1800, 1700), (2600, 700)])
def test_a_large_face_somewhere_in_a_much_larger_picture_comes_to_its_place(x: float, y: float) -> None:
    points = moved(15, 6, x, y)
    face = chip(dotted(points, 6, 3200, 2400), points)
    assert min(brightness(face, place) for place in PLACES.tolist()) > 200
    assert brightness(face, [56, 52]) < 90


@pytest.mark.parametrize("scale", [1, 2.5, 12])
def test_what_lies_outside_the_picture_is_black_and_the_rest_is_where_it_must_be(scale: float) -> None:
    """The picture's left edge goes through the nose."""
    points = moved(0, scale, 0, scale * 80)
    face = chip(dotted(points, scale, round(scale * 120), round(scale * 160)), points)
    for number in (1, 4):
        assert brightness(face, PLACES[number].tolist()) > 200
    assert face[:, :52].max() == 0
    assert face[:, 62:].min() > 40


def test_a_very_large_face_is_averaged_and_not_picked_from() -> None:
    """Of a fine chequered pattern the mean remains."""
    side = 3000
    rgb = np.indices((side, side)).sum(axis=0) % 2 * 200
    points = moved(0, 20, side / 2, side / 2)
    face = chip(np.repeat(rgb[:, :, None], 3, axis=2).astype(np.uint8), points)
    assert abs(float(face[20:90, 20:90].mean()) - 100) < 3
    assert float(face[20:90, 20:90].std()) < 8
