"""Peers: codes of the right length, the same picture near, another one far, low quality declined."""

from __future__ import annotations

import types
from pathlib import Path

import numpy as np
import pytest

from jium.bench import orb, peers
from jium.bench.corpus.drawn import Scene
from jium.bench.edits.kinds import encoded
from jium.dna.neural import WrongModel
from tests.dna import onnx
from tests.dna.test_neural import described

FILE, AGAIN, OTHER = (
    encoded(Scene("peer").render()),
    encoded(Scene("peer").render(), ".webp", 60),
    encoded(Scene("x").render()),
)


@pytest.mark.parametrize("name", ["pdq", "phash", "dhash", "average"])
def test_a_peer_knows_a_copy(name: str) -> None:
    pytest.importorskip("pdqhash" if name == "pdq" else "imagehash", exc_type=ImportError)
    peer = peers.pdq() if name == "pdq" else peers.small(name)
    codes, places = peers.stacked(peer, [peer.hash(file) for file in (FILE, AGAIN, OTHER)])
    assert codes.shape == (3, peer.bits // 8) and places.tolist() == [0, 1, 2]
    distances = peer.distance(codes[:1], codes)
    assert distances[0, 0] == 0
    assert distances[0, 1] <= peer.threshold < distances[0, 2]
    with pytest.raises(ValueError, match="codes of"):
        peer.distance(codes[:, :4], codes)


def test_pdq_declines_a_blank_picture() -> None:
    pytest.importorskip("pdqhash", exc_type=ImportError)
    peer = peers.pdq()
    blank = peer.hash(encoded(np.full((200, 200, 3), 90, np.uint8)))
    assert blank is None
    codes, places = peers.stacked(peer, [blank, peer.hash(FILE)])
    assert codes.shape == (1, 32) and places.tolist() == [1]
    assert peers.stacked(peer, [None])[0].shape == (0, 32)


def test_a_network_is_a_peer_where_its_file_is_given(tmp_path: Path) -> None:
    file = described(tmp_path, onnx.patches(), similarity=0.75)
    peer = peers.network(file)
    assert (peer.name, peer.threshold) == ("net", 250)
    codes, _places = peers.stacked(peer, [peer.hash(one) for one in (FILE, AGAIN)])
    assert peer.distance(codes[:1], codes)[0, 0] <= 1 and peer.distance(codes[:1], codes)[0, 1] < peer.threshold
    with pytest.raises(ValueError, match="codes of net"):
        peer.distance(codes[:, :2], codes)
    with pytest.raises(WrongModel):
        peers.network(tmp_path / "absent.onnx")


def test_orb_counts_the_places_that_agree() -> None:
    known, again, other = (orb.features(file) for file in (FILE, AGAIN, OTHER))
    assert orb.agreeing(known, again) > orb.THRESHOLD > orb.agreeing(known, other)
    blank = orb.features(encoded(np.full((200, 200, 3), 90, np.uint8)))
    assert len(blank.codes) == 0 and orb.agreeing(known, blank) == orb.agreeing(blank, known) == 0
    assert len(orb.features(b"no picture").codes) == 0


def test_hamming_against_counting() -> None:
    rng = np.random.default_rng(1)
    left, right = rng.integers(0, 256, (130, 16), np.uint8), rng.integers(0, 256, (7, 16), np.uint8)
    counted = [[int(np.unpackbits(a ^ b).sum()) for b in right] for a in left]
    assert peers.hamming(left, right).tolist() == counted


def test_a_missing_library_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> types.ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(peers, "import_module", absent)
    with pytest.raises(RuntimeError, match="pdqhash is not installed"):
        peers.peers()
