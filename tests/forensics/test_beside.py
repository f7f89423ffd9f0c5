"""The face is the original's, a part of the picture beside it is another: that is told, and never called untouched."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from jium.bench import bodies, retouching, swaps
from jium.bench.edits.kinds import recompressed
from jium.faces.face import Pixels
from jium.forensics.finding import Finding
from jium.forensics.laying import laid, laid_by_all
from jium.forensics.signal import Material, Original
from jium.forensics.signals import known_original
from jium.forensics.verdict import fused
from jium.forensics.view import View
from tests.forensics.scenes import HEIGHT, TOP, WIDTH, face_of, scene, shown, view
from tests.forensics.test_known_original import PASSED_ON

ORIGINAL, ANOTHER = scene(1, 3), scene(2, 5)
MODEL = "dlib"
# Below the chin, where a body would be.
BODY = (slice(TOP + 256, HEIGHT - 4), slice(60, WIDTH - 60))


def skin(rgb: Pixels) -> Pixels:
    """Nothing but skin below the chin."""
    body = rgb.copy()
    grain = np.random.RandomState(7).normal(0, 3, body[BODY].shape)
    body[BODY] = np.clip(np.array([201, 160, 132]) + grain, 0, 255)
    return body


def clothes(rgb: Pixels) -> Pixels:
    """What another picture shows there."""
    body = rgb.copy()
    body[BODY] = ANOTHER[BODY]
    return body


def found(suspect: View, known: View) -> Finding:
    (said,) = known_original.findings(Material(MODEL, (Original("a.jpg", ((suspect, known),)),)))
    return said


@pytest.mark.parametrize("body", [skin, clothes])
@pytest.mark.parametrize("edit", PASSED_ON.values(), ids=PASSED_ON)
def test_another_body_is_told_and_never_called_untouched(
    body: Callable[[Pixels], Pixels], edit: Callable[[Pixels], Pixels]
) -> None:
    said = found(view(edit(body(ORIGINAL))), view(ORIGINAL))
    assert said.said == known_original.BESIDE and said.look and said.weight == 0
    assert said.region is not None and said.region[1] > 0.6 and said.values["faces"] >= 1
    assert fused([said]).name == "undetermined"


def test_where_a_person_should_look_no_other_original_makes_it_untouched() -> None:
    suspect = view(skin(ORIGINAL))
    hers, the_fake = Original("a.jpg", ((suspect, view(ORIGINAL)),)), Original("b.jpg", ((suspect, suspect),))
    alone, both = (known_original.findings(Material(MODEL, given)) for given in ((the_fake,), (hers, the_fake)))
    assert fused(alone).name == "authentic-looking" and fused(both).name == "undetermined"


@pytest.mark.parametrize("edit", PASSED_ON.values(), ids=PASSED_ON)
def test_of_a_copy_nothing_is_told_beside_the_face(edit: Callable[[Pixels], Pixels]) -> None:
    said = found(view(edit(ORIGINAL)), view(ORIGINAL))
    assert not said.look and said.weight < 0


def test_a_filter_over_all_of_it_is_no_other_colour() -> None:
    warm = np.asarray(np.clip(ORIGINAL * np.array([1.12, 1.0, 0.82]) + np.array([6, 0, -4]), 0, 255), np.uint8)
    grey = np.repeat(cv2.cvtColor(ORIGINAL, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    for filtered in (warm, np.asarray(grey, np.uint8)):
        assert not found(view(filtered, face_of(ORIGINAL)), view(ORIGINAL)).look


def test_another_colour_of_the_same_brightness_is_seen() -> None:
    lab = cv2.cvtColor(ORIGINAL, cv2.COLOR_RGB2LAB)
    lab[BODY[0], BODY[1], 1] = 170
    red = np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)
    assert found(view(red), view(ORIGINAL)).look


def test_words_laid_over_the_picture_are_told_as_well_and_accuse_nobody() -> None:
    worded = ORIGINAL.copy()
    cv2.rectangle(worded, (40, 380), (600, 460), (250, 250, 250), -1)
    cv2.putText(worded, "WATCH TO THE END", (60, 440), cv2.FONT_HERSHEY_SIMPLEX, 1.8, (0, 0, 0), 4, cv2.LINE_AA)
    said = found(view(worded), view(ORIGINAL))
    assert said.look and fused([said]).name == "undetermined"


def test_where_the_face_is_another_the_face_is_what_is_told_and_not_what_lies_below_it() -> None:
    put_in = swaps.METHODS[0].make(shown(ANOTHER), shown(ORIGINAL))
    said = found(view(put_in), view(ORIGINAL))
    both = found(view(clothes(put_in)), view(ORIGINAL))
    assert said.weight > known_original.UNSURE and not said.look
    assert not both.look and both.weight >= 0


@pytest.mark.parametrize("how", ["blurred", "squares", "bar"])
def test_where_the_face_is_hidden_nothing_is_said_of_what_lies_beside_it(how: str) -> None:
    face = face_of(ORIGINAL)
    suspect = view(skin(retouching.hidden(ORIGINAL, face, how)), face)
    assert not found(suspect, view(ORIGINAL)).look


def plain(person: int) -> Pixels:
    """Nothing but somebody's face before a plain wall."""
    whole = scene(1, person)
    x0, y0, x1, y1 = (round(value) for value in face_of(whole).box)
    wall = np.full((HEIGHT, WIDTH, 3), 196, np.uint8)
    wall[y0 - 6 : y1 + 6, x0 - 6 : x1 + 6] = whole[y0 - 6 : y1 + 6, x0 - 6 : x1 + 6]
    return recompressed(wall, 92)


def test_before_a_plain_wall_the_face_itself_says_how_the_original_lies() -> None:
    face = face_of(ORIGINAL)
    suspect, known = view(skin(plain(3)), face), view(plain(3), face)
    assert laid(suspect, known) is None and laid_by_all(suspect, known) is not None
    said = found(suspect, known)
    assert said.look and said.region is not None and said.region[1] > 0.6


def test_another_place_has_nothing_in_common() -> None:
    assert laid_by_all(view(scene(5, 6)), view(ORIGINAL)) is None
    assert found(view(scene(5, 6)), view(ORIGINAL)).said == known_original.ELSEWHERE


@pytest.mark.parametrize("grown", [False, True])
def test_the_bench_lays_a_body_under_the_face_and_leaves_the_face(grown: bool) -> None:
    target, donor = shown(ORIGINAL), shown(ANOTHER)
    made = bodies.laid_in(donor, target, grown=grown)
    within, face = bodies.outlined(target) > 0.9, target.face
    middle = tuple(slice(int(low), int(high)) for low, high in ((face.box[1], face.box[3]), (face.box[0], face.box[2])))
    off = np.abs(made.astype(int) - ORIGINAL).max(axis=2)
    assert off[within].mean() > 20 and np.median(off[middle]) <= 1
    assert np.abs(bodies.bare(target, np.random.default_rng(1)).astype(int) - ORIGINAL)[within].mean() > 20
