"""PNG files that Pillow alone would refuse, cut off or with enormous texts. Runs inside the sandbox only."""

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
_SIGNATURE_BYTES, _CHUNK_FRAME = 8, 12
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
# First column and row, and the steps between columns and rows, of each pass; and the steps of what is known after it.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_KNOWN = ((8, 8), (4, 8), (4, 4), (2, 4), (2, 2), (1, 2), (1, 1))
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# A code is made of 64 × 64 samples.
_LEAST_SIDE = 64

PngImagePlugin.MAX_TEXT_CHUNK = MOST_PROFILE_BYTES


def lean(file: BinaryIO) -> BinaryIO:
    """The PNG, in memory, without its texts and without a colour profile over :data:`MOST_PROFILE_BYTES`.

    Texts that unpack to more than Pillow takes in would otherwise make a picture unreadable that browsers show.
    """
    file.seek(0)
    kept = [file.read(_SIGNATURE_BYTES)]
    for name, chunk in _chunks(file):
        if name not in _TEXTS and not (name == b"iCCP" and _is_huge(chunk)):
            kept.append(chunk)
    return io.BytesIO(b"".join(kept))


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
    at = file.seek(_SIGNATURE_BYTES)
    while at + _CHUNK_FRAME <= end:
        head = file.read(8)
        # A length that lies must not make us reserve so much memory.
        size = min(int.from_bytes(head[:4], "big") + _CHUNK_FRAME, end - at)
        yield head[4:], head + file.read(size - 8)
        at += size


def _is_huge(chunk: bytes) -> bool:
    packed = chunk[8:-4].partition(b"\0")[2][1:]
    try:
        return len(zlib.decompressobj().decompress(packed, MOST_PROFILE_BYTES + 1)) > MOST_PROFILE_BYTES
    except zlib.error:
        return True
