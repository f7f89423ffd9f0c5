"""Honest edits of faces: where they change a picture, and where they do not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from jium.bench import retouching
from jium.faces.face import Face
from tests.forensics.scenes import face_of, scene

PICTURE = scene(4, 3)
FACE: Face = face_of(PICTURE)


@pytest.mark.parametrize("strength", [1, 2])
def test_a_beauty_filter_changes_the_face_and_nothing_far_from_it(strength: int) -> None:
    changed = np.abs(retouching.beautified(PICTURE, FACE, strength).astype(int) - PICTURE).max(axis=2)
    x, y = (int(value) for value in FACE.points.mean(axis=0))
    assert changed[y - 20 : y + 20, x - 20 : x + 20].mean() > 3
    assert changed[:20].max() == 0 and changed[:, :60].max() == 0


def test_a_stronger_one_changes_more() -> None:
    weak, strong = (np.abs(retouching.beautified(PICTURE, FACE, n).astype(int) - PICTURE).mean() for n in (1, 2))
    assert strong > weak


def test_a_head_that_moved_leaves_the_place_as_it_was() -> None:
    moved = retouching.moved(PICTURE, FACE, np.random.default_rng(2))
    assert np.array_equal(moved[:, :20], PICTURE[:, :20])
    x0, y0, x1, y1 = (round(value) for value in FACE.box)
    before, after = (cv2.cvtColor(rgb[y0:y1, x0:x1], cv2.COLOR_RGB2GRAY) for rgb in (PICTURE, moved))
    assert np.corrcoef(before.ravel(), after.ravel())[0, 1] < 0.99
