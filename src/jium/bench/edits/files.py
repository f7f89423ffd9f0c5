"""Edits that come from storing and sending: compression, small copies, few colours."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from jium.bench.corpus.items import Rgb, fitted, resized
from jium.bench.edits.kinds import Edit, Setting, edit, encoded, recompressed


def _jpeg(rgb: Rgb, setting: Setting, quality: int) -> bytes:
    return encoded(rgb, ".jpg", quality)


def _webp(rgb: Rgb, setting: Setting, quality: int) -> bytes:
    return encoded(rgb, ".webp", quality)


def _passed_on(rgb: Rgb, setting: Setting, steps: tuple[int, ...]) -> bytes:
    """Saved again and again, each time a little smaller and shifted against the blocks of the time before."""
    for quality in steps:
        again = recompressed(rgb, quality)
        inside = again[1:, 1:] if min(again.shape[:2]) > 16 else again
        rgb = resized(inside, inside.shape[1] * 0.93, inside.shape[0] * 0.93)
    return encoded(rgb, ".jpg", steps[-1])


def _thumbnail(rgb: Rgb, setting: Setting, longest: int) -> bytes:
    side = min(longest, max(rgb.shape[:2]))
    return encoded(fitted(rgb, side, side), ".jpg", 40)


def _palette(rgb: Rgb, setting: Setting, colours: int) -> bytes:
    """Few colours, dithered, as GIF pictures are."""
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(rgb)).quantize(colours, Image.Quantize.MEDIANCUT).save(file, "GIF")
    return file.getvalue()


def _messenger(rgb: Rgb, setting: Setting, step: tuple[int, int]) -> bytes:
    longest, quality = step
    side = min(longest, max(rgb.shape[:2]))
    return encoded(fitted(rgb, side, side), ".jpg", quality)


FILES: tuple[Edit, ...] = (
    edit("jpeg", "easy", _jpeg, ("quality 50", 50), ("quality 30", 30), ("quality 15", 15)),
    edit("webp", "easy", _webp, ("quality 60", 60), ("quality 30", 30), ("quality 10", 10)),
    edit(
        "passed-on",
        "easy",
        _passed_on,
        ("saved twice, to 86 % of the size", (75, 65)),
        ("saved three times, to 80 %", (70, 55, 50)),
        ("saved five times, to 70 %", (70, 60, 50, 45, 40)),
    ),
    edit("thumbnail", "easy", _thumbnail, ("320 px, q40", 320), ("200 px, q40", 200), ("160 px, q40", 160)),
    edit("palette", "easy", _palette, ("128 colours", 128), ("32 colours", 32), ("16 colours", 16)),
    edit(
        "messenger",
        "easy",
        _messenger,
        ("640 px, q70", (640, 70)),
        ("480 px, q55", (480, 55)),
        ("400 px, q35", (400, 35)),
    ),
)
