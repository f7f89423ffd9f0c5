"""Fingerprints of pictures and videos, and when two of them show the same thing.

pdq           the code of one picture or frame, with its eight mirrored and turned forms
fingerprint   a whole file: its digest, size, length and codes; computed inside the sandbox (``inside``)
compare       two fingerprints: same or not, how, which seconds, and how often chance would do it
index         exact search among many codes
"""

from jium.dna.compare import Comparison, Segment, Transform, compare
from jium.dna.fingerprint import Fingerprint, FrameCode, fingerprint, open_sandbox, preview

__all__ = [
    "Comparison",
    "Fingerprint",
    "FrameCode",
    "Segment",
    "Transform",
    "compare",
    "fingerprint",
    "open_sandbox",
    "preview",
]
