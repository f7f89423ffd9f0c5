"""A face taken from a photo: which way every figure goes, and what is said."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from jium.bench import swaps
from jium.bench.edits.kinds import recompressed
from jium.faces.face import Face, Pixels
from jium.forensics.signal import Material, Photo
from jium.forensics.signals import borrowed_photo
from jium.forensics.signals.borrowed_photo.bending import MIDDLE, mirrored
from jium.forensics.signals.borrowed_photo.comparing import Compared, compared
from jium.forensics.signals.borrowed_photo.weighing import Calibration, calibration, kind, weight
from jium.forensics.view import View
from tests.forensics.scenes import scene, shown, view

PHOTO, PLACE = scene(1, 3), scene(2, 5)
TAKEN, THERE = swaps.METHODS[0].make(shown(PHOTO), shown(PLACE)), shown(PLACE).face
MODEL = "dlib"


def measured() -> Calibration:
    used = calibration(MODEL)
    assert used
    return used


USED = measured()


def smaller(rgb: Pixels, factor: float) -> Pixels:
    return np.asarray(cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def turned(face: Face, width: int) -> Face:
    """The face in the mirrored picture."""
    left, top, right, bottom = face.box
    points = np.array([width, 0], np.float32) + face.points * np.array([-1, 1], np.float32)
    # What was the right eye is the left one now, and so with the corners of the mouth.
    return Face((width - right, top, width - left, bottom), points[[1, 0, 2, 4, 3]], face.confidence)


PASSED_ON: dict[str, tuple[Pixels, Face]] = {
    "as it is": (TAKEN, THERE),
    "recompressed": (recompressed(TAKEN, 50), THERE),
    "half the size": (smaller(TAKEN, 0.5), THERE.scaled(0.5)),
    "mirrored": (np.ascontiguousarray(TAKEN[:, ::-1]), turned(THERE, TAKEN.shape[1])),
    "darker": (np.asarray(255 * (TAKEN / 255) ** 1.6, np.uint8), THERE),
}


def of(rgb: Pixels, face: Face) -> Compared:
    suspect, hers = view(rgb, face), view(PHOTO)
    one = compared(suspect, suspect.people[0], hers, hers.people[0])
    assert one is not None
    return one


@pytest.mark.parametrize("edit", PASSED_ON)
def test_a_face_taken_from_the_photo_is_its_very_picture_and_the_surroundings_are_not(edit: str) -> None:
    one = of(*PASSED_ON[edit])
    assert one.loose.inner > 0.9 and one.stiff.inner > 0.8
    assert one.loose.further < 0.7


def test_the_face_of_somebody_else_is_less_alike() -> None:
    taken, other = of(TAKEN, THERE), of(PLACE, THERE)
    assert other.loose.inner < taken.loose.inner - 0.1
    assert other.stiff.inner < taken.stiff.inner - 0.1
    assert other.likeness < taken.likeness


@pytest.mark.parametrize("edit", PASSED_ON)
def test_it_speaks_for_a_composite(edit: str) -> None:
    one = of(*PASSED_ON[edit])
    assert weight(one, USED) > 1 and kind(one, USED) == "taken"


def test_that_a_face_was_not_taken_from_this_photo_says_nothing() -> None:
    one = of(PLACE, THERE)
    assert (weight(one, USED), kind(one, USED)) == (0.0, "another")


def test_the_photo_itself_is_no_composite() -> None:
    one = of(recompressed(PHOTO, 60), shown(PHOTO).face)
    assert (weight(one, USED), kind(one, USED)) == (0.0, "the photo")


def test_a_photo_cropped_to_the_face_cannot_tell_itself_from_a_composite() -> None:
    whole = shown(PHOTO).face
    x0, y0, x1, y1 = (round(value) for value in whole.box)
    cropped = view(PHOTO[y0 - 8 : y1 + 8, x0 - 8 : x1 + 8].copy(), whole.scaled(1.0, 8.0 - x0, 8.0 - y0))
    suspect = view(PHOTO)
    one = compared(suspect, suspect.people[0], cropped, cropped.people[0])
    assert one is None or (weight(one, USED), kind(one, USED)) == (0.0, "close")


def test_of_small_faces_nothing_is_said() -> None:
    small = smaller(TAKEN, 0.2)
    suspect, hers = view(small, THERE.scaled(0.2)), view(PHOTO)
    one = compared(suspect, suspect.people[0], hers, hers.people[0])
    assert one is None or (weight(one, USED), kind(one, USED)) == (0.0, "small")


def test_a_head_mirrored_twice_is_itself_where_it_was_kept() -> None:
    head = np.random.default_rng(1).integers(1, 255, (8, 504)).astype(np.float32)
    twice = mirrored(mirrored(head))
    kept = twice > 0
    assert kept[:, 2 * MIDDLE - 503 :].all() and np.array_equal(twice[kept], head[kept])


def test_without_a_face_in_the_photo_or_the_picture_it_says_so() -> None:
    hers, empty = view(PHOTO), View(PHOTO, None, ())
    for photo, suspect, said in (
        (empty, view(TAKEN, THERE), borrowed_photo.NO_FACE),
        (hers, empty, borrowed_photo.NOBODY),
    ):
        (found,) = borrowed_photo.findings(Material(MODEL, photos=(Photo("a.jpg", photo),), views=(suspect,)))
        assert (found.weight, found.said) == (0.0, said)


def test_with_a_model_that_nobody_measured_it_says_nothing() -> None:
    (found,) = borrowed_photo.findings(
        Material("another", photos=(Photo("a.jpg", view(PHOTO)),), views=(view(TAKEN, THERE),))
    )
    assert (found.weight, found.said) == (0.0, borrowed_photo.UNMEASURED)
