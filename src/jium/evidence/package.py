"""The evidence package of one capture: a ZIP file of named parts under a manifest, and how it is verified.

Every part's digests stand in ``manifest.json``, the manifest's in ``manifest.sha256``, and the file's form
is fixed to the byte (:mod:`jium.evidence.container`): no single byte can change unseen. Whoever can write
the whole file anew can write all digests anew: against that, the file's own SHA-256 stands in the case's
record and in the audit log.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from jium.evidence import container, manifest
from jium.evidence.container import Content, Member
from jium.evidence.manifest import REQUIRED, Label, Manifest, Part

MOST_MEMBERS = 32
MOST_INFLATION = 100  # someone may have compressed a part; a bomb may not pass
CHUNK = 1024 * 1024
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_OF_THE_PACKAGE = (manifest.NAME, manifest.SEAL_NAME)
# What Python's reader says to a file that is no ZIP file, or a broken one.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, OverflowError, RuntimeError),
)


class MissingPart(Exception):
    """A required part is not there or empty; ``part`` is its name."""

    def __init__(self, part: str) -> None:
        super().__init__(f"the evidence package has no {part}")
        self.part = part


@dataclass(frozen=True)
class Problem:
    """What is wrong with ``part`` ("" = the file itself).

    ``kind``: "unreadable": no ZIP file, or cut off; "refused": a form that no package has, not read any
    further; "altered"; "missing"; "extra"; "repacked": the parts are whole, but bytes between them are not
    as packed.
    """

    part: str
    kind: str


@dataclass(frozen=True)
class Verdict:
    """What :func:`verify` found.

    ``sha256``: of the whole file; ``label``: None when the manifest cannot be read.
    """

    problems: tuple[Problem, ...]
    sha256: str
    label: Label | None
    parts: tuple[Part, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def build(target: BinaryIO, parts: Mapping[str, Content], label: Label) -> None:
    """Write the package of ``parts`` (name → content): the same parts and label always give the same bytes.

    Raises :class:`MissingPart`, :class:`jium.evidence.container.TooLarge`.
    """
    for name in REQUIRED:
        if name not in parts or not len(parts[name]):
            raise MissingPart(name)
    names = sorted(parts)
    text = manifest.write(label, [_describe(name, parts[name]) for name in names])
    members = [(manifest.NAME, text), (manifest.SEAL_NAME, manifest.seal(text))]
    container.write(target, [*members, *((name, parts[name]) for name in names)])


def _describe(name: str, content: Content) -> Part:
    if not _NAME.fullmatch(name) or name in _OF_THE_PACKAGE:
        raise ValueError(f"{name!r} cannot be the name of a part")
    sha256, sha3 = hashlib.sha256(content), hashlib.sha3_512(content)
    return Part(name, len(content), sha256.hexdigest(), sha3.hexdigest())


def part(content: bytes, name: str) -> bytes:
    """One part of a package of our own. Raises ``KeyError`` where it has none of that name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def verify(source: Path | BinaryIO) -> Verdict:
    """Is the package whole? Reads in constant memory and trusts nothing in the file.

    Raises OSError for a path.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _verify(file)
    return _verify(source)


def _verify(file: BinaryIO) -> Verdict:
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    found = _Found()
    try:
        problems = tuple(_problems(file, found))
    except _BROKEN:
        problems = (Problem("", "unreadable"),)
    told = found.manifest
    return Verdict(problems, sha256, told.label if told else None, told.parts if told else ())


@dataclass
class _Found:
    """What was read: the parts (the package's own two files too), what could not be read, the two texts."""

    parts: dict[str, Part] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)
    manifest: Manifest | None = None


def _problems(file: BinaryIO, found: _Found) -> Iterator[Problem]:
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        refused = _refused(infos)
        if refused:
            yield refused
            return
        for info in infos:
            _read(archive, info, found)
    wrong = list(_compare(found))
    yield from wrong
    if not wrong and not _as_packed(file, infos):
        yield Problem("", "repacked")


def _refused(infos: Sequence[zipfile.ZipInfo]) -> Problem | None:
    """The first thing that no package has, found before anything is read of what may be a hostile file."""
    seen: set[str] = set()
    for info in infos:
        largest = CHUNK if info.filename in _OF_THE_PACKAGE else container.LARGEST
        if (
            not _NAME.fullmatch(info.filename)
            or info.filename in seen
            or info.flag_bits & 1  # encrypted
            or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            or info.file_size > min(largest, CHUNK + MOST_INFLATION * info.compress_size)
        ):
            return Problem(ascii(info.filename)[1:-1][:80], "refused")
        seen.add(info.filename)
    if len(infos) > MOST_MEMBERS or sum(info.file_size for info in infos) > container.LARGEST:
        return Problem("", "refused")
    return None


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, found: _Found) -> None:
    name, size, first = info.filename, 0, b""
    sha256, sha3 = hashlib.sha256(), hashlib.sha3_512()
    try:
        with archive.open(info) as part:
            while chunk := part.read(CHUNK):
                sha256.update(chunk)
                sha3.update(chunk)
                size += len(chunk)
                first = first or chunk
    except _BROKEN:
        found.broken.append(name)
        return
    found.parts[name] = Part(name, size, sha256.hexdigest(), sha3.hexdigest())
    if name in _OF_THE_PACKAGE:
        found.texts[name] = first


def _compare(found: _Found) -> Iterator[Problem]:
    for name in found.broken:
        yield Problem(name, "altered")
    for name in (*_OF_THE_PACKAGE, *REQUIRED):
        if name not in found.parts and name not in found.broken:
            yield Problem(name, "missing")
    text, seal = (found.texts.get(name) for name in _OF_THE_PACKAGE)
    if text is None:
        return
    found.manifest = manifest.read(text)
    if found.manifest is None or (seal is not None and seal != manifest.seal(text)):
        yield Problem(manifest.NAME, "altered")
    if found.manifest is None:
        return
    listed = {part.name: part for part in found.manifest.parts}
    for name in sorted({*listed, *found.parts} - {*_OF_THE_PACKAGE, *found.broken}):
        if name not in listed:
            yield Problem(name, "extra")
        elif name not in found.parts and name not in REQUIRED:
            yield Problem(name, "missing")
        elif name in found.parts and found.parts[name] != listed[name]:
            yield Problem(name, "altered")


def _as_packed(file: BinaryIO, infos: Sequence[zipfile.ZipInfo]) -> bool:
    """Is every byte between the parts the one that :func:`build` wrote?"""
    names = [info.filename for info in infos]
    if names != [*_OF_THE_PACKAGE, *sorted({*names} - {*_OF_THE_PACKAGE})]:
        return False
    for offset, expected in container.between([Member(i.filename, i.file_size, i.CRC) for i in infos]):
        file.seek(offset)
        if file.read(len(expected)) != expected:
            return False
    return not file.read(1)
