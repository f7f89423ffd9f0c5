"""Which places of two pictures look alike, and on which turning, scaling and shifting do they agree?

Every pair of places that look alike proposes one similarity by itself, since a place has a position, a size and
an angle. The one on which most weight agrees is refined to an affine map, and where that explains more, to a
perspective one (a camera held aslant). No random choice: the same two pictures always give the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.dna.local.features import LocalFeatures

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Numbers = NDArray[np.int64]

# Bits of 128; beyond this, nearest places are as far apart as those of unrelated pictures.
FARTHEST = 38
MOST_SEEDS = 64
# A seed's own size and angle are inexact, so what lies far from it may be off by more pixels.
SEED_PIXELS, SEED_SHARE = 6.0, 0.12
# Turning and growth of a pair and the seed's, as a complex quotient, differ from 1 by less: about 1.6 times, 35°.
SEED_GROWTH = 0.6
PIXELS = 5.0
LOG_SIZES, ANGLES = 0.55, 0.6
LEAST_PAIRS = 4
LEAST_FOR_PERSPECTIVE = 10
# Under this determinant share a map folds the picture into a line.
_FLAT = 1e-3


@dataclass(frozen=True, eq=False)
class Pairs:
    """Places ``a`` and ``b`` (numbers, n each) that look alike in ``bits`` (n), 0 = exactly."""

    a: Numbers
    b: Numbers
    bits: Numbers

    def __len__(self) -> int:
        return len(self.a)


@dataclass(frozen=True, eq=False)
class Alignment:
    """``matrix``: 3 × 3, from pixels of a to pixels of b. ``agreeing``: which of ``pairs`` it explains, one a place."""

    matrix: Doubles
    pairs: Pairs
    agreeing: Numbers


def alike(a: LocalFeatures, b: LocalFeatures) -> tuple[Pairs, Pairs]:
    """Each place of one picture with the most similar one of the other, in both directions; then ``a`` mirrored."""
    if not len(a) or not len(b):
        nothing = np.empty(0, np.int64)
        return (Pairs(nothing, nothing, nothing),) * 2
    words_a, words_b = (np.ascontiguousarray(side.codes).view(np.uint64) for side in (a, b))
    first, second = (np.bitwise_count(words_a[:, None, half] ^ words_b[None, :, half]) for half in (0, 1))
    # A code's mirror image is the code with its second half inverted.
    return _nearest(first + second), _nearest(first + (64 - second))


def _nearest(bits: NDArray[np.uint8]) -> Pairs:
    """The nearest of each row and of each column, but not those beyond ``FARTHEST``."""
    rows, columns = bits.shape
    nearest_a, nearest_b = bits.argmin(axis=0), bits.argmin(axis=1)
    keys = np.unique(np.concatenate([nearest_a * columns + np.arange(columns), np.arange(rows) * columns + nearest_b]))
    of_a, of_b = np.divmod(keys, columns)
    distance = bits[of_a, of_b].astype(np.int64)
    near = distance <= FARTHEST
    return Pairs(of_a[near], of_b[near], distance[near])


def weight(bits: Numbers) -> Doubles:
    """How much a pair says: the log of how much likelier so few bits are for one place than for two."""
    return np.clip((36.0 - bits) / 6.0, 0.1, 4.0)


def align(a: LocalFeatures, b: LocalFeatures, pairs: Pairs) -> Alignment | None:
    """The alignment of ``a`` with ``b`` on which most of ``pairs`` agree; None where fewer than four do."""
    if len(pairs) < LEAST_PAIRS:
        return None
    from_, to = a.places[pairs.a].astype(np.float64), b.places[pairs.b].astype(np.float64)
    weights = weight(pairs.bits)
    agreeing = _seeded(from_, to, weights)
    matrix: Doubles | None = None
    for pixels in (2 * PIXELS, PIXELS, PIXELS):
        if len(agreeing) < LEAST_PAIRS:
            return None
        matrix = _affine(from_[agreeing, :2], to[agreeing, :2], weights[agreeing])
        if matrix is None:
            return None
        agreeing = _explained(matrix, from_, to, weights, pixels)
    if len(agreeing) >= LEAST_FOR_PERSPECTIVE:
        matrix, agreeing = _perspective(matrix, agreeing, from_, to, weights)
    if matrix is None or len(agreeing) < LEAST_PAIRS:
        return None
    return Alignment(matrix, pairs, agreeing)


def mapped(matrix: Doubles, points: Doubles) -> Doubles:
    """Points (n × 2) through a 3 × 3 matrix."""
    projected = points @ matrix[:2, :2].T + matrix[:2, 2]
    depth = points @ matrix[2, :2] + matrix[2, 2]
    result: Doubles = projected / np.where(np.abs(depth) < 1e-9, 1e-9, depth)[:, None]
    return result


def inverse(matrix: Doubles) -> Doubles:
    """The map of the way back."""
    return np.asarray(np.linalg.inv(matrix), np.float64)


def _seeded(from_: Doubles, to: Doubles, weights: Doubles) -> Numbers:
    """The pairs that agree with the best single pair.

    Points are complex numbers, so that turning and scaling is one multiplication: ``growth``.
    """
    seeds = np.argsort(-weights, kind="stable")[:MOST_SEEDS]
    here = (from_[:, 0] + 1j * from_[:, 1]).astype(np.complex64)
    there = (to[:, 0] + 1j * to[:, 1]).astype(np.complex64)
    growth = (to[:, 2] / from_[:, 2] * np.exp(1j * (to[:, 3] - from_[:, 3]))).astype(np.complex64)
    away = there[None] - there[seeds, None]
    off = np.abs(growth[seeds, None] * (here[None] - here[seeds, None]) - away)
    agree = (off < SEED_PIXELS + SEED_SHARE * np.abs(away)) & (
        np.abs(growth[None] / growth[seeds, None] - 1) < SEED_GROWTH
    )
    return np.flatnonzero(agree[int((agree @ weights).argmax())])


def _affine(from_: Doubles, to: Doubles, weights: Doubles) -> Doubles | None:
    """The affine map of least squares; None where it would fold the picture."""
    root = np.sqrt(weights)[:, None]
    middle = from_.mean(axis=0)
    # A little pull towards a similarity keeps few points, or points in a row, from shearing the picture.
    similarity = _similarity(from_ - middle, to, weights)
    known = np.column_stack([from_ - middle, np.ones(len(from_))])
    spread = np.sqrt((weights[:, None] * (from_ - middle) ** 2).sum() / weights.sum() + 1e-9)
    pull = np.diag([spread, spread, 0.0]) * np.sqrt(3.0)
    solved, *_rest = np.linalg.lstsq(
        np.vstack([known * root, pull]), np.vstack([to * root, pull @ similarity]), rcond=None
    )
    matrix = np.eye(3)
    matrix[:2, :2] = solved[:2].T
    matrix[:2, 2] = solved[2] - matrix[:2, :2] @ middle
    size = abs(matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0])
    return matrix if size > _FLAT and np.isfinite(matrix).all() else None


def _similarity(centred: Doubles, to: Doubles, weights: Doubles) -> Doubles:
    """3 × 2: turning and scaling about the middle, then shifting, of least squares (Umeyama, no reflection)."""
    target = (weights[:, None] * to).sum(axis=0) / weights.sum()
    source = (weights[:, None] * centred).sum(axis=0) / weights.sum()
    p, q = centred - source, to - target
    norm = (weights[:, None] * p**2).sum() + 1e-9
    cosine = (weights * (p * q).sum(axis=1)).sum() / norm
    sine = (weights * (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0])).sum() / norm
    turn = np.array([[cosine, sine], [-sine, cosine]])
    return np.vstack([turn, target - source @ turn])


def _explained(matrix: Doubles, from_: Doubles, to: Doubles, weights: Doubles, pixels: float) -> Numbers:
    """The pairs that the map explains: position, size and angle; of each place only its best pair."""
    off = np.hypot(*(mapped(matrix, from_[:, :2]) - to[:, :2]).T)
    # Where a unit circle around each point goes, for size and angle.
    step = 1.0
    right = mapped(matrix, from_[:, :2] + [step, 0]) - mapped(matrix, from_[:, :2])
    down = mapped(matrix, from_[:, :2] + [0, step]) - mapped(matrix, from_[:, :2])
    grow = 0.5 * np.log(np.maximum(np.abs(right[:, 0] * down[:, 1] - right[:, 1] * down[:, 0]), 1e-9))
    ahead = right * np.cos(from_[:, 3:]) + down * np.sin(from_[:, 3:])
    turn = np.arctan2(ahead[:, 1], ahead[:, 0]) - to[:, 3]
    agree = (
        (off < np.maximum(pixels, 0.5 * to[:, 2]))
        & (np.abs(np.log(to[:, 2] / from_[:, 2]) - grow) < LOG_SIZES)
        & (np.abs((turn + np.pi) % (2 * np.pi) - np.pi) < ANGLES)
    )
    chosen = np.flatnonzero(agree)
    chosen = chosen[np.lexsort((off[chosen], -weights[chosen]))]
    for side in (from_, to):
        # One blob found with two angles, or in neighbouring sizes, is one place.
        cells = np.floor(side[chosen, :2] / 4).astype(np.int64)
        _cells, first = np.unique(cells, axis=0, return_index=True)
        chosen = chosen[np.sort(first)]
    return np.sort(chosen)


def _perspective(
    matrix: Doubles | None, agreeing: Numbers, from_: Doubles, to: Doubles, weights: Doubles
) -> tuple[Doubles | None, Numbers]:
    """A perspective map instead, where it explains clearly more."""
    wide = _explained(matrix, from_, to, weights, 3 * PIXELS) if matrix is not None else agreeing
    found, _mask = cv2.findHomography(from_[wide, :2], to[wide, :2], cv2.RANSAC, PIXELS, maxIters=200)
    if found is None or not np.isfinite(found).all() or np.linalg.det(found[:2, :2]) < _FLAT:
        return matrix, agreeing
    aslant = np.asarray(found, np.float64)
    better = _explained(aslant, from_, to, weights, PIXELS)
    if weights[better].sum() > 1.1 * weights[agreeing].sum():
        return aslant, better
    return matrix, agreeing
