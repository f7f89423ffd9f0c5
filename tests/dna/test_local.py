"""Places: the same in every process, mirrored by their bits alone, and nothing hostile survives unpacking."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import numpy as np
import pytest

from jium.dna import VERSION
from jium.dna.local import descriptor
from jium.dna.local.evidence import evidence
from jium.dna.local.features import KEPT_PLACES, KEPT_SKETCH_SIDE, DamagedFeatures, extract, unpacked
from jium.dna.still import DamagedStill, Still, View, unpack
from tests.dna.pictures import FLIP, scene

GREY = np.asarray(scene(1).convert("L"))
MIRRORED = np.asarray(scene(1).transpose(FLIP).convert("L"))
DIGEST = """
import hashlib, numpy as np
from jium.dna.local.features import extract
from tests.dna.pictures import scene
print(hashlib.sha256(extract(np.asarray(scene(1).convert("L"))).packed()).hexdigest())
"""


def digest() -> str:
    return hashlib.sha256(extract(GREY).packed()).hexdigest()


def test_places_are_the_same_in_every_thread_and_process() -> None:
    with ThreadPoolExecutor(4) as pool:
        told = {future.result() for future in [pool.submit(digest) for _number in range(8)]}
    other = subprocess.run([sys.executable, "-c", DIGEST], capture_output=True, text=True, check=True)
    assert told | {other.stdout.strip()} == {digest()}


def test_a_reference_takes_no_more_than_8_kilobytes_and_is_spread_over_all_of_its_picture() -> None:
    places = extract(GREY)
    kept = places.kept()
    assert len(places) > KEPT_PLACES and kept.kept() == kept
    assert len(kept) == KEPT_PLACES and max(kept.sketch.shape) == KEPT_SKETCH_SIDE
    assert (kept.width, kept.height) == (places.width, places.height)
    views = tuple(View(kind, (0.0, 0.0, 1.0, 1.0), 100, (bytes(32),) * 8) for kind in ("border", "panel", "sharp"))
    assert len(Still(views, places).kept().packed()) + 8 * 32 <= 8_000
    assert unpack(Still(views, kept).packed()) == Still(views, kept)
    parts = (kept.places[:, :2] * 4 / [kept.width, kept.height]).astype(int)
    assert len(np.unique(parts, axis=0)) == 16


# Places of one projection mean nothing in another: with a new one comes a new version (and its digest here).
PROJECTIONS = {1: "a0df6c46012200a696570be34df5ad17b3d52f8a071532784db818fb61044205"}


def test_another_projection_is_another_version() -> None:
    content = files("jium.dna.local").joinpath("projection.npy").read_bytes()
    assert hashlib.sha256(content).hexdigest() == PROJECTIONS[VERSION]


def test_two_pictures_are_compared_alike_either_way_round() -> None:
    whole, part = extract(GREY), extract(np.ascontiguousarray(GREY[40:400, 100:500]))
    there, back = evidence(whole, part), evidence(part, whole)
    assert there and back and there.places > 60 and back.places > 60
    assert there.region_b == pytest.approx((0, 0, 1, 1), abs=0.02) == back.region_a
    assert there.region_a == pytest.approx(back.region_b, abs=0.02)


def test_mirroring_twice_changes_nothing() -> None:
    places = extract(GREY)
    assert np.array_equal(descriptor.mirrored(descriptor.mirrored(places.codes)), places.codes)
    back = places.mirrored().mirrored()
    assert np.array_equal(back.codes, places.codes) and np.allclose(back.places[:, :3], places.places[:, :3])


def test_the_mirrored_picture_has_the_mirrored_places() -> None:
    ours, theirs = extract(GREY).mirrored(), extract(MIRRORED)
    words, others = ours.codes.view(np.uint64), np.ascontiguousarray(theirs.codes).view(np.uint64)
    nearest = np.bitwise_count(words[:, None] ^ others[None]).sum(axis=2).argmin(axis=1)
    off = np.hypot(*(ours.places[:, :2] - theirs.places[nearest, :2]).T)
    assert (off < 1.5).mean() > 0.8


def test_packing_keeps_everything_and_little_is_enough() -> None:
    places = extract(GREY)
    assert unpacked(places.packed()) == places
    assert 200 < len(places) <= 400
    views = tuple(View(kind, (0.0, 0.0, 1.0, 1.0), 100, (bytes(32),) * 8) for kind in ("border", "panel", "sharp"))
    still = Still(views, places)
    assert unpack(still.packed()) == still
    assert len(still.packed()) + 8 * 32 <= 20_000


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (1, 10_000), (10_000, 1), (33, 40)])
def test_odd_sizes_have_few_places_or_none(shape: tuple[int, int]) -> None:
    places = extract(np.full(shape, 128, np.uint8))
    assert len(places) == 0
    assert unpacked(places.packed()) == places


def test_damaged_bytes_are_refused_or_within_bounds() -> None:
    rng = np.random.default_rng(1)
    whole = Still((View("border", (0.1, 0.1, 0.9, 0.9), 90, (bytes(32),) * 8),), extract(GREY)).packed()
    for _round in range(400):
        changed = bytearray(whole)
        for _byte in range(int(rng.integers(1, 6))):
            changed[int(rng.integers(min(400, len(changed))))] = int(rng.integers(256))
        cut = bytes(changed[: int(rng.integers(1, len(changed) + 1))] if rng.random() < 0.3 else changed)
        try:
            still = unpack(cut)
        except DamagedStill:
            continue
        if still.local:
            assert len(still.local) <= 400 and np.isfinite(still.local.places).all()
    with pytest.raises(DamagedFeatures):
        unpacked(b"jlf1")


def test_nothing_of_the_picture_shows_in_a_printed_fingerprint() -> None:
    assert "array" not in repr(Still((), extract(GREY)))
