"""PNG files that Pillow alone would refuse: cut off, with enormous texts or broken facts. In the sandbox only."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image, PngImagePlugin

# The largest colour profile that a JPEG can hold; Pillow's own limit for a PNG's would be one megabyte.
MOST_PROFILE_BYTES = 17 << 20
SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNK_FRAME = 12
# What a picture is made of, and what changes its looks, with the bytes that it must have (None: any number).
_NEEDED = {
    **dict.fromkeys((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"fdAT", b"tRNS", b"eXIf", b"iCCP")),
    b"gAMA": 4,
    b"sRGB": 1,
    b"acTL": 8,
    b"fcTL": 26,
}
_TRANSPARENCY = {0: (2, 2), 2: (6, 6), 3: (1, 256)}
# First column and row, and the steps between columns and rows, of each pass; and the steps of what is known after it.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_KNOWN = ((8, 8), (4, 8), (4, 4), (2, 4), (2, 2), (1, 2), (1, 1))
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# A code is made of 64 × 64 samples.
_LEAST_SIDE = 64

PngImagePlugin.MAX_TEXT_CHUNK = MOST_PROFILE_BYTES


def lean(file: BinaryIO) -> BinaryIO:
    """The PNG, in memory, of the chunks that it is made of and those that change its looks and are sound.

    Browsers pass over texts that unpack to any size and over facts that are broken; Pillow takes offence.
    """
    file.seek(0)
    kept = [file.read(len(SIGNATURE))]
    colour = 0
    for name, chunk in _chunks(file):
        if name == b"IHDR":
            colour = chunk[17] if len(chunk) > 17 else 0
        if name == b"IDAT":
            kept.append(_pixels(chunk))
        elif name in _NEEDED and (name[:1].isupper() or _is_sound(name, chunk, colour)):
            kept.append(chunk)
    return io.BytesIO(b"".join(kept))


def overstates(file: BinaryIO) -> bool:
    """Whether a chunk says that it is longer than the whole file: Pillow would ask for so much memory."""
    end = file.seek(0, os.SEEK_END)
    at, longest = len(SIGNATURE), 0
    while at + _CHUNK_FRAME <= end:
        file.seek(at)
        told = int.from_bytes(file.read(4), "big")
        longest = max(longest, told)
        at += told + _CHUNK_FRAME
    file.seek(0)
    return longest > end


def _pixels(chunk: bytes) -> bytes:
    """An IDAT chunk with its true length, whatever it said, and the sum that belongs to it."""
    body = chunk[8:-4] if int.from_bytes(chunk[:4], "big") + _CHUNK_FRAME == len(chunk) else chunk[8:]
    return struct.pack("!I", len(body)) + b"IDAT" + body + struct.pack("!I", zlib.crc32(b"IDAT" + body))


def _is_sound(name: bytes, chunk: bytes, colour: int) -> bool:
    size = len(chunk) - _CHUNK_FRAME
    if size < 0 or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
        return False
    if name == b"tRNS":
        least, most = _TRANSPARENCY.get(colour, (1, 0))
        return least <= size <= most
    if name == b"iCCP":
        return _is_profile(chunk)
    return _NEEDED[name] in (None, size)


def coarse(file: BinaryIO, image: Image.Image) -> Image.Image | None:
    """A cut interlaced PNG, decoded as far as it goes, as its last whole pass shows it, in its full size.

    None when that pass has fewer than 64 rows or columns.
    """
    column_step, row_step = _known(file)
    size = (-(-image.width // column_step), -(-image.height // row_step))
    if min(size) < _LEAST_SIDE:
        return None
    middle = (0.5 - column_step / 2, 0.5 - row_step / 2)
    grid = (column_step, 0, middle[0], 0, row_step, middle[1])
    return image.transform(size, Image.Transform.AFFINE, grid, Image.Resampling.NEAREST).resize(image.size)


def _known(file: BinaryIO) -> tuple[int, int]:
    """The steps between the columns and rows of which all pixels are there; enormous when there are none."""
    wanted: list[int] = []
    unpack, there = zlib.decompressobj(), 0
    for name, chunk in _chunks(file):
        if name == b"IHDR":
            wanted = _pass_ends(chunk[8:])
        elif name == b"IDAT" and wanted:
            try:
                there += len(unpack.decompress(chunk[8:], wanted[-1] - there + 1))
            except zlib.error:
                break
            if there >= wanted[-1]:
                break
    whole = sum(end <= there for end in wanted)
    return _KNOWN[whole - 1] if whole else (1 << 31, 1 << 31)


def _pass_ends(header: bytes) -> list[int]:
    """Where each of the seven passes ends in the unpacked data, bytes. ``header``: the content of IHDR."""
    width, height, depth, colour = struct.unpack_from("!IIBB", header)
    ends, end = [], 0
    for left, top, column_step, row_step in _PASSES:
        columns = -((left - width) // column_step)
        rows = -((top - height) // row_step)
        if columns > 0 and rows > 0:
            end += rows * (1 + -(-columns * depth * _CHANNELS[colour] // 8))
        ends.append(end)
    return ends


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """(name, the whole chunk), from the first one on; the last one may be cut off."""
    end = file.seek(0, os.SEEK_END)
    at = file.seek(len(SIGNATURE))
    while at + _CHUNK_FRAME <= end:
        head = file.read(8)
        # A length that lies must not make us reserve so much memory.
        size = min(int.from_bytes(head[:4], "big") + _CHUNK_FRAME, end - at)
        yield head[4:], head + file.read(size - 8)
        at += size


def _is_profile(chunk: bytes) -> bool:
    packed = chunk[8:-4].partition(b"\0")[2][1:]
    try:
        return 0 < len(zlib.decompressobj().decompress(packed, MOST_PROFILE_BYTES + 1)) <= MOST_PROFILE_BYTES
    except zlib.error:
        return False
