"""When do two fingerprints show the same? Copies do, strangers do not, whichever of the two comes first."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from jium import dna
from jium.dna import Comparison, Fingerprint, FrameCode
from jium.dna.comparison import IDENTICAL_ODDS
from jium.dna.score import MOST_ODDS, code_odds
from jium.media.sandbox import Sandbox
from tests.media import samples

Transpose = Image.Transpose


def both_ways(a: Fingerprint, b: Fingerprint) -> Comparison:
    """compare(a, b), having made sure that compare(b, a) agrees."""
    there, back = dna.compare(a, b), dna.compare(b, a)
    assert (there.match, there.score, there.odds) == (back.match, back.score, back.odds)
    assert (there.transform is None) == (back.transform is None)
    assert sorted((s.a, s.b) for s in there.segments) == sorted((s.b, s.a) for s in back.segments)
    return there


@pytest.fixture(scope="module")
def seen(decoder: Sandbox) -> Callable[[bytes], Fingerprint]:
    return cache(lambda content: dna.fingerprint(content, decoder))


def lossless(image: Image.Image) -> bytes:
    return samples.encoded(image, "PNG")


SCENE = samples.picture(21)
ORIGINAL = lossless(SCENE)


# Pictures


@pytest.mark.parametrize(
    "edit",
    [
        lambda image: samples.encoded(image, "JPEG", quality=30),
        lambda image: lossless(image.resize((200, 150))),
        lambda image: lossless(image.resize((640, 360))),
        lambda image: lossless(image.convert("L")),
        lambda image: lossless(image.filter(ImageFilter.GaussianBlur(3))),
        lambda image: samples.encoded(image, "WEBP", quality=40),
        lambda image: samples.encoded(image, "AVIF", quality=40),
    ],
    ids=["jpeg", "thumbnail", "stretched", "grey", "blurred", "webp", "avif"],
)
def test_an_altered_copy_matches(edit: Callable[[Image.Image], bytes], seen) -> None:
    found = both_ways(seen(ORIGINAL), seen(edit(SCENE)))
    assert found.match
    assert found.score >= 1 - 31 / 128
    assert (found.transform.mirrored, found.transform.rotation) == (False, 0)
    assert found.odds >= code_odds()
    assert found.segments == ()


@pytest.mark.parametrize(
    ("turn", "mirrored", "rotation"),
    [
        (Transpose.FLIP_LEFT_RIGHT, True, 0),
        (Transpose.FLIP_TOP_BOTTOM, True, 180),
        (Transpose.ROTATE_270, False, 270),
        (Transpose.ROTATE_180, False, 180),
        (Transpose.ROTATE_90, False, 90),
        (Transpose.TRANSPOSE, True, 90),
        (Transpose.TRANSVERSE, True, 270),
    ],
)
def test_a_mirrored_or_turned_copy_matches_and_says_how(turn: Transpose, mirrored: bool, rotation: int, seen) -> None:
    copy = seen(samples.encoded(SCENE.transpose(turn), "JPEG", quality=60))
    found = both_ways(seen(ORIGINAL), copy)
    assert found.match
    assert (found.transform.mirrored, found.transform.rotation) == (mirrored, rotation)
    # The words must be right too: mirrored left-right first, then turned counter-clockwise.
    made = SCENE.transpose(Transpose.FLIP_LEFT_RIGHT) if mirrored else SCENE
    turned = made.rotate(rotation, expand=True)
    assert np.array_equal(np.asarray(turned), np.asarray(SCENE.transpose(turn)))
    # It is enough that one side knows its turned forms, as sightings do not.
    plain = dataclasses.replace(copy, frames=tuple(dataclasses.replace(one, dihedral=()) for one in copy.frames))
    assert both_ways(seen(ORIGINAL), plain).transform == found.transform


def test_the_scale_is_told_where_the_shape_is_kept(seen) -> None:
    half = seen(lossless(SCENE.resize((320, 240))))
    assert dna.compare(seen(ORIGINAL), half).transform.scale == 0.5
    assert dna.compare(half, seen(ORIGINAL)).transform.scale == 2.0
    turned = seen(lossless(SCENE.resize((320, 240)).transpose(Transpose.ROTATE_90)))
    assert dna.compare(seen(ORIGINAL), turned).transform.scale == 0.5
    stretched = seen(lossless(SCENE.resize((640, 360))))
    assert dna.compare(seen(ORIGINAL), stretched).transform.scale is None


def test_strangers_do_not_match(seen) -> None:
    strangers = [seen(lossless(samples.picture(seed, (320, 240)))) for seed in range(100, 130)]
    for number, a in enumerate(strangers):
        for b in strangers[:number]:
            found = both_ways(a, b)
            assert (found.match, found.odds, found.transform, found.segments) == (False, None, None, ())
            assert found.score < 1 - 31 / 128


def code(bits: int = 0, quality: int = 100, time: float | None = None, seed: int = 1) -> FrameCode:
    """A fixed random code with its first ``bits`` bits changed."""
    raw = np.unpackbits(np.random.default_rng(seed).integers(0, 256, 32, np.uint8))
    raw[:bits] ^= 1
    return FrameCode(time, np.packbits(raw).tobytes(), quality)


def image_of(frame: FrameCode, sha256: str) -> Fingerprint:
    return Fingerprint("image", sha256, 100, 100, None, (frame,))


@pytest.mark.parametrize(("bits", "match"), [(0, True), (31, True), (32, False), (128, False), (256, False)])
def test_31_bits_match_and_32_do_not(bits: int, match: bool) -> None:
    found = both_ways(image_of(code(), "a"), image_of(code(bits), "b"))
    assert found.match is match
    assert found.score == round(max(0.0, 1 - bits / 128), 4)


@pytest.mark.parametrize(("quality", "match"), [(50, True), (49, False), (0, False)])
def test_under_quality_50_only_the_very_same_file_matches(quality: int, match: bool) -> None:
    poor = image_of(code(quality=quality), "a")
    assert both_ways(poor, image_of(code(), "b")).match is match
    assert both_ways(poor, image_of(code(quality=quality), "b")).match is match
    assert both_ways(poor, image_of(code(quality=quality), "a")).match


def test_the_very_same_file_matches_without_any_doubt(seen) -> None:
    found = both_ways(seen(ORIGINAL), seen(ORIGINAL))
    assert (found.match, found.score, found.odds) == (True, 1.0, IDENTICAL_ODDS)
    film = both_ways(seen(FILM), seen(FILM))
    assert film.segments[0].a == film.segments[0].b == (0.0, 12.0)


# Videos

FILM = samples.video((1, 2, 3, 4), 3)


def test_a_video_made_smaller_and_worse_matches_from_end_to_end(seen) -> None:
    copy = samples.video((1, 2, 3, 4), 3, codec="mpeg4", form="avi", edit=lambda frame: frame.resize((160, 120)))
    found = both_ways(seen(FILM), seen(copy))
    assert found.match
    (segment,) = found.segments
    assert segment.a == pytest.approx((0, 11.5), abs=0.2)
    assert segment.b == pytest.approx((0, 11.5), abs=0.2)
    assert (segment.speed, segment.mirrored) == (1.0, False)


def test_a_mirrored_video_matches(seen) -> None:
    copy = samples.video((1, 2, 3, 4), 3, edit=lambda frame: frame.transpose(Transpose.FLIP_LEFT_RIGHT))
    found = both_ways(seen(FILM), seen(copy))
    assert found.match
    assert found.transform.mirrored
    assert found.segments[0].mirrored


def test_an_excerpt_inside_another_video_matches_with_its_times(seen) -> None:
    longer = samples.video((11, 12, 2, 3, 13), 3)
    found = both_ways(seen(FILM), seen(longer))
    assert found.match
    (segment,) = found.segments
    assert segment.a == pytest.approx((3, 8.5), abs=0.2)
    assert segment.b == pytest.approx((6, 11.5), abs=0.2)


def test_two_excerpts_in_another_order_are_two_segments(seen) -> None:
    mixed = samples.video((3, 4, 15, 16, 1, 2), 3)
    found = both_ways(seen(FILM), seen(mixed))
    first, second = found.segments
    assert (*first.a, *first.b) == pytest.approx((0, 5.5, 12, 17.5), abs=0.2)
    assert (*second.a, *second.b) == pytest.approx((6, 11.5, 0, 5.5), abs=0.2)


def test_unrelated_videos_do_not_match(seen) -> None:
    assert not both_ways(seen(FILM), seen(samples.video((31, 32, 33), 3))).match


def film_of(frames: list[FrameCode], sha256: str) -> Fingerprint:
    return Fingerprint("video", sha256, 100, 100, float(len(frames)), tuple(frames))


def scenery(count: int, seed: int, start: float = 0.0) -> list[FrameCode]:
    """``count`` seconds that all look different."""
    return [code(time=start + number, seed=seed * 1000 + number) for number in range(count)]


@pytest.mark.parametrize(("shared", "match"), [(0, False), (1, False), (2, False), (3, True), (5, True)])
def test_three_frames_in_a_row_make_two_videos_match(shared: int, match: bool) -> None:
    common = scenery(shared, 9, start=20.0)
    a = film_of(scenery(20, 1) + common, "a")
    b = film_of([*(dataclasses.replace(one, time=one.time - 20) for one in common), *scenery(20, 2, 20.0)], "b")
    assert both_ways(a, b).match is match


def test_three_matching_frames_at_different_offsets_are_not_enough() -> None:
    shuffled = [
        dataclasses.replace(one, time=time)
        for one, time in zip(scenery(8, 1), (9, 3, 14, 6, 0, 17, 11, 4), strict=True)
    ]
    assert not both_ways(film_of(scenery(8, 1), "a"), film_of(shuffled, "b")).match


def test_one_frame_may_be_missing_within_a_run() -> None:
    whole = scenery(9, 1)
    holed = [code(time=4.0, seed=777) if number == 4 else one for number, one in enumerate(whole)]
    (segment,) = both_ways(film_of(whole, "a"), film_of(holed, "b")).segments
    assert (segment.a, segment.b) == ((0.0, 8.0), (0.0, 8.0))
    gone = [one for number, one in enumerate(whole) if number != 4]
    (segment,) = both_ways(film_of(whole, "a"), film_of(gone, "b")).segments
    assert (segment.a, segment.b) == ((0.0, 8.0), (0.0, 8.0))


def test_two_missing_frames_part_a_run() -> None:
    whole = scenery(10, 1)
    holed = [code(time=one.time, seed=777 + number) if number in (4, 5) else one for number, one in enumerate(whole)]
    found = both_ways(film_of(whole, "a"), film_of(holed, "b"))
    assert [one.a for one in found.segments] == [(0.0, 3.0), (6.0, 9.0)]


@pytest.mark.parametrize("count", [1, 2])
def test_all_frames_of_a_clip_under_three_seconds_must_match(count: int) -> None:
    clip = film_of(scenery(count, 1), "clip")
    assert both_ways(clip, film_of(scenery(20, 1), "longer")).match
    if count == 2:
        half = film_of([*scenery(1, 1), *scenery(19, 2, 1.0)], "half")
        assert not both_ways(clip, half).match


def test_black_frames_between_scenes_match_nothing() -> None:
    black = [code(quality=0, time=float(number), seed=5) for number in range(10)]
    assert not both_ways(film_of(black, "a"), film_of(black[:8], "b")).match


def test_a_still_video_matches_itself_in_one_segment() -> None:
    still = [code(time=float(number)) for number in range(400)]
    found = both_ways(film_of(still, "a"), film_of(still[:300], "b"))
    assert found.segments[0].a == found.segments[0].b == (0.0, 299.0)


def test_a_picture_is_found_in_a_video_at_its_seconds(seen) -> None:
    frame = list(samples.scenes((3,), 3, 10, (320, 240)))[15]
    found = both_ways(seen(lossless(frame)), seen(FILM))
    assert found.match
    assert all(one.a == (0.0, 0.0) for one in found.segments)
    assert any(6 <= one.b[0] <= one.b[1] < 9 for one in found.segments)
    assert not both_ways(seen(lossless(samples.picture(55))), seen(FILM)).match


def test_an_animated_copy_of_a_video_matches(seen) -> None:
    frames = list(samples.scenes((1, 2, 3, 4), 3, 10, (320, 240)))[::5]
    moving = samples.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=500)
    assert both_ways(seen(FILM), seen(moving)).match


def test_sound_matches_only_the_very_same_sound(seen) -> None:
    assert both_ways(seen(samples.sound(1)), seen(samples.sound(1))).match
    assert not both_ways(seen(samples.sound(1)), seen(samples.sound(2))).match
    assert not both_ways(seen(samples.sound(1)), seen(FILM)).match


def test_each_scene_is_one_more_chance_to_be_wrong() -> None:
    frames = scenery(10, 1)
    still = [code(time=float(number), seed=1000) for number in range(10)]
    varied = both_ways(film_of(frames, "a"), image_of(dataclasses.replace(frames[0], time=None), "b"))
    calm = both_ways(film_of(still, "a"), image_of(dataclasses.replace(still[0], time=None), "b"))
    assert calm.odds == code_odds()
    assert varied.odds == max(1.0, code_odds() / 10)


def test_the_more_scenes_agree_the_surer() -> None:
    still = [code(time=float(number)) for number in range(20)]
    assert both_ways(film_of(still, "a"), film_of(still[:10], "b")).odds == code_odds()
    varied = scenery(20, 1)
    assert both_ways(film_of(varied, "a"), film_of(varied[:10], "b")).odds == MOST_ODDS
    # 3 of 23 scenes on each side.
    some = both_ways(
        film_of([*varied, *scenery(3, 9, 20.0)], "a"), film_of([*scenery(20, 2), *scenery(3, 9, 20.0)], "b")
    )
    assert some.odds is not None and 1e9 >= some.odds > code_odds()


frames_drawn = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 40), st.sampled_from([100, 100, 100, 49])),
    min_size=1,
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(frames_drawn, frames_drawn, st.sampled_from(["video", "image"]), st.integers(1, 4))
def test_which_one_comes_first_never_matters(a, b, kind: str, every: int) -> None:
    def drawn(choice, sha256: str, kind: str, every: int) -> Fingerprint:
        frames = [
            code(bits, quality, None if kind == "image" else float(number * every), seed)
            for number, (seed, bits, quality) in enumerate(choice)
        ]
        with_forms = tuple(
            dataclasses.replace(one, dihedral=(one.code, *(code(7, seed=form).code for form in range(7))))
            for one in frames
        )
        return Fingerprint(kind, sha256, 64, 64, None, with_forms[:1] if kind == "image" else with_forms)

    first, second = drawn(a, "a", kind, 1), drawn(b, "b", "video", every)
    there, back = dna.compare(first, second), dna.compare(second, first)
    assert (there.match, there.score, there.odds) == (back.match, back.score, back.odds)


# What is kept and said


def test_answers_are_plain_values() -> None:
    found = dna.compare(film_of(scenery(5, 1), "a"), film_of(scenery(4, 1), "b"))
    assert found.transform is not None
    said = json.loads(
        json.dumps({"transform": found.transform.as_dict(), "segments": [one.as_dict() for one in found.segments]})
    )
    assert set(said["transform"]) == {"mirrored", "rotation", "scale", "region_a", "region_b"}
    assert set(said["segments"][0]) == {"a", "b", "speed", "mirrored", "score"}


def test_the_odds_say_where_they_come_from() -> None:
    kept = json.loads(files("jium.dna").joinpath("calibration.json").read_text(encoding="utf-8"))
    for named, told in (("alone", code_odds()), ("with sketches", code_odds(sketches_agree=True))):
        codes = kept["codes"][named]
        assert told == codes["odds"] <= codes["comparisons"] / 3
    assert kept["comparisons"] and kept["pictures"] and kept["measured_on"] and kept["method"]


def test_the_same_file_has_the_same_fingerprint_in_every_process(tmp_path: Path) -> None:
    pictures = [tmp_path / "picture.jpg", tmp_path / "film.mp4"]
    pictures[0].write_bytes(samples.jpeg(3))
    pictures[1].write_bytes(samples.video((1, 2), 2))
    script = (
        "import sys, pathlib; from jium import dna\n"
        "for name in sys.argv[1:]: print(dna.fingerprint(pathlib.Path(name)))"
    )
    command = [sys.executable, "-W", "error", "-c", script, *map(str, pictures)]
    told = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(3)]
    assert told[0].stdout == told[1].stdout == told[2].stdout
    assert told[0].stderr == ""
