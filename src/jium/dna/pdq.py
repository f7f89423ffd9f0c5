"""PDQ: the 256-bit code of a picture, which survives recompression, resizing and small changes of colour.

Source: Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (2019), and its
reference code. There two box filters run over the whole picture before 64 × 64 samples are taken, and a
cosine transform keeps 16 × 16 coefficients. All of it is linear, so here each sample is one weighted sum of
the pixels near it: 64 × 64 = W(height) · brightness · W(width)ᵀ with banded W.

What is promised, and tested: of a natural picture of quality 50 or more, every code is within 2 bits of the
reference code's; and a picture has the same codes and the same quality on every processor within 2 bits and one
point. The reference code adds float32 numbers, whose last bits depend on the order in which a processor adds
them, and a coefficient near the median then falls on either side. Here all weights are whole multiples of a
power of two, so large that no sum has more digits than its type holds: sums are exact, whatever their order.
Only the cosine transform is not; it is rounded far above its last bits.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

CODE_BYTES = 32
_SIDE, _KEPT = 64, 16
# So few rows are worked on at a time that they stay in the processor's cache.
_CHUNK_ROWS = 64
# The grain of each kind of number. Bytes times weights add up to 8 + 16 = 24 binary digits, what a float32 holds;
# brightness times weights to 8 + 28 + 16 = 52, what a float64 holds.
_WEIGHT, _PIXEL, _SHARE, _BRIGHT, _COEFFICIENT = 2.0**-16, 2.0**-8, 2.0**-20, 2.0**-28, 2.0**-20
_BRIGHTNESS = np.rint(np.array([0.299, 0.587, 0.114]) / _SHARE) * _SHARE
_COSINES: Doubles = np.sqrt(2 / _SIDE) * np.cos(
    np.pi / 2 / _SIDE * np.arange(1, _KEPT + 1)[:, None] * (2 * np.arange(_SIDE)[None] + 1)
)

# EXIF orientation -> (rows run upwards, columns run leftwards, then swap rows and columns).
_UPRIGHT = {
    1: (False, False, False),
    2: (False, True, False),
    3: (True, True, False),
    4: (True, False, False),
    5: (False, False, True),
    6: (True, False, True),
    7: (True, True, True),
    8: (False, True, True),
}


def samples(
    strips: Iterable[tuple[int, NDArray[np.uint8] | Floats]], width: int, height: int, orientation: int = 1
) -> Doubles:
    """The 64 × 64 brightness samples of a picture, turned upright, and of its mirror images: 2 × 2 × 64 × 64.

    The first index is 1 for upside down, the second for left-right mirrored. ``strips``: (top row, pixels)
    covering all rows once; pixels rows × width (brightness) or rows × width × 3 (red, green, blue), 0..255.
    ``width`` and ``height`` are those of the pixels; ``orientation`` is EXIF's 1..8.

    The mirror images are sampled anew because the samples do not lie symmetrically: a code made from the
    upright one's coefficients by changing signs, as the reference code does, is on average 31 bits off at 256
    × 256 pixels.
    """
    rows_upwards, columns_leftwards, swap = _UPRIGHT[orientation]
    across: Floats | Doubles | None = None
    for top, pixels in strips:
        flat = pixels.reshape(pixels.shape[0], -1)
        for first in range(0, len(flat), _CHUNK_ROWS):
            chunk = _summable(flat[first : first + _CHUNK_ROWS])
            if across is None:
                across = np.zeros((2, _SIDE, flat.shape[1]), chunk.dtype)
            for mirror in (0, 1):
                _add_rows(across[mirror], chunk, top + first, height, rows_upwards ^ bool(mirror))
    if across is None:
        raise ValueError("no strips")
    bright = across.astype(np.float64)
    if bright.shape[2] != width:
        bright = np.rint(bright.reshape(2, _SIDE, width, 3) @ (_BRIGHTNESS / _BRIGHT)) * _BRIGHT
    columns = [_window_matrix(width, columns_leftwards ^ bool(mirror)).T for mirror in (0, 1)]
    result = np.stack([np.stack([rows @ matrix for matrix in columns]) for rows in bright])
    return result.transpose(1, 0, 3, 2) if swap else result


def _summable(pixels: NDArray[np.uint8] | Floats) -> Floats | Doubles:
    """The pixels in the smallest type in which their weighted sums are exact; floats to the nearest 256th."""
    if pixels.dtype == np.uint8:
        return pixels.astype(np.float32)
    return np.rint(pixels.astype(np.float64) / _PIXEL) * _PIXEL


def samples_of_small(grey: NDArray[np.uint8]) -> Doubles:
    """As :func:`samples` of an upright picture, rows × columns of brightness: quicker where it is small."""
    rows, columns = (
        [_window_matrix(size, reverse) for reverse in (False, True)] for size in (grey.shape[0], grey.shape[1])
    )
    across = [grey.astype(np.float64) @ matrix.T for matrix in columns]
    return np.stack([np.stack([matrix @ side for side in across]) for matrix in rows])


def _add_rows(across: Floats | Doubles, chunk: Floats | Doubles, top: int, height: int, reverse: bool) -> None:
    """Add what rows top.. of a picture contribute to each of its 64 rows of samples."""
    bottom = top + len(chunk)
    for sample, (start, weights) in enumerate(_windows(height, reverse)):
        low, high = max(start, top), min(start + len(weights), bottom)
        if low < high:
            across[sample] += weights[low - start : high - start] @ chunk[low - top : high - top]


@lru_cache(maxsize=64)
def _windows(size: int, reverse: bool = False) -> tuple[tuple[int, Floats], ...]:
    """For each of the 64 samples of ``size`` pixels: the first pixel it needs and the weights from there on.

    Two passes of the reference code's box filter of size/128 pixels, taken at the middle of each 64th. Weights are
    rounded such that each sum of them from the first on is right to half a grain, and all add up to 1.
    """
    width = (size + 127) // 128
    half = (width + 2) // 2

    def box(at: int) -> tuple[int, int]:
        return max(0, at - (width - half)), min(size, at + half)

    windows = []
    for sample in range(_SIDE):
        outer_low, outer_high = box(int((sample + 0.5) * size / _SIDE))
        start, end = box(outer_low)[0], box(outer_high - 1)[1]
        weights = np.zeros(end - start)
        for at in range(outer_low, outer_high):
            low, high = box(at)
            weights[low - start : high - start] += 1 / (high - low) / (outer_high - outer_low)
        weights = np.diff(np.rint(weights.cumsum() / weights.sum() / _WEIGHT), prepend=0.0) * _WEIGHT
        if reverse:
            start, weights = size - end, weights[::-1]
        windows.append((start, np.ascontiguousarray(weights, np.float32)))
    return tuple(windows)


@lru_cache(maxsize=16)
def _window_matrix(size: int, reverse: bool) -> Doubles:
    matrix = np.zeros((_SIDE, size))
    for sample, (start, weights) in enumerate(_windows(size, reverse)):
        matrix[sample, start : start + len(weights)] = weights
    return matrix


def codes(sampled: Doubles) -> tuple[bytes, ...]:
    """Eight codes of 32 bytes from :func:`samples`: of the picture as it is, and of it turned and mirrored.

    Order: as it is; turned 90, 180, 270 degrees counter-clockwise; upside down; left-right mirrored; mirrored
    on the main diagonal; on the other one. ``code.hex()`` is the spelling of the reference code (bit 255
    first).
    """
    kept = np.rint(_COSINES @ sampled @ _COSINES.T / _COEFFICIENT)
    upright, mirrored = kept[0, 0], kept[0, 1]
    upside_down, half_turned = kept[1, 0], kept[1, 1]
    forms = (
        upright,
        mirrored.T,
        half_turned,
        upside_down.T,
        upside_down,
        mirrored,
        upright.T,
        half_turned.T,
    )
    return tuple(_bits(form) for form in forms)


def _bits(coefficients: NDArray[np.floating]) -> bytes:
    # The reference code takes the lower of the two middle values as median.
    median = np.partition(coefficients, 127, axis=None)[127]
    return np.packbits((coefficients > median).ravel()[::-1]).tobytes()


def quality(sampled: Doubles) -> int:
    """0..100: how much there is in the picture to recognise; under 50 a code says little."""
    block = sampled[0, 0]
    down = np.abs(((block[:-1] - block[1:]) * (100 / 255)).astype(np.int32)).sum()
    right = np.abs(((block[:, :-1] - block[:, 1:]) * (100 / 255)).astype(np.int32)).sum()
    return min(100, (int(down) + int(right)) // 90)


def distance(a: bytes, b: bytes) -> int:
    """How many of the 256 bits differ."""
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).bit_count()
