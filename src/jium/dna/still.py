"""What is kept of a still picture beside its PDQ code: codes of other views of it, and its local features.

The packed form is as sensitive as the picture itself (a small sketch is part of it): it is kept encrypted only.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field, replace

from jium.dna.local.features import DamagedFeatures, LocalFeatures, unpacked
from jium.dna.pdq import CODE_BYTES

Region = tuple[float, float, float, float]

FORMS = 8
WHOLE: Region = (0.0, 0.0, 1.0, 1.0)
# What a view shows: the picture without a border, an app's panel, its sharp part; on black; all that is stored
# though transparent; in the colours of its profile.
VIEWS = ("border", "panel", "sharp", "on_black", "opaque", "displayed")
MOST_VIEWS = len(VIEWS)
MOST_DESCRIPTOR = 8 + 2 * 1024
_MAGIC = b"jst1"
_HEAD = struct.Struct("<4sBIH")
_VIEW = struct.Struct("<BB4f256s")


class DamagedStill(ValueError):
    """The bytes are not what :meth:`Still.packed` wrote."""


@dataclass(frozen=True)
class View:
    """The PDQ codes (the picture's eight forms, 32 bytes each) of one view; ``region``: x0, y0, x1, y1 in 0..1."""

    kind: str
    region: Region
    quality: int
    dihedral: tuple[bytes, ...]


@dataclass(frozen=True)
class Still:
    """Views beside the plain one (at most six), and local features where the picture is large enough for any.

    ``descriptor``: of the optional neural step (:mod:`jium.dna.neural`), b"" without one.
    """

    views: tuple[View, ...] = ()
    local: LocalFeatures | None = None
    descriptor: bytes = field(default=b"", repr=False)

    def kept(self) -> Still:
        """As a reference is kept, see :meth:`jium.dna.local.features.LocalFeatures.kept`."""
        return replace(self, local=self.local.kept()) if self.local else self

    def packed(self) -> bytes:
        """As bytes, at most 20 kB without a descriptor; as a reference is kept at most 8 kB."""
        local = self.local.packed() if self.local else b""
        views = b"".join(
            _VIEW.pack(VIEWS.index(view.kind), view.quality, *view.region, b"".join(view.dihedral))
            for view in self.views
        )
        head = _HEAD.pack(_MAGIC, len(self.views), len(local), len(self.descriptor))
        return head + views + local + self.descriptor


def unpack(content: bytes) -> Still:
    """What :meth:`Still.packed` made; b"" gives an empty one. Raises :class:`DamagedStill`."""
    if not content:
        return Still()
    if len(content) < _HEAD.size:
        raise DamagedStill("cut off")
    magic, count, local_size, descriptor_size = _HEAD.unpack_from(content)
    end = _HEAD.size + count * _VIEW.size
    possible = count <= MOST_VIEWS and descriptor_size <= MOST_DESCRIPTOR
    if magic != _MAGIC or not possible or len(content) != end + local_size + descriptor_size:
        raise DamagedStill("not of this version")
    views = tuple(_view(*_VIEW.unpack_from(content, _HEAD.size + number * _VIEW.size)) for number in range(count))
    try:
        local = unpacked(content[end : end + local_size]) if local_size else None
        return Still(views, local, content[end + local_size :])
    except DamagedFeatures as damage:
        raise DamagedStill(str(damage)) from damage


def _view(kind: int, quality: int, x0: float, y0: float, x1: float, y1: float, forms: bytes) -> View:
    corners = (x0, y0, x1, y1)
    if kind >= len(VIEWS) or quality > 100 or not all(math.isfinite(value) and 0 <= value <= 1 for value in corners):
        raise DamagedStill("impossible values")
    if x0 >= x1 or y0 >= y1:
        raise DamagedStill("impossible region")
    codes = tuple(forms[at : at + CODE_BYTES] for at in range(0, FORMS * CODE_BYTES, CODE_BYTES))
    region = (round(x0, 4), round(y0, 4), round(x1, 4), round(y1, 4))
    return View(VIEWS[kind], region, quality, codes)
