"""How much speaks for one picture being made from the other, or both from a third.

Everything is put as numbers that grow with the evidence (:data:`NAMES`); ``jium.dna.score`` weighs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, log, log10
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jium.dna.local.agreement import WHOLE, Agreement, Region, agreement
from jium.dna.local.features import LocalFeatures
from jium.dna.local.matching import PIXELS, Alignment, Doubles, align, alike, inverse, mapped, weight

# Every alignment is one of about so many that could have been found: turnings × sizes × shifts × mirroring.
_TESTS = 1e6
# A pair that agrees by chance in position must agree in size and angle too.
_CHANCE_SIZE_ANGLE = 0.05
# Mirrored and not are both tried where their pairs say so nearly the same.
CLOSE = 0.7


class Rarity(Protocol):
    """How rare places are, 0..1 each; see :class:`jium.dna.local.furniture.Furniture`."""

    def rarity(self, places: NDArray[np.uint8]) -> Doubles | None:
        """One number for each of n × 16 bytes; None while too little has been seen to tell."""
        ...


@dataclass(frozen=True)
class Evidence:
    """``places``: how many agree; ``weight``: what they say together, each by its bits and its rarity.

    ``false_alarms``: decimal logarithm of how many alignments as good chance would give (a-contrario; Moisan
    and Stival 2004). ``explained``: the agreeing share of the places that both pictures should show.
    ``spread``: in how many of 6 × 6 parts of what both show they lie.
    ``informed``: was it known what is common? If not, even a shared frame counts in full, and more is asked.
    """

    informed: bool
    places: int
    weight: float
    false_alarms: float
    explained: float
    spread: int
    agreement: Agreement
    mirrored: bool
    rotation: float
    scale: float
    region_a: Region
    region_b: Region


def evidence(a: LocalFeatures, b: LocalFeatures, rarity: Rarity | None = None) -> Evidence | None:
    """The best that can be said for ``b`` showing what ``a`` shows; None where no alignment is found."""
    sides = {mirrored: a.mirrored() if mirrored else a for mirrored in (False, True)}
    pairs = dict(zip(sides, alike(a, b), strict=True))
    said = {mirrored: float(weight(some.bits).sum()) for mirrored, some in pairs.items()}
    # Chance gives both about the same; a real copy gives the right one clearly more.
    likely = [mirrored for mirrored in sides if said[mirrored] >= CLOSE * max(said.values())]
    found = [
        _weighed(sides[mirrored], b, mirrored, aligned, rarity, a)
        for mirrored in likely
        if (aligned := align(sides[mirrored], b, pairs[mirrored]))
    ]
    return max(found, key=lambda one: (one.weight * max(one.agreement.share, 0.05), not one.mirrored), default=None)


def _weighed(
    a: LocalFeatures,
    b: LocalFeatures,
    mirrored: bool,
    aligned: Alignment,
    rarity: Rarity | None,
    upright: LocalFeatures,
) -> Evidence:
    """``a`` is mirrored where that belongs to the alignment, ``upright`` is the same as it was."""
    of_a, of_b = aligned.pairs.a[aligned.agreeing], aligned.pairs.b[aligned.agreeing]
    weights = weight(aligned.pairs.bits[aligned.agreeing])
    rare = rarity.rarity(np.concatenate([upright.codes[of_a], b.codes[of_b]])) if rarity else None
    if rare is not None:
        weights = weights * rare.reshape(2, -1).min(axis=0)
    matrix = aligned.matrix
    seen = agreement(a, b, matrix, b.places[of_b, :2].astype(np.float64))
    region_a, region_b = _regions(a, b, matrix, seen.region_b)
    explained, spread = _coverage(a, b, matrix, of_a, of_b)
    rotation, scale = _turn_and_scale(matrix, a, b)
    return Evidence(
        informed=rare is not None,
        places=len(of_a),
        weight=float(weights.sum()),
        false_alarms=_false_alarms(len(aligned.pairs), len(of_a), b),
        explained=explained,
        spread=spread,
        agreement=seen,
        mirrored=mirrored,
        rotation=rotation,
        scale=scale,
        region_a=_unmirrored(region_a) if mirrored else region_a,
        region_b=region_b,
    )


def _false_alarms(pairs: int, agreeing: int, b: LocalFeatures) -> float:
    """log10 of tests × P(so many or more of the pairs agree by chance)."""
    chance = min(0.5, _CHANCE_SIZE_ANGLE * np.pi * PIXELS**2 / (b.width * b.height))
    # The three pairs that fix the map agree for nothing.
    count, hits = max(pairs - 3, 1), max(agreeing - 3, 0)
    tail = log(comb(count, hits)) + hits * log(chance)
    return log10(_TESTS) + tail / log(10)


def _regions(a: LocalFeatures, b: LocalFeatures, matrix: Doubles, alike: Region) -> tuple[Region, Region]:
    """What of each picture the other one shows, as boxes in 0..1; within ``alike`` of b they look alike."""
    region_a, region_b = _box(b, a, inverse(matrix)), _box(a, b, matrix)
    if alike == WHOLE:
        return region_a, region_b
    region_b = _common(region_b, alike)
    x0, y0, x1, y1 = np.array(region_b) * [b.width, b.height, b.width, b.height]
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    return _common(region_a, _bounding(corners, a, inverse(matrix))), region_b


def _common(one: Region, other: Region) -> Region:
    """What lies in both; the first where nothing does."""
    x0, y0, x1, y1 = max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])
    return (round(x0, 4), round(y0, 4), round(x1, 4), round(y1, 4)) if x0 < x1 and y0 < y1 else one


def _box(of: LocalFeatures, on: LocalFeatures, matrix: Doubles) -> Region:
    return _bounding(np.array([[0, 0], [of.width, 0], [of.width, of.height], [0, of.height]], np.float64), on, matrix)


def _bounding(corners: Doubles, on: LocalFeatures, matrix: Doubles) -> Region:
    placed = mapped(matrix, corners) / [on.width, on.height]
    low, high = np.clip(placed.min(axis=0), 0, 1), np.clip(placed.max(axis=0), 0, 1)
    if not np.isfinite(placed).all() or (high <= low).any():
        return WHOLE
    x0, y0, x1, y1 = (round(float(value), 4) for value in (*low, *high))
    return (x0, y0, x1, y1)


def _unmirrored(region: Region) -> Region:
    return (round(1 - region[2], 4), region[1], round(1 - region[0], 4), region[3])


def _coverage(
    a: LocalFeatures, b: LocalFeatures, matrix: Doubles, of_a: NDArray[np.int64], of_b: NDArray[np.int64]
) -> tuple[float, int]:
    """(agreeing share of the places that should be in both, parts of b's region in which they lie)."""
    onto_b = mapped(matrix, a.places[:, :2].astype(np.float64))
    onto_a = mapped(inverse(matrix), b.places[:, :2].astype(np.float64))
    common_a = int(((onto_b >= 0) & (onto_b <= [b.width, b.height])).all(axis=1).sum())
    common_b = int(((onto_a >= 0) & (onto_a <= [a.width, a.height])).all(axis=1).sum())
    region = np.array(_box(a, b, matrix))
    inside = b.places[of_b, :2] / [b.width, b.height]
    cells = np.clip((inside - region[:2]) / np.maximum(region[2:] - region[:2], 1e-6) * 6, 0, 5).astype(np.int64)
    return len(of_a) / max(1, min(common_a, common_b)), len(np.unique(cells, axis=0))


def _turn_and_scale(matrix: Doubles, a: LocalFeatures, b: LocalFeatures) -> tuple[float, float]:
    """Counter-clockwise degrees -180..180, and b's pixels over a's where both are 384 pixels long."""
    middle = np.array([[a.width / 2, a.height / 2]])
    here, right, down = (mapped(matrix, middle + step)[0] for step in ([0, 0], [1, 0], [0, 1]))
    across, along = right - here, down - here
    turn = np.degrees(np.arctan2(-(across[1] - along[0]), across[0] + along[1]))
    growth = float(np.sqrt(abs(across[0] * along[1] - across[1] * along[0])))
    return round(float(turn), 1), round(growth, 4)


NAMES = ("weight", "false_alarms", "agreement", "cells", "explained", "spread", "visible", "core", "core_part")


def measures(found: Evidence) -> Doubles:
    """The numbers of :data:`NAMES`, each between about 0 and 1; more is more evidence."""
    seen = found.agreement
    return np.array(
        [
            np.log1p(found.weight) / 6,
            np.log1p(max(0.0, -found.false_alarms)) / 6,
            max(0.0, seen.share),
            np.log1p(max(0.0, seen.share) * seen.cells) / 5,
            found.explained**0.5,
            found.spread / 36,
            # A copy lies wholly in one of the two; shared furniture alone is a small part of both.
            max(seen.visible_a, seen.visible_b),
            max(0.0, seen.core),
            seen.core_part,
        ]
    )
