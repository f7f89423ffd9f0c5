"""What an edit is: a name, a group with its target, three strengths in words, and what makes the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

import cv2
import numpy as np

from jium.bench.corpus.furniture import furnish
from jium.bench.corpus.items import Rgb

Group = Literal["easy", "hard", "dense", "three", "extra"]
# Recall that each group has to reach; "extra" is measured and told, no more.
TARGETS: dict[Group, float | None] = {"easy": 0.995, "hard": 0.99, "dense": 0.95, "three": 0.95, "extra": None}
Value = TypeVar("Value")


@dataclass(frozen=True)
class Setting:
    """What an edit works with: its random numbers, other pictures, the furniture designs it may use."""

    rng: np.random.Generator
    companions: Callable[[int], Rgb]
    designs: Sequence[int]

    def companion(self) -> Rgb:
        """Another picture; not to be written to."""
        return self.companions(int(self.rng.integers(1 << 30)))

    def furnished(self, rgb: Rgb, kind: str) -> Rgb:
        """The picture in furniture of this kind, of any of the designs."""
        design = self.designs[int(self.rng.integers(len(self.designs)))]
        return furnish(rgb, kind, design, self.rng)


# An edit at one strength: the edited picture, or the file where the encoding is the edit.
Make = Callable[[Rgb, Setting], Rgb | bytes]


@dataclass(frozen=True)
class Edit:
    """A kind of edit. ``strengths`` says in words what 0, 1 and 2 are; ``makes`` are what they do."""

    name: str
    group: Group
    strengths: tuple[str, str, str]
    makes: tuple[Make, Make, Make]


def edit(
    name: str,
    group: Group,
    make: Callable[[Rgb, Setting, Value], Rgb | bytes],
    *steps: tuple[str, Value],
) -> Edit:
    """An edit from one function and, for each of the three strengths, the words for it and the value it takes."""
    (weak, a), (middle, b), (strong, c) = steps
    makes = tuple(partial(_with, make, value) for value in (a, b, c))
    return Edit(name, group, (weak, middle, strong), (makes[0], makes[1], makes[2]))


def _with(make: Callable[[Rgb, Setting, Value], Rgb | bytes], value: Value, rgb: Rgb, setting: Setting) -> Rgb | bytes:
    return make(rgb, setting, value)


def encoded(rgb: Rgb, suffix: str = ".jpg", quality: int = 80) -> bytes:
    """The picture as a file: ``suffix`` .jpg, .webp or .png; ``quality`` 1..100 for the first two."""
    options = {
        ".jpg": [cv2.IMWRITE_JPEG_QUALITY, quality],
        ".webp": [cv2.IMWRITE_WEBP_QUALITY, quality],
        ".png": [cv2.IMWRITE_PNG_COMPRESSION, 3],
    }
    done, file = cv2.imencode(suffix, np.ascontiguousarray(rgb[..., ::-1]), options[suffix])
    if not done:
        raise ValueError(f"could not write a picture of {rgb.shape[1]} × {rgb.shape[0]} as {suffix}")
    return file.tobytes()


def recompressed(rgb: Rgb, quality: int) -> Rgb:
    """The picture after a JPEG file of this quality."""
    file = np.frombuffer(encoded(rgb, ".jpg", quality), np.uint8)
    return np.ascontiguousarray(np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.uint8)[..., ::-1])


def clipped(values: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> Rgb:
    """Real grey levels as bytes."""
    return np.asarray(np.clip(values + 0.5, 0, 255), np.uint8)
