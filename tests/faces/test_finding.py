"""Faces of every size are found: the detector sees the picture in several sizes, and large ones in tiles."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from jium.faces.face import Box, Face, Pixels, Template
from jium.faces.finding import FRAME, MOST_REPORTED, STILL, TILE, Care, find, once, overlap, scales

# Left, top and side, in pixels.
Square = tuple[int, int, int]
RANGE, ENDLESS = (12.0, 600.0), (80.0, float("inf"))
PICTURES = [(100, 80), (640, 480), (1080, 1920), (4000, 3000), (300, 5000), (12000, 9000)]


class Squares:
    """Takes every bright square that is seen whole for a face, if its size is one that this detector sees."""

    def __init__(self, sizes: tuple[float, float] = RANGE, pixels: float = 24e6) -> None:
        self.sizes, self.pixels = sizes, pixels
        self.shown: list[tuple[int, ...]] = []

    def detect(self, rgb: Pixels) -> list[Face]:
        self.shown.append(rgb.shape)
        height, width = rgb.shape[:2]
        _count, _labels, stats, _middles = cv2.connectedComponentsWithStats((rgb[:, :, 0] > 127).astype(np.uint8))
        found = []
        for x, y, w, h, _area in stats[1:].tolist():
            whole = x > 0 and y > 0 and x + w < width and y + h < height
            if whole and self.sizes[0] <= min(w, h) <= self.sizes[1]:
                found.append(face((x, y, x + w, y + h), 0.9))
        return found

    def align(self, rgb: Pixels, face: Face) -> Pixels:
        raise NotImplementedError

    def embed(self, chip: Pixels) -> Template:
        raise NotImplementedError


def face(box: Box, confidence: float) -> Face:
    """With its points at the corners and in the middle."""
    x0, y0, x1, y1 = box
    points = [[x0, y0], [x1, y0], [(x0 + x1) / 2, (y0 + y1) / 2], [x0, y1], [x1, y1]]
    return Face(box, np.array(points, np.float32), confidence)


def picture(width: int, height: int, *squares: tuple[int, int, int]) -> Pixels:
    """Dark, with bright squares: left, top, side."""
    rgb = np.zeros((height, width, 3), np.uint8)
    for left, top, side in squares:
        rgb[top : top + side, left : left + side] = 255
    return rgb


def assert_found(rgb: Pixels, model: Squares, *squares: tuple[int, int, int], care: Care = STILL) -> None:
    """These squares, each once, where they are."""
    found = sorted(face.box for face in find(model, rgb, care))
    wanted = sorted((left, top, left + side, top + side) for left, top, side in squares)
    assert len(found) == len(wanted)
    for box, (left, top, right, bottom) in zip(found, wanted, strict=True):
        assert np.allclose(box, (left, top, right, bottom), atol=max(2.0, 0.04 * (right - left)))


# In which sizes a picture is shown


@pytest.mark.parametrize("care", [STILL, FRAME], ids=["still", "frame"])
@pytest.mark.parametrize("sizes", [RANGE, ENDLESS], ids=["range", "endless"])
@pytest.mark.parametrize(("width", "height"), PICTURES)
def test_faces_of_every_size_are_seen_well_in_one_of_the_scales(
    width: int, height: int, sizes: tuple[float, float], care: Care
) -> None:
    model = Squares(sizes)
    factors = scales(width, height, model, care)
    bound = (min(care.pixels, model.pixels) / (width * height)) ** 0.5
    smallest = max(care.least, sizes[0] / bound)
    for size in np.geomspace(smallest * 1.0001, min(width, height), 200):
        assert any(sizes[0] <= size * factor <= sizes[1] for factor in factors) or size < smallest


@pytest.mark.parametrize("care", [STILL, FRAME], ids=["still", "frame"])
@pytest.mark.parametrize("sizes", [RANGE, ENDLESS], ids=["range", "endless"])
@pytest.mark.parametrize(("width", "height"), PICTURES)
@pytest.mark.parametrize("pixels", [0.5e6, 4e6, 1e9])
def test_no_larger_picture_is_made_than_care_and_model_allow(
    width: int, height: int, sizes: tuple[float, float], care: Care, pixels: float
) -> None:
    factors = scales(width, height, Squares(sizes, pixels), care)
    assert max(factors) ** 2 * width * height <= min(pixels, care.pixels) * 1.0001


def test_a_small_picture_is_enlarged_so_that_the_smallest_faces_are_seen() -> None:
    assert scales(300, 200, Squares(ENDLESS), STILL)[0] == pytest.approx(80 / 24)


def test_a_detector_without_an_upper_end_sees_a_picture_once() -> None:
    assert len(scales(4000, 3000, Squares(ENDLESS), STILL)) == 1


@pytest.mark.parametrize("side", [26, 60, 150, 310, 320, 330, 700, 1500, 2500])
def test_a_face_of_any_size_is_found_once_and_where_it_is(side: int) -> None:
    assert_found(picture(3500, 2800, (150, 133, side)), Squares(), (150, 133, side))


def test_small_and_large_faces_of_one_picture_are_found() -> None:
    squares = (20, 30, 28), (400, 100, 90), (700, 600, 500), (1500, 200, 1000)
    assert_found(picture(2600, 1300, *squares), Squares(), *squares)


def test_the_largest_come_first_and_no_more_than_wanted() -> None:
    squares = [(40 + 120 * number, 50, 40 + 8 * number) for number in range(5)]
    found = find(Squares(), picture(800, 600, *squares), Care(24.0, 24e6, most=3))
    assert [round(face.size / 8) for face in found] == [9, 8, 7]


def test_the_points_move_with_the_box() -> None:
    (found,) = find(Squares(), picture(3000, 2000, (2500, 1500, 200)), STILL)
    x0, y0, x1, y1 = found.box
    wanted = [[x0, y0], [x1, y0], [(x0 + x1) / 2, (y0 + y1) / 2], [x0, y1], [x1, y1]]
    assert np.allclose(found.points, wanted, atol=0.01)


@pytest.mark.parametrize(("width", "height"), [(15, 400), (400, 15), (1, 1), (15, 15)])
def test_a_tiny_picture_has_no_face_and_is_not_shown_to_the_detector(width: int, height: int) -> None:
    model = Squares((1.0, 320.0))
    assert find(model, picture(width, height, (2, 2, 8)), Care(1.0, 24e6)) == []
    assert model.shown == []


def test_a_picture_as_small_as_a_face_can_be_is_shown() -> None:
    model = Squares()
    find(model, picture(16, 16), STILL)
    assert model.shown


# Tiles


@pytest.mark.parametrize(("width", "height"), [(1281, 900), (2400, 1300), (5000, 3000)])
def test_no_tile_is_larger_than_it_may_be(width: int, height: int) -> None:
    model = Squares()
    find(model, picture(width, height), STILL)
    assert max(max(shape[:2]) for shape in model.shown) <= TILE


@pytest.mark.parametrize(("width", "height"), [(1300, 900), (2400, 1300), (3700, 2500)])
def test_tiles_cover_a_large_picture(width: int, height: int) -> None:
    """Faces everywhere in it, none missed and none twice."""
    squares = [(x, y, 30) for y in range(3, height - 40, 193) for x in range(3, width - 40, 193)]
    care = Care(24.0, 24e6, most=len(squares) + 1)
    assert_found(picture(width, height, *squares), Squares((12.0, 64.0)), *squares, care=care)


@pytest.mark.parametrize("left", [*range(950, 1300, 25), 1279, 1280])
@pytest.mark.parametrize("top", [600, 1200])
def test_a_face_at_a_border_of_tiles_is_found_once_and_where_it_is(left: int, top: int) -> None:
    assert_found(picture(2400, 2400, (left, top, 140)), Squares(), (left, top, 140))


@pytest.mark.parametrize("left", range(1040, 1290, 10))
def test_what_tiles_share_holds_a_face_that_is_seen_in_one_size_only(left: int) -> None:
    width, height = 2460, 700
    assert_found(picture(width, height, (left, 300, 140)), Squares(ENDLESS, width * height), (left, 300, 140))


@pytest.mark.parametrize(("left", "top"), [(100, 200), (2500, 2000), (3700, 2700)])
def test_a_face_in_a_tile_of_a_picture_made_smaller_is_where_it_is(left: int, top: int) -> None:
    care = Care(24.0, 6e6)
    assert_found(picture(4000, 3000, (left, top, 140)), Squares(), (left, top, 140), care=care)


# One face, seen several times


def test_of_overlapping_boxes_the_surest_is_kept() -> None:
    boxes = [face((10, 10, 50, 50), 0.7), face((12, 11, 52, 51), 0.9), face((8, 9, 49, 52), 0.8)]
    assert once(boxes) == [boxes[1]]


def test_a_box_far_inside_another_is_the_same_face() -> None:
    outer, inner = face((0, 0, 100, 100), 0.9), face((20, 20, 60, 60), 0.7)
    assert overlap(outer.box, inner.box) < 0.2
    assert once([inner, outer]) == [outer]


@pytest.mark.parametrize("left", [32, 40, 70])
def test_neighbours_are_both_kept(left: int) -> None:
    pair = [face((10, 10, 50, 50), 0.9), face((left, 10, left + 40, 50), 0.8)]
    assert once(pair) == pair


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0),
        ((0, 0, 10, 10), (10, 0, 20, 10), 0.0),
        ((0, 0, 10, 10), (5, 0, 15, 10), 1 / 3),
        ((0, 0, 10, 10), (30, 30, 40, 40), 0.0),
        ((5, 5, 5, 5), (5, 5, 5, 5), 0.0),
    ],
)
def test_overlap_is_intersection_over_union(a: Box, b: Box, wanted: float) -> None:
    assert overlap(a, b) == pytest.approx(wanted)
    assert overlap(b, a) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("width", "height", "square"), [(5000, 5000, (4600, 4600, 150)), (5800, 4300, (5300, 100, 150))]
)
def test_a_picture_hardly_made_smaller_has_its_faces_once(width: int, height: int, square: Square) -> None:
    """The bound on pixels asks for a factor near one, which is not one."""
    assert_found(picture(width, height, square), Squares(), square)


def test_a_large_face_in_a_long_strip_is_not_cut_by_tiles() -> None:
    assert_found(picture(1000, 8000, (100, 3550, 800)), Squares(), (100, 3550, 800))


@pytest.mark.parametrize(("width", "height", "square"), [(2000, 1900, (200, 300, 1400)), (2400, 1600, (950, 400, 500))])
def test_a_detector_without_an_upper_end_sees_large_faces(width: int, height: int, square: Square) -> None:
    assert_found(picture(width, height, square), Squares(ENDLESS, 4e6), square)


def test_of_a_picture_full_of_faces_the_surest_are_taken() -> None:
    boxes = [(float(x), float(y), x + 20.0, y + 20.0) for x in range(0, 2500, 25) for y in range(0, 1000, 25)]
    faces = [Face(box, np.zeros((5, 2), np.float32), (number % 100) / 100) for number, box in enumerate(boxes)]
    kept = once(faces)
    assert len(kept) == MOST_REPORTED and min(face.confidence for face in kept) >= 0.74
