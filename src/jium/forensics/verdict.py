"""All findings together: composite, authentic-looking, or undetermined; and how sure that is.

Weights are logarithms of likelihood ratios, so independent ones add up. Before anything is seen a composite is taken
to be as likely as not: whoever knows better weighs that in. A verdict is advice; it decides nothing by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from jium.forensics.finding import Finding

Name = Literal["composite", "authentic-looking", "undetermined"]

# From which probability on it is called so; what lies between is undetermined.
COMPOSITE, AUTHENTIC = 0.99, 0.02


@dataclass(frozen=True)
class Verdict:
    """``probability`` that it is a composite, 0..1, and its 95 % ``interval``, by how well the weights are known."""

    name: Name
    probability: float
    interval: tuple[float, float]


def fused(findings: Sequence[Finding]) -> Verdict:
    """Of each signal only its strongest finding for and its strongest one against count: several originals show the
    same thing, and would be counted twice. Where a person should look, nothing is called authentic-looking.
    """
    names = dict.fromkeys(one.signal for one in findings if one.weight)
    counted = [one for name in names for one in _strongest(one for one in findings if one.signal == name)]
    total = sum(one.weight for one in counted)
    error = 1.96 * math.sqrt(sum(one.error**2 for one in counted)) if counted else math.inf
    low, high = (probability(total + sign * error) for sign in (-1, 1))
    sure = probability(total)
    name: Name = "undetermined"
    if low >= 0.5 and sure >= COMPOSITE:
        name = "composite"
    elif high <= 0.5 and sure <= AUTHENTIC and not any(one.look for one in findings):
        name = "authentic-looking"
    return Verdict(name, round(sure, 4), (round(low, 4), round(high, 4)))


def _strongest(findings: Iterable[Finding]) -> list[Finding]:
    weighed = sorted(findings, key=lambda one: one.weight)
    ends = (weighed[0], weighed[-1]) if len(weighed) > 1 else (weighed[0],)
    against, on = [one for one in ends if one.weight < 0][:1], [one for one in ends if one.weight > 0][-1:]
    return against + on


def probability(weight: float) -> float:
    """That it is a composite, where before anything was seen it was as likely as not."""
    return 1 / (1 + math.exp(-weight)) if weight > -700 else 0.0
