"""A decoded Pillow picture as strips of grey or RGB pixels on a background. Runs inside the sandbox only.

Every colour mode ends as RGB or grey, 0..255: CMYK, palettes, one bit, transparency, 16 bits and floats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from jium.media.errors import MediaError
from jium.media.frame import Pixels

STRIP_PIXELS = 1 << 20
WHITE, BLACK = 255, 0
# The colours that are stored, transparent or not: what Meta's code reads.
OPAQUE = None
# Less on average than one level of 255 is an anti-aliased edge, not a picture one looks through.
LEAST_TRANSPARENCY = 1 / 256

Recolour = Callable[[Image.Image], Image.Image]


def strips(
    image: Image.Image, background: int | None = WHITE, recolour: Recolour | None = None
) -> Iterator[tuple[int, Pixels]]:
    """(top row, pixels) from top to bottom; pixels are rows × width [× 3], values 0..255.

    ``background``: grey level behind what is transparent, or :data:`OPAQUE`. ``recolour`` is applied to every
    strip first. Raises ``MediaError("unsupported")`` for floats that are no numbers.
    """
    rows = max(1, STRIP_PIXELS // image.width)
    low, high = _range(image)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        yield top, _pixels(recolour(strip) if recolour else strip, low, high, background)


def see_through(image: Image.Image) -> bool:
    """Is enough of the picture transparent that what lies behind it changes how it looks?"""
    if not image.has_transparency_data or is_deep(image):
        return False
    counts = np.zeros(256)
    rows = max(1, STRIP_PIXELS // image.width)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        counts += strip.convert("RGBA").getchannel("A").histogram()
    transparency: float = 1 - float(counts @ np.arange(256)) / 255 / float(counts.sum())
    return transparency >= LEAST_TRANSPARENCY


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


def _pixels(strip: Image.Image, low: float, high: float, background: int | None) -> Pixels:
    if is_deep(strip):
        values = np.asarray(strip).astype(np.float32)
        # The extrema do not tell of every one.
        if not np.isfinite(values).all():
            raise MediaError("unsupported")
        return (values - np.float32(low)) * np.float32(255.0 / (high - low))
    if strip.has_transparency_data:
        rgba = np.asarray(strip.convert("RGBA"))
        return rgba[..., :3] if background is None else _on(background, rgba)
    return np.asarray(strip if strip.mode in ("L", "RGB") else strip.convert("L" if strip.mode == "1" else "RGB"))


def is_deep(image: Image.Image) -> bool:
    """Grey of more than eight bits. A level of it that is said to be transparent is shown as it is."""
    return image.mode.startswith("I") or image.mode == "F"


def _on(background: int, rgba: NDArray[np.uint8]) -> Pixels:
    opacity = rgba[..., 3:].astype(np.float32) / np.float32(255)
    mixed: Pixels = rgba[..., :3] * opacity + np.float32(background) * (1 - opacity)
    return mixed
