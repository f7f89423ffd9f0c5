"""The likely parts of a picture: what lies within borders, bars, blurred sides and an app's page."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from jium.dna.trimmed import boxes
from tests.dna.pictures import on_a_phone, scene

SCENE = scene(44)


def on(ground: Image.Image, x: int, y: int) -> Image.Image:
    ground.paste(SCENE, (x, y))
    return ground


def blurred_sides() -> Image.Image:
    ground = SCENE.resize((640, 1138)).filter(ImageFilter.GaussianBlur(30))
    return on(ground, 0, 329)


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (on(Image.new("RGB", (800, 600), "white"), 80, 60), (0.1, 0.1, 0.9, 0.9)),
        (on(Image.new("RGB", (740, 580), (30, 90, 60)), 50, 50), (0.068, 0.086, 0.932, 0.914)),
        (on(Image.new("RGB", (640, 720)), 0, 120), (0, 0.167, 1, 0.833)),
        (on(Image.new("RGB", (960, 480)), 160, 0), (0.167, 0, 0.833, 1)),
        (blurred_sides(), (0, 0.289, 1, 0.711)),
        (on_a_phone(SCENE), (0, 0.156, 1, 0.578)),
    ],
    ids=["white border", "green border", "letterbox", "pillarbox", "blurred sides", "app"],
)
def test_the_picture_within_is_among_the_parts(picture: Image.Image, expected: tuple[float, ...]) -> None:
    found = [box for _why, box in boxes(np.asarray(picture.convert("L")))]
    assert min(max(abs(a - b) for a, b in zip(box, expected, strict=True)) for box in found) <= 0.02


def test_a_plain_picture_has_no_parts_worth_a_code() -> None:
    assert [why for why, _box in boxes(np.asarray(SCENE.convert("L"))) if why == "border"] == []


@pytest.mark.parametrize("shape", [(1, 1), (10, 300), (16, 16), (300, 16), (400, 400)])
def test_nothing_odd_breaks_it(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    for grey in (np.zeros(shape, np.uint8), rng.integers(0, 256, shape, np.uint8)):
        for _why, (x0, y0, x1, y1) in boxes(grey):
            assert 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1
