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
# So small a deviation is that of a cohort too small, or of one person.
_LEAST_DEVIATION = 0.01


@dataclass(frozen=True)
class Crowd:
    """How much a face resembles strangers: mean and deviation of the nearest ones' similarity."""

    mean: float
    deviation: float


def crowd(template: Template, cohort: NDArray[np.float32]) -> Crowd:
    """``cohort``: strangers' templates, n × numbers, n at least ``SKIPPED`` + 2."""
    similar = np.sort(cohort @ template)[::-1][SKIPPED : SKIPPED + NEAREST].astype(np.float64)
    return Crowd(float(similar.mean()), max(float(similar.std()), _LEAST_DEVIATION))


def normalised(similarity: float, a: Crowd, b: Crowd) -> float:
    """The similarity of two faces in deviations above what strangers have; symmetric."""
    return ((similarity - a.mean) / a.deviation + (similarity - b.mean) / b.deviation) / 2
