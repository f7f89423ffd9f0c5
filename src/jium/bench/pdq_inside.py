"""The half of ``jium bench pdq`` that runs in the sandbox: opens and draws pictures, calls the peer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from jium.dna import pdq
from jium.media import image
from jium.media.probe import probe

try:
    import pdqhash
except ImportError:
    pdqhash = None

Pixels = NDArray[np.uint8]
ROUNDS = 5
# The form number of the left-right mirrored picture, here and there.
MIRRORED = 5


def speed(file: BinaryIO, width: int, height: int) -> tuple[dict[str, Any], bytes]:
    """A generated picture: what :func:`_beside` says of it."""
    return _beside(_scene(1, (width, height)), ROUNDS), b""


def beside(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """A file: what :func:`_beside` says of it."""
    return _beside(_decoded(file), ROUNDS), b""


def _beside(pixels: Pixels, rounds: int) -> dict[str, Any]:
    """Seconds for the eight codes, ours and the peer's; bits between the two upright codes.

    ``ours_off``, ``peer_off``: bits from the mirrored form's code to that of the mirrored picture itself.
    """
    ours, codes = _timed(lambda: _codes(pixels)[1], rounds)
    mirrored = np.ascontiguousarray(pixels[:, ::-1])
    told = {"ours": ours, "ours_off": pdq.distance(codes[MIRRORED], _codes(mirrored)[1][0])}
    if pdqhash is None:
        return {**told, "peer": None, "bits": None, "peer_off": None}
    peer, forms = _timed(lambda: pdqhash.compute_dihedral(pixels)[0], rounds)
    theirs = [np.packbits(form).tobytes() for form in forms]
    own = np.packbits(pdqhash.compute(mirrored)[0]).tobytes()
    off = pdq.distance(theirs[MIRRORED], own)
    return {**told, "peer": peer, "bits": pdq.distance(codes[0], theirs[0]), "peer_off": off}


def _timed(work: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """The best of some rounds, after one to warm up, and the result."""
    result = work()
    seconds = []
    for _round in range(rounds):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return min(seconds), result


def parts(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Quality and codes of a picture, its quarters and its ninths."""
    whole = _decoded(file)
    height, width = whole.shape[:2]
    packed = [_packed(whole)]
    for split in (2, 3):
        for row in range(split):
            for column in range(split):
                down = slice(row * height // split, (row + 1) * height // split)
                across = slice(column * width // split, (column + 1) * width // split)
                packed.append(_packed(np.ascontiguousarray(whole[down, across])))
    return {}, b"".join(packed)


def generated(file: BinaryIO, seed: int) -> tuple[dict[str, Any], bytes]:
    """Quality and codes of a generated picture."""
    return {}, _packed(_scene(1000 + seed, (320, 240)))


def _packed(pixels: Pixels) -> bytes:
    quality, codes = _codes(pixels)
    return bytes([quality]) + b"".join(codes)


def _codes(pixels: Pixels) -> tuple[int, tuple[bytes, ...]]:
    sampled = pdq.samples([(0, pixels)], pixels.shape[1], pixels.shape[0])
    return pdq.quality(sampled), pdq.codes(sampled)


def _decoded(file: BinaryIO) -> Pixels:
    picture = image.open_picture(file, probe(file).decoder)
    return np.asarray(picture.image.convert("RGB"))


def _scene(seed: int, size: tuple[int, int]) -> Pixels:
    """Soft clouds of colour, shapes with edges, some grain; another one for every seed."""
    rng = np.random.default_rng(seed)
    few = rng.integers(0, 256, (int(rng.integers(3, 14)), int(rng.integers(3, 14)), 3), np.uint8)
    clouds = Image.fromarray(few).resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(clouds)
    for _shape in range(int(rng.integers(0, 20))):
        x, y = int(rng.integers(size[0])), int(rng.integers(size[1]))
        corner = (x + int(rng.integers(5, size[0] // 2)), y + int(rng.integers(5, size[1] // 2)))
        colour = tuple(int(value) for value in rng.integers(0, 256, 3))
        (draw.ellipse if rng.random() < 0.5 else draw.rectangle)(((x, y), corner), fill=colour)
    grain = rng.normal(0, 8, (size[1], size[0], 1))
    return np.clip(np.asarray(clouds) + grain, 0, 255).astype(np.uint8)


OPERATIONS = {"speed": speed, "beside": beside, "parts": parts, "generated": generated}
