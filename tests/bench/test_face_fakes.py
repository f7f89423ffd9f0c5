"""Fakes that the face benches make: what is changed, whose they are, and from which photographs she is looked for."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from jium.bench import face_fakes, swaps
from jium.bench.people import Labelled
from jium.faces.face import Face
from jium.faces.normalising import Crowd
from tests.faces import drawn
from tests.faces.people import axis, unit

POINTS = np.array([[96, 104], [160, 104], [128, 140], [104, 172], [152, 172]], np.float32)
BY_POINTS = [method for method in swaps.METHODS if not method.by_shape]


def shown(seed: int) -> swaps.Shown:
    return swaps.Shown(np.array(drawn.face(seed)), Face((72.0, 60.0, 184.0, 200.0), POINTS, 0.9))


@pytest.mark.parametrize("method", BY_POINTS, ids=lambda method: method.name)
def test_a_fake_is_her_face_in_the_other_ones_picture(method: swaps.Method) -> None:
    hers, other = shown(3), shown(4)
    fake = method.make(hers, other)
    assert fake.shape == other.rgb.shape
    for corner in (np.s_[:8, :8], np.s_[:8, -8:], np.s_[-8:, :8], np.s_[-8:, -8:]):
        assert np.array_equal(fake[corner], other.rgb[corner])
    inner = slice(96, 176)

    def detail(rgb: np.ndarray) -> np.ndarray:
        return cv2.Laplacian(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.CV_32F)[inner, inner].ravel()

    like_hers, like_other = (np.corrcoef(detail(fake), detail(one.rgb))[0, 1] for one in (hers, other))
    assert like_hers > like_other + 0.2


def test_what_needs_points_that_are_not_free_is_made_only_where_it_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIUM_BENCH_LANDMARKS", raising=False)
    assert swaps.available() == BY_POINTS
    monkeypatch.setenv("JIUM_BENCH_LANDMARKS", "1")
    assert swaps.available() == list(swaps.METHODS)


def test_fakes_are_of_others_and_she_is_looked_for_from_other_photographs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JIUM_BENCH_LANDMARKS", raising=False)
    monkeypatch.setattr(face_fakes, "PAIRS", 6)
    labelled = []
    for number in range(10):
        # Two have photographs enough, two have not.
        person = min(number // 4, 2) if number < 9 else 3
        file = tmp_path / f"{number}.png"
        drawn.face(person * 10 + 3).save(file)
        labelled.append(Labelled(file, f"person {person}", "drawn", "", None))
    fakes = face_fakes.made(labelled, Console(quiet=True))
    assert len(fakes) == 6 * len(BY_POINTS) * 3
    for fake in fakes:
        assert len(fake.hers) == 3 and len({labelled[number].identity for number in fake.hers}) == 1
        assert labelled[fake.hers[0]].identity in ("person 0", "person 1")
    assert [fake.content for fake in face_fakes.made(labelled, Console(quiet=True))] == [fake.content for fake in fakes]


def test_photographs_without_a_face_are_left_out_and_nobody_without_any_is_looked_for() -> None:
    search = face_fakes.Search([axis(0), None, axis(1)], lambda template: Crowd(0.0, 1.0), 0.5)
    assert np.allclose(search.mean([0, 1, 2]), unit(axis(0) + axis(1)))
    assert search.hit([0, 1], [axis(3), axis(0)]) and not search.hit([0], [axis(3)])
    assert search.mean([1]) is None and not search.hit([1], [axis(0)])


def test_other_people_are_those_of_another_name() -> None:
    labelled = [Labelled(Path(name), name, "", "", None) for name in ("a", "a", "b")]
    search = face_fakes.Search([axis(0), axis(1), axis(2)], lambda template: Crowd(0.0, 1.0), 0.5)
    (other,) = search.people_but(labelled, "a")
    assert np.array_equal(other, axis(2))
