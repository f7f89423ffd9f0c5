"""People who do not exist: faces drawn from a seed, which detectors take for faces.

Drawn people resemble each other far more than real ones do, so they tell whether a face is found, not whose it is.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import av
import cv2
import numpy as np
from PIL import Image, ImageOps

SIDE = 512


def face(seed: int, turn: float = 0.0, side: int = 256) -> Image.Image:
    """Somebody from the front, or looking a little to one side (``turn`` up to 0.5)."""
    return Image.fromarray(cv2.resize(_Drawing(seed).finished(turn), (side, side), interpolation=cv2.INTER_AREA))


def group(seeds: Sequence[int]) -> Image.Image:
    """Several people beside each other, the first one on the left."""
    row = Image.new("RGB", (256 * len(seeds), 256))
    for place, seed in enumerate(seeds):
        row.paste(face(seed), (256 * place, 0))
    return row


def film(seeds: Sequence[int | None], seconds_each: int = 2, mirrored: bool = False) -> bytes:
    """One person after another in an MP4; None: nobody is there."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream: Any = container.add_stream("libx264", rate=4)
        stream.width = stream.height = 256
        stream.pix_fmt = "yuv420p"
        for seed in seeds:
            picture = Image.new("RGB", (256, 256), (90, 120, 140)) if seed is None else face(seed)
            picture = ImageOps.mirror(picture) if mirrored else picture
            for _frame in range(4 * seconds_each):
                container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
    return target.getvalue()


def jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


class _Drawing:
    def __init__(self, seed: int) -> None:
        self._random = np.random.RandomState(seed)
        self._down, self._across = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
        self._canvas = np.zeros((SIDE, SIDE, 3), np.float32) + self._between(90, 190, 3)

    def _between(self, low: float, high: float, count: int = 1) -> np.ndarray:
        return self._random.uniform(low, high, count).astype(np.float32)

    def _inside(self, x: float, y: float, width: float, height: float, soft: float) -> np.ndarray:
        far = np.sqrt(((self._across - x) / width) ** 2 + ((self._down - y) / height) ** 2)
        return 1 / (1 + np.exp(np.clip((far - 1) * min(width, height) / soft, -50, 50)))

    def _paint(self, where: np.ndarray, colour: Any) -> None:
        covered = where[..., None]
        self._canvas = self._canvas * (1 - covered) + np.asarray(colour, np.float32) * covered

    def finished(self, turn: float) -> np.ndarray:
        skin = np.array([224, 172, 140], np.float32) * self._between(0.6, 1.05) + self._between(-12, 12, 3)
        hair = self._between(10, 110) * np.array([1, 0.8, 0.6], np.float32)
        (width,), (height,) = self._between(112, 140), self._between(155, 185)
        x, y, aside = 256.0, 270.0, 22 * turn
        self._paint(self._inside(x, y - 40, width * 1.18, height * 1.12, 4), hair)
        self._paint(self._inside(x, y + height * 0.95, width * 0.55, 90, 6), skin * 0.82)
        whole = self._inside(x, y, width, height, 5)
        self._paint(whole, (0, 0, 0))
        shade = 1.05 - 0.35 * ((self._across - x - turn * 40) / width) ** 2 - 0.12 * ((self._down - y) / height) ** 2
        self._canvas += (whole * shade)[..., None] * skin
        self._paint(self._inside(x, y - height * 0.92, width * 0.95, height * 0.33, 10) * whole, hair)
        self._features(x + aside, y - float(self._between(22, 34)[0]), skin, hair, aside)
        levels = np.clip(self._canvas, 0, 255)
        return levels.astype(np.uint8)

    def _features(self, x: float, eyes: float, skin: np.ndarray, hair: np.ndarray, aside: float) -> None:
        (apart,), (wide,), (high,) = self._between(46, 58), self._between(24, 32), self._between(9, 14)
        iris = np.array([60, 45, 30], np.float32) * self._between(0.5, 1.8)
        for side in (-1, 1):
            at = x + side * apart
            self._paint(self._inside(at, eyes, wide * 1.35, high * 2.3, 8) * 0.45, skin * 0.62)
            self._paint(self._inside(at, eyes, wide, high, 2), (235, 232, 228))
            self._paint(self._inside(at, eyes, high, high, 1.5), iris)
            self._paint(self._inside(at, eyes, high * 0.45, high * 0.45, 1.2), (12, 10, 10))
            self._paint(self._inside(at, eyes - 26, wide * 1.35, 6, 3) * 0.9, hair * 0.7)
        (long,), (broad,) = self._between(52, 66), self._between(20, 30)
        self._paint(self._inside(x + aside / 2, eyes + long, broad, 12, 7) * 0.35, skin * 1.12)
        for side in (-1, 1):
            self._paint(self._inside(x + aside / 2 + side * broad / 2, eyes + long + 9, 7, 4, 3) * 0.85, skin * 0.3)
        (below,), (mouth,), (lips,) = self._between(44, 56), self._between(38, 54), self._between(9, 15)
        self._paint(self._inside(x, eyes + long + below, mouth, lips, 4) * 0.9, (170, 80, 78))
        self._paint(self._inside(x, eyes + long + below, mouth, 2.5, 2) * 0.9, (70, 30, 30))
