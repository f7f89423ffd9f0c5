"""Another face in a known picture: which way every figure goes, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from jium.bench import drawing, retouching, swaps
from jium.bench.edits.kinds import recompressed
from jium.faces.face import Face, Pixels
from jium.forensics.laying import laid
from jium.forensics.signals.known_original.parts import Compared, compared
from jium.forensics.signals.known_original.weighing import (
    UNSURE,
    Calibration,
    calibration,
    hidden,
    kind,
    of_another,
    weight,
)
from jium.forensics.view import View
from tests.forensics.scenes import face_of, scene, shown, view

ORIGINAL, ANOTHER = scene(1, 3), scene(2, 5)
MODEL = "dlib"


def measured() -> Calibration:
    used = calibration(MODEL)
    assert used
    return used


USED = measured()


def half(rgb: Pixels) -> Pixels:
    return np.asarray(cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)


def darker(rgb: Pixels) -> Pixels:
    return np.asarray(255 * (rgb / 255) ** 1.6, np.uint8)


PASSED_ON: dict[str, Callable[[Pixels], Pixels]] = {
    "as it is": lambda rgb: rgb,
    "recompressed": lambda rgb: recompressed(rgb, 50),
    "half the size": half,
    "cropped": lambda rgb: rgb[20:460, 30:600].copy(),
    "mirrored": lambda rgb: np.ascontiguousarray(rgb[:, ::-1]),
    "darker": darker,
    "all at once": lambda rgb: recompressed(darker(half(rgb[20:460, 30:600])), 60),
}


def of(rgb: Pixels, face: Face | None = None) -> Compared:
    suspect, known = view(rgb, face), view(ORIGINAL)
    lying = laid(suspect, known)
    assert lying is not None
    return compared(suspect, suspect.people[0], known, lying)


@pytest.mark.parametrize("edit", PASSED_ON.values(), ids=PASSED_ON)
def test_a_face_passed_on_stays_like_itself(edit: Callable[[Pixels], Pixels]) -> None:
    one = of(edit(ORIGINAL))
    assert len(one.parts) == 4 and min(one.parts.values()) > 0.93
    assert one.further is not None and one.further > 0.93
    assert one.likeness is not None and one.likeness > 0.9


@pytest.mark.parametrize("edit", PASSED_ON.values(), ids=PASSED_ON)
def test_a_face_put_in_is_unlike_in_most_parts_and_its_surroundings_are_not(edit: Callable[[Pixels], Pixels]) -> None:
    one = of(edit(swaps.METHODS[0].make(shown(ANOTHER), shown(ORIGINAL))))
    assert sorted(one.parts.values())[2] < 0.92 and min(one.parts.values()) < 0.7
    assert one.further is not None and one.further > 0.93


def test_a_mouth_moved_is_unlike_alone() -> None:
    one = of(swaps.MOUTH_MOVED.make(shown(ANOTHER), shown(ORIGINAL)))
    assert one.parts["mouth"] < 0.9 < 0.98 < min(one.parts["left eye"], one.parts["right eye"])


def test_a_beauty_filter_leaves_a_face_like_itself() -> None:
    face = face_of(ORIGINAL)
    assert min(of(retouching.beautified(ORIGINAL, face, 2), face).parts.values()) > 0.9


def test_where_a_head_moved_its_surroundings_are_unlike_too() -> None:
    face = face_of(ORIGINAL)
    moved = of(retouching.moved(ORIGINAL, face, np.random.default_rng(1)), face)
    put_in = of(swaps.METHODS[0].make(shown(ANOTHER), shown(ORIGINAL)))
    assert moved.further is not None and put_in.further is not None
    assert moved.further < put_in.further - 0.05


def test_what_lies_over_a_face_has_colours_of_its_own() -> None:
    face = face_of(ORIGINAL)
    covered = ORIGINAL.copy()
    middle = tuple(int(value) for value in face.points.mean(axis=0))
    cv2.circle(covered, middle, int(face.size / 3), (40, 220, 60), -1, cv2.LINE_AA)
    assert of(covered, face).foreign > 0.5 > 0.1 > of(ORIGINAL, face).foreign


@pytest.mark.parametrize("name", drawing.DRAWN)
@pytest.mark.parametrize("in_the_original", [False, True], ids=["in the copy", "in the original"])
def test_what_is_drawn_over_a_face_in_one_picture_makes_no_composite(name: str, in_the_original: bool) -> None:
    face = face_of(ORIGINAL)
    drawn = drawing.DRAWN[name](ORIGINAL, face, np.random.default_rng(3))
    suspect, known = (view(ORIGINAL), view(drawn, face)) if in_the_original else (view(drawn, face), view(ORIGINAL))
    lying = laid(suspect, known)
    assert lying is not None
    one = compared(suspect, suspect.people[0], known, lying)
    assert not of_another(one, USED)
    assert weight(one, USED) <= UNSURE


def test_a_mouth_moved_points_to_a_composite_and_is_not_called_one() -> None:
    one = of(swaps.MOUTH_MOVED.make(shown(ANOTHER), shown(ORIGINAL)))
    assert weight(one, USED) <= UNSURE < 4


def test_what_is_drawn_over_a_face_leaves_most_of_it_as_it_was_and_another_face_does_not() -> None:
    face = face_of(ORIGINAL)
    rims = of(drawing.DRAWN["spectacles"](ORIGINAL, face, np.random.default_rng(3)), face)
    put_in = of(swaps.METHODS[0].make(shown(ANOTHER), shown(ORIGINAL)))
    assert of(ORIGINAL).altered < 0.05 < rims.altered < 0.4 < put_in.altered
    assert sorted(rims.parts.values())[1] < 0.9 < 0.99 < sorted(rims.rests.values())[2]
    assert sorted(put_in.rests.values())[2] < 0.99


@pytest.mark.parametrize(
    ("told", "another"),
    [
        ({}, True),
        ({"altered": 0.3}, False),
        ({"likeness": 1.0}, False),
        ({"likeness": None}, False),
        ({"parts": {"left eye": 0.5, "right eye": 0.5, "nose": 0.95, "mouth": 0.95}}, False),
        ({"rests": {"left eye": 0.5, "right eye": 0.5, "nose": 0.999, "mouth": 0.999}}, False),
    ],
)
def test_another_face_differs_in_most_parts_and_over_most_of_it_and_is_somebody_elses(
    told: dict[str, Any], another: bool
) -> None:
    one = of(swaps.METHODS[0].make(shown(ANOTHER), shown(ORIGINAL)))
    half = dict.fromkeys(one.parts, 0.5)
    as_clear = replace(one, altered=0.8, likeness=USED.unlike - 0.1, parts=half, rests=half)
    assert of_another(replace(as_clear, **told), USED) is another


@pytest.mark.parametrize("how", ["blurred", "squares", "bar"])
def test_a_face_made_unrecognisable_is_unlike_and_says_nothing(how: str) -> None:
    face = face_of(ORIGINAL)
    one = of(retouching.hidden(ORIGINAL, face, how), face)
    assert min(one.parts.values()) < 0.8 and hidden(one)
    assert (weight(one, USED), kind(one, USED)) == (0.0, "hidden")
    assert not hidden(of(swaps.METHODS[0].make(shown(ANOTHER), shown(ORIGINAL))))


@pytest.mark.parametrize("edit", PASSED_ON.values(), ids=PASSED_ON)
def test_a_face_put_in_speaks_for_a_composite_and_a_copy_against_it(edit: Callable[[Pixels], Pixels]) -> None:
    put_in, copy = of(edit(swaps.METHODS[0].make(shown(ANOTHER), shown(ORIGINAL)))), of(edit(ORIGINAL))
    assert weight(put_in, USED) > 1.5 and kind(put_in, USED) == "other face"
    assert weight(copy, USED) < -3 and kind(copy, USED) == "same"


def test_a_tiny_face_of_the_original_is_no_composite() -> None:
    tiny = np.asarray(cv2.resize(ORIGINAL, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA), np.uint8)
    assert weight(of(tiny, face_of(ORIGINAL).scaled(0.2)), USED) <= 0


def test_another_place_cannot_be_compared() -> None:
    assert laid(view(scene(5, 6)), view(ORIGINAL)) is None


def test_a_picture_that_is_all_face_cannot_be_laid() -> None:
    face = face_of(ORIGINAL)
    x0, y0, x1, y1 = (round(value) for value in face.box)
    close = ORIGINAL[y0:y1, x0:x1].copy()
    inside = Face((0.0, 0.0, float(x1 - x0), float(y1 - y0)), face.points - np.array([x0, y0], np.float32), 0.9)
    assert laid(view(close, inside), view(ORIGINAL)) is None


def test_without_people_there_is_nobody_to_compare() -> None:
    from jium.forensics.signal import Material, Original
    from jium.forensics.signals import known_original

    empty = View(ORIGINAL, None, ())
    (said,) = known_original.findings(Material(MODEL, (Original("a.jpg", ((empty, view(ORIGINAL)),)),)))
    assert said.weight == 0 and said.said == known_original.NOBODY


def test_with_a_model_that_nobody_measured_it_says_nothing() -> None:
    from jium.forensics.signal import Material, Original
    from jium.forensics.signals import known_original

    put_in = view(swaps.METHODS[0].make(shown(ANOTHER), shown(ORIGINAL)))
    (said,) = known_original.findings(Material("another", (Original("a.jpg", ((put_in, view(ORIGINAL)),)),)))
    assert said.weight == 0 and said.said == known_original.UNMEASURED


def test_where_the_original_shows_no_face_there_is_none_to_be_another() -> None:
    suspect, known = view(ORIGINAL), View(ORIGINAL, None, ())
    lying = laid(suspect, known)
    assert lying is not None
    one = compared(suspect, suspect.people[0], known, lying)
    assert (weight(one, USED), kind(one, USED)) == (0.0, "unseen")


def test_of_a_face_at_the_edge_too_little_is_seen_around_it() -> None:
    _x0, y0, _x1, y1 = (round(value) for value in face_of(ORIGINAL).box)
    cut = view(ORIGINAL[y0 - 4 : y1 + 4].copy(), face_of(ORIGINAL).scaled(1.0, 0.0, -float(y0 - 4)))
    lying = laid(cut, view(ORIGINAL))
    assert lying is not None
    one = compared(cut, cut.people[0], view(ORIGINAL), lying)
    assert weight(one, USED) <= 0 and kind(one, USED) in ("same", "unseen")
