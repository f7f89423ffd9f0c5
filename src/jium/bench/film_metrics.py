"""How well the seconds that were said to match are those that do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jium.bench.film_edits import Truth
from jium.dna.comparison import Segment

# Seconds of the original may be off by so much and still be the right ones.
OFF = 1.5
STEP = 0.1


def segment_f1(truth: Truth, segments: Sequence[Segment]) -> float:
    """F1 of the seconds of the copy that were said to show the right seconds of the original, 0..1.

    ``segments``: a is the original, b the copy.
    """
    last = max([truth.b[1], *(segment.b[1] for segment in segments)])
    seconds = np.arange(0.0, last + STEP, STEP)
    real = (seconds >= truth.b[0]) & (seconds < truth.b[1])
    where = truth.a[0] + truth.speed * (seconds - truth.b[0])
    said, right = np.zeros(len(seconds), bool), np.zeros(len(seconds), bool)
    for segment in segments:
        inside = (seconds >= segment.b[0]) & (seconds <= segment.b[1])
        told = segment.a[0] + segment.speed * (seconds - segment.b[0])
        said |= inside
        right |= inside & real & (np.abs(told - where) <= OFF)
    if not right.any():
        return 0.0
    precision, recall = right.sum() / said.sum(), right.sum() / real.sum()
    return float(2 * precision * recall / (precision + recall))


def boundary_errors(truth: Truth, segments: Sequence[Segment]) -> list[float]:
    """Seconds by which the first begin and the last end in the copy are off."""
    if not segments:
        return []
    begin, end = min(one.b[0] for one in segments), max(one.b[1] for one in segments)
    return [abs(begin - truth.b[0]), abs(end - truth.b[1])]
