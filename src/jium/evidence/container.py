"""ZIP files with exactly one form: stored, in the order given, without times, owners or extra fields.

The same members always give the same bytes, on any machine and with any library version. So a reader who
has the members can say what every byte between them must be, and a change anywhere is seen, not only in the
contents. Every ordinary program opens these files. Format: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12
and 4.3.16.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

LARGEST = 2**31 - 1  # bytes; below every limit that would need the ZIP64 form
_VERSION = 20
_UNIX = 3 << 8 | _VERSION
_NO_TIME, _FIRST_DAY = 0, 0x21  # 1980-01-01, the format's zero
_PLAIN_FILE = 0o100644 << 16
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")

Content = bytes | memoryview


class TooLarge(ValueError):
    """The file would be larger than :data:`LARGEST`."""


@dataclass(frozen=True)
class Member:
    """A file in the archive: its name (ASCII), its size in bytes and its CRC-32."""

    name: str
    size: int
    crc: int


def write(target: BinaryIO, members: Sequence[tuple[str, Content]]) -> None:
    """Write an archive of ``members`` (name, content). Raises :class:`TooLarge`."""
    described = [Member(name, len(content), zlib.crc32(content)) for name, content in members]
    frame = between(described)
    for _, content in members:
        target.write(next(frame)[1])
        target.write(content)
    target.write(next(frame)[1])


def between(members: Sequence[Member]) -> Iterator[tuple[int, bytes]]:
    """Everything that is not content, as (offset, bytes): a header for each member, then the directory."""
    offset, directory = 0, b""
    for member in members:
        header = _local(member)
        directory += _central(member, offset)
        yield offset, header
        offset += len(header) + member.size
        if offset > LARGEST:
            raise TooLarge
    end = _END.pack(b"PK\5\6", 0, 0, len(members), len(members), len(directory), offset, 0)
    yield offset, directory + end


def _local(member: Member) -> bytes:
    name = member.name.encode("ascii")
    head = (b"PK\3\4", _VERSION, 0, 0, _NO_TIME, _FIRST_DAY)
    return _LOCAL.pack(*head, member.crc, member.size, member.size, len(name), 0) + name


def _central(member: Member, offset: int) -> bytes:
    name = member.name.encode("ascii")
    sizes = (member.crc, member.size, member.size)
    head = (b"PK\1\2", _UNIX, _VERSION, 0, 0, _NO_TIME, _FIRST_DAY)
    return _CENTRAL.pack(*head, *sizes, len(name), 0, 0, 0, 0, _PLAIN_FILE, offset) + name
