"""Edits that put something around or over the picture: borders, bars, text, badges, stickers, scribbles."""

from __future__ import annotations

import cv2
import numpy as np

from jium.bench.corpus import lettering
from jium.bench.corpus.furniture import DARK, LIGHT, blurred_padding, sticker, tone
from jium.bench.corpus.items import Rgb, resized
from jium.bench.edits.kinds import Edit, Setting, edit


def bordered(rgb: Rgb, setting: Setting, share: float) -> Rgb:
    """A border of one colour on all sides, ``share`` of the shorter side wide."""
    side = max(1, round(min(rgb.shape[:2]) * share))
    ground = [DARK, LIGHT, tone(setting.rng)][int(setting.rng.integers(3))]
    return np.asarray(cv2.copyMakeBorder(rgb, side, side, side, side, cv2.BORDER_CONSTANT, value=ground), np.uint8)


def _bars(rgb: Rgb, setting: Setting, how: tuple[bool, float, int]) -> Rgb:
    """Bars above and below (or on both sides); together ``share`` of the picture's side."""
    beside, share, grey = how
    bar = max(1, round(float(rgb.shape[1 if beside else 0]) * share / 2))
    x, y = (bar, 0) if beside else (0, bar)
    return np.asarray(cv2.copyMakeBorder(rgb, y, y, x, x, cv2.BORDER_CONSTANT, value=(grey,) * 3), np.uint8)


def _pad_blurred(rgb: Rgb, setting: Setting, size: tuple[int, int]) -> Rgb:
    return blurred_padding(rgb, *size)


def subtitled(rgb: Rgb, setting: Setting, captions: int) -> Rgb:
    """A subtitle; from the second strength on a caption in the upper part; at the third a paragraph too."""
    shown = setting.furnished(rgb, "subtitle")
    height, width = shown.shape[:2]
    ink = [(255, 255, 255), (255, 225, 50), (60, 230, 255)][int(setting.rng.integers(3))]
    if captions > 1:
        text = lettering.words(setting.rng, 4, bool(setting.rng.random() < 0.5))
        lettering.centred(shown, text, width / 2, height * 0.16, width * 0.06, ink, DARK)
    if captions > 2:
        for line in range(4):
            text = lettering.words(setting.rng, 5, True)
            lettering.centred(shown, text, width / 2, height * (0.36 + 0.09 * line), width * 0.045, ink, DARK)
    return shown


def watermarked(rgb: Rgb, setting: Setting, count: int) -> Rgb:
    """Badges of that many sites."""
    for _number in range(count):
        rgb = setting.furnished(rgb, "watermark")
    return rgb


def _tiled(rgb: Rgb, setting: Setting, count: int) -> Rgb:
    for _number in range(count):
        rgb = setting.furnished(rgb, "tiled")
    return rgb


def _meme(rgb: Rgb, setting: Setting, captions: int) -> Rgb:
    """Bars with a saying; from the second strength on a line over the picture; at the third also a badge."""
    inner = rgb.copy()
    if captions > 1:
        text = lettering.words(setting.rng, 3).upper()
        lettering.centred(inner, text, inner.shape[1] / 2, inner.shape[0] * 0.75, inner.shape[1] * 0.09, LIGHT, DARK)
    if captions > 2:
        inner = setting.furnished(inner, "watermark")
    return setting.furnished(inner, "meme")


def _frame(rgb: Rgb, setting: Setting, count: int) -> Rgb:
    for _number in range(count):
        rgb = setting.furnished(rgb, "frame")
    return rgb


def with_stickers(rgb: Rgb, setting: Setting, how: tuple[int, float]) -> Rgb:
    """Round faces over the picture: (how many, their size as a share of the shorter side)."""
    shown = rgb.copy()
    count, share = how
    for _number in range(count):
        x, y = setting.rng.uniform(0.08, 0.92, 2) * shown.shape[1::-1]
        size = min(shown.shape[:2]) * share * setting.rng.uniform(0.7, 1.3)
        sticker(shown, setting.rng, float(x), float(y), float(size))
    return shown


def _scribbled(rgb: Rgb, setting: Setting, strokes: int) -> Rgb:
    """Strokes drawn by hand over the picture."""
    shown = rgb.copy()
    height, width = shown.shape[:2]
    for _stroke in range(strokes):
        ink = tone(setting.rng)
        way = np.cumsum(setting.rng.normal(0, 0.09, (8, 2)), axis=0) + setting.rng.uniform(0.15, 0.85, 2)
        smooth = cv2.resize(way.astype(np.float32), (2, 64), interpolation=cv2.INTER_CUBIC)
        points = (smooth * [width, height]).astype(np.int32)
        cv2.polylines(shown, [points], False, ink, max(2, width // 90), cv2.LINE_AA)
    return shown


def _censored(rgb: Rgb, setting: Setting, share: float) -> Rgb:
    """A part is made unrecognisable: by squares, by a blur, or by a bar."""
    shown = rgb.copy()
    height, width = shown.shape[:2]
    lean = setting.rng.uniform(0.8, 1.25)
    across, down = round(width * min(1, share**0.5 * lean)), round(height * min(1, share**0.5 / lean))
    left = round((width - across) * setting.rng.uniform(0.1, 0.9))
    top = round((height - down) * setting.rng.uniform(0.1, 0.9))
    part = shown[top : top + down, left : left + across]
    kind = int(setting.rng.integers(3))
    if kind == 0:
        coarse = resized(np.ascontiguousarray(part), 10, 10)
        part[:] = cv2.resize(coarse, (across, down), interpolation=cv2.INTER_NEAREST)
    elif kind == 1:
        part[:] = cv2.GaussianBlur(part, (0, 0), max(1.0, across / 9))
    else:
        part[:] = DARK
    return shown


OVERLAYS: tuple[Edit, ...] = (
    edit("border", "easy", bordered, ("3 %", 0.03), ("7 %", 0.07), ("14 %", 0.14)),
    edit(
        "letterbox",
        "easy",
        _bars,
        ("15 % black", (False, 0.15, 0)),
        ("35 % black", (False, 0.35, 0)),
        ("70 % white", (False, 0.7, 255)),
    ),
    edit(
        "pillarbox",
        "easy",
        _bars,
        ("15 % black", (True, 0.15, 0)),
        ("35 % black", (True, 0.35, 0)),
        ("70 % white", (True, 0.7, 255)),
    ),
    edit(
        "pad-blurred",
        "easy",
        _pad_blurred,
        ("4:5, 1080 high", (864, 1080)),
        ("square, 720", (720, 720)),
        ("9:16, 800 high", (450, 800)),
    ),
    edit("subtitle", "easy", subtitled, ("a subtitle", 1), ("and a caption", 2), ("and a paragraph over it", 3)),
    edit("watermark", "easy", watermarked, ("one badge", 1), ("two badges", 2), ("four badges", 4)),
    edit("watermark-tiled", "easy", _tiled, ("all over", 1), ("twice all over", 2), ("three times all over", 3)),
    edit("meme", "easy", _meme, ("bars", 1), ("and a line over it", 2), ("and a badge", 3)),
    edit("frame", "easy", _frame, ("ornamented", 1), ("two frames", 2), ("three frames", 3)),
    edit(
        "sticker",
        "hard",
        with_stickers,
        ("two faces of 18 %", (2, 0.18)),
        ("four faces of 24 %", (4, 0.24)),
        ("six faces of 30 %", (6, 0.30)),
    ),
    edit("scribble", "hard", _scribbled, ("three strokes", 3), ("six strokes", 6), ("twelve strokes", 12)),
    edit("censor", "hard", _censored, ("8 % of the area", 0.08), ("18 % of the area", 0.18), ("30 % of the area", 0.3)),
)
