"""What people do to a picture, and what is said of it: found, how, where and why; strangers stay strangers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from PIL import Image

from jium import dna
from jium.dna import Comparison, Fingerprint
from jium.media.sandbox import Sandbox
from tests.dna import pictures
from tests.dna.pictures import FLIP, cropped, inside, jpeg, scene, tiled, turned
from tests.media import samples

Seen = Callable[[bytes], Fingerprint]
WHOLE = (0.0, 0.0, 1.0, 1.0)


@pytest.fixture(scope="module")
def seen(decoder: Sandbox) -> Seen:
    return cache(lambda content: dna.fingerprint(content, decoder))


def both_ways(a: Fingerprint, b: Fingerprint) -> Comparison:
    """compare(a, b), having made sure that compare(b, a) is the same, told the other way round."""
    there, back = dna.compare(a, b), dna.compare(b, a)
    assert (there.match, there.score, there.odds) == (back.match, back.score, back.odds)
    if there.transform:
        turned_round = there.transform.swapped()
        assert replace(back.transform, scale=None) == replace(turned_round, scale=None)
        assert back.transform.scale == pytest.approx(turned_round.scale, rel=1e-3)
        assert back.reason == there.reason.swapped()
    return there


def near(a: tuple[float, ...], b: tuple[float, ...], within: float = 0.05) -> bool:
    return max(abs(x - y) for x, y in zip(a, b, strict=True)) <= within


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("alter", "mirrored", "rotation", "region_a", "region_b"),
    [
        (lambda p: cropped(p, 0.2, 0.3, 0.85, 0.92), False, 0, (0.2, 0.3, 0.85, 0.92), WHOLE),
        (lambda p: turned(p, 7), False, 7, WHOLE, None),
        (lambda p: turned(p, 33), False, 33, WHOLE, None),
        (lambda p: turned(p, 145), False, 145, WHOLE, None),
        (lambda p: cropped(p.transpose(FLIP), 0.1, 0.1, 0.8, 0.9), True, 0, (0.2, 0.1, 0.9, 0.9), WHOLE),
        (lambda p: inside(p, scene(90, (960, 720)), 500, 400, 400), False, 0, WHOLE, (0.52, 0.55, 0.94, 0.97)),
        (lambda p: tiled(scene(91), scene(92), p, scene(93)), False, 0, WHOLE, (0, 0.5, 0.5, 1)),
        (lambda p: pictures.on_a_phone(p), False, 0, WHOLE, (0, 0.156, 1, 0.578)),
        (lambda p: pictures.subtitled(p), False, 0, WHOLE, WHOLE),
        (lambda p: pictures.captioned(p), False, 0, WHOLE, (0, 0.2, 1, 1)),
        (lambda p: pictures.framed(p), False, 0, WHOLE, (0.08, 0.1, 0.92, 0.9)),
    ],
    ids=["crop", "7", "33", "145", "mirrored crop", "inside", "collage", "phone", "subtitle", "meme", "frame"],
)
def test_an_altered_picture_is_found_and_how_is_told(
    alter, seed: int, mirrored: bool, rotation: float, region_a, region_b, seen: Seen
) -> None:
    original = scene(seed)
    found = both_ways(seen(jpeg(original, 92)), seen(jpeg(alter(original))))
    assert found.match and found.odds >= 100_000
    assert found.transform.mirrored == mirrored
    assert abs((found.transform.rotation - rotation + 180) % 360 - 180) <= 1
    assert near(found.transform.region_a, region_a)
    assert region_b is None or near(found.transform.region_b, region_b)


@pytest.mark.parametrize(
    "alter",
    [pictures.aslant, pictures.watermarked, pictures.badge, lambda p: tiled(p, p, p, p)],
    ids=["aslant", "watermark", "logo", "tiles"],
)
def test_an_altered_picture_is_found(alter, seen: Seen) -> None:
    original = scene(4)
    assert both_ways(seen(jpeg(original, 92)), seen(jpeg(alter(original)))).match


def test_the_scale_is_told_in_pixels_of_the_files(seen: Seen) -> None:
    original = scene(5)
    half = cropped(original, 0.1, 0.1, 0.8, 0.8).resize((224, 168), Image.Resampling.LANCZOS)
    found = both_ways(seen(jpeg(original)), seen(jpeg(half)))
    assert found.match and found.transform.scale == pytest.approx(0.5, rel=0.03)


def test_the_step_that_matched_is_named(seen: Seen) -> None:
    original = scene(6)
    first = seen(jpeg(original))
    assert both_ways(first, seen(jpeg(original, 40))).reason.step == "codes"
    places = both_ways(first, seen(jpeg(turned(original, 20)))).reason
    assert places.step == "places" and places.places > 10 and places.agreement > 0.5
    assert dna.compare(first, first).reason.step == "digest"


@pytest.mark.parametrize(
    "make",
    [pictures.page, pictures.squares, pictures.gradient, pictures.noise, scene],
    ids=["pages of text", "code squares", "gradients", "grain", "scenes"],
)
def test_pictures_with_little_or_nothing_in_common_do_not_match(make, seen: Seen) -> None:
    prints = [seen(jpeg(make(seed))) for seed in (11, 12, 13, 14)]
    assert not any(both_ways(a, b).match for a in prints for b in prints if a is not b)


@pytest.mark.parametrize(
    "furnish",
    [
        pictures.on_a_phone,
        pictures.subtitled,
        pictures.watermarked,
        pictures.captioned,
        pictures.framed,
        pictures.badge,
    ],
    ids=["screen", "subtitle", "watermark", "meme bar", "frame", "logo"],
)
def test_the_same_furniture_around_two_pictures_does_not_match(furnish, seen: Seen) -> None:
    prints = [seen(jpeg(furnish(scene(seed)))) for seed in (21, 22, 23)]
    assert not any(both_ways(a, b).match for a in prints for b in prints if a is not b)


def test_every_distinct_frame_of_an_animation_counts(decoder: Sandbox, seen: Seen) -> None:
    from tests.media import samples

    film = seen(samples.animation(range(31, 36), "GIF", 200))
    for seed in range(31, 36):
        still = seen(samples.encoded(samples.picture(seed, (320, 240)), "PNG"))
        assert both_ways(still, film).match


def flag() -> Image.Image:
    stripes = Image.new("RGB", (600, 400))
    for number, level in enumerate((40, 120, 200)):
        stripes.paste((level, level, level), (number * 200, 0, number * 200 + 200, 400))
    return stripes


def test_a_part_in_which_there_is_next_to_nothing_has_no_code(decoder: Sandbox) -> None:
    """All flags of three stripes have one code."""

    def panels(within: Image.Image) -> int:
        still = dna.fingerprint(samples.encoded(pictures.on_a_phone(within), "PNG"), decoder).still
        assert still is not None
        return sum(view.kind == "panel" for view in still.views)

    assert (panels(scene(44)), panels(flag())) == (1, 0)
