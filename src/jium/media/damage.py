"""Pictures that are cut off or broken: what can still be seen of them, as a browser shows it. In the sandbox only.

JPEG, PNG, GIF and BMP give the rows that came before the damage; progressive JPEG, interlaced PNG and
interlaced GIF the whole picture as coarse as it had come by then.
A WebP gives its pieces that are whole: a picture whose metadata is cut off, an animation's first frames. TIFF,
AVIF and HEIC give nothing, in browsers neither.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageFile

from jium.media import png
from jium.media.errors import MediaError
from jium.media.raster import STRIP_PIXELS
from jium.media.words import believed

DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    struct.error,
    zlib.error,
    RuntimeError,
)
PARTLY_READ = ("JPEG", "PNG", "GIF", "BMP")
LEAST_DECODED = 0.25
_RIFF_HEAD, _CHUNK_HEAD = 12, 8
# What may stand between two scans of a JPEG: tables, restarts, a comment, the scan's own head.
_SCAN_PART = re.compile(rb"\xff[\xc4\xda\xdb\xdd\xfe]")
MOST_SCANS = 24
# First row, and the step between rows, of each pass of an interlaced GIF.
_GIF_PASSES = ((0, 8), (4, 8), (2, 4), (1, 2))


def partly(file: BinaryIO, decoder: str) -> tuple[Image.Image, float]:
    """What can be decoded of a damaged picture, and the share of its rows that is.

    Raises ``MediaError("truncated")`` when that is under :data:`LEAST_DECODED`, or for a format not in
    :data:`PARTLY_READ`.
    """
    if decoder not in PARTLY_READ:
        raise MediaError("truncated")
    try:
        return _partly(png.lean(file) if decoder == "PNG" else file, decoder)
    except MemoryError as bomb:
        raise MediaError("too_large") from bomb
    except (MediaError, *DAMAGE) as damage:
        for earlier in _earlier_scans(file) if decoder == "JPEG" else ():
            with suppress(MediaError, *DAMAGE):
                return _partly(earlier, decoder)
        raise MediaError("truncated") from damage


def _partly(file: BinaryIO, decoder: str) -> tuple[Image.Image, float]:
    file.seek(0)
    with _tolerant():
        image = believed(Image.open(file, formats=(decoder,)))
        interlaced, box = _interlaced(image), _box(image)
        image.load()
        believed(image)
    if interlaced and decoder == "PNG":
        coarse = png.coarse(file, image)
        seen, share = (coarse, 1.0) if coarse else (image, 0.0)
    elif interlaced:
        seen, share = _coarse_gif(image, box)
    else:
        seen, share = image, _decoded(image, from_bottom=decoder == "BMP")
    if share < LEAST_DECODED:
        raise MediaError("truncated")
    return seen, share


def _earlier_scans(file: BinaryIO) -> Iterator[BinaryIO]:
    """A progressive JPEG cut before its last part, the part before that, and so on.

    Where a later scan cannot be read at all the decoder gives nothing; browsers keep what they have drawn by then.
    """
    file.seek(0)
    content = file.read()
    if b"\xff\xc2" not in content:
        return
    parts = [found.start() for found in _SCAN_PART.finditer(content)]
    for end in parts[: -MOST_SCANS - 1 : -1]:
        yield io.BytesIO(content[:end])


def _interlaced(image: Image.Image) -> bool:
    """A PNG or GIF whose first passes are dots or rows far apart: cut off, Pillow leaves the rest empty."""
    if image.format == "GIF":
        return any(bool(tile.args[1]) for tile in getattr(image, "tile", ()))
    return image.format == "PNG" and bool(image.info.get("interlace"))


def _box(image: Image.Image) -> tuple[int, int, int, int]:
    """Where on its screen the picture that is to be decoded lies: left, top, right, bottom."""
    tiles = getattr(image, "tile", ())
    left, top, right, bottom = tiles[0].extents if tiles else (0, 0, *image.size)
    return max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height)


def _coarse_gif(image: Image.Image, box: tuple[int, int, int, int]) -> tuple[Image.Image, float]:
    """A cut interlaced GIF, and the share of its rows that can be seen: each that had not come is like the last
    one above it that had, down to the end of the first pass.
    """
    left, top, right, bottom = box
    shown = np.array(image)
    pixels = shown[top:bottom, left:right].copy()
    height = len(pixels)
    stored = [row for first, step in _GIF_PASSES for row in range(first, height, step)]
    in_order = Image.fromarray(np.ascontiguousarray(pixels[stored]))
    come = np.sort(stored[: round(_decoded(in_order, from_bottom=False) * height)])
    if not len(come):
        return image, 0.0
    end = min(int(come[-1]) + _GIF_PASSES[0][1], height)
    above = np.searchsorted(come, np.arange(end), side="right") - 1
    shown[top : top + end, left:right] = pixels[come[above]]
    coarse = Image.fromarray(shown, image.mode)
    if image.palette:
        coarse.putpalette(image.palette)
    coarse.info = image.info
    return coarse, end / height


@contextmanager
def _tolerant() -> Iterator[None]:
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _decoded(image: Image.Image, from_bottom: bool) -> float:
    """The share of rows before the decoder's filling: one colour from the last row on without a break."""
    rows = max(1, STRIP_PIXELS // image.width)
    filled = 0
    corner = (0, 0) if from_bottom else (image.width - 1, image.height - 1)
    filling = np.asarray(image.crop((*corner, corner[0] + 1, corner[1] + 1)))
    while filled < image.height:
        end = min(filled + rows, image.height)
        box = (filled, end) if from_bottom else (image.height - end, image.height - filled)
        same = np.asarray(image.crop((0, box[0], image.width, box[1]))) == filling
        empty = same.reshape(end - filled, -1).all(axis=1)
        if not empty.all():
            in_order = empty if from_bottom else empty[::-1]
            filled += int(np.argmin(in_order))
            break
        filled = end
    return 1 - filled / image.height


def webp_pixels(file: BinaryIO) -> int:
    """How many pixels a WebP says it has, 0 in doubt. Pillow has no better word for a huge one than a broken one."""
    file.seek(_RIFF_HEAD)
    head = file.read(_CHUNK_HEAD + 10)
    file.seek(0)
    name, body = head[:4], head[_CHUNK_HEAD:]
    if name == b"VP8X":
        return (int.from_bytes(body[4:7], "little") + 1) * (int.from_bytes(body[7:10], "little") + 1)
    if name == b"VP8L":
        both = int.from_bytes(body[1:5], "little")
        return ((both & 0x3FFF) + 1) * ((both >> 14 & 0x3FFF) + 1)
    if name == b"VP8 ":
        return (int.from_bytes(body[6:8], "little") & 0x3FFF) * (int.from_bytes(body[8:10], "little") & 0x3FFF)
    return 0


def mended_webp(file: BinaryIO) -> BinaryIO:
    """A WebP of the whole pieces that a cut one begins with. Raises ``MediaError("truncated")`` if there are none."""
    size = file.seek(0, os.SEEK_END)
    end = _RIFF_HEAD
    while end + _CHUNK_HEAD <= size:
        file.seek(end + 4)
        length = int.from_bytes(file.read(4), "little")
        following = end + _CHUNK_HEAD + length + length % 2
        if following > size:
            break
        end = following
    if end == _RIFF_HEAD:
        raise MediaError("truncated")
    file.seek(8)
    kept = file.read(end - 8)
    return io.BytesIO(b"RIFF" + len(kept).to_bytes(4, "little") + kept)
