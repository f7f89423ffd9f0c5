"""What is this file? Decided by its first bytes, never by its name.

Only formats named here are ever handed to a decoder, and to that one decoder alone.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from jium.media.errors import MediaError

HEAD_BYTES = 1024


@dataclass(frozen=True)
class Format:
    """``family``: "picture" (``decoder``: Pillow's name) or "stream" (``decoder``: FFmpeg's demuxer)."""

    family: str
    decoder: str


_PICTURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"\x00\x00\x02\x00", "CUR"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
)
_STREAMS = (
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"FLV\x01", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"OggS", "ogg"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x00\x00\x01\xb3", "mpegvideo"),
    (b"DKIF", "ivf"),
    (b"fLaC", "flac"),
    (b"#!AMR", "amr"),
    (b"caff", "caf"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"\xff\xf2", "mp3"),
    (b"\xff\xf1", "aac"),
    (b"\xff\xf9", "aac"),
)
_ARCHIVES = (
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
)
# Pictures and videos that exist but have no decoder here.
_UNSUPPORTED = (
    b"\xff\x0a",
    b"\x00\x00\x00\x0cJXL ",
    b"\x00\x00\x00\x0cjP  ",
    b"\xff\x4f\xff\x51",
    b"8BPS",
    b"v/1\x01",
    b"qoif",
    b"DDS ",
    b".RMF",
    b"FWS",
    b"CWS",
)
_AVIF = {b"avif", b"avis"}
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_ATOMS = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


def probe(file: BinaryIO) -> Format:
    """The format of ``file`` (seekable). Raises :class:`MediaError` for what cannot be decoded."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if not head:
        raise MediaError("empty")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        raise MediaError("encrypted_archive" if _has_password(file) else "archive")
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        raise MediaError("archive")
    if head.startswith(_UNSUPPORTED):
        raise MediaError("unsupported")
    found = _by_prefix(head) or _by_container(head)
    if not found:
        raise MediaError("not_media")
    return found


def _by_prefix(head: bytes) -> Format | None:
    for magic, name in _PICTURES:
        if head.startswith(magic):
            return Format("picture", name)
    for magic, name in _STREAMS:
        if head.startswith(magic):
            return Format("stream", name)
    return None


def _by_container(head: bytes) -> Format | None:
    if head[:4] == b"RIFF":
        riff = {b"WEBP": ("picture", "WEBP"), b"AVI ": ("stream", "avi"), b"WAVE": ("stream", "wav")}
        found = riff.get(head[8:12])
        return Format(*found) if found else None
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Format("stream", "aiff")
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in _ATOMS:
        return Format("stream", "mov")
    if _every(head, 0, 188) or _every(head, 4, 192):
        return Format("stream", "mpegts")
    return None


def _by_brand(head: bytes) -> Format:
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, size - 3, 4)}
    if brands & _AVIF:
        return Format("picture", "AVIF")
    # "mif1" stands beside other brands too, so it counts only as the main one.
    if head[8:12] in _HEIF:
        return Format("picture", "HEIF")
    return Format("stream", "mov")


def _every(head: bytes, first: int, step: int) -> bool:
    marks = head[first::step]
    # A text of nothing but the letter G is no transport stream.
    return len(marks) >= 3 and set(marks) == {0x47} and head[first + 1] != 0x47


def _has_password(file: BinaryIO) -> bool:
    try:
        with zipfile.ZipFile(file) as packed:
            return any(entry.flag_bits & 1 for entry in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        # Cut off: the first entry's own header still says it.
        file.seek(6)
        return bool(int.from_bytes(file.read(2), "little") & 1)
    finally:
        file.seek(0)
