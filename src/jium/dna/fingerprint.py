"""A file's fingerprint: its digest, what it is, the PDQ codes of its picture or of a frame a second, its places."""

from __future__ import annotations

import hashlib
import math
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jium.dna.neural import Model
from jium.dna.scenes import Scene, packed, unpacked
from jium.dna.still import DamagedStill, Still, unpack
from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox, Source, readable

QUALITY_FLOOR = 50
KINDS = ("image", "video", "audio")
NOTES = ("", "animated", "featureless", "whole", "damaged")
# A long video takes longer than a picture: a second more for each megabyte.
_BASE_SECONDS = 60.0
_SECONDS_PER_BYTE = 1 / 2**20
_CHUNK = 1 << 20
# Time, until, quality, and the codes of eight forms.
MOMENT = struct.Struct("<ddB256s")
# Nothing that is shown later than that, in seconds, is looked at: a file may say that a frame stays for years.
MOST_SECONDS = 48 * 3600.0
# Of what is made here. Another version's places are not read: from a file they are made anew, codes stay comparable.
VERSION = 1


@dataclass(frozen=True)
class FrameCode:
    """The PDQ code (32 bytes) of a picture (``time`` None) or of the frame ``time`` seconds into a video.

    ``quality`` 0..100: under 50 the code never matches. ``dihedral``: the codes of the eight turned and
    mirrored forms, the upright one first (:func:`jium.dna.pdq.codes`); empty where only the upright one was
    kept. ``until``: the last second at which the film was looked at and still showed the same, None if it was
    looked at once.
    """

    time: float | None
    code: bytes
    quality: int
    dihedral: tuple[bytes, ...] = ()
    until: float | None = None


@dataclass(frozen=True)
class Fingerprint:
    """``kind``: "image", "video" (animated pictures too) or "audio"; ``width``, ``height``: pixels as seen.

    ``duration`` in seconds, None for pictures and where the file does not say. ``note``: "", "animated",
    "featureless" (no frame reaches quality 50, so only the identical file matches), "whole" (a picture of
    so few places that it is found as a whole, hardly in part) or "damaged" (the file is
    cut off; this is what could be seen of it). ``still``: of pictures only, where it was kept;
    ``scenes``: of videos only.
    """

    kind: str
    sha256: str
    width: int | None
    height: int | None
    duration: float | None
    frames: tuple[FrameCode, ...]
    note: str = ""
    still: Still | None = None
    scenes: tuple[Scene, ...] = ()

    def kept(self) -> Fingerprint:
        """As a reference is kept: of its picture, or of its scenes, fewer places and a coarser sketch."""
        scenes = tuple(Scene(scene.time, scene.still.kept()) for scene in self.scenes)
        return replace(self, still=self.still and self.still.kept(), scenes=scenes)


def open_sandbox(model: Model | None = None) -> Sandbox:
    """A sandbox with the fingerprinting operations in it; close it after use. It starts when first needed.

    ``model``: the one whose descriptors will be asked for.
    """
    return Sandbox("jium.dna.inside", files=[Path(model.path)] if model else ())


def fingerprint(
    source: Source, sandbox: Sandbox | None = None, model: Model | None = None, *, reference: bool = False
) -> Fingerprint:
    """Fingerprint a file (path, bytes or open descriptor), decoding it in ``sandbox`` or in one of its own.

    With a ``model`` pictures get its descriptor too; ``sandbox`` must have been opened with it. A network that
    cannot be run gives none. ``reference``: this is what is looked for, so that videos are looked at more closely.
    Raises :class:`jium.media.errors.MediaError`; ``OSError`` when a path cannot be
    opened.
    """
    with readable(source) as fd, _opened(sandbox, model) as box:
        size = os.fstat(fd).st_size
        if not size:
            raise MediaError("empty")
        # The digest is taken out here, where no decoder can have a say in it.
        digest = _sha256(fd)
        seconds = _BASE_SECONDS + size * _SECONDS_PER_BYTE
        described = model.as_dict() if model else None
        facts, packed = box.call("fingerprint", fd, seconds=seconds, model=described, reference=reference)
    return checked(facts, packed, digest)


def preview(
    source: Source,
    time: float | None = None,
    side: int = 480,
    sandbox: Sandbox | None = None,
    box: tuple[float, float, float, float] | None = None,
) -> bytes:
    """A greyscale JPEG without metadata, at most ``side`` pixels a side. Raises as :func:`fingerprint`.

    ``time``: which second; if None the first frame of a video, and of an animation the one shown longest.
    ``box``: only this region, x0, y0, x1, y1 in 0..1.
    """
    with readable(source) as fd, _opened(sandbox) as opened:
        seconds = _BASE_SECONDS + os.fstat(fd).st_size * _SECONDS_PER_BYTE
        region = None if box is None else list(box)
        _facts, picture = opened.call("preview", fd, seconds=seconds, time=time, side=side, box=region)
    if not picture.startswith(b"\xff\xd8\xff"):
        raise MediaError("crashed")
    return picture


@contextmanager
def _opened(sandbox: Sandbox | None, model: Model | None = None) -> Iterator[Sandbox]:
    if sandbox is not None:
        yield sandbox
        return
    with open_sandbox(model) as own:
        yield own


def _sha256(fd: int) -> str:
    digest, at = hashlib.sha256(), 0
    while chunk := os.pread(fd, _CHUNK, at):
        digest.update(chunk)
        at += len(chunk)
    return digest.hexdigest()


def checked(facts: dict[str, Any], packed: bytes, digest: str) -> Fingerprint:
    """The child may have been taken over by the file, so its answer is believed only in the agreed form."""
    kind, note, count = facts.get("kind"), facts.get("note"), facts.get("frames")
    if kind not in KINDS or note not in NOTES or type(count) is not int:
        raise MediaError("crashed")
    if not 0 <= count * MOMENT.size <= len(packed):
        raise MediaError("crashed")
    codes, rest = packed[: count * MOMENT.size], packed[count * MOMENT.size :]
    frames = tuple(_frame(*fields) for fields in MOMENT.iter_unpack(codes))
    if not _in_order(frames):
        raise MediaError("crashed")
    if (kind == "image" and len(frames) != 1) or (kind == "video" and not frames) or (rest and kind == "audio"):
        raise MediaError("crashed")
    made = Fingerprint(
        kind=kind,
        sha256=digest,
        width=_size(facts.get("width")),
        height=_size(facts.get("height")),
        duration=_seconds(facts.get("duration")),
        frames=frames,
        note=note,
    )
    try:
        return with_parts(made, rest)
    except DamagedStill as damage:
        raise MediaError("crashed") from damage


def packed_parts(fingerprint: Fingerprint) -> bytes:
    """A picture's ``still`` or a video's ``scenes``, as bytes to be kept encrypted only; b"" for neither."""
    return fingerprint.still.packed() if fingerprint.still else packed(fingerprint.scenes)


def with_parts(fingerprint: Fingerprint, content: bytes) -> Fingerprint:
    """The fingerprint with what :func:`packed_parts` gave. Raises :class:`jium.dna.still.DamagedStill`."""
    if fingerprint.kind == "image":
        return replace(fingerprint, still=unpack(content) if content else None)
    return replace(fingerprint, scenes=unpacked(content))


def _frame(time: float, until: float, quality: int, forms: bytes) -> FrameCode:
    seconds, last = (None if math.isnan(value) else _seconds(value) for value in (time, until))
    if (seconds is None) != math.isnan(time) or (last is None) != math.isnan(until):
        raise MediaError("crashed")
    codes = tuple(forms[at : at + 32] for at in range(0, len(forms), 32))
    later = seconds is not None and last is not None and last > seconds
    return FrameCode(seconds, codes[0], min(quality, 100), codes, last if later else None)


def _in_order(frames: tuple[FrameCode, ...]) -> bool:
    """Whether the moments of a film follow each other: what is laid out second by second grows with their length."""
    ends = [one.until if one.until is not None else one.time or 0.0 for one in frames]
    later = [one.time or 0.0 for one in frames[1:]]
    return all(begin >= end for begin, end in zip(later, ends, strict=False)) and max(ends, default=0) <= MOST_SECONDS


def _size(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value < 2**31 else None


def _seconds(value: object) -> float | None:
    usable = isinstance(value, int | float) and math.isfinite(value) and 0 <= value < 1e9
    return round(float(value), 6) if usable and isinstance(value, int | float) else None
