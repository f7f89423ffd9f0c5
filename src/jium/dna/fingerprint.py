"""A file's fingerprint: its digest, what it is, and the PDQ codes of its picture or of a frame a second."""

from __future__ import annotations

import hashlib
import math
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox, Source, readable

QUALITY_FLOOR = 50
KINDS = ("image", "video", "audio")
NOTES = ("", "animated", "featureless")
# A long video takes longer than a picture: a second more for each megabyte.
_BASE_SECONDS = 60.0
_SECONDS_PER_BYTE = 1 / 2**20
_CHUNK = 1 << 20
_FRAME = struct.Struct("<dB256s")


@dataclass(frozen=True)
class FrameCode:
    """The PDQ code (32 bytes) of a picture (``time`` None) or of the frame ``time`` seconds into a video.

    ``quality`` 0..100: under 50 the code never matches. ``dihedral``: the codes of the eight turned and
    mirrored forms, the upright one first (:func:`jium.dna.pdq.codes`); empty where only the upright one was
    kept.
    """

    time: float | None
    code: bytes
    quality: int
    dihedral: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Fingerprint:
    """``kind``: "image", "video" (animated pictures too) or "audio"; ``width``, ``height``: pixels as seen.

    ``duration`` in seconds, None for pictures and where the file does not say. ``note``: "", "animated" or
    "featureless" (no frame reaches quality 50, so only the identical file matches).
    """

    kind: str
    sha256: str
    width: int | None
    height: int | None
    duration: float | None
    frames: tuple[FrameCode, ...]
    note: str = ""


def open_sandbox() -> Sandbox:
    """A sandbox with the fingerprinting operations in it; close it after use. It starts when first needed."""
    return Sandbox("jium.dna.inside")


def fingerprint(source: Source, sandbox: Sandbox | None = None) -> Fingerprint:
    """Fingerprint a file (path, bytes or open descriptor), decoding it in ``sandbox`` or in one of its own.

    Raises :class:`jium.media.errors.MediaError`; ``OSError`` when a path cannot be opened.
    """
    with readable(source) as fd, _opened(sandbox) as box:
        size = os.fstat(fd).st_size
        if not size:
            raise MediaError("empty")
        # The digest is taken out here, where no decoder can have a say in it.
        digest = _sha256(fd)
        facts, packed = box.call("fingerprint", fd, seconds=_BASE_SECONDS + size * _SECONDS_PER_BYTE)
    return _checked(facts, packed, digest)


def preview(
    source: Source,
    time: float | None = None,
    side: int = 480,
    sandbox: Sandbox | None = None,
    box: tuple[float, float, float, float] | None = None,
) -> bytes:
    """A greyscale JPEG without metadata, at most ``side`` pixels a side. Raises as :func:`fingerprint`.

    ``time``: which second of a video, the first frame if None. ``box``: only this region, x0, y0, x1, y1 in
    0..1.
    """
    with readable(source) as fd, _opened(sandbox) as opened:
        seconds = _BASE_SECONDS + os.fstat(fd).st_size * _SECONDS_PER_BYTE
        region = None if box is None else list(box)
        _facts, picture = opened.call("preview", fd, seconds=seconds, time=time, side=side, box=region)
    if not picture.startswith(b"\xff\xd8\xff"):
        raise MediaError("crashed")
    return picture


@contextmanager
def _opened(sandbox: Sandbox | None) -> Iterator[Sandbox]:
    if sandbox is not None:
        yield sandbox
        return
    with open_sandbox() as own:
        yield own


def _sha256(fd: int) -> str:
    digest, at = hashlib.sha256(), 0
    while chunk := os.pread(fd, _CHUNK, at):
        digest.update(chunk)
        at += len(chunk)
    return digest.hexdigest()


def _checked(facts: dict[str, Any], packed: bytes, digest: str) -> Fingerprint:
    """The child may have been taken over by the file, so its answer is believed only in the agreed form."""
    kind, note = facts.get("kind"), facts.get("note")
    if kind not in KINDS or note not in NOTES or len(packed) % _FRAME.size:
        raise MediaError("crashed")
    frames = tuple(_frame(*fields) for fields in _FRAME.iter_unpack(packed))
    if (kind == "image" and len(frames) != 1) or (kind == "video" and not frames):
        raise MediaError("crashed")
    return Fingerprint(
        kind=kind,
        sha256=digest,
        width=_size(facts.get("width")),
        height=_size(facts.get("height")),
        duration=_seconds(facts.get("duration")),
        frames=frames,
        note=note,
    )


def _frame(time: float, quality: int, forms: bytes) -> FrameCode:
    if not math.isnan(time) and _seconds(time) is None:
        raise MediaError("crashed")
    codes = tuple(forms[at : at + 32] for at in range(0, len(forms), 32))
    return FrameCode(_seconds(time), codes[0], min(quality, 100), codes)


def _size(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value < 2**31 else None


def _seconds(value: object) -> float | None:
    usable = isinstance(value, int | float) and math.isfinite(value) and 0 <= value < 1e9
    return round(float(value), 6) if usable and isinstance(value, int | float) else None
