"""Fingerprints on their way from the crawling process to this one, as JSON.

The other side met hostile pages, so what it says is checked before it is believed.
"""

from __future__ import annotations

import base64
from typing import Any

from jium.dna import Fingerprint, FrameCode
from jium.dna.fingerprint import packed_parts, with_parts

MOST_FRAMES = 100_000
# An address that is longer is not kept.
LONGEST_URL = 2000
LONGEST_SIDE = 1_000_000
LONGEST_SECONDS = 1_000_000.0


def encode(fingerprint: Fingerprint) -> dict[str, Any]:
    """Plain values; only the upright codes travel."""
    return {
        "kind": fingerprint.kind,
        "sha256": fingerprint.sha256,
        "width": fingerprint.width,
        "height": fingerprint.height,
        "duration": fingerprint.duration,
        "note": fingerprint.note,
        "parts": base64.b64encode(packed_parts(fingerprint)).decode(),
        "frames": [
            [frame.time, frame.until, frame.quality, base64.b64encode(frame.code).decode()]
            for frame in fingerprint.frames
        ],
    }


def decode(values: dict[str, Any]) -> Fingerprint:
    """The inverse. Raises ``ValueError``, ``KeyError`` or ``TypeError`` on anything else."""
    sha256 = bytes.fromhex(values["sha256"])
    if values["kind"] not in ("image", "video", "audio") or len(sha256) != 32:
        raise ValueError("not a fingerprint")
    if not isinstance(values["frames"], list) or len(values["frames"]) > MOST_FRAMES:
        raise ValueError("not frames")
    made = Fingerprint(
        kind=values["kind"],
        sha256=sha256.hex(),
        width=_whole(values["width"], LONGEST_SIDE),
        height=_whole(values["height"], LONGEST_SIDE),
        duration=_seconds(values["duration"]),
        frames=tuple(_frame(*frame) for frame in values["frames"]),
        note=str(values["note"])[:32],
    )
    return with_parts(made, base64.b64decode(values["parts"], validate=True))


def _frame(time: Any, until: Any, quality: Any, code: Any) -> FrameCode:
    raw = base64.b64decode(code, validate=True)
    graded = _whole(quality, 100)
    if len(raw) != 32 or graded is None:
        raise ValueError("not a code")
    return FrameCode(_seconds(time), raw, graded, until=_seconds(until))


def _whole(value: Any, most: int) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("not a whole number in bounds")
    return value


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not abs(value) <= LONGEST_SECONDS:
        raise ValueError("not a time")
    return float(value)
