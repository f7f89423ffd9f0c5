"""What a child that was taken over could answer is not believed; what it should answer is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jium.forensics.viewing import FRAMES_AT_ONCE, checked
from jium.media.errors import MediaError

WIDTH, HEIGHT = 4, 3
PIXELS = bytes(range(WIDTH * HEIGHT * 3))
NUMBERS = 8


def person(**changed: Any) -> bytes:
    values = np.zeros(15 + NUMBERS, np.float32)
    values[:4] = changed.get("box", (0, 0, 2, 2))
    values[14] = 0.9
    values[15] = changed.get("length", 1.0)
    if "bad" in changed:
        values[6] = changed["bad"]
    return values.astype("<f4").tobytes()


def told(**changed: Any) -> dict[str, Any]:
    return {"views": [{"width": WIDTH, "height": HEIGHT, "time": None, "people": 1} | changed]}


def test_an_answer_as_agreed_becomes_views() -> None:
    (one,) = checked(told(), PIXELS + person(), NUMBERS)
    assert one.rgb.shape == (HEIGHT, WIDTH, 3) and one.rgb.tobytes() == PIXELS
    (seen,) = one.people
    assert seen.box == (0, 0, 2, 2) and seen.points.shape == (5, 2) and round(seen.confidence, 3) == 0.9


def test_several_views_come_one_after_another() -> None:
    facts = {"views": told(time=0.0)["views"] + told(time=1.5, people=0)["views"]}
    first, second = checked(facts, PIXELS + person() + PIXELS, NUMBERS)
    assert (first.time, second.time, len(second.people)) == (0.0, 1.5, 0)


@pytest.mark.parametrize(
    ("facts", "content"),
    [
        ({}, b""),
        ({"views": []}, b""),
        ({"views": "many"}, b""),
        ({"views": [None]}, PIXELS),
        ({"views": told()["views"] * (FRAMES_AT_ONCE + 1)}, (PIXELS + person()) * (FRAMES_AT_ONCE + 1)),
        (told(width=0), PIXELS + person()),
        (told(width=10**9), PIXELS + person()),
        (told(height=True), PIXELS + person()),
        (told(people=-1), PIXELS),
        (told(people=2), PIXELS + person()),
        (told(time=-1.0), PIXELS + person()),
        (told(time=float("nan")), PIXELS + person()),
        (told(time="soon"), PIXELS + person()),
        (told(), PIXELS + person() + b"more"),
        (told(), PIXELS),
        (told(), PIXELS + person(box=(2, 0, 1, 2))),
        (told(), PIXELS + person(bad=float("inf"))),
        (told(), PIXELS + person(bad=1e9)),
        (told(), PIXELS + person(length=2.0)),
        (told(), PIXELS + person(length=float("nan"))),
        (told(), PIXELS + person()[:-4]),
    ],
)
def test_any_other_answer_is_refused(facts: dict[str, Any], content: bytes) -> None:
    with pytest.raises(MediaError):
        checked(facts, content, NUMBERS)
