"""What a picture's own colour profile, or a PNG's gamma, makes of its numbers on a screen. In the sandbox only.

Codes are made of the stored numbers, as Meta's code makes them. A profile that swaps or inverts colours would
let a copy look like the original and count as another picture, so such a profile is told here. Usual profiles
(sRGB, Display P3, Adobe RGB) change brightness too little to matter, broken ones are ignored as browsers do.
"""

from __future__ import annotations

import io
import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from jium.media.png import MOST_PROFILE_BYTES
from jium.media.raster import Recolour

# Root of the mean squared change of brightness, in levels of 255, that counts as another picture.
TOLERANCE = 16.0
SCREEN_GAMMA = 2.2
_BRIGHTNESS = np.array([0.299, 0.587, 0.114])
_BASES = {"1": "L", "L": "L", "LA": "L", "P": "RGB", "PA": "RGB", "RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK"}
_PROBE_STEPS = {"L": 256, "RGB": 6, "CMYK": 4}


def displayed(image: Image.Image) -> Recolour | None:
    """What turns a strip of ``image`` into what a screen shows; None where that hardly differs."""
    base = _BASES.get(image.mode)
    if base is None:
        return None
    profile = image.info.get("icc_profile")
    if profile:
        recolour = _by_profile(profile, base) if len(profile) <= MOST_PROFILE_BYTES else None
    else:
        recolour = _by_gamma(image)
    return recolour if recolour and _change(base, recolour) > TOLERANCE else None


def _by_profile(profile: bytes, base: str) -> Recolour | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        plain = ImageCms.buildTransform(source, _screen(), base, "RGB")
        clear = ImageCms.buildTransform(source, _screen(), "RGBA", "RGBA") if base == "RGB" else None
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None

    def recolour(strip: Image.Image) -> Image.Image:
        if not strip.has_transparency_data:
            return _converted(strip if strip.mode == base else strip.convert(base), plain)
        if clear:
            return _converted(strip.convert("RGBA"), clear)
        opacity = strip.convert("RGBA").getchannel("A")
        shown = _converted(strip.convert(base), plain)
        shown.putalpha(opacity)
        return shown

    return recolour


def _converted(strip: Image.Image, transform: ImageCms.ImageCmsTransform) -> Image.Image:
    shown = ImageCms.applyTransform(strip, transform) or strip
    # The strip no longer is what the profile speaks of.
    shown.info.pop("icc_profile", None)
    return shown


@lru_cache(maxsize=1)
def _screen() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _by_gamma(image: Image.Image) -> Recolour | None:
    gamma = image.info.get("gamma")
    if image.format != "PNG" or "srgb" in image.info or not isinstance(gamma, float):
        return None
    if not (math.isfinite(gamma) and gamma > 0):
        return None
    levels = np.arange(256) / 255
    table = [int(value) for value in np.rint(255 * levels ** min(1 / (SCREEN_GAMMA * gamma), 1e3))]
    return lambda strip: strip.convert("RGBA").point(table * 3 + list(range(256)))


def _change(base: str, recolour: Recolour) -> float:
    """How much brightness changes over a grid of all colours: root of the mean square, levels of 255."""
    probe = _probe(base)
    try:
        shown = recolour(probe)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return 0.0
    gap = _brightness(shown) - _brightness(probe)
    return float(np.sqrt((gap**2).mean()))


@lru_cache(maxsize=3)
def _probe(base: str) -> Image.Image:
    steps = np.linspace(0, 255, _PROBE_STEPS[base]).round().astype(np.uint8)
    channels = np.meshgrid(*[steps] * len(base), indexing="ij")
    values = np.stack([channel.reshape(1, -1) for channel in channels], axis=2)
    # From bytes: the number of channels alone would make four of them RGBA.
    return Image.frombytes(base, (values.shape[1], 1), values.tobytes())


def _brightness(picture: Image.Image) -> NDArray[np.float64]:
    bright: NDArray[np.float64] = np.asarray(picture.convert("RGB")).astype(np.float64) @ _BRIGHTNESS
    return bright
