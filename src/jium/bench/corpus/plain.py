"""Pictures with little to recognise: blank, gradients, pages of text, code squares, logos, tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from jium.bench.corpus import lettering
from jium.bench.corpus.drawn import colour, grain
from jium.bench.corpus.furniture import logo, tone
from jium.bench.corpus.items import Rgb, rng_of

Rng = np.random.Generator
SIZES = ((640, 480), (480, 640), (600, 600), (540, 960))


@dataclass(frozen=True, slots=True)
class Plain:
    """The recipe of a picture with little in it."""

    kind: str
    seed: str

    def render(self) -> Rgb:
        """480 to 960 pixels long."""
        rng = rng_of("plain", self.kind, self.seed)
        width, height = SIZES[int(rng.integers(len(SIZES)))]
        return PLAIN[self.kind](rng, width, height)


def _blank(rng: Rng, width: int, height: int) -> Rgb:
    shade = [(255, 255, 255), (0, 0, 0), tone(rng)][int(rng.integers(3))]
    return np.full((height, width, 3), shade, np.uint8)


def _near_uniform(rng: Rng, width: int, height: int) -> Rgb:
    return grain(_blank(rng, width, height), rng, float(rng.uniform(1, 6)))


def _gradient(rng: Rng, width: int, height: int) -> Rgb:
    x, y = np.linspace(-1, 1, width)[None], np.linspace(-1, 1, height)[:, None]
    turn = rng.uniform(0, 2 * np.pi)
    share = np.hypot(x, y) / 1.42 if rng.random() < 0.4 else (x * np.cos(turn) + y * np.sin(turn)) / 2.83 + 0.5
    return np.clip(colour(rng) + (colour(rng) - colour(rng)) * share[..., None], 0, 255).astype(np.uint8)


def _page(rng: Rng, width: int, height: int) -> Rgb:
    """A page of text."""
    dark = rng.random() < 0.3
    page = np.full((height, width, 3), 20 if dark else 252, np.uint8)
    ink = (230, 230, 230) if dark else (25, 25, 25)
    size, korean, top = float(rng.integers(13, 26)), bool(rng.random() < 0.5), 30.0
    lettering.write(page, lettering.words(rng, 3, korean), (30, top), size * 1.7, ink)
    top += size * 3
    while top < height - size * 2:
        count = max(2, int((width - 60) / size / (2.2 if korean else 2.9)) - int(rng.integers(3)))
        lettering.write(page, lettering.words(rng, count, korean), (30, top), size, ink)
        top += size * (1.6 if rng.random() < 0.85 else 2.8)
    return page


def _squares(rng: Rng, width: int, height: int) -> Rgb:
    """What looks like a QR code: three finder squares and random modules."""
    count = int(rng.choice([21, 25, 29, 33]))
    modules = (rng.random((count, count)) < 0.5).astype(np.uint8)
    finder = np.ones((8, 8), np.uint8)
    finder[:7, :7] = 0
    finder[1:6, 1:6] = 1
    finder[2:5, 2:5] = 0
    modules[:8, :8], modules[:8, -8:], modules[-8:, :8] = finder, finder[:, ::-1], finder[::-1]
    side = int(min(width, height) * 0.8) // count * count
    code = cv2.resize(modules * 255, (side, side), interpolation=cv2.INTER_NEAREST)
    page = np.full((height, width, 3), 255, np.uint8)
    top, left = (height - side) // 2, (width - side) // 2
    page[top : top + side, left : left + side] = code[..., None]
    return page


def _logo(rng: Rng, width: int, height: int) -> Rgb:
    page = np.full((height, width, 3), 255 if rng.random() < 0.7 else tone(rng), np.uint8)
    logo(page, rng, width / 2, height * 0.42, min(width, height) * rng.uniform(0.25, 0.5))
    lettering.centred(page, lettering.words(rng, 2).title(), width / 2, height * 0.75, height * 0.08, tone(rng))
    return page


def _table(rng: Rng, width: int, height: int) -> Rgb:
    """A table of numbers under a heading."""
    page = np.full((height, width, 3), 255, np.uint8)
    rows, columns = int(rng.integers(6, 16)), int(rng.integers(3, 7))
    high, wide = (height - 40) / rows, (width - 40) / columns
    page[20 : round(20 + high), 20 : width - 20] = tone(rng)
    for row in range(rows + 1):
        y = round(20 + row * high)
        cv2.line(page, (20, y), (width - 20, y), (150, 150, 150), 1)
    for column in range(columns + 1):
        x = round(20 + column * wide)
        cv2.line(page, (x, 20), (x, height - 20), (150, 150, 150), 1)
    for row in range(rows):
        for column in range(columns):
            text = lettering.words(rng, 1) if row == 0 or column == 0 else f"{rng.integers(99999) / 10:,.1f}"
            ink = (255, 255, 255) if row == 0 else (30, 30, 30)
            lettering.write(page, text, (26 + column * wide, 24 + row * high), min(16, high * 0.6), ink)
    return page


PLAIN: dict[str, Callable[[Rng, int, int], Rgb]] = {
    "blank": _blank,
    "near-uniform": _near_uniform,
    "gradient": _gradient,
    "page": _page,
    "squares": _squares,
    "logo": _logo,
    "table": _table,
}
