"""The pictures and films in a web archive: WACZ (a ZIP of WARC files) or WARC itself. Runs in the sandbox only."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import brotli
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from jium.media.errors import MediaError
from jium.media.probe import HEAD_BYTES, probe

# Of one archive: so many records are looked through, and what is larger than that, in bytes, is left out.
MOST_RECORDS, MOST_BYTES = 200_000, 512 * 1024 * 1024
_ZIP, _GZIP, _WARC = (b"PK\x03\x04", b"PK\x05\x06"), b"\x1f\x8b", b"WARC/"
_CHUNK = 1 << 16
# The head of a file in a ZIP: after 26 bytes the lengths of its name and of what follows the name.
_LOCAL_HEAD = struct.Struct("<26xHH")


def members(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """``{"members": [[warc, offset, address], …], "cut": bool}``: every answer of a site that begins as a picture or a
    film does, and whether the archive ends within a record: then what followed is missing.
    """
    found: list[list[Any]] = []
    count, cut = 0, False
    with _damage_told():
        for number in range(_count(file)):
            with _warc(file, number, 0) as stream:
                records = ArchiveIterator(stream)
                for record in records:
                    count += 1
                    if count > MOST_RECORDS:
                        raise MediaError("too_large")
                    if record.rec_type in ("response", "resource"):
                        # In this order: asking for the place reads the record to its end.
                        media = _is_media(_read(record, HEAD_BYTES))
                        place = [number, records.get_record_offset()]
                        if media:
                            found.append([*place, record.rec_headers.get_header("WARC-Target-URI") or ""])
                    records.read_to_end()
                    cut = cut or _is_cut(record)
    return {"members": found, "cut": cut}, b""


def member(file: BinaryIO, warc: int, offset: int) -> tuple[dict[str, Any], bytes]:
    """The content of the record there. Raises ``MediaError("truncated")`` where there is none."""
    with _damage_told(), _warc(file, warc, offset) as stream:
        for record in ArchiveIterator(stream):
            content = _read(record, MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise MediaError("too_large")
            if _is_cut(record):
                break
            return {}, content
    raise MediaError("truncated")


def _read(record: Any, most: int) -> bytes:
    """The beginning of a record's content, unpacked."""
    headers = record.http_headers
    if not headers or (headers.get_header("Content-Encoding") or "").strip().lower() != "br":
        return bytes(record.content_stream().read(most))
    # warcio and newer versions of brotli do not get on with each other.
    chunked = (headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked"
    stream = ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream
    unpacked, rest = bytearray(), brotli.Decompressor()
    try:
        while len(unpacked) < most and (packed := stream.read(_CHUNK)):
            unpacked += rest.process(packed, output_buffer_limit=most)
            while len(unpacked) < most and not rest.can_accept_more_data():
                unpacked += rest.process(b"", output_buffer_limit=most)
    except brotli.error as damage:
        raise MediaError("truncated") from damage
    return bytes(unpacked[:most])


def _is_cut(record: Any) -> bool:
    """Does the file end before the record does? Asked when it was read to its end."""
    return int(getattr(record.raw_stream, "limit", 0) or 0) > 0


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except (ArchiveLoadFailed, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError) as damage:
        raise MediaError("truncated") from damage
    except (NotImplementedError, struct.error) as unknown:
        raise MediaError("unsupported") from unknown
    except RuntimeError as locked:  # zipfile's word for a password
        raise MediaError("encrypted_archive") from locked


def _count(file: BinaryIO) -> int:
    """How many WARC files there are."""
    head = _head(file)
    if head.startswith((_GZIP, _WARC)):
        return 1
    if not head.startswith(_ZIP):
        raise MediaError("not_media")
    found = len(_inside(file))
    if not found:
        raise MediaError("archive")
    return found


def _head(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(len(_WARC))


def _inside(file: BinaryIO) -> list[zipfile.ZipInfo]:
    file.seek(0)
    with zipfile.ZipFile(file) as packed:
        return [one for one in packed.infolist() if one.filename.startswith("archive/") and not one.is_dir()]


@contextmanager
def _warc(file: BinaryIO, number: int, offset: int) -> Iterator[BinaryIO]:
    """One WARC file from ``offset`` on; the standard has them lie in the ZIP as they are, so that one can go there."""
    if not _head(file).startswith(_ZIP):
        file.seek(offset)
        yield file
        return
    inside = _inside(file)
    if not 0 <= number < len(inside):
        raise MediaError("truncated")
    found = inside[number]
    if found.compress_type == zipfile.ZIP_STORED and not found.flag_bits & 1:
        file.seek(found.header_offset)
        name, more = _LOCAL_HEAD.unpack(file.read(_LOCAL_HEAD.size))
        start = found.header_offset + _LOCAL_HEAD.size + name + more
        yield io.BufferedReader(_Part(file, start + offset, start + found.file_size))
        return
    file.seek(0)
    with zipfile.ZipFile(file) as packed, packed.open(found) as stream:
        stream.seek(offset)
        yield io.BufferedReader(stream)  # type: ignore[type-var]


class _Part(io.RawIOBase):
    """A stretch of a file, read only."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._at, self._end = file, start, end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._at)
        content = self._file.read(max(0, min(len(buffer), self._end - self._at)))
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)


def _is_media(head: bytes) -> bool:
    try:
        probe(io.BytesIO(head))
    except MediaError:
        return False
    return True
