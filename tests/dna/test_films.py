"""Films are recognised though cut, sped up, cropped, turned or put into another picture; strangers are not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import pytest
from PIL import Image, ImageDraw, ImageOps

from jium import dna
from jium.dna import Fingerprint
from jium.media.sandbox import Sandbox
from tests.media import samples

Edit = Callable[[Image.Image], Image.Image]
SIZE = (480, 360)
SCENES = (101, 102, 103, 104, 105)
# No more than a reference is looked at.
FPS = 4
# 4 seconds of each scene.
LENGTH = 20.0


def film(seeds: Sequence[int] = SCENES, each: float = 4.0, edit: Edit | None = None) -> bytes:
    return samples.video(seeds, each, edit=edit, size=SIZE, fps=FPS)


def cropped(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    box = (int(0.2 * width), int(0.2 * height), int(0.8 * width), int(0.8 * height))
    return picture.crop(box).resize(SIZE)


def turned(picture: Image.Image) -> Image.Image:
    return picture.rotate(20)


def inside(picture: Image.Image) -> Image.Image:
    larger = samples.picture(900, SIZE).copy()
    larger.paste(picture.resize((192, 144)), (30, 40))
    return larger


def on_a_screen(picture: Image.Image) -> Image.Image:
    screen = Image.new("RGB", (480, 640), (250, 250, 250))
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, 480, 60), fill=(20, 30, 60))
    draw.text((20, 20), "Player 12:01", fill=(255, 255, 255))
    for row in range(6):
        draw.rectangle((20, 460 + row * 28, 460 - row * 30, 475 + row * 28), fill=(200, 200, 205))
    screen.paste(picture.resize(SIZE), (0, 80))
    return screen


def upright_part(picture: Image.Image) -> Image.Image:
    return picture.crop((140, 0, 342, 360))


def mirrored_part(picture: Image.Image) -> Image.Image:
    return ImageOps.mirror(cropped(picture))


@pytest.fixture(scope="module")
def seen(decoder: Sandbox) -> Callable[[bytes], Fingerprint]:
    return cache(lambda content: dna.fingerprint(content, decoder))


@pytest.fixture(scope="module")
def original(decoder: Sandbox) -> Fingerprint:
    return dna.fingerprint(film(), decoder, reference=True)


@pytest.mark.parametrize("edit", [cropped, turned, inside, on_a_screen, upright_part, mirrored_part])
def test_a_copy_whose_frames_look_different_is_found_by_its_scenes(
    edit: Edit, original: Fingerprint, seen: Callable[[bytes], Fingerprint]
) -> None:
    found = dna.compare(original, seen(film(edit=edit)))
    assert found.match
    assert found.odds is not None and found.odds >= 1e4
    (segment,) = found.segments
    assert segment.a == pytest.approx((0, LENGTH), abs=2.1)
    assert segment.b == pytest.approx((0, LENGTH), abs=2.1)
    assert segment.mirrored is (edit is mirrored_part)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_a_copy_that_is_sped_up_or_slowed_down_says_so(
    speed: float, original: Fingerprint, seen: Callable[[bytes], Fingerprint]
) -> None:
    (segment,) = dna.compare(original, seen(film(each=4.0 / speed))).segments
    assert segment.speed == pytest.approx(speed, rel=0.03)
    # The last look at the copy is up to half a second before its end: a second of the original at twice the speed.
    assert segment.a == pytest.approx((0, LENGTH), abs=1.1)
    assert segment.b == pytest.approx((0, LENGTH / speed), abs=1.1)


def test_three_seconds_inside_a_compilation_are_found(
    original: Fingerprint, seen: Callable[[bytes], Fingerprint]
) -> None:
    (segment,) = dna.compare(original, seen(film((301, 302, 103, 304, 305), each=3.0))).segments
    assert segment.b == pytest.approx((6, 9), abs=0.7)
    assert 7.5 <= segment.a[0] <= segment.a[1] <= 12.0


def test_a_cropped_picture_of_a_film_is_found_in_it(
    original: Fingerprint, seen: Callable[[bytes], Fingerprint]
) -> None:
    frame = list(samples.scenes((103,), 4, FPS, SIZE))[8]
    found = dna.compare(original, seen(samples.encoded(cropped(frame), "PNG")))
    assert found.match
    assert any(7.0 <= one.a[0] <= one.a[1] <= 13.0 for one in found.segments)


def test_strangers_on_the_same_screen_do_not_match(seen: Callable[[bytes], Fingerprint], decoder: Sandbox) -> None:
    one = dna.fingerprint(film(edit=on_a_screen), decoder, reference=True)
    assert not dna.compare(one, seen(film((301, 302, 303), edit=on_a_screen))).match


def test_what_looks_the_same_is_kept_once(decoder: Sandbox) -> None:
    def still(_picture: Image.Image) -> Image.Image:
        return samples.picture(7, SIZE)

    made = dna.fingerprint(film(each=2.0, edit=still), decoder)
    (moment,) = made.frames
    assert (moment.time, moment.until) == (0.0, pytest.approx(9.5))
    assert [scene.time for scene in made.scenes] == [0.0, 4.0, 8.0]
