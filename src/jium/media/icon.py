"""Icons and cursors: a list of pictures in several sizes, each a PNG or a BMP. Runs inside the sandbox only."""

from __future__ import annotations

import io
import os
import struct
from typing import BinaryIO

from jium.media.png import SIGNATURE

ICONS = ("ICO", "CUR")
# Width and height (0 for 256), four facts, how many bytes the picture has, and where they begin.
_ENTRY = struct.Struct("<BB6xII")


def largest_png(file: BinaryIO) -> BinaryIO | None:
    """The largest picture, where it is a PNG: what its decoder would refuse inside an icon it can then mend."""
    size = file.seek(0, os.SEEK_END)
    file.seek(4)
    count = int.from_bytes(file.read(2), "little")
    entries = file.read(min(count * _ENTRY.size, size))
    listed = list(_ENTRY.iter_unpack(entries[: len(entries) // _ENTRY.size * _ENTRY.size]))
    _width, _height, length, begin = max(
        listed, key=lambda entry: (entry[0] or 256) * (entry[1] or 256), default=(0,) * 4
    )
    file.seek(min(begin, size))
    content = file.read(min(length, size))
    file.seek(0)
    return io.BytesIO(content) if content.startswith(SIGNATURE) else None
