"""The strangers with whom faces are compared, as they come with a model: drawn at random, no real person among them.

Kept is only how the templates of many people are spread (their mean and what two numbers have to do with each other),
in ``cohort.npz`` of a model; strangers are drawn from that spread. So no template of anybody lies in jium.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

# So many are drawn, always the same ones.
DRAWN, SEED = 400, 2026
# A face's spread is known from some hundred people: so much of it is taken to be the same in all directions.
SHRUNK = 0.1


def spread(templates: NDArray[np.float32]) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    """Mean, and a matrix whose product with its transpose is the covariance, of n × numbers; n of a hundred or more."""
    wide = templates.astype(np.float64)
    covariance = np.cov(wide.T)
    numbers = len(covariance)
    even = np.trace(covariance) / numbers * np.eye(numbers)
    return wide.mean(axis=0).astype(np.float16), np.linalg.cholesky((1 - SHRUNK) * covariance + SHRUNK * even).astype(
        np.float16
    )


def drawn(mean: NDArray[np.float16], factor: NDArray[np.float16]) -> NDArray[np.float32]:
    """Strangers of that spread: ``DRAWN`` × numbers, each row of length 1."""
    # This generator is frozen: it gives the same numbers in every version of numpy.
    random = np.random.RandomState(SEED).standard_normal((DRAWN, len(mean)))
    rows = mean.astype(np.float64) + random @ factor.astype(np.float64).T
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@cache
def of_model(name: str) -> NDArray[np.float32]:
    """The strangers that come with this model. Raises ``FileNotFoundError`` where it was never calibrated."""
    with resources.as_file(resources.files(f"jium.faces.models.{name}").joinpath("cohort.npz")) as path:
        kept = np.load(path, allow_pickle=False)
        return drawn(kept["mean"], kept["factor"])
