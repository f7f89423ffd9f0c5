"""How the odds of faces are measured: rates that are counted, rates that are drawn, and who is compared with whom."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from jium.bench import calibrate_faces, face_edits, people
from jium.bench.peers import NotInstalled
from jium.faces.looking import Looked
from tests.faces import drawn
from tests.faces.people import seen, somebody

RANDOM = np.random.RandomState(5)


def test_a_rate_that_can_be_counted_is_counted() -> None:
    values = np.arange(100_000, dtype=np.float64)
    assert calibrate_faces._tail(values, 0.1) == pytest.approx(90_000, rel=1e-3)
    assert calibrate_faces._tail(values, 1e-3) == pytest.approx(99_900, rel=1e-3)


def test_a_rate_beyond_what_was_seen_errs_towards_fewer_hits() -> None:
    """Of an exponential tail one in a million lies at ln(10^6); the level said is not below it."""
    below = 0
    for seed in range(20):
        values = np.random.RandomState(seed).exponential(1.0, 60_000)
        level = calibrate_faces._tail(values, 1e-6)
        assert level < 2 * np.log(1e6)
        below += level < np.log(1e6)
    assert below <= 4


def test_levels_rise_as_rates_fall() -> None:
    levels = calibrate_faces._levels(RANDOM.standard_normal(50_000))
    assert [rate for _value, rate in levels] == sorted(calibrate_faces.RATES, reverse=True)
    assert all(a[0] < b[0] for a, b in pairwise(levels))


def test_one_person_in_two_packages_counts_once() -> None:
    first, other = somebody(RANDOM), somebody(RANDOM)
    again = np.asarray((first + 0.2 * other) / np.linalg.norm(first + 0.2 * other), np.float32)
    assert len(people.distinct([first, again, other], people.ONE_PERSON)) == 2


def test_pairs_are_of_one_person_and_two_photographs() -> None:
    labelled = [people.Labelled(Path(f"{n}.jpg"), who, "here", "", None) for n, who in enumerate("aab")]
    assert list(calibrate_faces._pairs(labelled)) == [(0, 1), (1, 0)]


def test_labels_are_read_with_boxes_and_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "LABELLED", tmp_path)
    with pytest.raises(NotInstalled):
        people.labelled()
    (tmp_path / "labels.csv").write_text(
        "file,identity,source,box,group\na.jpg,A,here,1 2 30 40,east\nb.jpg,B,here,,\n"
    )
    first, second = people.labelled()
    assert (first.identity, first.group, first.box) == ("A", "east", (1.0, 2.0, 31.0, 42.0))
    assert second.box is None and first.file == tmp_path / "img" / "a.jpg"


def test_the_face_meant_is_the_one_in_the_box() -> None:
    left, right = seen(somebody(RANDOM), 0.1), seen(somebody(RANDOM), 0.6, size=200.0)
    looked = Looked("image", 100, 100, None, 1, (left, right))
    at = people.Labelled(Path("a.jpg"), "A", "here", "", (11.0, 41.0, 29.0, 59.0))
    assert people.theirs(at, looked) is left
    assert people.theirs(people.Labelled(Path("a.jpg"), "A", "here", "", None), looked) is right
    assert people.theirs(people.Labelled(Path("a.jpg"), "A", "here", "", (80.0, 0.0, 99.0, 9.0)), looked) is None
    assert people.theirs(at, None) is None


@pytest.mark.parametrize("name", sorted(face_edits.EDITS))
def test_every_edit_gives_another_picture_of_the_same_person(name: str) -> None:
    picture, face = drawn.face(3), seen(somebody(RANDOM), 0.3, 0.25, 0.4, 110.0)
    changed = face_edits.EDITS[name](picture, face)
    assert Image.open(io.BytesIO(face_edits.packed(changed))).mode == "RGB"
    assert (name == "as it is") == (changed is picture)
