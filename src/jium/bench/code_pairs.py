"""How often codes of unrelated pictures are near: of every picture with every other one, in all forms and views.

Codes are cheap to compare, so that many more pairs can be asked about than about places: each with each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor, log10
from typing import Any
from uuid import UUID

from jium.bench.metrics import upper_bound
from jium.dna.candidates import Candidates
from jium.dna.comparison import RADIUS
from jium.dna.fingerprint import Fingerprint
from jium.dna.stills import ENOUGH_PLACES, nearest_codes, sketches_agree


@dataclass(frozen=True)
class Picture:
    """Its name, what it is a part of, and its fingerprint."""

    name: str
    origin: str
    fingerprint: Fingerprint


@dataclass(frozen=True)
class Near:
    """Two unrelated pictures whose codes are near. ``alike``: what is compared beside the codes speaks for it too.

    None where their places decide.
    """

    names: tuple[str, str]
    alike: bool | None


def near_pairs(pictures: Sequence[Picture]) -> list[Near]:
    """Every two unrelated pictures of which some views are within the radius of each other, each pair once."""
    index = Candidates()
    for number, picture in enumerate(pictures):
        index.add(UUID(int=number), _codes_only(picture.fingerprint))
    near: set[tuple[int, int]] = set()
    for number, picture in enumerate(pictures):
        others = (owner.int for owner in index.near(_codes_only(picture.fingerprint)))
        near |= {
            (min(number, other), max(number, other)) for other in others if pictures[other].origin != picture.origin
        }
    told = (_told(pictures[one], pictures[other]) for one, other in sorted(near))
    return [pair for pair in told if pair]


def _codes_only(fingerprint: Fingerprint) -> Fingerprint:
    """Without places, so that codes alone make candidates."""
    return replace(fingerprint, still=fingerprint.still and replace(fingerprint.still, local=None))


def _told(one: Picture, other: Picture) -> Near | None:
    """As a comparison would see it: one as references are kept, the other one whole."""
    a, b = one.fingerprint.kept(), other.fingerprint
    codes = nearest_codes(a, b)
    if codes is None or codes.bits > RADIUS:
        return None
    here, there = (side.still.local if side.still else None for side in (a, b))
    if here is None or there is None or min(len(here), len(there)) >= ENOUGH_PLACES:
        return Near((one.name, other.name), None)
    return Near((one.name, other.name), sketches_agree(here, there, codes))


def comparisons(pictures: Sequence[Picture]) -> int:
    """How many pairs of unrelated pictures there are."""
    of_one = Counter(picture.origin for picture in pictures)
    return (len(pictures) ** 2 - sum(count**2 for count in of_one.values())) // 2


def code_odds(near: Sequence[Near], comparisons: int) -> dict[str, Any]:
    """Chance gives codes as near at most once in so many comparisons, with 95 % confidence.

    Alone, and where a picture of too few places looks alike too.
    """
    return {
        "alone": _odds(len(near), comparisons),
        "with sketches": _odds(sum(bool(pair.alike) for pair in near), comparisons),
    }


def _odds(events: int, comparisons: int) -> dict[str, Any]:
    odds = 1 / upper_bound(events, comparisons)
    unit = 10 ** max(0, floor(log10(odds)) - 1)
    return {"odds": float(floor(odds / unit) * unit), "comparisons": comparisons, "false_matches": events}
