"""The surroundings of a place as 128 bits, such that the mirror image's bits follow from them.

SIFT (Lowe 2004) describes the surroundings as 4 × 4 cells of 8 directions; RootSIFT (Arandjelović and
Zisserman 2012) compares such histograms better. ITQ (Gong and Lazebnik 2011) turns the 128 numbers so that
their signs lose as little as possible. A mirrored picture has the same numbers in another order. So the 128
numbers are split into the 64 sums and 64 differences of each number and its mirrored counterpart, and each
half is turned on its own: mirroring changes the sign of every difference and nothing else, and a code's
mirror image is the code with its second half inverted.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]

BYTES = 16
NUMBERS = 128
_HALF = NUMBERS // 2
# Cells in rows, columns, directions; mirrored left-right relative to its direction, a place swaps its rows.
_GRID = (4, 4, 8)
_MIRROR_MASK = np.array([0] * (BYTES // 2) + [255] * (BYTES // 2), np.uint8)


def _mirror_order() -> NDArray[np.int64]:
    """Which of the 128 numbers of a place becomes which when the picture is mirrored."""
    order = np.arange(NUMBERS).reshape(_GRID)[::-1, :, (-np.arange(_GRID[2])) % _GRID[2]]
    return np.ascontiguousarray(order).ravel()


MIRROR_ORDER = _mirror_order()
_FIRST = np.flatnonzero(np.arange(NUMBERS) < MIRROR_ORDER)
_SECOND = MIRROR_ORDER[_FIRST]


def halves(sift: Floats) -> tuple[Floats, Floats]:
    """RootSIFT of SIFT's n × 128 numbers as (sums, differences) over mirror images, n × 64 each."""
    root = np.sqrt(sift / np.maximum(sift.sum(axis=1, keepdims=True), 1e-9))
    first, second = root[:, _FIRST], root[:, _SECOND]
    return (first + second) * np.float32(0.5**0.5), (first - second) * np.float32(0.5**0.5)


def encode(sift: Floats) -> Codes:
    """SIFT's n × 128 numbers as n × 16 bytes."""
    sums, differences = halves(sift)
    turn = _projection()
    bits = np.concatenate([(sums - turn[0, _HALF]) @ turn[0, :_HALF] > 0, differences @ turn[1, :_HALF] > 0], axis=1)
    return np.packbits(bits, axis=1)


def mirrored(codes: Codes) -> Codes:
    """The codes (n × 16 bytes) that the same places have in the mirrored picture."""
    return codes ^ _MIRROR_MASK


@cache
def _projection() -> Floats:
    """For sums and differences a 64 × 64 rotation, below it the mean: 2 × 65 × 64; from ``jium bench calibrate``."""
    with files("jium.dna.local").joinpath("projection.npy").open("rb") as file:
        loaded: Floats = np.load(file, allow_pickle=False).astype(np.float32)
    return loaded


def learn(sift: Floats, rounds: int, seed: int) -> Floats:
    """The projection (2 × 65 × 64) that loses least on these descriptors, n × 128: ITQ of both halves."""
    rng = np.random.default_rng(seed)
    learned = np.zeros((2, _HALF + 1, _HALF), np.float32)
    for number, half in enumerate(halves(sift)):
        # The mirror images belong to the sample as well: differences then have the mean nought.
        mean = half.mean(axis=0) if number == 0 else np.zeros(_HALF, np.float32)
        turn, _rest = np.linalg.qr(rng.standard_normal((_HALF, _HALF)))
        for _round in range(rounds):
            turned = (half - mean) @ turn
            left, _values, right = np.linalg.svd((half - mean).T @ np.sign(turned))
            turn = left @ right
        learned[number, :_HALF], learned[number, _HALF] = turn, mean
    return learned
