"""Traces without any reference: which way each goes, that none weighs anything, and that the usual is not mentioned."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from jium.faces.face import Face, Pixels
from jium.forensics.signal import Material
from jium.forensics.signals import over_time, spectra, surroundings
from jium.forensics.signals.surroundings.measuring import Measured, measured
from jium.forensics.usual import Usual
from jium.forensics.view import Person, View
from tests.forensics.scenes import face_of, scene

MODEL = "dlib"


def rough() -> Pixels:
    """A scene as a camera would have taken it: with noise everywhere."""
    rgb = scene(1, 3).astype(np.float32)
    return np.asarray(np.clip(rgb + np.random.RandomState(8).normal(0, 4, rgb.shape), 0, 255), np.uint8)


PICTURE = rough()
FACE = face_of(PICTURE)


def within(rgb: Pixels, change: Callable[[Pixels], Pixels], feather: float = 3.0) -> Pixels:
    """Only the face is changed."""
    x0, y0, x1, y1 = FACE.box
    mask = np.zeros(rgb.shape[:2], np.float32)
    axes = (round((x1 - x0) / 2), round((y1 - y0) / 1.7))
    cv2.ellipse(mask, (round((x0 + x1) / 2), round((y0 + y1) / 2)), axes, 0, 0, 360, 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), feather)[..., None] if feather else mask[..., None]
    return np.asarray(mask * change(rgb) + (1 - mask) * rgb, np.uint8)


def seen_in(rgb: Pixels, face: Face = FACE) -> View:
    """Whose face it is does not matter here."""
    return View(rgb, None, (Person(face.box, face.points, face.confidence, np.ones(1, np.float32)),))


def of(rgb: Pixels) -> Measured:
    seen = seen_in(rgb)
    found = measured(seen, seen.people[0])
    assert found is not None
    return found


def blurred(rgb: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), 2.0), np.uint8)


def grainier(rgb: Pixels) -> Pixels:
    return np.asarray(np.clip(rgb + np.random.RandomState(4).normal(0, 14, rgb.shape), 0, 255), np.uint8)


def packed(rgb: Pixels) -> Pixels:
    _done, content = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, 12])
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), np.uint8)


def enlarged(rgb: Pixels) -> Pixels:
    small = cv2.resize(rgb, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def redder(rgb: Pixels) -> Pixels:
    return np.asarray(np.clip(rgb * np.array([1.5, 0.9, 0.7]), 0, 255), np.uint8)


@pytest.mark.parametrize(
    ("name", "change", "sign"),
    [
        ("noise", blurred, -1),
        ("noise", grainier, 1),
        ("sharpness", blurred, -1),
        ("sharpness", grainier, 1),
        ("blocks", packed, 1),
        ("packed", packed, 1),
        ("resampled", enlarged, 1),
        ("colour", redder, 1),
    ],
)
def test_a_face_with_another_history_leaves_a_trace(name: str, change: Callable[[Pixels], Pixels], sign: int) -> None:
    before, after = (getattr(of(rgb), name) for rgb in (PICTURE, within(PICTURE, change)))
    assert sign * (after - before) > 0.1


def test_a_sudden_edge_leaves_a_trace() -> None:
    soft, hard = (of(within(PICTURE, redder, feather)).edge for feather in (9.0, 0.0))
    assert hard > soft


@pytest.mark.parametrize("name", ["noise", "sharpness", "edge"])
def test_what_is_done_to_the_whole_picture_is_no_trace(name: str) -> None:
    for change in (redder, lambda rgb: np.ascontiguousarray(rgb // 2 + 60)):
        assert abs(getattr(of(np.asarray(change(PICTURE), np.uint8)), name) - getattr(of(PICTURE), name)) < 0.5


def test_of_small_faces_nothing_is_measured() -> None:
    small = np.asarray(cv2.resize(PICTURE, None, fx=0.15, fy=0.15, interpolation=cv2.INTER_AREA), np.uint8)
    seen = seen_in(small, FACE.scaled(0.15))
    assert measured(seen, seen.people[0]) is None and spectra.measured(seen, seen.people[0]) is None


def spectrum(rgb: Pixels) -> spectra.Measured:
    seen = seen_in(rgb)
    found = spectra.measured(seen, seen.people[0])
    assert found is not None
    return found


def chequered(rgb: Pixels) -> Pixels:
    """As an up-convolution leaves it: every second pixel a little lighter."""
    y, x = np.mgrid[: rgb.shape[0], : rgb.shape[1]]
    return np.asarray(np.clip(rgb + 8.0 * (((x + y) % 2) * 2 - 1)[..., None], 0, 255), np.uint8)


def test_a_grid_shows_in_the_spectrum() -> None:
    assert spectrum(chequered(PICTURE)).grid > spectrum(PICTURE).grid + 1


def test_the_finest_shows_in_the_spectrum() -> None:
    assert spectrum(blurred(PICTURE)).finest < spectrum(PICTURE).finest - 1
    assert spectrum(grainier(PICTURE)).finest > spectrum(PICTURE).finest + 0.5


def moment(time: float, *directions: tuple[float, float]) -> View:
    """A frame with so many faces, the largest first."""
    people = tuple(
        Person((0.0, 0.0, 50.0, 50.0), np.zeros((5, 2), np.float32), 1.0, np.array(one, np.float32) / np.hypot(*one))
        for one in directions
    )
    return View(np.zeros((60, 60, 3), np.uint8), time, people)


STEADY = [moment(second, (1.0, 0.1)) for second in range(8)]


def test_a_face_that_stays_the_same_does_not_waver() -> None:
    found = over_time.measured(STEADY)
    assert found is not None and found.wavers < 0.01 and found.leaves < 0.01


def test_a_face_that_is_another_for_a_moment_is_told_with_that_moment() -> None:
    found = over_time.measured([*STEADY[:4], moment(4.5, (0.1, 1.0)), *STEADY[5:]])
    assert found is not None and found.leaves > 0.5 and found.times[0] == 4.5 and found.wavers < 0.1


def test_a_face_that_changes_all_the_time_wavers() -> None:
    found = over_time.measured([moment(second, (1.0, float(second % 3))) for second in range(9)])
    assert found is not None and found.wavers > 0.05


def test_somebody_who_joins_is_not_taken_for_the_one_who_is_followed() -> None:
    found = over_time.measured(
        [moment(float(second), (0.0, 1.0), (1.0, 0.1)) if second else STEADY[0] for second in range(8)]
    )
    assert found is not None and found.wavers < 0.01


def test_a_few_moments_are_not_enough() -> None:
    assert over_time.measured(STEADY[: over_time.LEAST_MOMENTS - 1]) is None
    assert over_time.measured([View(one.rgb, one.time, ()) for one in STEADY]) is None


def unusual(monkeypatch: pytest.MonkeyPatch, side: int) -> None:
    """As if nothing that is measured were usual."""
    ends = (-2e9, -1e9) if side > 0 else (1e9, 2e9)
    names = (
        "noise",
        "sharpness",
        "blocks",
        "resampled",
        "edge",
        "packed",
        "colour",
        "grid",
        "finest",
        "wavers",
        "leaves",
    )
    for signal in (surroundings, spectra, over_time):
        monkeypatch.setattr(signal, "usual", lambda _package, _model: Usual(dict.fromkeys(names, ends)))


@pytest.mark.parametrize("side", [-1, 1])
def test_what_is_unusual_is_told_and_weighs_nothing(monkeypatch: pytest.MonkeyPatch, side: int) -> None:
    unusual(monkeypatch, side)
    picture, film = Material(MODEL, views=(seen_in(PICTURE),)), Material(MODEL, views=tuple(STEADY))
    found = [*surroundings.findings(picture), *spectra.findings(picture), *over_time.findings(film)]
    assert {one.signal for one in found} >= {"surroundings", "spectra"}
    assert all(one.weight == one.error == 0 and one.said.lower().endswith("that alone says nothing.") for one in found)


def test_what_is_usual_is_not_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = dict.fromkeys(("grid", "finest", "wavers", "leaves", *vars(of(PICTURE))), (-1e9, 1e9))
    for signal in (surroundings, spectra, over_time):
        monkeypatch.setattr(signal, "usual", lambda _package, _model: Usual(everything))
    picture, film = Material(MODEL, views=(seen_in(PICTURE),)), Material(MODEL, views=tuple(STEADY))
    assert not [*surroundings.findings(picture), *spectra.findings(picture), *over_time.findings(film)]


def test_nothing_is_told_with_a_model_that_nobody_measured() -> None:
    picture = Material("another", views=(seen_in(PICTURE),))
    assert not [*surroundings.findings(picture), *spectra.findings(picture)]


def test_a_picture_without_anybody_leaves_nothing_to_measure() -> None:
    empty = Material(MODEL, views=(View(PICTURE, None, ()),))
    assert not [*surroundings.findings(empty), *spectra.findings(empty), *over_time.findings(empty)]
