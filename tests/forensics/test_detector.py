"""A learned detector: a pinned file, run in the sandbox, worth what somebody measured and not a bit more."""

from __future__ import annotations

import hashlib
import json
import math
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jium.faces.network import WrongModel
from jium.faces.shelf import Shelf
from jium.forensics import Examiner
from jium.forensics.detector import Detector, detector, from_dict
from jium.forensics.signal import Material
from jium.forensics.signals import detector as signal
from jium.forensics.view import View
from jium.forensics.viewing import checked_scores
from jium.media.errors import MediaError
from tests.dna import onnx
from tests.forensics.scenes import face_of, scene, view
from tests.forensics.test_bad_input import packed

PICTURE = scene(1, 3)
WORTH = [[0.0, -3.0], [0.5, 0.0], [1.0, 4.0]]


def described(folder: Path, content: bytes, **changes: object) -> Path:
    path = folder / "net.onnx"
    path.write_bytes(content)
    told = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "side": 32,
        "rim": 1.3,
        "mean": [0.0, 0.0, 0.0],
        "deviation": [1.0, 1.0, 1.0],
        "licence": "made for this test",
    }
    path.with_name("net.onnx.json").write_text(json.dumps(told | changes))
    return path


@pytest.fixture
def measured(tmp_path: Path) -> Detector:
    return detector(described(tmp_path, onnx.mean(), worth=WORTH, innocent=3000, error=0.5))


def test_it_is_asked_about_the_largest_face_in_the_sandbox(measured: Detector) -> None:
    with closing(Examiner(Shelf.of_user().open("dlib"), measured)) as examiner:
        found = examiner.examine(packed(PICTURE))
    (one,) = [one for one in found.findings if one.signal == signal.name]
    x0, y0, x1, y1 = (round(value) for value in face_of(PICTURE).box)
    red = float(PICTURE[y0:y1, x0:x1, 0].mean()) / 255
    assert float(one.values["score"]) == pytest.approx(red, abs=0.1)
    assert one.weight == pytest.approx(measured.weight(float(one.values["score"])), abs=0.05) and one.error == 0.5
    assert one.values["detector"] == "net.onnx" and one.region is not None


def test_without_a_measurement_it_weighs_nothing(tmp_path: Path) -> None:
    used = detector(described(tmp_path, onnx.mean()))
    material = Material("dlib", views=(view(PICTURE),), detector=used, scores=(0.99,))
    (one,) = signal.findings(material)
    assert one.weight == one.error == 0 and one.said == signal.SAID["unmeasured"]


@pytest.mark.parametrize(
    ("score", "weight"), [(0.5, 0.0), (0.75, 2.0), (1.0, 4.0), (9.0, 4.0), (0.25, -1.5), (-5.0, -3.0), (math.nan, 0.0)]
)
def test_between_measured_scores_it_goes_along_a_straight_line(measured: Detector, score: float, weight: float) -> None:
    assert measured.weight(score) == pytest.approx(weight)


def test_a_score_that_is_as_likely_in_either_says_so(measured: Detector) -> None:
    (one,) = signal.findings(Material("dlib", views=(view(PICTURE),), detector=measured, scores=(0.5,)))
    assert one.weight == one.error == 0 and one.said == signal.SAID["neither"]


def test_nothing_surer_is_claimed_than_innocent_pictures_can_show(tmp_path: Path) -> None:
    bold = detector(described(tmp_path, onnx.mean(), worth=[[0, -20], [1, 20]], innocent=30, error=1))
    assert bold.weight(1.0) == pytest.approx(math.log(10)) and bold.weight(0.0) == pytest.approx(-math.log(10))


def test_of_a_film_the_middle_score_counts(measured: Detector) -> None:
    one = view(PICTURE)
    frames = tuple(View(one.rgb, float(number), one.people) for number in range(4))
    (found,) = signal.findings(Material("dlib", views=frames, detector=measured, scores=(0.1, 0.9, None, 0.6)))
    assert found.values["score"] == "0.6" and found.times == (0.0, 1.0, 3.0) and len(found.course) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "00" * 32},
        {"sha256": "no digest"},
        {"side": 0},
        {"rim": 0.5},
        {"mean": [0.5]},
        {"deviation": [0, 0, 0]},
        {"output": -1},
        {"worth": [[0.5, 1.0]]},
        {"worth": [[0.5, 1.0]], "innocent": 100},
        {"worth": [[0.5, 1.0], [0.5, 2.0]], "innocent": 100, "error": 0.5},
        {"worth": [[1.0, 1.0], [0.5, 2.0]], "innocent": 100, "error": 0.5},
        {"worth": "much", "innocent": 100, "error": 0.5},
        {"worth": [[0.5, math.nan]], "innocent": 100, "error": 0.5},
    ],
)
def test_a_wrong_description_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(WrongModel):
        detector(described(tmp_path, onnx.mean(), **changes))


def test_without_its_description_it_is_refused(tmp_path: Path) -> None:
    path = described(tmp_path, onnx.mean())
    path.with_name("net.onnx.json").unlink()
    with pytest.raises(WrongModel, match="missing"):
        detector(path)


UNUSABLE: list[tuple[bytes, dict[str, Any]]] = [
    (b"no network", {}),
    (onnx.mean(), {"side": 16}),
    (onnx.mean(), {"output": 3}),
]


@pytest.mark.parametrize(("content", "changes"), UNUSABLE, ids=["no network", "another size", "no such output"])
def test_a_network_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes, changes: dict[str, Any]) -> None:
    used = detector(described(tmp_path, content, **changes))
    with closing(Examiner(Shelf.of_user().open("dlib"), used)) as examiner, pytest.raises(WrongModel):
        examiner.examine(packed(PICTURE))


def test_it_travels_into_the_sandbox_unchanged(measured: Detector) -> None:
    assert from_dict(json.loads(json.dumps(measured.as_dict()))) == measured


@pytest.mark.parametrize(
    "told", [{}, {"scores": "high"}, {"scores": [0.1, 0.2]}, {"scores": ["0.1"]}, {"scores": [math.inf]}]
)
def test_any_other_answer_of_the_sandbox_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(MediaError):
        checked_scores(told, [True])


def test_a_score_of_nobody_is_refused() -> None:
    assert checked_scores({"scores": [None, 0.5]}, [False, True]) == [None, 0.5]
    for scores, anybody in (([0.5], [False]), ([None], [True]), ([True], [True])):
        with pytest.raises(MediaError):
            checked_scores({"scores": scores}, anybody)
