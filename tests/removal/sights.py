"""Fingerprints and observations made by hand."""

from __future__ import annotations

import hashlib
from typing import Any

from jium.dna.fingerprint import Fingerprint, FrameCode
from jium.watch.models import Sighting, SightingCode
from jium.watch.services import Observation

FILE = "http://board.example/file/1.jpg"
OTHER_FILE = "http://board.example/file/2.jpg"
CODE = hashlib.sha256(b"the material").digest()


def picture(name: str, code: bytes = b"") -> Fingerprint:
    """A picture of its own, or with the given PDQ code."""
    code = code or hashlib.sha256(name.encode()).digest()
    return Fingerprint(
        kind="image",
        sha256=hashlib.sha256(f"file {name}".encode()).hexdigest(),
        width=640,
        height=480,
        duration=None,
        frames=(FrameCode(None, code, 90),),
        note="",
    )


def near(code: bytes, bits: int) -> bytes:
    """``code`` with so many bits turned over."""
    return (int.from_bytes(code, "big") ^ ((1 << bits) - 1)).to_bytes(32, "big")


MATERIAL = picture("material", CODE)
SAME_BYTES = MATERIAL
COPY = picture("copy", near(CODE, 20))
UNRELATED = picture("unrelated")


def observation(**seen: Any) -> Observation:
    """Nothing was seen but what is named."""
    nothing: dict[str, Any] = {
        "page_status": None,
        "page_error": "",
        "media_status": None,
        "media_error": "",
        "media": None,
        "on_page": (),
    }
    return Observation(**(nothing | seen))


UP = observation(page_status=200, media_status=200, media=COPY, on_page=((FILE, COPY),))
GONE = observation(page_status=404, media_status=404)
SOFT_GONE = observation(page_status=200, media_status=404, on_page=((OTHER_FILE, UNRELATED),))
MOVED = observation(page_status=200, media_status=404, on_page=((OTHER_FILE, COPY),))
UNSEEN = observation(page_error="timeout", media_error="timeout")


def as_seen(sighting: Sighting) -> Sighting:
    """The sighting shows the material."""
    sighting.sha256, sighting.media_url = MATERIAL.sha256, FILE
    sighting.save()
    SightingCode.objects.create(sighting=sighting, code=CODE, quality=90)
    return sighting
