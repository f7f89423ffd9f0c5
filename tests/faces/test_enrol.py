"""The person looked for is one face of each photo: the only one, the clearly larger one, the chosen one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from jium.faces.enrol import (
    ADVICE,
    BLURRED,
    CLEARLY_LARGER,
    SMALL,
    TURNED,
    UNCLEAR,
    NoFace,
    SeveralFaces,
    enrol,
    from_left,
    poor,
)
from jium.faces.face import Seen
from tests.faces.people import FACE, axis, seen, unit

ALIKE = 0.4
HER, HIM, OTHER = axis(0), axis(1), axis(2)
LEFT, MIDDLE, RIGHT = seen(HER, 0.1), seen(HIM, 0.4), seen(OTHER, 0.7)


def taken(photos: list[tuple[str, list[Seen]]], chosen: int | None = None) -> list[Seen]:
    return [photo.face for photo in enrol(photos, chosen, ALIKE).photos]


def test_the_only_face_is_taken() -> None:
    (photo,) = enrol([("a.jpg", [LEFT])], None, ALIKE).photos
    assert (photo.name, photo.number, photo.count, photo.advice) == ("a.jpg", 1, 1, ())
    assert photo.face is LEFT


def test_the_clearly_larger_one_is_taken() -> None:
    large = seen(HIM, 0.4, size=100 * CLEARLY_LARGER)
    (photo,) = enrol([("a.jpg", [seen(OTHER, 0.7, size=100), large, seen(HER, 0.1, size=90)])], None, ALIKE).photos
    assert photo.face is large
    assert (photo.number, photo.count) == (2, 3)


def test_one_that_is_only_a_little_larger_is_not() -> None:
    with pytest.raises(SeveralFaces):
        enrol([("a.jpg", [seen(HER, size=100 * CLEARLY_LARGER - 1), seen(HIM, size=100)])], None, ALIKE)


@pytest.mark.parametrize("faces", [[LEFT, RIGHT], [LEFT, MIDDLE, RIGHT]])
def test_several_people_and_nobody_chosen(faces: list[Seen]) -> None:
    with pytest.raises(SeveralFaces) as problem:
        enrol([("a.jpg", faces)], None, ALIKE)
    assert (problem.value.photo, problem.value.count) == ("a.jpg", len(faces))


@pytest.mark.parametrize(("chosen", "face"), [(1, LEFT), (2, MIDDLE), (3, RIGHT)])
def test_a_number_counts_from_the_left(chosen: int, face: Seen) -> None:
    (photo,) = enrol([("a.jpg", [RIGHT, LEFT, MIDDLE])], chosen, ALIKE).photos
    assert photo.face is face
    assert (photo.number, photo.count) == (chosen, 3)


def test_a_number_is_stronger_than_a_larger_face() -> None:
    assert taken([("a.jpg", [LEFT, seen(HIM, 0.4, size=900)])], 1) == [LEFT]


def test_people_are_counted_by_the_middle_of_their_faces() -> None:
    wide, narrow = seen(HER, 0.1, side=0.6), seen(HIM, 0.2, side=0.1)
    assert from_left([wide, narrow])[0] is narrow


@pytest.mark.parametrize("chosen", [0, -1, 4])
def test_a_number_that_nobody_has_is_told(chosen: int) -> None:
    with pytest.raises(SeveralFaces) as problem:
        enrol([("a.jpg", [LEFT, MIDDLE, RIGHT])], chosen, ALIKE)
    assert problem.value.count == 3


def test_a_number_beyond_the_only_face_is_told() -> None:
    with pytest.raises(SeveralFaces) as problem:
        enrol([("a.jpg", [LEFT])], 2, ALIKE)
    assert problem.value.count == 1


def test_in_other_photos_the_person_is_taken_by_likeness() -> None:
    again = seen(unit(HER + 0.5 * axis(5)), 0.7)
    group = [seen(OTHER, 0.1), MIDDLE, again]
    assert taken([("a.jpg", [LEFT]), ("b.jpg", group)])[1] is again
    assert taken([("a.jpg", [RIGHT, LEFT, MIDDLE]), ("b.jpg", group)], 1)[1] is again


def test_the_first_photo_may_be_the_one_with_several_people() -> None:
    assert taken([("a.jpg", [MIDDLE, LEFT]), ("b.jpg", [seen(HER)])])[0] is LEFT


def test_photos_stay_in_their_order() -> None:
    photos = enrol([("a.jpg", [MIDDLE, LEFT]), ("b.jpg", [LEFT]), ("c.jpg", [LEFT, RIGHT])], None, ALIKE).photos
    assert [photo.name for photo in photos] == ["a.jpg", "b.jpg", "c.jpg"]


@pytest.mark.parametrize(
    "others",
    [
        [seen(HER, 0.1), seen(unit(HER + HIM), 0.6)],
        [seen(HIM, 0.1), seen(OTHER, 0.6)],
        [seen(unit(HER + 3 * HIM), 0.1), seen(OTHER, 0.6)],
    ],
    ids=["two resemble her", "none resembles her", "one a little"],
)
def test_other_photos_in_which_it_is_not_clear_who_she_is_are_told(others: list[Seen]) -> None:
    with pytest.raises(SeveralFaces) as problem:
        enrol([("a.jpg", [LEFT]), ("b.jpg", others)], None, ALIKE)
    assert (problem.value.photo, problem.value.count) == ("b.jpg", 2)


def test_several_people_in_every_photo_and_nobody_chosen() -> None:
    with pytest.raises(SeveralFaces) as problem:
        enrol([("a.jpg", [LEFT, MIDDLE]), ("b.jpg", [LEFT, RIGHT])], None, ALIKE)
    assert problem.value.photo == "a.jpg"


@pytest.mark.parametrize("photos", [[("a.jpg", [LEFT]), ("empty.jpg", [])], [("empty.jpg", []), ("a.jpg", [LEFT])]])
def test_a_photo_without_a_face_is_named(photos: list[tuple[str, list[Seen]]]) -> None:
    with pytest.raises(NoFace) as problem:
        enrol(photos, None, ALIKE)
    assert problem.value.photo == "empty.jpg"


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({}, ()),
        ({"size": SMALL}, ()),
        ({"size": SMALL - 1}, ("small",)),
        ({"sharpness": BLURRED}, ()),
        ({"sharpness": BLURRED - 0.1}, ("blurred",)),
        ({"turn": TURNED}, ()),
        ({"turn": TURNED + 0.1}, ("turned",)),
        ({"confidence": UNCLEAR}, ()),
        ({"confidence": UNCLEAR - 0.1}, ("unclear",)),
        ({"size": 20.0, "sharpness": 1.0, "turn": 2.0, "confidence": 0.1}, ("small", "blurred", "turned", "unclear")),
    ],
)
def test_what_makes_a_photo_a_poor_one_is_told(change: dict[str, Any], advice: tuple[str, ...]) -> None:
    face = replace(FACE, **change)
    assert poor(face) == advice
    assert enrol([("a.jpg", [face])], None, ALIKE).photos[0].advice == advice
    assert set(advice) <= set(ADVICE)


def test_photos_of_different_people_are_advised_against() -> None:
    photos = [("a.jpg", [seen(HER)]), ("b.jpg", [seen(unit(HER + axis(6)))]), ("c.jpg", [seen(HIM)])]
    assert [photo.advice for photo in enrol(photos, None, ALIKE).photos] == [(), (), ("unlike",)]


def test_one_photo_alone_is_unlike_nobody() -> None:
    assert "unlike" not in enrol([("a.jpg", [LEFT])], None, ALIKE).photos[0].advice


def test_one_photo_gives_its_own_template_and_several_their_mean() -> None:
    assert np.allclose(enrol([("a.jpg", [LEFT])], None, ALIKE).template, LEFT.template, atol=1e-6)
    other = seen(unit(HER + HIM))
    both = enrol([("a.jpg", [LEFT]), ("b.jpg", [other])], None, ALIKE)
    assert np.allclose(both.template, unit(LEFT.template + other.template), atol=1e-6)
    assert (both.nearest(HER), both.nearest(other.template)) == (0, 1)


def test_photos_that_cancel_each_other_out_resemble_nobody() -> None:
    nobody = enrol([("a.jpg", [seen(HER)]), ("b.jpg", [seen(-HER)])], None, ALIKE).template
    assert nobody.dtype == np.float32 and not nobody.any()
