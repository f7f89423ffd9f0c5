"""What the recognition of places is made of: the projection to 128 bits, from tuning pictures alone."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import jium.dna.local
from jium.bench.corpus.items import Item
from jium.dna.local import descriptor
from jium.dna.local.features import CONTRAST, EDGES, LAYERS, LONGEST_SIDE

ROUNDS, SEED = 60, 7
PLACES_OF_ONE = 300
PROJECTION = Path(jium.dna.local.__path__[0]) / "projection.npy"


def may_learn() -> bool:
    """Is the projection to be learned anew (``JIUM_BENCH_LEARN=1``)? Places of another one are no longer read."""
    return os.environ.get("JIUM_BENCH_LEARN", "") == "1"


def learn_projection(items: list[Item]) -> int:
    """Learn the projection from these pictures and keep it where the code reads it; how many places it saw."""
    sample = np.concatenate([found for item in items if (found := _places(item)) is not None])
    np.save(PROJECTION, descriptor.learn(sample, ROUNDS, SEED), allow_pickle=False)
    return len(sample)


def _places(item: Item) -> NDArray[np.float32] | None:
    grey = cv2.cvtColor(item.render(), cv2.COLOR_RGB2GRAY)
    scale = min(1.0, LONGEST_SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _points, described = cv2.SIFT.create(0, LAYERS, CONTRAST, EDGES).detectAndCompute(small, None)
    if described is None:
        return None
    order = np.random.default_rng(SEED).permutation(len(described))[:PLACES_OF_ONE]
    return np.asarray(described, np.float32)[order]
