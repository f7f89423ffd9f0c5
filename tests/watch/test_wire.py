"""Fingerprints on the wire between two processes, one of which met hostile pages."""

from __future__ import annotations

import base64
import json

import pytest

from jium.dna import Fingerprint, FrameCode
from jium.watch import wire

CODE = base64.b64encode(bytes(32)).decode()
WHOLE = {
    "kind": "video",
    "sha256": "ab" * 32,
    "width": 640,
    "height": 480,
    "duration": 3.5,
    "note": "",
    "parts": "",
    "frames": [[0.0, None, 100, CODE], [1.0, None, 0, CODE]],
}


def test_what_is_encoded_is_decoded_again():
    for frames in ((), (FrameCode(None, bytes(range(32)), 77),), (FrameCode(1.5, bytes(32), 0, until=2.5),)):
        made = Fingerprint("video", "0f" * 32, 640, None, None, frames, "featureless")
        assert wire.decode(json.loads(json.dumps(wire.encode(made)))) == made


def test_a_digest_is_kept_in_one_form_only():
    assert wire.decode(WHOLE | {"sha256": "AB " * 32}).sha256 == "ab" * 32


MALFORMED = [
    {"kind": "program"},
    {"kind": None},
    {"kind": ["image"]},
    {"sha256": ""},
    {"sha256": "ab" * 31},
    {"sha256": "zz" * 32},
    {"sha256": 7},
    {"width": -1},
    {"width": 1.5},
    {"width": "640"},
    {"width": True},
    {"width": 10**12},
    {"height": [1]},
    {"duration": float("nan")},
    {"duration": float("inf")},
    {"duration": "3"},
    {"duration": True},
    {"frames": None},
    {"frames": "frames"},
    {"frames": {}},
    {"frames": [[]]},
    {"frames": [[0.0, None, 100]]},
    {"frames": [[0.0, None, 100, CODE, 1]]},
    {"frames": [7]},
    {"frames": [[0.0, None, 101, CODE]]},
    {"frames": [[0.0, None, -1, CODE]]},
    {"frames": [[0.0, None, None, CODE]]},
    {"frames": [[0.0, None, 50.5, CODE]]},
    {"frames": [["0", None, 100, CODE]]},
    {"frames": [[float("nan"), None, 100, CODE]]},
    {"frames": [[0.0, None, 100, ""]]},
    {"frames": [[0.0, None, 100, "AAAA"]]},
    {"frames": [[0.0, None, 100, "\xff" * 44]]},
    {"frames": [[0.0, None, 100, CODE + "\n"]]},
    {"frames": [[0.0, None, 100, 7]]},
    {"frames": [[0.0, None, 100, CODE]] * (wire.MOST_FRAMES + 1)},
]


@pytest.mark.parametrize("change", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_malformed_is_refused(change):
    with pytest.raises((ValueError, KeyError, TypeError)):
        wire.decode(WHOLE | change)


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_incomplete_is_refused(name):
    with pytest.raises(KeyError):
        wire.decode({key: value for key, value in WHOLE.items() if key != name})


@pytest.mark.parametrize("values", [None, [], "text", 7])
def test_what_is_no_table_is_refused(values):
    with pytest.raises((ValueError, KeyError, TypeError)):
        wire.decode(values)
