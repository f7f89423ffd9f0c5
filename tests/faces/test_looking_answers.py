"""The sandbox's child may have been taken over by a file: its answer is believed only in the agreed form."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from jium.faces.inside import SEEN
from jium.faces.looking import MOST_NUMBERS, RECORD, Looked, checked
from jium.media.errors import MediaError

NUMBERS = 4
FACTS = {"kind": "image", "width": 640, "height": 480, "duration": None, "frames": 1, "faces": 1}
FILM = {**FACTS, "kind": "video", "duration": 12.5, "frames": 25}
FACE = {
    "times": [math.nan] * 3,
    "box": [0.1, 0.2, 0.3, 0.4],
    "size": 120.0,
    "confidence": 0.9,
    "sharpness": 12.0,
    "turn": 0.25,
    "looks": 1,
    "template": [0.5, -0.5, 0.5, -0.5],
}


def packed(**changes: Any) -> bytes:
    """One face as the child packs it."""
    told = {**FACE, **changes}
    row = np.zeros((), np.dtype([("seen", RECORD), ("template", "<f4", len(told["template"]))]))
    for name in RECORD.names or ():
        row["seen"][name] = told[name]
    row["template"] = told["template"]
    return row.tobytes()


def refused(facts: dict[str, Any], content: bytes, numbers: int = NUMBERS) -> bool:
    with pytest.raises(MediaError) as problem:
        checked(facts, content, numbers)
    return problem.value.kind == "crashed"


def test_an_honest_answer_is_taken() -> None:
    looked = checked(FACTS, packed(), NUMBERS)
    assert (looked.kind, looked.width, looked.height, looked.duration, looked.frames) == ("image", 640, 480, None, 1)
    (face,) = looked.faces
    assert (face.time, face.since, face.until, face.looks) == (None, None, None, 1)
    assert face.box == pytest.approx((0.1, 0.2, 0.3, 0.4))
    told = (face.size, face.confidence, face.sharpness, face.turn)
    assert told == pytest.approx((120.0, 0.9, 12.0, 0.25))
    assert face.template.tolist() == [0.5, -0.5, 0.5, -0.5]


def test_the_faces_of_a_film_have_times() -> None:
    looked = checked(FILM, packed(times=[2.0, 1.5, 3.0], looks=4), NUMBERS)
    (face,) = looked.faces
    assert (face.time, face.since, face.until, face.looks) == (2.0, 1.5, 3.0, 4)
    assert (looked.kind, looked.duration, looked.frames) == ("video", 12.5, 25)


def test_several_faces_are_taken_in_their_order() -> None:
    faces = checked({**FACTS, "faces": 3}, b"".join(packed(size=size) for size in (90.0, 60.0, 30.0)), NUMBERS).faces
    assert [face.size for face in faces] == [90.0, 60.0, 30.0]


@pytest.mark.parametrize("kind", ["image", "video", "audio"])
def test_no_face_is_an_honest_answer(kind: str) -> None:
    assert checked({**FACTS, "kind": kind, "faces": 0}, b"", NUMBERS).faces == ()


def test_the_child_packs_what_is_read_here() -> None:
    assert RECORD.itemsize == SEEN.size
    one = SEEN.pack(2.0, 1.5, 3.0, 0.1, 0.2, 0.3, 0.4, 120.0, 0.9, 12.0, 0.25, 4)
    assert one + np.array(FACE["template"], "<f4").tobytes() == packed(times=[2.0, 1.5, 3.0], looks=4)


def test_a_template_is_a_copy_and_holds_no_part_of_the_answer() -> None:
    assert checked(FACTS, packed(), NUMBERS).faces[0].template.base is None


@pytest.mark.parametrize(
    "content",
    [b"", packed()[:-1], packed() + b"\0", packed() * 2, packed(template=[1.0]), packed(template=[1.0] + [0.0] * 4)],
    ids=["nothing", "a byte too few", "a byte too many", "two", "fewer numbers", "more numbers"],
)
def test_an_answer_of_another_length_is_refused(content: bytes) -> None:
    assert refused(FACTS, content)


@pytest.mark.parametrize("count", [-1, 2, 0, True, 1.0, "1", None, [1], 10**30])
def test_a_count_that_is_none_or_not_true_is_refused(count: object) -> None:
    assert refused({**FACTS, "faces": count}, packed())


@pytest.mark.parametrize("count", [-1, -(2**63)])
def test_a_negative_count_is_refused_with_nothing_behind_it(count: int) -> None:
    assert refused({**FACTS, "faces": count}, b"")


@pytest.mark.parametrize("kind", ["", "picture", "IMAGE", None, 1, ["image"]])
def test_another_kind_is_refused(kind: object) -> None:
    assert refused({**FACTS, "kind": kind}, packed())


def test_an_empty_answer_is_refused() -> None:
    assert refused({}, b"")


@pytest.mark.parametrize("name", ["size", "confidence", "sharpness", "turn"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(name: str, value: float) -> None:
    assert refused(FACTS, packed(**{name: value}))


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("value", [math.nan, math.inf, -0.01, 1.01, 640.0])
def test_a_box_outside_the_picture_is_refused(place: int, value: float) -> None:
    box = [0.1, 0.2, 0.3, 0.4]
    box[place] = value
    assert refused(FACTS, packed(box=box))


def test_a_box_may_be_the_whole_picture() -> None:
    assert checked(FACTS, packed(box=[0, 0, 1, 1]), NUMBERS).faces[0].box == (0, 0, 1, 1)


@pytest.mark.parametrize(
    "template",
    [[0.0] * 4, [1.0] * 4, [0.49] * 4, [math.nan, 0, 0, 0], [1, 0, 0, math.nan], [math.inf, 0, 0, 0], [1e9, 0, 0, 0]],
)
def test_a_template_that_is_not_of_length_1_is_refused(template: list[float]) -> None:
    """It would resemble everybody."""
    assert refused(FACTS, packed(template=template))


@pytest.mark.parametrize("time", [0.0, 3.5, math.inf])
def test_a_time_in_a_picture_is_refused(time: float) -> None:
    assert refused(FACTS, packed(times=[time, time, time]))


def test_one_bad_face_among_good_ones_is_refused() -> None:
    assert refused({**FACTS, "faces": 3}, packed() + packed(size=math.nan) + packed())


@pytest.mark.parametrize("numbers", [0, -1, MOST_NUMBERS + 1])
def test_a_model_with_no_or_too_many_numbers_is_refused(numbers: int) -> None:
    assert refused({**FACTS, "faces": 0}, b"", numbers)


@pytest.mark.parametrize("name", ["width", "height", "frames"])
@pytest.mark.parametrize("value", [-1, 2**31, 1.5, "640", None, [640]])
def test_facts_that_make_no_sense_are_nothing(name: str, value: object) -> None:
    looked: Looked = checked({**FACTS, name: value}, packed(), NUMBERS)
    assert getattr(looked, name) == 0


@pytest.mark.parametrize("value", [-1, math.nan, math.inf, 1e10, "12", None, [1]])
def test_a_duration_that_makes_no_sense_is_none(value: object) -> None:
    assert checked({**FILM, "duration": value}, packed(), NUMBERS).duration is None
