"""What a picture of the corpus is: a name, where it comes from, and a small recipe that renders it anywhere."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]


def rng_of(*names: str | int) -> np.random.Generator:
    """The same random numbers for the same names in every process and on every machine."""
    digest = hashlib.blake2b("\x1f".join(map(str, names)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


class Recipe(Protocol):
    """Renders one picture; picklable and small."""

    def render(self) -> Rgb:
        """The picture, height × width × 3, red, green, blue."""


@dataclass(frozen=True, slots=True)
class Item:
    """One picture. Items of one ``origin`` show parts of one thing and are never counted as unrelated.

    ``kind``: photograph, picture, clip (clip art), drawn, furnished, or plain. ``furniture`` names the kind and
    design that it carries, if any.
    """

    name: str
    origin: str
    kind: str
    recipe: Recipe
    furniture: str = ""

    def render(self) -> Rgb:
        """The picture, height × width × 3 uint8, red, green, blue."""
        return self.recipe.render()


def resized(rgb: Rgb, width: float, height: float) -> Rgb:
    """At least 8 × 8 pixels; averaged when made smaller."""
    size = (max(8, round(width)), max(8, round(height)))
    smaller = size[0] < rgb.shape[1]
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR), np.uint8)


def fitted(rgb: Rgb, width: float, height: float) -> Rgb:
    """As large as goes into the box, proportions kept."""
    scale = min(width / rgb.shape[1], height / rgb.shape[0])
    return resized(rgb, rgb.shape[1] * scale, rgb.shape[0] * scale)


def filling(rgb: Rgb, width: int, height: int) -> Rgb:
    """Exactly the box, the middle of the picture, proportions kept."""
    scale = max(width / rgb.shape[1], height / rgb.shape[0])
    big = resized(rgb, max(width, rgb.shape[1] * scale), max(height, rgb.shape[0] * scale))
    top, left = (big.shape[0] - height) // 2, (big.shape[1] - width) // 2
    return np.ascontiguousarray(big[top : top + height, left : left + width])


def paste(onto: Rgb, rgb: Rgb, left: float, top: float) -> None:
    """Put a picture onto another in place; what hangs over the edge is cut off."""
    x, y = round(left), round(top)
    x0, y0 = max(0, x), max(0, y)
    x1, y1 = min(onto.shape[1], x + rgb.shape[1]), min(onto.shape[0], y + rgb.shape[0])
    if x0 < x1 and y0 < y1:
        onto[y0:y1, x0:x1] = rgb[y0 - y : y1 - y, x0 - x : x1 - x]
