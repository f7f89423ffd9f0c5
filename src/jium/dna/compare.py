"""Do two fingerprints show the same thing? Symmetric: ``compare(a, b)`` and ``compare(b, a)`` agree.

A cascade, cheap first. The same digest is the same file. Two pictures are compared in ``stills``: PDQ codes of
the whole and of its likely parts, then the places they share. Videos are compared in ``tracks``.
"""

from __future__ import annotations

from jium.dna.comparison import IDENTICAL_ODDS, Comparison, Reason, Segment, Transform
from jium.dna.fingerprint import Fingerprint
from jium.dna.neural import Model
from jium.dna.score import MATCH_ODDS
from jium.dna.stills import Known, compare_stills
from jium.dna.tracks import compare_tracks


def compare(
    a: Fingerprint,
    b: Fingerprint,
    known: Known | None = None,
    model: Model | None = None,
    least: float = MATCH_ODDS,
) -> Comparison:
    """Whether ``a`` and ``b`` show the same thing, how b comes from a, in which seconds, and why.

    ``known``: what is seen so often that it proves nothing (:class:`jium.dna.local.furniture.Furniture`).
    ``model``: the network whose descriptors both have, to ask it where the other steps are silent. ``least``: places
    of pictures that chance gives once in so many comparisons are a match; less is enough where much else speaks for it.
    """
    if a.sha256 == b.sha256:
        return _identical(a)
    if a.kind == b.kind == "image":
        return compare_stills(a, b, known, model, least)
    return compare_tracks(a, b, known)


def _identical(a: Fingerprint) -> Comparison:
    segments: tuple[Segment, ...] = ()
    if a.kind == "video":
        end = a.duration or max((frame.time or 0.0 for frame in a.frames), default=0.0)
        segments = (Segment((0.0, end), (0.0, end), 1.0, False, 1.0),)
    return Comparison(True, 1.0, IDENTICAL_ODDS, Transform(False, 0, 1.0), segments, Reason("digest"))
