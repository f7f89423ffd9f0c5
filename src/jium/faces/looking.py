"""The faces of a file, seen in the sandbox; for whoever asks from outside it."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jium.faces.face import Seen
from jium.faces.model import Description
from jium.faces.network import WrongModel
from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox, Source, readable

# As jium.faces.inside packs them; that module is the child's alone.
RECORD = np.dtype(
    [
        ("times", "<f8", 3),
        ("box", "<f4", 4),
        ("size", "<f4"),
        ("confidence", "<f4"),
        ("sharpness", "<f4"),
        ("turn", "<f4"),
        ("looks", "<u4"),
    ]
)
KINDS = ("image", "video", "audio")
MOST_NUMBERS = 1024
# Nothing that is shown later, in seconds, is believed: a file may say that a frame stays for years.
MOST_SECONDS = 1e9
# A film takes longer than a picture: so many seconds more for each megabyte, and more with a slower model.
_BASE_SECONDS, _SECONDS_PER_BYTE = 300.0, 30 / 2**20


@dataclass(frozen=True)
class OpenModel:
    """A model that is here, with its files by name, their checksums compared."""

    description: Description
    files: Mapping[str, Path]

    def sandbox(self) -> Sandbox:
        """Where its files can be read and nothing else can; close it after use."""
        return Sandbox("jium.faces.inside", memory_mb=3072, files=list(self.files.values()))


@dataclass(frozen=True)
class Looked:
    """What was seen in a file. ``kind``: "image", "video" or "audio"; ``frames``: how many were looked at."""

    kind: str
    width: int
    height: int
    duration: float | None
    frames: int
    faces: tuple[Seen, ...]


def look(source: Source, model: OpenModel, sandbox: Sandbox) -> Looked:
    """The faces of a picture or a film (path, bytes or open descriptor). ``sandbox``: of :meth:`OpenModel.sandbox`.

    Raises :class:`jium.media.errors.MediaError`, :class:`WrongModel`; ``OSError`` when a path cannot be opened.
    """
    with readable(source) as fd:
        if not os.fstat(fd).st_size:
            raise MediaError("empty")
        facts, packed = sandbox.call(
            "faces",
            fd,
            seconds=_patience(fd),
            name=model.description.name,
            files={name: str(path) for name, path in model.files.items()},
        )
    if "wrong_model" in facts:
        raise WrongModel(str(facts["wrong_model"]))
    return checked(facts, packed, model.description.numbers)


@dataclass(frozen=True)
class Member:
    """A picture or a film in a web archive; ``address``: where on the web it was."""

    warc: int
    offset: int
    address: str


def members(source: Source, sandbox: Sandbox) -> tuple[list[Member], bool]:
    """The pictures and films of a web archive (WACZ or WARC), and whether it is cut off. Raises as :func:`look`."""
    with readable(source) as fd:
        facts, _nothing = sandbox.call("members", fd, seconds=_patience(fd))
    try:
        found = [Member(int(warc), int(offset), str(address)) for warc, offset, address in facts["members"]]
        return found, bool(facts["cut"])
    except (KeyError, TypeError, ValueError, OverflowError) as wrong:
        raise MediaError("crashed") from wrong


def content(source: Source, member: Member, sandbox: Sandbox) -> bytes:
    """The file itself. Raises as :func:`look`."""
    with readable(source) as fd:
        _facts, found = sandbox.call("member", fd, seconds=_patience(fd), warc=member.warc, offset=member.offset)
    return found


def _patience(fd: int) -> float:
    return _BASE_SECONDS + os.fstat(fd).st_size * _SECONDS_PER_BYTE


def checked(facts: dict[str, Any], packed: bytes, numbers: int) -> Looked:
    """The child may have been taken over by the file, so its answer is believed only in the agreed form."""
    kind, count = facts.get("kind"), facts.get("faces")
    if kind not in KINDS or type(count) is not int or not 0 < numbers <= MOST_NUMBERS:
        raise MediaError("crashed")
    record = np.dtype([("seen", RECORD), ("template", "<f4", numbers)])
    if count < 0 or len(packed) != count * record.itemsize:
        raise MediaError("crashed")
    rows = np.frombuffer(packed, record)
    seen = tuple(_seen(row["seen"], row["template"]) for row in rows)
    if kind == "image" and any(one.time is not None for one in seen):
        raise MediaError("crashed")
    width, height, frames = (_whole(facts.get(name)) for name in ("width", "height", "frames"))
    duration = facts.get("duration")
    seconds = float(duration) if isinstance(duration, int | float) and 0 <= duration < 1e9 else None
    return Looked(kind, width, height, seconds, frames, seen)


def _seen(row: Any, template: Any) -> Seen:
    vector = np.array(template, np.float32)
    told = [*row["box"], row["size"], row["confidence"], row["sharpness"], row["turn"]]
    box = tuple(float(value) for value in row["box"])
    times = [float(value) for value in row["times"]]
    time, since, until = (None if math.isnan(value) else value for value in times)
    if not (_is_unit(vector) and np.isfinite(told).all() and min(told) >= 0 and row["looks"] >= 1):
        raise MediaError("crashed")
    if not (box[0] <= box[2] <= 1 and box[1] <= box[3] <= 1) or not _in_order(time, since, until):
        raise MediaError("crashed")
    return Seen(
        time=time,
        since=since,
        until=until,
        box=(box[0], box[1], box[2], box[3]),
        looks=int(row["looks"]),
        size=float(row["size"]),
        confidence=float(row["confidence"]),
        sharpness=float(row["sharpness"]),
        turn=float(row["turn"]),
        template=vector,
    )


def _is_unit(vector: NDArray[np.float32]) -> bool:
    return bool(np.abs(vector).max() <= 1.01 and abs(float(np.linalg.norm(vector)) - 1) < 0.01)


def _in_order(time: float | None, since: float | None, until: float | None) -> bool:
    """Of a picture none is said, of a film all: from when, when best, until when."""
    if time is None or since is None or until is None:
        return time is None and since is None and until is None
    return 0 <= since <= time <= until < MOST_SECONDS


def _whole(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0
