"""The video bench: its films are the same everywhere, its edits say truly where the original is, its figures count."""

from __future__ import annotations

import numpy as np
import pytest

from jium.bench import films
from jium.bench.corpus.drawn import Scene
from jium.bench.corpus.items import Item
from jium.bench.film_edits import EDITS, TARGETS, Source, Truth
from jium.bench.film_metrics import boundary_errors, segment_f1
from jium.bench.films import RATE, FilmItem, Shot
from jium.dna.comparison import Segment


@pytest.fixture(scope="module")
def source() -> Source:
    def film(number: int) -> FilmItem:
        name = f"shot {number}"
        shot = Shot(Item(name, name, "drawn", Scene(name)), 2.0, (0.0, 0.0, 0.8), (0.2, 0.2, 0.7))
        return FilmItem(f"film {number}", (shot, shot))

    return Source(film(0), films.encoded(film(0).frames()), lambda number: film(1 + number % 3))


def test_a_film_is_the_same_every_time(source: Source) -> None:
    first, again = (np.stack(list(source.film.frames())[::20]) for _time in range(2))
    assert np.array_equal(first, again)
    assert len(list(films.decoded(source.content))) == round(source.film.seconds * RATE)


def each_edit() -> list[object]:
    """One of every group; the others, which take a minute together, are soak."""
    groups: set[str] = set()
    made = []
    for edit in EDITS:
        if "5 minutes" not in edit.name:
            made.append(pytest.param(edit, id=edit.name, marks=[pytest.mark.soak] if edit.group in groups else []))
            groups.add(edit.group)
    return made


@pytest.mark.parametrize("edit", each_edit())
def test_an_edit_says_where_the_original_is(edit, source: Source) -> None:
    copy = edit.make(source)
    frames = sum(1 for _frame in films.decoded(copy.content))
    assert 0 <= copy.truth.b[0] < copy.truth.b[1] <= frames / RATE + 0.1
    assert copy.truth.a[1] - copy.truth.a[0] == pytest.approx(
        (copy.truth.b[1] - copy.truth.b[0]) * copy.truth.speed, abs=0.1
    )
    assert copy.truth.mirrored is ("mirror" in edit.name)
    assert edit.group in TARGETS


def said(a: tuple[float, float], b: tuple[float, float], speed: float = 1.0) -> Segment:
    return Segment(a, b, speed, False, 1.0)


@pytest.mark.parametrize(
    ("segments", "f1"),
    [
        ([said((0, 10), (5, 15))], 1.0),
        ([said((0, 5), (5, 10))], 2 / 3),
        ([said((0, 20), (5, 25))], 2 / 3),
        ([said((8, 18), (5, 15))], 0.0),
        ([], 0.0),
    ],
)
def test_f1_counts_the_right_seconds_only(segments: list[Segment], f1: float) -> None:
    assert segment_f1(Truth((0, 10), (5, 15)), segments) == pytest.approx(f1, abs=0.02)


def test_boundaries_are_the_first_and_the_last() -> None:
    errors = boundary_errors(Truth((0, 10), (5, 15)), [said((0, 3), (5.5, 8)), said((5, 9), (10, 14))])
    assert errors == pytest.approx([0.5, 1.0])
    assert boundary_errors(Truth((0, 10), (5, 15)), []) == []
