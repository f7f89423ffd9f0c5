"""How often codes of unrelated pictures are near: of every picture with every other one, in all forms and views.

Codes are cheap to compare, so that many more pairs can be asked about than about places: each with each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any

import numpy as np

from jium.bench.metrics import upper_bound
from jium.dna.fingerprint import QUALITY_FLOOR, Fingerprint
from jium.dna.index import CodeIndex
from jium.dna.pdq import CODE_BYTES


@dataclass(frozen=True)
class Coded:
    """A picture: its name, what it is a part of, and the eight codes of each view that is good enough to match."""

    name: str
    origin: str
    views: tuple[tuple[bytes, ...], ...]


def coded(name: str, origin: str, fingerprint: Fingerprint) -> Coded:
    """The codes that a comparison would look at."""
    whole = fingerprint.frames[0]
    views = [(whole.quality, whole.dihedral)]
    if fingerprint.still:
        views += [(view.quality, view.dihedral) for view in fingerprint.still.views]
    return Coded(name, origin, tuple(forms for quality, forms in views if quality >= QUALITY_FLOOR))


def near_pairs(pictures: Sequence[Coded]) -> list[tuple[str, str]]:
    """The names of every two unrelated pictures of which some views are within the radius of each other."""
    index = CodeIndex()
    for number, picture in enumerate(pictures):
        forms = [form for view in picture.views for form in view]
        if forms:
            index.add([number] * len(forms), np.frombuffer(b"".join(forms), np.uint8).reshape(-1, CODE_BYTES))
    near: set[tuple[int, int]] = set()
    for number, picture in enumerate(pictures):
        upright = [view[0] for view in picture.views]
        if not upright:
            continue
        found = index.search(np.frombuffer(b"".join(upright), np.uint8).reshape(-1, CODE_BYTES))
        near |= {
            (min(number, other), max(number, other))
            for other in found.owner_numbers()
            if pictures[other].origin != picture.origin
        }
    return [(pictures[one].name, pictures[other].name) for one, other in sorted(near)]


def comparisons(pictures: Sequence[Coded]) -> int:
    """How many pairs of unrelated pictures there are."""
    of_one = Counter(picture.origin for picture in pictures)
    return (len(pictures) ** 2 - sum(count**2 for count in of_one.values())) // 2


def code_odds(pictures: Sequence[Coded]) -> dict[str, Any]:
    """Chance gives codes as near at most once in so many comparisons, with 95 % confidence."""
    near, of = near_pairs(pictures), comparisons(pictures)
    odds = 1 / upper_bound(len(near), of)
    unit = 10 ** max(0, floor(log10(odds)) - 1)
    return {"odds": float(floor(odds / unit) * unit), "comparisons": of, "false_matches": len(near)}
