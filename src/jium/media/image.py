"""Still and animated pictures, decoded with Pillow and pi_heif. Runs inside the sandbox only.

Every colour mode ends as RGB or grey on white: CMYK, palettes, one bit, transparency, 16 bits and floats.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from jium.media.errors import MediaError
from jium.media.frame import Frame, Pixels

MAX_PIXELS = 178_956_970
STRIP_PIXELS = 1 << 20
ANIMATED = ("GIF", "WEBP", "AVIF", "PNG")
# What browsers show a frame for that says it lasts no time at all.
LEAST_FRAME_SECONDS = 0.1
_ORIENTATION = 0x0112
_DAMAGED = (
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

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Picture:
    """An opened picture whose pixels are not decoded yet. ``orientation``: EXIF's 1..8."""

    image: Image.Image
    decoder: str
    width: int
    height: int
    orientation: int
    animated: bool


def open_picture(file: BinaryIO, decoder: str) -> Picture:
    """Read the header only. ``decoder``: from :func:`jium.media.probe.probe`. Raises :class:`MediaError`."""
    if decoder == "HEIF":
        import pi_heif

        pi_heif.register_heif_opener()
    try:
        image = Image.open(file, formats=("HEIF",) if decoder == "HEIF" else (decoder,))
        width, height = image.size
        animated = decoder in ANIMATED and getattr(image, "is_animated", False)
        orientation = _orientation(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as bomb:
        raise MediaError("too_large") from bomb
    except UnidentifiedImageError as unknown:
        raise MediaError("truncated") from unknown
    except _DAMAGED as damage:
        raise MediaError("truncated") from damage
    if width * height > MAX_PIXELS:
        raise MediaError("too_large")
    if width * height == 0:
        raise MediaError("truncated")
    return Picture(image, decoder, width, height, orientation, animated)


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except _DAMAGED:
        # A broken EXIF block does not make the picture unreadable.
        return 1
    return value if value in range(1, 9) else 1


def still(picture: Picture) -> Frame:
    """Decode a picture (of several, the first). Raises :class:`MediaError`."""
    _load(picture.image)
    # Pillow turns TIFF pictures itself while it loads them.
    return _frame(picture.image, 1 if picture.decoder == "TIFF" else picture.orientation)


def shrink_on_load(picture: Picture, side: int) -> Picture:
    """Let a JPEG be decoded in grey and smaller, but not under ``side`` pixels a side."""
    if picture.decoder != "JPEG":
        return picture
    picture.image.draft("L", (side, side))
    return replace(picture, width=picture.image.width, height=picture.image.height)


def animation(picture: Picture) -> Iterator[tuple[Frame, float]]:
    """(frame, seconds it is shown) one after the other; each is valid only until the next one is asked for.

    A damaged end ends the animation; a damaged start raises :class:`MediaError`.
    """
    time, number = 0.0, 0
    while True:
        try:
            picture.image.seek(number)
            _load(picture.image)
        except EOFError:
            return
        except (MediaError, *_DAMAGED) as damage:
            if number == 0:
                raise MediaError("truncated") from damage
            return
        lasts = float(picture.image.info.get("duration", 0) or 0) / 1000 or LEAST_FRAME_SECONDS
        yield replace(_frame(picture.image, picture.orientation), time=time), lasts
        time += lasts
        number += 1


def _load(image: Image.Image) -> None:
    try:
        image.load()
    except MemoryError as bomb:
        raise MediaError("too_large") from bomb
    except EOFError:
        raise
    except _DAMAGED as damage:
        raise MediaError("truncated") from damage


def _frame(image: Image.Image, orientation: int) -> Frame:
    return Frame(image.width, image.height, lambda: _strips(image), orientation)


def _strips(image: Image.Image) -> Iterator[tuple[int, Pixels]]:
    rows = max(1, STRIP_PIXELS // image.width)
    low, high = _range(image)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        yield top, _pixels(strip, low, high)


def _range(image: Image.Image) -> tuple[float, float]:
    """The values that mean black and white in pictures of more than eight bits."""
    if image.mode.startswith("I;16"):
        return 0.0, 65535.0
    if image.mode not in ("I", "F"):
        return 0.0, 255.0
    extrema = image.getextrema()
    low, high = float(extrema[0]), float(extrema[1])  # type: ignore[arg-type]
    if not np.isfinite((low, high)).all():
        raise MediaError("unsupported")
    if low >= 0 and high <= 255 and (image.mode == "I" or high > 1):
        return 0.0, 255.0
    return (0.0, 65535.0) if image.mode == "I" and low >= 0 and high <= 65535 else (low, max(high, low + 1e-6))


def _pixels(strip: Image.Image, low: float, high: float) -> Pixels:
    if strip.mode.startswith("I") or strip.mode == "F":
        values = np.asarray(strip).astype(np.float32)
        return (values - np.float32(low)) * np.float32(255.0 / (high - low))
    if strip.has_transparency_data:
        return _on_white(np.asarray(strip.convert("RGBA")))
    return np.asarray(strip if strip.mode in ("L", "RGB") else strip.convert("L" if strip.mode == "1" else "RGB"))


def _on_white(rgba: Pixels) -> Pixels:
    opacity = rgba[..., 3:].astype(np.float32) / np.float32(255)
    mixed: Pixels = rgba[..., :3] * opacity + np.float32(255) * (1 - opacity)
    return mixed
