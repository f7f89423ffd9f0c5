"""Pictures that are all different, and a small video."""

from __future__ import annotations

import io
from functools import cache

import numpy
from PIL import Image


@cache
def picture(seed: int, kind: str = "JPEG") -> bytes:
    """A picture of soft blobs of its own."""
    grains = numpy.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=numpy.uint8)
    target = io.BytesIO()
    Image.fromarray(grains).resize((256, 256), Image.Resampling.BICUBIC).save(target, kind)
    return target.getvalue()
