"""Near codes are not enough: places decide where there are any, sketches where there are few, else the odds are low."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from jium.dna import Comparison, Fingerprint, FrameCode, compare
from jium.dna.local.features import LocalFeatures, extract
from jium.dna.score import MATCH_ODDS, code_odds
from jium.dna.still import Still
from jium.dna.stills import ENOUGH_PLACES
from tests.dna.pictures import FLIP, scene

RNG = np.random.default_rng(8)
CODE = RNG.bytes(32)


def pictured(name: str, local: LocalFeatures | None, form: int = 0) -> Fingerprint:
    """Whatever its places and sketch, the code is the same, in one of its forms."""
    forms = [RNG.bytes(32) for _ in range(8)]
    forms[form] = CODE
    frames = (FrameCode(None, forms[0], 100, tuple(forms)),)
    return Fingerprint("image", name, 400, 300, None, frames, "", Still((), local))


def soft(picture: Image.Image, places: int) -> LocalFeatures:
    """So many places, and the sketch of the picture."""
    local = extract(np.asarray(picture.convert("L")))
    return replace(local, codes=local.codes[:places], places=local.places[:places])


def both_ways(a: Fingerprint, b: Fingerprint) -> Comparison:
    there, back = compare(a, b), compare(b, a)
    assert there.match == back.match and there.odds == back.odds
    return there


ONE, OTHER = scene(1), scene(2)


@pytest.mark.parametrize("places", [0, ENOUGH_PLACES - 1])
def test_with_few_places_the_pictures_must_look_alike(places: int) -> None:
    known = pictured("a", extract(np.asarray(ONE.convert("L"))))
    found = both_ways(known, pictured("b", soft(ONE, places)))
    assert found.match and found.odds and found.odds >= code_odds(sketches_agree=True) >= MATCH_ODDS
    assert not both_ways(known, pictured("c", soft(OTHER, places))).match


@pytest.mark.parametrize(
    ("turned", "form"),
    [
        (ONE.transpose(FLIP), 5),
        (ONE.rotate(90, expand=True), 1),
        (ONE.rotate(180), 2),
        (ONE.rotate(270, expand=True), 3),
    ],
    ids=["mirrored", "90", "180", "270"],
)
def test_they_are_laid_on_each_other_as_the_codes_say(turned: Image.Image, form: int) -> None:
    # The form of ONE that looks like b: its code is b's upright one.
    known, seen = pictured("a", soft(ONE, 400), form), pictured("b", soft(turned, 0))
    assert both_ways(known, seen).match
    assert not both_ways(pictured("a", soft(ONE, 400)), seen).match


def test_with_places_on_both_sides_these_decide() -> None:
    known = pictured("a", soft(ONE, 400))
    assert not both_ways(known, pictured("b", soft(OTHER, 400))).match
    found = both_ways(known, pictured("c", soft(ONE, 300)))
    assert found.match and found.reason and found.reason.step == "codes"
    assert found.odds and found.odds >= MATCH_ODDS


def test_where_nothing_is_left_to_compare_the_code_stands_alone_with_its_lower_odds() -> None:
    found = both_ways(pictured("a", soft(ONE, 400)), pictured("b", None))
    assert found.match and found.odds == code_odds() < MATCH_ODDS
