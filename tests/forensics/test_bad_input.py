"""What people hand in that is not as one would wish: an answer, never an exception, and never a sure accusation."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import closing

import cv2
import numpy as np
import pytest
from PIL import Image

from jium.bench import retouching, swaps
from jium.faces.face import Pixels
from jium.faces.shelf import Shelf
from jium.forensics import Examination, Examiner
from jium.forensics.signals import known_original
from tests.faces import drawn
from tests.forensics.scenes import HEIGHT, WIDTH, face_of, scene, shown

ORIGINAL, ANOTHER = scene(1, 3), scene(2, 5)
FACE = face_of(ORIGINAL)
Examine = Callable[[Pixels, Pixels], Examination]


def packed(rgb: Pixels, quality: int = 90) -> bytes:
    kept = io.BytesIO()
    Image.fromarray(rgb).save(kept, "JPEG", quality=quality)
    return kept.getvalue()


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    with closing(Examiner(Shelf.of_user().open("dlib"))) as opened:
        yield opened


@pytest.fixture
def examine(examiner: Examiner) -> Examine:
    def start(suspect: Pixels, known: Pixels) -> Examination:
        return examiner.examine(packed(suspect), [examiner.know("original", packed(known, 95))])

    return start


def smaller(rgb: Pixels, factor: float) -> Pixels:
    return np.asarray(cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def without_anybody(place: int) -> Pixels:
    rgb = scene(place, 3)
    random = np.random.RandomState(place)
    rgb[90:346, 190:446] = cv2.GaussianBlur(random.randint(0, 256, (256, 256, 3)).astype(np.uint8), (0, 0), 9)
    return rgb


def hard_packed(rgb: Pixels) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(packed(smaller(rgb, 0.5), 6))).convert("RGB"), np.uint8)


def cartoon(rgb: Pixels) -> Pixels:
    """Few colours, black outlines, nothing between."""
    flat = cv2.bilateralFilter(rgb, 9, 80, 9) // 48 * 48
    edges = cv2.Canny(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), 60, 120)
    flat[cv2.dilate(edges, np.ones((2, 2), np.uint8)) > 0] = 0
    return np.asarray(flat, np.uint8)


def video_call(*tiles: Pixels) -> Pixels:
    """Four people in a window, with names and buttons."""
    rgb = np.full((2 * HEIGHT + 160, 2 * WIDTH + 40, 3), 32, np.uint8)
    for number, tile in enumerate(tiles):
        y, x = 20 + number // 2 * (HEIGHT + 20), 10 + number % 2 * (WIDTH + 20)
        rgb[y : y + HEIGHT, x : x + WIDTH] = tile
        cv2.putText(rgb, f"Guest {number + 1}", (x + 12, y + HEIGHT - 14), 0, 0.9, (255, 255, 255), 2, cv2.LINE_AA)
    for number in range(5):
        cv2.circle(rgb, (WIDTH - 140 + 80 * number, 2 * HEIGHT + 105), 28, (70, 74, 80), -1, cv2.LINE_AA)
    return rgb


def crowd() -> Pixels:
    rgb = scene(7, 3)
    rgb = np.asarray(cv2.resize(rgb, (1280, 960)), np.uint8)
    for number in range(6):
        x, y = 40 + number % 3 * 400, 60 + number // 3 * 460
        rgb[y : y + 256, x : x + 256] = np.array(drawn.face(10 + number))
    return rgb


def test_where_nobody_is_seen_nothing_is_said(examine: Examine) -> None:
    found = examine(without_anybody(4), without_anybody(4))
    assert found.verdict.name == "undetermined"
    assert [one.said for one in found.findings] == [known_original.NOBODY]


def test_nobody_in_the_original_is_no_other_face(examine: Examine) -> None:
    empty = ORIGINAL.copy()
    x0, y0, x1, y1 = (round(value) for value in FACE.box)
    empty[y0 - 20 : y1 + 20, x0 - 20 : x1 + 20] = (120, 110, 100)
    assert examine(ORIGINAL, empty).verdict.name == "undetermined"


def test_a_copy_of_a_crowd_is_no_composite(examine: Examine) -> None:
    assert examine(smaller(crowd(), 0.8), crowd()).verdict.name != "composite"


def test_a_tiny_copy_is_undetermined(examine: Examine) -> None:
    assert examine(smaller(ORIGINAL, 0.15), ORIGINAL).verdict.name == "undetermined"


@pytest.mark.parametrize(
    "change",
    [
        hard_packed,
        cartoon,
        lambda rgb: smaller(rgb, 0.3),
        lambda rgb: np.asarray(cv2.GaussianBlur(rgb, (0, 0), 6), np.uint8),
        lambda rgb: np.asarray(255 - rgb, np.uint8),
        lambda rgb: np.asarray(np.clip(rgb.astype(int) * 0.12, 0, 255), np.uint8),
        lambda rgb: retouching.hidden(rgb, FACE, "blurred"),
        lambda rgb: retouching.hidden(rgb, FACE, "squares"),
        lambda rgb: retouching.hidden(rgb, FACE, "bar"),
        lambda rgb: video_call(rgb, scene(8, 4), scene(9, 6), scene(10, 7)),
    ],
    ids=["hard packed", "cartoon", "small", "out of focus", "negative", "dark", "blurred", "squares", "bar", "call"],
)
def test_her_own_face_is_never_a_composite_whatever_was_done_to_the_picture(
    examine: Examine, change: Callable[[Pixels], Pixels]
) -> None:
    assert examine(change(ORIGINAL), ORIGINAL).verdict.name != "composite"


def animated(rgb: Pixels) -> bytes:
    """A GIF over which the camera goes slowly."""
    kept = io.BytesIO()
    frames = [Image.fromarray(np.ascontiguousarray(rgb[at : at + 420, at : at + 560])) for at in range(0, 40, 4)]
    frames[0].save(kept, "GIF", save_all=True, append_images=frames[1:], duration=200)
    return kept.getvalue()


def test_an_animated_picture_is_looked_at_like_a_film(examiner: Examiner) -> None:
    original, put_in = animated(ORIGINAL), animated(swaps.METHODS[0].make(shown(ANOTHER), shown(ORIGINAL)))
    for suspect, verdict in ((original + b"\0", "authentic-looking"), (put_in, "composite")):
        found = examiner.examine(suspect, [examiner.know("original", original)])
        assert (found.kind, found.verdict.name) == ("video", verdict)
        assert len(set(found.findings[0].times)) > 3


def test_in_a_video_call_the_one_other_face_is_found(examine: Examine) -> None:
    call = video_call(ORIGINAL, scene(8, 4), scene(9, 6), scene(10, 7))
    put_in = swaps.METHODS[0].make(shown(ANOTHER), shown(ORIGINAL))
    found = examine(video_call(put_in, scene(8, 4), scene(9, 6), scene(10, 7)), call)
    assert found.verdict.name == "composite"
    (region,) = [one.region for one in found.findings if one.weight]
    # The first of the four.
    assert region and region[2] < 0.5 and region[3] < 0.5


def test_a_picture_of_somebody_else_somewhere_else_says_nothing(examine: Examine) -> None:
    found = examine(ORIGINAL, scene(5, 6))
    assert found.verdict.name == "undetermined"
    assert [one.said for one in found.findings if one.signal == known_original.name] == [known_original.ELSEWHERE]
