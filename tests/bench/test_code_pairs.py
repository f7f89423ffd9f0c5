"""Near codes of unrelated pictures are counted once a pair, in any form and view; parts of one thing do not count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from jium.bench.code_pairs import Near, Picture, code_odds, comparisons, near_pairs
from jium.bench.edits.kinds import encoded
from jium.bench.gallery import read
from jium.dna import Fingerprint, FrameCode
from jium.dna.still import Still, View

RNG = np.random.default_rng(3)
PART = (0.1, 0.1, 0.9, 0.9)


def forms(*near: tuple[int, bytes]) -> tuple[bytes, ...]:
    """Eight codes drawn at random; form ``number`` is ``code`` but for two bits."""
    drawn = [RNG.bytes(32) for _ in range(8)]
    for number, code in near:
        changed = np.frombuffer(code, np.uint8).copy()
        changed[3] ^= 0b101
        drawn[number] = changed.tobytes()
    return tuple(drawn)


def picture(name: str, *views: tuple[bytes, ...], origin: str = "", quality: int = 90) -> Picture:
    whole, *parts = views
    still = Still(tuple(View("border", PART, quality, part) for part in parts))
    frames = (FrameCode(None, whole[0], quality, whole),)
    return Picture(name, origin or name, Fingerprint("image", name, 640, 480, None, frames, "", still))


FIRST, OTHER = forms(), forms()


@pytest.mark.parametrize(
    ("pictures", "near"),
    [
        ([picture("a", FIRST), picture("b", OTHER)], []),
        ([picture("a", FIRST), picture("b", forms((0, FIRST[0])))], [("a", "b")]),
        ([picture("a", FIRST), picture("b", forms((5, FIRST[0])))], [("a", "b")]),
        ([picture("a", OTHER, FIRST), picture("b", forms(), forms((3, FIRST[0])))], [("a", "b")]),
        ([picture("a", FIRST, origin="one"), picture("b", forms((0, FIRST[0])), origin="one")], []),
        ([picture("a", FIRST, quality=10), picture("b", FIRST, quality=10)], []),
    ],
    ids=["strangers", "upright", "mirrored", "in a view", "of one thing", "of low quality"],
)
def test_near_pairs(pictures: list[Picture], near: list[tuple[str, str]]) -> None:
    assert near_pairs(pictures) == [Near(names, None) for names in near]


def disc(name: str, *squares: tuple[int, int]) -> Picture:
    """A soft disc on white, which has next to no places, with soft squares in it."""
    drawn = Image.new("RGB", (400, 400), "white")
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((60, 60, 340, 340), fill=(20, 20, 20))
    for x, y in squares:
        pen.rectangle((x, y, x + 50, y + 50), fill=(235, 235, 235))
    return Picture(name, name, read(encoded(np.asarray(drawn.filter(ImageFilter.GaussianBlur(8))), ".png")))


def test_where_there_are_too_few_places_the_sketches_are_compared() -> None:
    plain, again, other = disc("a"), disc("b"), disc("c", (110, 120), (230, 120), (170, 240))
    # As if the codes of the other one were near as well.
    frames, views = plain.fingerprint.frames, plain.fingerprint.still.views if plain.fingerprint.still else ()
    assert other.fingerprint.still
    still = replace(other.fingerprint.still, views=views)
    other = replace(other, fingerprint=replace(other.fingerprint, frames=frames, still=still))
    assert near_pairs([plain, again, other]) == [
        Near(("a", "b"), True),
        Near(("a", "c"), False),
        Near(("b", "c"), False),
    ]


def test_what_can_be_said_grows_with_the_pairs_and_is_never_rounded_up() -> None:
    pictures = [picture(str(number), forms(), origin=str(number // 2)) for number in range(200)]
    pairs = comparisons(pictures)
    assert pairs == 200 * 199 // 2 - 100
    near = [Near(("a", "b"), None), Near(("c", "d"), False), Near(("e", "f"), True)]
    none, some = code_odds([], pairs), code_odds(near, pairs)
    assert none["alone"] == none["with sketches"]
    assert 6000 < none["alone"]["odds"] <= pairs / 3
    assert (some["alone"]["false_matches"], some["with sketches"]["false_matches"]) == (3, 1)
    assert some["alone"]["odds"] < some["with sketches"]["odds"] < none["alone"]["odds"]
