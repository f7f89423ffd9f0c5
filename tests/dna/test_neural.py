"""The optional network: a local file with a pinned checksum, run in the sandbox, asked only where others are silent."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from jium import dna
from jium.dna.neural import Model, WrongModel, model, similarity
from jium.dna.search import Search
from tests.dna import onnx
from tests.dna.pictures import cropped, jpeg, scene


def described(folder: Path, content: bytes, **changes: object) -> Path:
    path = folder / "net.onnx"
    path.write_bytes(content)
    told = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "side": 32,
        "mean": [0.5, 0.5, 0.5],
        "deviation": [0.25, 0.25, 0.25],
        "similarity": 0.9,
        "odds": 1000,
        "licence": "made for this test",
    }
    path.with_name("net.onnx.json").write_text(json.dumps(told | changes))
    return path


@pytest.fixture
def net(tmp_path: Path) -> Model:
    return model(described(tmp_path, onnx.patches(), similarity=0.7))


def soft(seed: int, left_out: float = 0) -> Image.Image:
    """So blurred and small that there are no places; with a margin left out the code is another one too."""
    blurred = scene(seed).filter(ImageFilter.GaussianBlur(25))
    return cropped(blurred, left_out, left_out, 1 - left_out / 2, 1).resize((30, 22))


def test_it_is_asked_where_the_other_steps_are_silent(net: Model) -> None:
    with dna.open_sandbox(net) as box:
        first, second, other = (dna.fingerprint(jpeg(one, 95), box, net) for one in (soft(1), soft(1, 0.12), soft(2)))
    assert not dna.compare(first, second).match
    found = dna.compare(first, second, model=net)
    assert found.match and found.reason.step == "descriptor" and found.odds == 1000
    assert not dna.compare(first, other, model=net).match
    search: Search[str] = Search(model=net)
    search.add("her picture", first)
    assert [name for name, _found in search.matches(second)] == ["her picture"]
    assert list(search.matches(other)) == []


def test_without_a_model_there_is_no_descriptor(decoder) -> None:
    assert dna.fingerprint(jpeg(scene(1)), decoder).still.descriptor == b""


def test_descriptors_of_different_models_are_never_compared() -> None:
    assert similarity(b"model--1" + b"\0<" * 4, b"model--2" + b"\0<" * 4) is None
    assert similarity(b"model--1" + b"\0<" * 4, b"model--1" + b"\0<" * 4) == pytest.approx(1)
    assert similarity(b"", b"") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "00" * 32},
        {"sha256": "no digest"},
        {"side": 0},
        {"side": 100_000},
        {"mean": [0.5]},
        {"deviation": [0, 0, 0]},
        {"similarity": 7},
        {"odds": "many"},
    ],
)
def test_a_changed_or_badly_described_model_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(WrongModel):
        model(described(tmp_path, onnx.patches(), **changes))


def test_a_missing_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongModel):
        model(tmp_path / "no.onnx")


def test_what_is_no_network_gives_no_descriptor_and_the_rest_goes_on(tmp_path: Path) -> None:
    broken = model(described(tmp_path, b"this is no network"))
    with dna.open_sandbox(broken) as box:
        seen = dna.fingerprint(jpeg(scene(1)), box, broken)
    assert seen.still.descriptor == b"" and len(seen.still.local) > 100
