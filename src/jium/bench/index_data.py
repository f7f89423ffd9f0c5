"""Codes and descriptors to measure an index with: their bits depend on each other, and some are near copies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BLOCK = 1 << 18
_LATENT = 64
LOOKUPS = 4000
PLANTED_EACH = 8
# Those searched for are among the first, so that an index of any size that is measured has them.
_FIRST = 100_000
_COPIES = 0.1


@dataclass(frozen=True)
class Bits:
    """Signs of sums of a few shared values, one in eight turned over.

    Buckets of 16 permuted bits are then 1.3 times as crowded as uniform ones; those of real PDQ codes 1.0 to 1.4 times.
    """

    weights: NDArray[np.float32]

    @classmethod
    def of(cls, rng: np.random.Generator, width: int) -> Bits:
        """For codes of ``width`` bits; neighbouring bits depend on each other most."""
        weights = rng.standard_normal((_LATENT, width), np.float32)
        return cls(weights + 0.5 * np.roll(weights, 1, axis=1))

    def draw(self, rng: np.random.Generator, count: int) -> NDArray[np.uint8]:
        """``count`` × width/8 bytes."""
        out = np.empty((count, self.weights.shape[1] // 8), np.uint8)
        for start in range(0, count, _BLOCK):
            rows = min(_BLOCK, count - start)
            latent = rng.integers(-127, 128, (rows, _LATENT), np.int8).astype(np.float32)
            noise = rng.integers(0, 256, (3, rows, out.shape[1]), np.uint8)
            signs = np.packbits(latent @ self.weights > 0, axis=1)
            out[start : start + rows] = signs ^ noise[0] & noise[1] & noise[2]
        return out


def flipped(rng: np.random.Generator, code: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """``code`` with exactly so many bits changed."""
    changed = np.unpackbits(code)
    changed[rng.permutation(len(changed))[:bits]] ^= 1
    return np.packbits(changed)


def write_codes(folder: Path, count: int) -> None:
    """``codes.npy`` (count × 32 bytes, a tenth of them near copies), ``lookups.npy`` and ``planted.npy``.

    Of the lookups nine in ten are codes unlike any, the others, as all those planted, lie 0 to 31 bits from one.
    """
    rng = np.random.default_rng(256)
    bits = Bits.of(rng, 256)
    codes = bits.draw(rng, count)
    copies = np.flatnonzero(rng.random(count) < _COPIES)
    sources = codes[rng.integers(0, max(1, count // 50), len(copies))].view(np.uint64)
    # One bit in sixteen on average.
    masks = rng.integers(0, 1 << 64, (4, len(copies), 4), np.uint64)
    codes[copies] = (sources ^ masks[0] & masks[1] & masks[2] & masks[3]).view(np.uint8)
    lookups = bits.draw(rng, LOOKUPS)
    for number in range(0, LOOKUPS, 10):
        lookups[number] = flipped(rng, codes[int(rng.integers(_FIRST))], number // 10 % 32)
    distances = np.repeat(np.arange(32), PLANTED_EACH)
    planted = [flipped(rng, codes[int(rng.integers(_FIRST))], int(distance)) for distance in distances]
    np.save(folder / "codes.npy", codes)
    np.save(folder / "lookups.npy", lookups)
    np.save(folder / "planted.npy", np.stack(planted))
