"""Draws the demo's pictures: ordinary things, made by rule from a seed, so that nobody is in them.

Every scene is a function of a random generator and a size; the same seed gives the same picture. Each has
much fine detail of its own, because two empty skies look alike to any fingerprint.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Size = tuple[int, int]
Colour = tuple[int, int, int]
Scene = Callable[[np.random.Generator, Size], Image.Image]

WORDS = (
    "KITE",
    "PLUM",
    "RIVER",
    "NORTH",
    "BREAD",
    "CLOUD",
    "MAPLE",
    "TRAIN",
    "SALT",
    "CEDAR",
    "MARKET",
    "TEA",
)


def draw(scene: str, seed: int, size: Size = (800, 600)) -> Image.Image:
    """The picture called ``scene``, RGB, ``size`` wide and high. Raises ``KeyError`` for an unknown scene."""
    return SCENES[scene](np.random.default_rng([seed, *scene.encode()]), size)


def clouds(rng: np.random.Generator, size: Size, cells: int = 4, octaves: int = 5) -> np.ndarray:
    """Fractal noise, float (height, width), about -1..1: grids of random numbers, each finer and fainter."""
    width, height = size
    total = np.zeros((height, width), dtype=np.float32)
    weight = 1.0
    for octave in range(octaves):
        across = cells * 2**octave
        grid = rng.uniform(-1, 1, (max(2, across * height // width), across)).astype(np.float32)
        total += weight * np.asarray(Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC))
        weight *= 0.62
    return total / 1.6


def _colour(rng: np.random.Generator, low: int = 30, high: int = 235) -> Colour:
    red, green, blue = rng.integers(low, high, 3)
    return int(red), int(green), int(blue)


def _gradient(top: Colour, bottom: Colour, size: Size) -> np.ndarray:
    """A vertical gradient, float (height, width, 3)."""
    share = np.linspace(0, 1, size[1], dtype=np.float32)[:, None, None]
    row = np.asarray(top, dtype=np.float32) * (1 - share) + np.asarray(bottom, dtype=np.float32) * share
    return np.broadcast_to(row, (size[1], size[0], 3)).copy()


def _picture(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _ridge(rng: np.random.Generator, width: int, level: float, height: float) -> np.ndarray:
    """The upper edge of a range of hills: one y for each x."""
    across = np.linspace(0, 2 * math.pi, width)
    edge = np.full(width, level)
    for wave in range(1, 9):
        edge += height / wave * np.sin(wave * across * rng.uniform(0.6, 1.6) + rng.uniform(0, 6.3))
    return edge


def _fill_below(pixels: np.ndarray, edge: np.ndarray, colour: Colour, texture: np.ndarray) -> None:
    below = np.arange(pixels.shape[0])[:, None] >= edge[None, :]
    pixels[below] = np.asarray(colour, dtype=np.float32) + 45 * texture[below][:, None]


def harbour(rng: np.random.Generator, size: Size) -> Image.Image:
    """Hills behind water, a sun, and boats with sails."""
    width, height = size
    pixels = _gradient(_colour(rng, 90, 200), _colour(rng, 170, 250), size) + 50 * clouds(rng, size)[..., None]
    for level in (0.36, 0.44):
        edge = _ridge(rng, width, level * height, 0.07 * height)
        _fill_below(pixels, edge, _colour(rng, 40, 130), clouds(rng, size, 12))
    shore = np.full(width, 0.55 * height)
    wide = np.asarray(Image.fromarray(clouds(rng, (width // 6, height), 8)).resize(size, Image.Resampling.BICUBIC))
    _fill_below(pixels, shore, _colour(rng, 40, 150), wide * 1.6)
    image = _picture(pixels)
    pen = ImageDraw.Draw(image)
    x, y, r = rng.uniform(0.1, 0.9) * width, rng.uniform(0.08, 0.25) * height, height * 0.07
    pen.ellipse((x - r, y - r, x + r, y + r), fill=(255, 240, 190))
    for _ in range(9):
        x, y = rng.uniform(0.05, 0.95) * width, rng.uniform(0.58, 0.95) * height
        s = (y / height - 0.4) * height * rng.uniform(0.2, 0.5)
        pen.polygon(
            [(x - s, y), (x + s, y), (x + 0.7 * s, y + 0.3 * s), (x - 0.7 * s, y + 0.3 * s)],
            fill=_colour(rng, 20, 120),
        )
        pen.polygon([(x, y - 1.7 * s), (x, y - 4), (x + 0.9 * s, y - 4)], fill=_colour(rng, 150, 255))
        pen.polygon([(x - 5, y - 1.4 * s), (x - 5, y - 4), (x - 0.6 * s, y - 4)], fill=_colour(rng, 120, 255))
    return image


def city(rng: np.random.Generator, size: Size) -> Image.Image:
    """A skyline at dusk, some windows lit."""
    width, height = size
    image = _picture(_gradient(_colour(rng, 30, 110), _colour(rng, 150, 240), size) + 60 * clouds(rng, size)[..., None])
    pen = ImageDraw.Draw(image)
    for row, shade in ((0.35, 130), (0.5, 90), (0.68, 55)):
        x = -rng.uniform(0, 40)
        while x < width:
            wide = rng.uniform(0.05, 0.13) * width
            top = height * (row + rng.uniform(-0.22, 0.16))
            pen.rectangle((x, top, x + wide, height), fill=_colour(rng, shade - 30, shade + 40))
            for wx in np.arange(x + 6, x + wide - 10, 15):
                for wy in np.arange(top + 8, height, 20):
                    if rng.random() < 0.45:
                        pen.rectangle((wx, wy, wx + 8, wy + 11), fill=_colour(rng, 170, 255))
            x += wide + rng.uniform(-6, 14)
    return image


def still_life(rng: np.random.Generator, size: Size) -> Image.Image:
    """Balls, boxes and cones on a table before a papered wall."""
    width, height = size
    pixels = _gradient(_colour(rng, 110, 220), _colour(rng, 110, 220), size) + 40 * clouds(rng, size, 6)[..., None]
    grain = np.asarray(Image.fromarray(clouds(rng, (width // 8, height), 9)).resize(size, Image.Resampling.BICUBIC))
    _fill_below(pixels, _ridge(rng, width, 0.6 * height, 2), _colour(rng, 60, 150), grain * 1.5)
    image = _picture(pixels)
    pen = ImageDraw.Draw(image)
    for left in range(0, width, 64):
        for top in range(0, int(0.56 * height), 64):
            dx, dy, r = rng.uniform((-18, -18, 5), (18, 18, 16))
            pen.ellipse((left + dx - r, top + dy - r, left + dx + r, top + dy + r), fill=_colour(rng, 70, 250))
    for _ in range(11):
        x, y = rng.uniform(0.05, 0.95) * width, rng.uniform(0.6, 0.92) * height
        _thing(pen, rng, x, y, rng.uniform(0.05, 0.12) * width)
    return image


def _thing(pen: ImageDraw.ImageDraw, rng: np.random.Generator, x: float, y: float, s: float) -> None:
    """One solid standing at (x, y), about ``s`` wide, lit from the left."""
    red, green, blue = _colour(rng, 60, 230)
    dark = (red // 2, green // 2, blue // 2)
    pen.ellipse((x - s * 0.6, y - s * 0.1, x + s * 1.2, y + s * 0.14), fill=(40, 34, 30))
    kind = rng.integers(3)
    if kind == 0:
        pen.ellipse((x - s / 2, y - s, x + s / 2, y), fill=dark)
        pen.ellipse((x - s / 2, y - s, x + s * 0.25, y - s * 0.2), fill=(red, green, blue))
    elif kind == 1:
        pen.rectangle((x - s / 2, y - s * 1.3, x + s * 0.15, y), fill=(red, green, blue))
        pen.polygon(
            [
                (x + s * 0.15, y - s * 1.3),
                (x + s / 2, y - s * 1.5),
                (x + s / 2, y - s * 0.2),
                (x + s * 0.15, y),
            ],
            fill=dark,
        )
    else:
        pen.polygon([(x - s / 2, y), (x, y - s * 1.8), (x + s * 0.1, y)], fill=(red, green, blue))
        pen.polygon([(x + s * 0.1, y), (x, y - s * 1.8), (x + s / 2, y)], fill=dark)


def poster(rng: np.random.Generator, size: Size) -> Image.Image:
    """Large words across coloured stripes."""
    width, height = size
    image = _picture(
        _gradient(_colour(rng, 180, 250), _colour(rng, 150, 250), size) + 25 * clouds(rng, size, 6)[..., None]
    )
    pen = ImageDraw.Draw(image)
    lean = rng.uniform(-0.8, 0.8) * height
    for _ in range(9):
        x, wide = rng.uniform(-0.2, 1.1) * width, rng.uniform(0.02, 0.09) * width
        pen.polygon([(x, 0), (x + wide, 0), (x + wide + lean, height), (x + lean, height)], fill=_colour(rng, 90, 240))
    for number, word in enumerate(rng.permutation(WORDS)[:5]):
        font = ImageFont.load_default(size=float(rng.uniform(0.12, 0.24) * height))
        place = (rng.uniform(0.02, 0.4) * width, (0.02 + 0.19 * number) * height)
        pen.text(
            place,
            str(word),
            font=font,
            fill=_colour(rng, 0, 110),
            stroke_width=3,
            stroke_fill=_colour(rng, 0, 110),
        )
    for _ in range(14):
        x, y, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.01, 0.05) * height
        pen.regular_polygon((x, y, r), int(rng.integers(3, 7)), fill=_colour(rng, 0, 255))
    return image


def dunes(rng: np.random.Generator, size: Size) -> Image.Image:
    """Hills behind hills, each with its own grain."""
    width, height = size
    pixels = _gradient(_colour(rng, 120, 230), _colour(rng, 150, 250), size) + 55 * clouds(rng, size)[..., None]
    for level in np.linspace(0.18, 0.9, 9):
        edge = _ridge(rng, width, level * height, rng.uniform(0.03, 0.09) * height)
        _fill_below(pixels, edge, _colour(rng, 40, 220), clouds(rng, size, int(rng.integers(6, 16))))
    return _picture(pixels)


def mosaic(rng: np.random.Generator, size: Size) -> Image.Image:
    """Tiles of broken glass: each pixel takes the colour of the nearest of 220 points."""
    width, height = size
    points = (rng.uniform(0, 1, (220, 2)) * size).astype(np.float32)
    colours = rng.integers(20, 240, (220, 3)).astype(np.float32)
    across, down = np.arange(0, width, 2, dtype=np.float32), np.arange(0, height, 2, dtype=np.float32)
    columns = (across[:, None] - points[:, 0]) ** 2
    rows = (down[:, None] - points[:, 1]) ** 2
    nearest = np.stack([(columns + row).argmin(axis=1) for row in rows])
    image = _picture(colours[nearest]).resize(size, Image.Resampling.BICUBIC)
    return _picture(np.asarray(image, dtype=np.float32) + 18 * clouds(rng, size, 16)[..., None])


SCENES: dict[str, Scene] = {
    "harbour": harbour,
    "city": city,
    "still life": still_life,
    "poster": poster,
    "dunes": dunes,
    "mosaic": mosaic,
}
