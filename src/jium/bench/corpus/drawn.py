"""Drawn scenes: textures, light, many things with shadows, letters and grain; a different one for each seed.

They stand in for photographs where there are too few. Everything about one follows from its seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.bench.corpus.items import Rgb, rng_of
from jium.bench.corpus.lettering import words, write

Floats = NDArray[np.float32]
SIZES = ((640, 480), (480, 640), (704, 528), (640, 640), (720, 405), (540, 720))
OCTAVES = 7


@dataclass(frozen=True, slots=True)
class Scene:
    """The recipe of a drawn scene."""

    seed: str
    scale: float = 1.0

    def render(self) -> Rgb:
        """The scene, 640 to 720 pixels long, times ``scale``."""
        rng = rng_of("scene", self.seed)
        width, height = SIZES[int(rng.integers(len(SIZES)))]
        scene = _ground(rng, round(width * self.scale), round(height * self.scale))
        for _number in range(int(rng.integers(14, 34))):
            THINGS[int(rng.integers(len(THINGS)))](scene, rng)
        if rng.random() < 0.3:
            _sign(scene, rng)
        return _photographed(scene, rng)


def noise(rng: np.random.Generator, width: int, height: int, roughness: float) -> Floats:
    """Clouds of noise of several octaves, 0..1; ``roughness`` 0.3 is soft, 0.8 harsh."""
    total = np.zeros((height, width), np.float32)
    weight = 1.0
    for octave in range(1, OCTAVES):
        cells = rng.random((max(2, 2**octave * height // width), 2**octave), np.float32)
        total += np.float32(weight) * cv2.resize(cells, (width, height), interpolation=cv2.INTER_LINEAR)
        weight *= roughness
    low, high = float(total.min()), float(total.max())
    return (total - np.float32(low)) / np.float32(high - low + 1e-6)


def colour(rng: np.random.Generator) -> NDArray[np.float32]:
    """A colour that is seldom glaring, 0..255."""
    grey, tint = rng.uniform(20, 235), rng.uniform(-70, 70, 3)
    return np.clip(grey + tint, 0, 255).astype(np.float32)


def _ground(rng: np.random.Generator, width: int, height: int) -> Rgb:
    """Sky and land with a horizon, or one textured surface, lit from a side."""
    # Drawn at half the size: what is fine in it comes from the grain and the things on it.
    full, width, height = (width, height), width // 2, height // 2
    texture = noise(rng, width, height, rng.uniform(0.45, 0.8))
    surface = _between(texture, colour(rng), colour(rng))
    if rng.random() < 0.65:
        horizon = height * rng.uniform(0.25, 0.75)
        ridge = horizon + height * 0.3 * (noise(rng, width, 4, 0.6)[1] - 0.5)
        sky = _between(noise(rng, width, height, rng.uniform(0.3, 0.6)), colour(rng), colour(rng))
        above = np.arange(height, dtype=np.float32)[:, None] < ridge[None]
        surface = np.where(above[..., None], sky, surface)
    slope = rng.uniform(-0.5, 0.5, 2)
    light = 1 + slope[0] * np.linspace(-1, 1, width, dtype=np.float32)[None]
    light = light * (1 + slope[1] * np.linspace(-1, 1, height, dtype=np.float32)[:, None])
    lit = cv2.multiply(surface, cv2.merge([light.astype(np.float32)] * 3), dtype=cv2.CV_8U)
    return np.asarray(cv2.resize(lit, full, interpolation=cv2.INTER_LINEAR), np.uint8)


def _between(share: Floats, low: Floats, high: Floats) -> Rgb:
    """Colours from one to another, by 0..1 of each pixel."""
    table = low + (high - low) * np.linspace(0, 1, 256, dtype=np.float32)[:, None]
    levels = cv2.convertScaleAbs(share, alpha=255)
    return np.asarray(cv2.LUT(cv2.merge([levels] * 3), table.astype(np.uint8)[None]), np.uint8)


def _place(scene: Rgb, rng: np.random.Generator) -> tuple[int, int, int]:
    """Middle and half size of a thing; many small ones, few large ones."""
    height, width = scene.shape[:2]
    size = int(min(width, height) * 0.02 * 10 ** rng.uniform(0.2, 1.05))
    return int(rng.integers(width)), int(rng.integers(height)), max(6, size)


def _blob(scene: Rgb, rng: np.random.Generator) -> None:
    """A rounded or jagged outline, filled with a texture, with a shadow."""
    x, y, size = _place(scene, rng)
    corners = int(rng.integers(3, 14))
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radii = size * rng.uniform(0.5, 1.2, corners)
    outline = np.stack([x + radii * np.cos(angles), y + radii * np.sin(angles)], axis=1)
    _filled(scene, rng, outline.astype(np.int32), size)


def _box(scene: Rgb, rng: np.random.Generator) -> None:
    """A leaning four-cornered thing, as walls, doors and books are."""
    x, y, size = _place(scene, rng)
    half = np.array([size, size * rng.uniform(0.3, 1.2)])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half * rng.uniform(0.8, 1.1, (4, 1))
    turn = rng.normal(0, 0.25)
    turned = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    _filled(scene, rng, (turned + np.array([x, y])).astype(np.int32), size)


def _filled(scene: Rgb, rng: np.random.Generator, outline: NDArray[np.int32], size: int) -> None:
    """Shadow, then texture inside the outline, shaded from one side to the other; only where it lies."""
    height, width = scene.shape[:2]
    reach = size // 3 + 4
    low, high = outline.min(0) - reach, outline.max(0) + reach
    x0, y0, x1, y1 = max(0, low[0]), max(0, low[1]), min(width, high[0]), min(height, high[1])
    if x1 - x0 < 4 or y1 - y0 < 4:
        return
    part = scene[y0:y1, x0:x1]
    mask = np.zeros(part.shape[:2], np.uint8)
    local = outline - np.array([x0, y0], np.int32)
    cv2.fillPoly(mask, [local + np.int32(size // 8 + 1)], 110)
    shadow = cv2.blur(mask, (size // 5 * 2 + 1,) * 2)
    part[:] = cv2.multiply(part, cv2.cvtColor(255 - shadow, cv2.COLOR_GRAY2RGB), scale=1 / 255)
    mask[:] = 0
    cv2.fillPoly(mask, [local], 255, cv2.LINE_AA)
    texture = noise(rng, part.shape[1], part.shape[0], rng.uniform(0.3, 0.85))
    texture *= np.linspace(rng.uniform(0.4, 1), 1, part.shape[1], dtype=np.float32)[None, :: int(rng.choice([1, -1]))]
    inside = _between(texture, colour(rng), colour(rng))
    share = mask.astype(np.float32) / np.float32(255)
    part[:] = cv2.blendLinear(part, inside, 1 - share, share)


def _ball(scene: Rgb, rng: np.random.Generator) -> None:
    """A lit ball or eye-like nest of rings."""
    x, y, size = _place(scene, rng)
    tone = colour(rng)
    rings = int(rng.integers(2, 7))
    lean = rng.uniform(-0.4, 0.4, 2)
    for ring in range(rings):
        share = 1 - ring / rings
        middle = (int(x + lean[0] * size * (1 - share)), int(y + lean[1] * size * (1 - share)))
        lit = tuple(float(v) for v in np.clip(tone * (0.6 + 0.7 * (1 - share)), 0, 255))
        cv2.circle(scene, middle, max(1, int(size * share)), lit, -1, cv2.LINE_AA)


def _twigs(scene: Rgb, rng: np.random.Generator) -> None:
    """A bundle of curved lines, as grass, hair, wires and twigs are."""
    x, y, size = _place(scene, rng)
    tone = colour(rng)
    for _number in range(int(rng.integers(4, 16))):
        steps = np.cumsum(rng.normal(0, size / 3, (6, 2)), axis=0) + np.array([x, y])
        shade = tuple(float(v) for v in np.clip(tone + rng.uniform(-40, 40), 0, 255))
        cv2.polylines(scene, [steps.astype(np.int32)], False, shade, int(rng.integers(1, 5)), cv2.LINE_AA)


def _rows(scene: Rgb, rng: np.random.Generator) -> None:
    """Rows of small unequal panes, as windows, bricks and shelves are."""
    x, y, size = _place(scene, rng)
    columns, lines = int(rng.integers(2, 7)), int(rng.integers(2, 6))
    step = max(5, size // 3)
    tone = colour(rng)
    for line in range(lines):
        for column in range(columns):
            shade = tuple(float(v) for v in np.clip(tone + rng.uniform(-60, 60, 3), 0, 255))
            left, top = x + column * step, y + line * step
            far = (left + int(step * rng.uniform(0.5, 0.9)), top + int(step * rng.uniform(0.5, 0.9)))
            cv2.rectangle(scene, (left, top), far, shade, -1)


def _crowd(scene: Rgb, rng: np.random.Generator) -> None:
    """Scattered small leaves."""
    x, y, size = _place(scene, rng)
    tone = colour(rng)
    for _number in range(int(rng.integers(10, 40))):
        middle = (int(rng.normal(x, size)), int(rng.normal(y, size)))
        axes = (int(rng.integers(2, max(4, size // 4))), int(rng.integers(2, max(4, size // 7))))
        shade = tuple(float(v) for v in np.clip(tone + rng.uniform(-50, 50, 3), 0, 255))
        cv2.ellipse(scene, middle, axes, float(rng.uniform(0, 180)), 0, 360, shade, -1, cv2.LINE_AA)


Thing = Callable[[Rgb, np.random.Generator], None]
THINGS: tuple[Thing, ...] = (_blob, _blob, _box, _box, _ball, _twigs, _rows, _crowd)


def _sign(scene: Rgb, rng: np.random.Generator) -> None:
    height, width = scene.shape[:2]
    at = (rng.uniform(0, width * 0.7), rng.uniform(0, height * 0.9))
    text = words(rng, int(rng.integers(1, 4)), bool(rng.random() < 0.5))
    ink = colour(rng)
    write(scene, text, at, int(rng.integers(14, 48)), (int(ink[0]), int(ink[1]), int(ink[2])))


def _photographed(scene: Rgb, rng: np.random.Generator) -> Rgb:
    """Seen from a little aside, slightly out of focus, with grain."""
    height, width = scene.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners + rng.uniform(0, 0.12, (4, 2)).astype(np.float32) * [[1, 1], [-1, 1], [-1, -1], [1, -1]] * [
        width,
        height,
    ]
    aside = cv2.getPerspectiveTransform(seen.astype(np.float32), corners)
    shot = cv2.warpPerspective(scene, aside, (width, height), flags=cv2.INTER_LINEAR)
    blurred = cv2.GaussianBlur(shot, (0, 0), float(rng.uniform(0.5, 1.1)))
    return grain(np.asarray(blurred, np.uint8), rng, float(rng.uniform(2, 8)))


def grain(rgb: Rgb, rng: np.random.Generator, strength: float) -> Rgb:
    """Independent noise in every channel, ``strength`` its standard deviation in grey levels."""
    # Whole noise would cost three times the rest: a block of it is laid out again and again instead.
    block = rng.normal(0, strength, (128, 128, 3)).round().astype(np.int16)
    tiles = (-(-rgb.shape[0] // 128), -(-rgb.shape[1] // 128), 1)
    laid = np.tile(block, tiles)[: rgb.shape[0], : rgb.shape[1]]
    return np.asarray(cv2.add(rgb, laid, dtype=cv2.CV_8U), np.uint8)
