"""Do two pictures show the same thing? First their codes, then their places.

Codes: a picture may match within 31 of 256 bits, upright, mirrored or turned by quarters, as a whole or in one of
its likely parts (``trimmed``). Places (``local``): any turning, cropping, embedding; the odds are measured. Simple
pictures come near by their codes alone, so where both have places these decide; where one has too few, the sketches
must agree; where one has none at all (too small, or forgotten), the code stands alone, with its lower odds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jium.dna.comparison import (
    FORMS,
    RADIUS,
    WHOLE,
    Comparison,
    Reason,
    Region,
    Transform,
    score_of,
    turned_back,
)
from jium.dna.fingerprint import QUALITY_FLOOR, Fingerprint
from jium.dna.local.evidence import Evidence, evidence
from jium.dna.local.features import LocalFeatures
from jium.dna.local.laid import laid
from jium.dna.neural import Model, similarity
from jium.dna.score import MATCH_ODDS, code_odds, place_odds

Words = NDArray[np.uint64]

# Measured on the tuning pictures: of 2,199 copies with near codes and so many places on both sides, three have places
# that do not say so (watermarks all over); of strangers with near codes four in five.
ENOUGH_PLACES = 30
# Of pictures with fewer, the sketches of copies correlate by .88 or more, those of strangers mostly by less than this.
SKETCHES_AGREE = 0.8


class Known(Protocol):
    """What is seen so often that it proves nothing: :class:`jium.dna.local.furniture.Furniture`."""

    def rarity(self, places: NDArray[np.uint8]) -> NDArray[np.float64] | None:
        """0..1 for each of n × 16 bytes; 0 is common. None while too little has been seen to tell."""
        ...

    def frequent(self, code: bytes) -> bool:
        """Is this PDQ code (32 bytes) one of many unrelated pictures?"""
        ...


@dataclass(frozen=True)
class CodeMatch:
    """The nearest codes of two pictures: ``bits`` apart, in a view of each, b's being a's turned like ``form``."""

    bits: int
    form: tuple[bool, int]
    view_a: str
    view_b: str
    region_a: Region
    region_b: Region
    frequent: bool = False

    @property
    def whole(self) -> bool:
        """Are both codes those of the whole picture?"""
        return self.region_a == self.region_b == WHOLE


def compare_stills(
    a: Fingerprint,
    b: Fingerprint,
    known: Known | None = None,
    model: Model | None = None,
    least: float = MATCH_ODDS,
) -> Comparison:
    """Whether two pictures show the same, how b comes from a, and why. Their digests differ."""
    if a.sha256 > b.sha256:
        return compare_stills(b, a, known, model, least).swapped()
    codes = nearest_codes(a, b, known)
    places = None
    if a.still and b.still and a.still.local and b.still.local:
        places = evidence(a.still.local, b.still.local, known)
    found = decide(a, b, codes, places, least)
    return found if found.match or model is None else _by_descriptor(a, b, model, found)


def _by_descriptor(a: Fingerprint, b: Fingerprint, model: Model, otherwise: Comparison) -> Comparison:
    """What the optional network says where the other steps are silent. It does not say where."""
    alike = similarity(a.still.descriptor, b.still.descriptor) if a.still and b.still else None
    if alike is None or alike < model.similarity:
        return otherwise
    reason = Reason("descriptor", agreement=round(alike, 3))
    return Comparison(True, round(alike, 4), model.odds, Transform(False, 0, None), (), reason)


def decide(
    a: Fingerprint, b: Fingerprint, codes: CodeMatch | None, places: Evidence | None, least: float = MATCH_ODDS
) -> Comparison:
    """What the two steps together say: the surer one decides, the finer one says where."""
    by_code, by_place = odds_of(a, b, codes, places)
    code_score = score_of(codes.bits) if codes else 0.0
    place_score = round(min(1.0, log10(max(by_place, 1.0)) / (2 * log10(MATCH_ODDS))), 4)
    if codes and by_code:
        # Of a whole picture the code itself says how it was turned; of a part the places say it more exactly.
        finer = places if by_place >= MATCH_ODDS and not codes.whole else None
        reason = Reason("codes", codes.bits, view_a=codes.view_a, view_b=codes.view_b)
        transform = _of_places(a, b, finer) if finer else _of_codes(a, b, codes)
        return Comparison(True, code_score, max(by_code, by_place), transform, (), reason)
    if places and by_place >= least:
        reason = Reason("places", places=places.places, agreement=round(places.agreement.share, 3))
        return Comparison(True, place_score, by_place, _of_places(a, b, places), (), reason)
    unmatched = 0.0 if codes and codes.frequent else code_score
    return Comparison(False, max(unmatched, place_score), None, None, ())


def odds_of(a: Fingerprint, b: Fingerprint, codes: CodeMatch | None, places: Evidence | None) -> tuple[float, float]:
    """Once in so many comparisons chance gives codes as near, and places as many; 0 where a step is silent."""
    by_place = place_odds(places) if places else 0.0
    near = codes is not None and codes.bits <= RADIUS and not codes.frequent
    return (_code_odds(a, b, codes, by_place) if codes and near else 0.0), by_place


def _code_odds(a: Fingerprint, b: Fingerprint, codes: CodeMatch, by_place: float) -> float:
    """What near codes are worth, by what else there is to compare; 0 where that speaks against them."""
    here, there = (side.still.local if side.still else None for side in (a, b))
    if here is None or there is None:
        return code_odds()
    if min(len(here), len(there)) >= ENOUGH_PLACES:
        return by_place if by_place >= MATCH_ODDS else 0.0
    return code_odds(sketches_agree=True) if sketches_agree(here, there, codes) else 0.0


def sketches_agree(a: LocalFeatures, b: LocalFeatures, codes: CodeMatch) -> bool:
    """Do the pictures look alike when they are laid on each other as their codes say?"""
    return laid(a, b, codes.region_a, codes.region_b, *codes.form).share >= SKETCHES_AGREE


def nearest_codes(a: Fingerprint, b: Fingerprint, known: Known | None = None) -> CodeMatch | None:
    """The nearest two codes among all views of quality 50 or more; None where a side has none."""
    seen_a, seen_b = _views(a), _views(b)
    if not seen_a or not seen_b:
        return None
    best: tuple[tuple[int, bool, int, int, int], tuple[bool, int], int, int] | None = None
    for of_b, turned in ((False, seen_a), (True, seen_b)):
        still = seen_a if of_b else seen_b
        upright = _words([view[3][0] for view in still])
        for number, view in enumerate(turned):
            forms = _words(list(view[3]))
            bits = np.bitwise_count(forms[:, None] ^ upright[None]).sum(axis=2)
            for form, other in np.argwhere(bits == bits.min()):
                mirrored, rotation = FORMS[form]
                way = (mirrored, int(turned_back(mirrored, rotation)) if of_b else rotation)
                at_a, at_b = (int(other), number) if of_b else (number, int(other))
                rank = (int(bits.min()), *way, at_a, at_b)
                if best is None or rank < best[0]:
                    best = (rank, way, at_a, at_b)
    if best is None:
        return None
    rank, way, at_a, at_b = best
    frequent = known is not None and all(known.frequent(view[3][0]) for view in (seen_a[at_a], seen_b[at_b]))
    return CodeMatch(rank[0], way, seen_a[at_a][0], seen_b[at_b][0], seen_a[at_a][1], seen_b[at_b][1], frequent)


_Seen = tuple[str, Region, int, tuple[bytes, ...]]


def _views(side: Fingerprint) -> list[_Seen]:
    """(kind, region, quality, codes of its forms) of every view good enough to match."""
    whole = side.frames[0]
    views: list[_Seen] = [("", WHOLE, whole.quality, whole.dihedral or (whole.code,))]
    if side.still:
        views += [(view.kind, view.region, view.quality, view.dihedral) for view in side.still.views]
    return [view for view in views if view[2] >= QUALITY_FLOOR]


def _words(codes: list[bytes]) -> Words:
    return np.frombuffer(b"".join(codes), np.uint64).reshape(-1, 4)


def _of_codes(a: Fingerprint, b: Fingerprint, codes: CodeMatch) -> Transform:
    mirrored, rotation = codes.form
    scale = scale_between(a, b, rotation) if codes.whole else None
    return Transform(mirrored, rotation, scale, codes.region_a, codes.region_b)


def _of_places(a: Fingerprint, b: Fingerprint, places: Evidence) -> Transform:
    """Sizes are told in the pixels of the files; the places lie in pictures made smaller."""
    scale = None
    if a.width and a.height and b.width and b.height and a.still and b.still and a.still.local and b.still.local:
        shrunk_a = max(a.still.local.width, a.still.local.height) / max(a.width, a.height)
        shrunk_b = max(b.still.local.width, b.still.local.height) / max(b.width, b.height)
        scale = round(places.scale * shrunk_a / shrunk_b, 4)
    rotation = places.rotation % 360
    quarter = round(rotation / 90) * 90
    if abs(rotation - quarter) < 0.5:
        rotation = quarter % 360
    return Transform(places.mirrored, rotation, scale, places.region_a, places.region_b)


def scale_between(a: Fingerprint, b: Fingerprint, rotation: float) -> float | None:
    """b's size over a's when all of a became all of b; None where the shape changed."""
    if not (a.width and a.height and b.width and b.height):
        return None
    width, height = (b.height, b.width) if rotation in (90, 270) else (b.width, b.height)
    across, down = width / a.width, height / a.height
    return round((across * down) ** 0.5, 4) if abs(across / down - 1) < 0.02 else None
