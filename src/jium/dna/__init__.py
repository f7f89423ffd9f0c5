"""Fingerprints of pictures and videos, and when two of them show the same thing.

How a picture is recognised, cheap steps first:

fingerprint   a whole file: its digest, size, length and codes; computed inside the sandbox (``inside``)
pdq           the code of one picture or frame, with its eight mirrored and turned forms
trimmed       the likely parts of a picture (without border, bars, app furniture) that get a code of their own
looking       all that is taken from a still picture beside its code, kept in ``still``
local         the places of a picture: how rotated crops, collages and camera shots are recognised
compare       two fingerprints: same or not, how, where, and how often chance would do it
              (``stills`` two pictures, ``tracks`` videos, ``score`` the odds, ``comparison`` the answer)
index         exact search among many codes, and among many places
candidates    both indexes together: which of many may it be?
search        all of it for many references at once

How a film is recognised:

filming       what is taken from a film: moments (what looks the same is one) and ``scenes``, kept as pictures are
moments       which moments of two films look alike
lines         where such moments lie along a line: the same stretch, at any speed
by_scenes     where codes are silent: scene by scene
tracks        all of it together
"""

from jium.dna.compare import compare
from jium.dna.comparison import Comparison, Reason, Segment, Transform
from jium.dna.fingerprint import VERSION, Fingerprint, FrameCode, fingerprint, open_sandbox, preview
from jium.dna.still import Still

__all__ = [
    "VERSION",
    "Comparison",
    "Fingerprint",
    "FrameCode",
    "Reason",
    "Segment",
    "Still",
    "Transform",
    "compare",
    "fingerprint",
    "open_sandbox",
    "preview",
]
