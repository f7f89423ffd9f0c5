"""An index on disk: one file of arrays per part, and a manifest that says what must be in them.

A folder holds ``manifest.json`` (kind, version, parts with the size of each file, and type, shape, place and CRC-32 of
each array, and a CRC-32 of all that) and the files it names. A save writes new files, replaces the manifest in one
step and then unlinks every file that the new manifest does not name. One process saves at a time; any number open.
Arrays are mapped copy-on-write: the processes share one copy in memory, and a change stays with the one that made it.
"""

from __future__ import annotations

import json
import mmap
import os
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

VERSION = 1
MANIFEST = "manifest.json"
SUFFIX = ".part"
_ALIGNMENT = 4096
# Arrays up to this size are checked whenever they are opened; larger ones when asked to be thorough.
_CHECKED_BYTES = 8 << 20
_ATTEMPTS = 5


class SnapshotDamaged(Exception):
    """A snapshot is cut off, changed, of another kind or version, or not there."""


@dataclass(frozen=True)
class PartFile:
    """A file of arrays as the manifest tells of it."""

    name: str
    size: int
    arrays: dict[str, dict[str, Any]]


def write_part(folder: Path, arrays: Mapping[str, Array]) -> PartFile:
    """Write ``arrays`` into a new file in ``folder``, on disk when this returns."""
    name = f"{secrets.token_hex(16)}{SUFFIX}"
    told: dict[str, dict[str, Any]] = {}
    with (folder / name).open("xb") as file:
        for key, array in arrays.items():
            file.write(b"\0" * (-file.tell() % _ALIGNMENT))
            data = np.ascontiguousarray(array)
            told[key] = {"type": data.dtype.str, "shape": list(data.shape), "at": file.tell(), "crc32": _crc(data)}
            file.write(_raw(data))
        size = file.tell()
        file.flush()
        os.fsync(file.fileno())
    return PartFile(name, size, told)


def write_manifest(folder: Path, kind: str, parts: list[PartFile], facts: Mapping[str, int]) -> None:
    """Make ``parts`` the content of ``folder``, at once; everything that was there before is unlinked."""
    told = {"kind": kind, "version": VERSION, "facts": dict(facts), "parts": [part.__dict__ for part in parts]}
    text = json.dumps({"crc32": zlib.crc32(_canonical(told)), "snapshot": told}, indent=1)
    fresh = folder / f"{MANIFEST}.{secrets.token_hex(8)}"
    with fresh.open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / MANIFEST)
    _sync(folder)
    kept = {part.name for part in parts}
    for old in [*folder.glob(f"*{SUFFIX}"), *folder.glob(f"{MANIFEST}.*")]:
        if old.name not in kept:
            old.unlink(missing_ok=True)


def read(folder: Path, kind: str, thorough: bool) -> tuple[list[tuple[PartFile, dict[str, Array]]], dict[str, int]]:
    """The parts, their arrays mapped, and the facts. Begins anew where another process saved meanwhile.

    Raises SnapshotDamaged.
    """
    for _attempt in range(_ATTEMPTS):
        before = _text(folder)
        told = _manifest(before, kind)
        try:
            parts = [PartFile(**part) for part in told["parts"]]
            facts = {str(name): int(value) for name, value in told["facts"].items()}
            return [(part, _mapped(folder / part.name, part, thorough)) for part in parts], facts
        except FileNotFoundError as error:
            if _text(folder) == before:
                raise SnapshotDamaged(f"{error.filename} is missing") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SnapshotDamaged(f"{folder}: {error}") from error
    raise SnapshotDamaged(f"{folder} is being replaced all the time")


def expect(array: Array, kind: Any, shape: tuple[int, ...], name: str) -> None:
    """Raise SnapshotDamaged unless ``array`` is of that type and shape."""
    if array.dtype != kind or array.shape != shape:
        raise SnapshotDamaged(f"{name}: {array.dtype} {array.shape}, not {np.dtype(kind)} {shape}")


def expect_rising(starts: Array, last: int, name: str) -> None:
    """Raise SnapshotDamaged unless each row of ``starts`` rises from 0 to ``last``."""
    if (starts[..., 0] != 0).any() or (starts[..., -1] != last).any() or (starts[..., 1:] < starts[..., :-1]).any():
        raise SnapshotDamaged(f"{name} does not rise from 0 to {last}")


def _raw(data: Array) -> Any:
    return data.reshape(-1).view(np.uint8).data


def _crc(data: Array) -> int:
    return zlib.crc32(_raw(data))


def _canonical(told: Any) -> bytes:
    return json.dumps(told, sort_keys=True).encode()


def _text(folder: Path) -> str:
    try:
        return (folder / MANIFEST).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotDamaged(f"{folder / MANIFEST} cannot be read: {error}") from error


def _manifest(text: str, kind: str) -> dict[str, Any]:
    try:
        whole = json.loads(text)
        told: dict[str, Any] = whole["snapshot"]
        right = whole["crc32"] == zlib.crc32(_canonical(told))
        names = (told["kind"], told["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise SnapshotDamaged(f"the manifest is not whole: {error}") from error
    if not right:
        raise SnapshotDamaged("the manifest was changed or cut off")
    if names != (kind, VERSION):
        raise SnapshotDamaged(f"a snapshot of {names[0]}, version {names[1]}, not {kind}, version {VERSION}")
    return told


def _mapped(path: Path, part: PartFile, thorough: bool) -> dict[str, Array]:
    if Path(part.name).name != part.name:
        raise SnapshotDamaged(f"{part.name} is not in the folder")
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size != part.size or not size:
            raise SnapshotDamaged(f"{path} has {size} bytes, not {part.size}")
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    return {name: _array(whole, name, told, thorough) for name, told in part.arrays.items()}


def _array(whole: mmap.mmap, name: str, told: dict[str, Any], thorough: bool) -> Array:
    kind, shape = np.dtype(told["type"]), tuple(int(side) for side in told["shape"])
    count = int(np.prod(shape, dtype=object))
    array: Array = np.frombuffer(whole, kind, count, int(told["at"])).reshape(shape)
    if (thorough or array.nbytes <= _CHECKED_BYTES) and _crc(array) != told["crc32"]:
        raise SnapshotDamaged(f"{name} was changed")
    return array


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
