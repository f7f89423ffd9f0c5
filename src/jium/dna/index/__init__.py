"""Search among many codes and local descriptors: small in memory, large by compiled tables and snapshots.

:class:`Index` keeps a few thousand codes under any key. :class:`CodeIndex` finds every one of ten million 256-bit codes
within 31 bits; :class:`LocalIndex` finds the pictures that share local descriptors with a query. Importing this costs
no more than numpy: the compiler (numba) is loaded when an index has grown large enough to need it.
"""

from jium.dna.index.codes import CodeIndex, Matches
from jium.dna.index.local import Candidate, LocalIndex
from jium.dna.index.small import Hit, Index
from jium.dna.index.snapshot import SnapshotDamaged

__all__ = ["Candidate", "CodeIndex", "Hit", "Index", "LocalIndex", "Matches", "SnapshotDamaged"]
