"""A similarity means little by itself: some faces resemble everybody. It is measured against a cohort of strangers.

Adaptive symmetric score normalisation (AS-norm: Matějka et al., Interspeech 2017): of either face the strangers most
like it are sought, and the similarity of the two is told in deviations above those. Faces of a group that the network
tells apart badly resemble each other all alike, and so none of them stands out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jium.faces.face import Template

# Of the cohort so many of the nearest tell how much a face resembles strangers. The very nearest so many do not: where
# the cohort is taken from the material itself, some of them may be the person herself.
NEAREST, SKIPPED = 45, 18
# Measured from few strangers, a deviation is itself uncertain: this share of what strangers' similarities usually have
# is added to it, in squares.
STEADY = 1 / 3


@dataclass(frozen=True)
class Crowd:
    """How much a face resembles strangers: mean and deviation of the nearest ones' similarity."""

    mean: float
    deviation: float


def usual(base: NDArray[np.float32]) -> float:
    """The deviation of the similarity of two strangers of ``base``, n × numbers."""
    similar = (base @ base.T)[np.triu_indices(len(base), 1)]
    return float(similar.std())


def crowd(template: Template, cohort: NDArray[np.float32], usually: float) -> Crowd:
    """``cohort``: strangers' templates, n × numbers, n at least ``SKIPPED`` + 2. ``usually``: see :func:`usual`."""
    similar = np.sort(cohort @ template)[::-1][SKIPPED : SKIPPED + NEAREST].astype(np.float64)
    return Crowd(float(similar.mean()), float(np.hypot(similar.std(), STEADY * usually)))


def normalised(similarity: float, a: Crowd, b: Crowd) -> float:
    """The similarity of two faces in deviations above what strangers have; symmetric."""
    return ((similarity - a.mean) / a.deviation + (similarity - b.mean) / b.deviation) / 2
