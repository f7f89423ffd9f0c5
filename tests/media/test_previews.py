"""Previews: small, grey, upright, of the right second and part, and without anything else from the file."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from jium import dna
from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox
from tests.media import samples
from tests.media.test_files import SCENE, sideways


def preview(content: bytes, decoder: Sandbox, **wanted) -> Image.Image:
    shown = Image.open(io.BytesIO(dna.preview(content, sandbox=decoder, **wanted)))
    assert (shown.format, shown.mode) == ("JPEG", "L")
    return shown


def test_a_preview_is_small_grey_and_without_metadata(decoder: Sandbox) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a name that must not travel"
    content = samples.encoded(SCENE, "JPEG", exif=exif, comment=b"a name that must not travel")
    shown = preview(content, decoder, side=200)
    assert shown.size == (200, 150)
    data = dna.preview(content, side=200, sandbox=decoder)
    assert b"name that must not" not in data
    assert not shown.getexif()
    expected = np.asarray(SCENE.convert("L").resize((200, 150), Image.Resampling.LANCZOS), float)
    assert np.abs(np.asarray(shown, float) - expected).mean() < 8


def test_a_preview_stands_upright(decoder: Sandbox) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    shown = preview(samples.encoded(sideways(SCENE, 6), "JPEG", exif=exif), decoder, side=320)
    expected = np.asarray(SCENE.convert("L").resize((320, 240)), float)
    assert np.abs(np.asarray(shown, float) - expected).mean() < 8


def test_a_preview_of_a_part_shows_that_part(decoder: Sandbox) -> None:
    shown = preview(samples.encoded(SCENE, "PNG"), decoder, side=100, box=(0.5, 0.5, 1.0, 1.0))
    expected = np.asarray(SCENE.convert("L").crop((320, 240, 640, 480)).resize((100, 75)), float)
    assert np.abs(np.asarray(shown, float) - expected).mean() < 10


@pytest.mark.parametrize("box", [(0, 0, 0, 0), (0.9, 0.9, 0.1, 0.1), (-5, -5, 9, 9), (1, 1, 1, 1)])
def test_an_odd_part_still_gives_a_picture(box: tuple[float, ...], decoder: Sandbox) -> None:
    assert min(preview(samples.encoded(SCENE, "PNG"), decoder, box=box).size) >= 1


@pytest.mark.parametrize(("time", "seed"), [(None, 1), (0.0, 1), (1.5, 1), (4.5, 2), (8.5, 3), (99.0, 3)])
def test_a_preview_of_a_video_shows_that_second(time: float | None, seed: int, decoder: Sandbox) -> None:
    shown = preview(samples.video(), decoder, time=time, side=320)
    assert nearest_scene(shown) == seed


def test_a_preview_of_an_animation_shows_that_second(decoder: Sandbox) -> None:
    content = samples.animation((1, 2, 3), "GIF", 1000)
    assert [nearest_scene(preview(content, decoder, time=at)) for at in (0.5, 1.5, 2.5, 99.0)] == [1, 2, 3, 3]


def nearest_scene(shown: Image.Image) -> int:
    seen = np.asarray(shown.resize((32, 24)), float)
    gaps = {
        seed: np.abs(np.asarray(samples.picture(seed, (320, 240)).convert("L").resize((32, 24)), float) - seen).mean()
        for seed in (1, 2, 3)
    }
    by_gap = min(gaps, key=lambda seed: gaps[seed])
    if shown.size == (320, 240):
        moving = {seed: next(iter(samples.scenes((seed,), 3, 10, (320, 240)))) for seed in (1, 2, 3)}
        gaps = {
            seed: np.abs(np.asarray(image.convert("L").resize((32, 24)), float) - seen).mean()
            for seed, image in moving.items()
        }
        by_gap = min(gaps, key=lambda seed: gaps[seed])
    return by_gap


def test_sound_has_no_preview(decoder: Sandbox) -> None:
    with pytest.raises(MediaError) as problem:
        dna.preview(samples.sound(), sandbox=decoder)
    assert problem.value.kind == "no_frames"
