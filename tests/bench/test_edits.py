"""Edits: the registry is complete, every edit runs on every picture, and is the same for the same seed."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import types

import numpy as np
import pytest
from PIL import Image

from jium.bench import edits
from jium.bench.corpus.drawn import Scene
from jium.bench.corpus.items import Rgb
from jium.bench.edits import EDITS, TARGETS, foreign
from jium.bench.edits.foreign import FOREIGN

PICTURE = Scene("edited", 0.4).render()
TINY = Scene("tiny", 0.3).render()[40:88, 40:104]
GREY = np.repeat(Scene("grey", 0.3).render()[..., :1], 3, axis=2)
FLAT: Rgb = np.full((60, 90, 3), 127, np.uint8)
PROGRAM = """
import json
from tests.bench.test_edits import digests
print(json.dumps(digests()))
"""


def companion(number: int) -> Rgb:
    """One of four other pictures."""
    return Scene(f"companion {number % 4}", 0.4).render()


def digests() -> dict[str, str]:
    """Of the file of every edit at the middle strength."""
    return {kind: hashlib.sha256(edits.apply(kind, 1, PICTURE, 5, companion)).hexdigest() for kind in EDITS}


def opened(file: bytes) -> Image.Image:
    """The edited picture, decoded in full."""
    picture = Image.open(io.BytesIO(file))
    picture.load()
    return picture


@pytest.fixture(params=[EDITS, FOREIGN], ids=["ours", "foreign"])
def registry(request: pytest.FixtureRequest) -> dict[str, edits.Edit]:
    """Both registries."""
    found: dict[str, edits.Edit] = request.param
    return found


def test_registry_is_complete(registry: dict[str, edits.Edit]) -> None:
    assert len(registry) >= (44 if registry is EDITS else 12)
    for name, one in registry.items():
        assert one.name == name
        assert one.group in TARGETS
        assert len(set(one.strengths)) == 3 and all(one.strengths), name
        assert len(one.makes) == 3


def test_names_are_unique_and_every_group_is_used() -> None:
    assert not EDITS.keys() & FOREIGN.keys()
    assert {one.group for one in EDITS.values()} == set(TARGETS)
    assert sum(one.group == "three" for one in EDITS.values()) >= 4
    assert {EDITS[kind].group for kind in ("collage2", "collage4", "tiles9", "pip25")} == {"dense"}


@pytest.mark.parametrize("kind", EDITS)
def test_every_edit_runs(kind: str) -> None:
    before = PICTURE.copy()
    for strength in range(3):
        for rgb in (TINY, GREY, FLAT, PICTURE):
            assert min(opened(edits.apply(kind, strength, rgb, strength, companion)).size) >= 8
    assert np.array_equal(PICTURE, before), "the original was written to"


def test_a_picture_that_cannot_be_written_to() -> None:
    locked = PICTURE.copy()
    locked.flags.writeable = False
    for kind in EDITS:
        edits.apply(kind, 2, locked, 1, companion)


def test_the_same_in_another_process() -> None:
    here = digests()
    assert digests() == here
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True, text=True)
    assert json.loads(ran.stdout) == here


def test_seed_strength_and_design_matter() -> None:
    def file(strength: int, seed: int, designs: tuple[int, ...] = (1,)) -> bytes:
        return edits.apply("screenshot-phone", strength, PICTURE, seed, companion, designs)

    assert len({file(0, 1), file(0, 2), file(1, 1), file(0, 1, (2,))}) == 4


@pytest.mark.parametrize(("kind", "width", "height"), [("turn", 48, 64), ("mirror", 64, 48), ("tiles4", 1080, 810)])
def test_sizes(kind: str, width: int, height: int) -> None:
    assert opened(edits.apply(kind, 0, TINY, 1, companion)).size == (width, height)


@pytest.mark.parametrize(("kind", "share"), [("crop80", 0.8), ("crop60", 0.6), ("crop40", 0.4), ("crop25", 0.25)])
def test_crops_keep_the_share_of_the_area(kind: str, share: float) -> None:
    for strength in range(3):
        width, height = opened(edits.apply(kind, strength, PICTURE, strength, companion)).size
        assert width * height / (PICTURE.shape[0] * PICTURE.shape[1]) == pytest.approx(share, rel=0.06)


@pytest.mark.parametrize("kind", FOREIGN)
def test_every_foreign_edit_runs(kind: str) -> None:
    pytest.importorskip("albumentations", exc_type=ImportError)
    for strength in range(3):
        for rgb in (TINY, GREY, PICTURE):
            file = foreign.apply(kind, strength, rgb, strength, companion)
            assert min(opened(file).size) >= 8
            assert foreign.apply(kind, strength, rgb, strength, companion) == file


def test_without_albumentations_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> types.ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(foreign, "import_module", absent)
    with pytest.raises(RuntimeError, match="albumentations is not installed"):
        foreign.apply("a-clahe", 0, TINY, 0, companion)
