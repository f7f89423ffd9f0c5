"""Some moments of a film kept as pictures are: with views and places, for when the codes of frames say nothing.

As sensitive as the film itself: kept encrypted only.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from jium.dna.still import DamagedStill, Still, unpack

# Of a film to look for so many scenes are kept, of one that is only seen fewer.
MOST_SCENES = 600
_MAGIC = b"jsc1"
_HEAD = struct.Struct("<4sI")
_SCENE = struct.Struct("<dI")


@dataclass(frozen=True)
class Scene:
    """What the film shows ``time`` seconds from its start."""

    time: float
    still: Still


def packed(scenes: Sequence[Scene]) -> bytes:
    """As bytes, about 12 kB a scene; nothing for none."""
    if not scenes:
        return b""
    parts = [_HEAD.pack(_MAGIC, len(scenes))]
    for scene in scenes:
        still = scene.still.packed()
        parts += [_SCENE.pack(scene.time, len(still)), still]
    return b"".join(parts)


def unpacked(content: bytes) -> tuple[Scene, ...]:
    """What :func:`packed` made. Raises :class:`jium.dna.still.DamagedStill`."""
    if not content:
        return ()
    if len(content) < _HEAD.size:
        raise DamagedStill("cut off")
    magic, count = _HEAD.unpack_from(content)
    if magic != _MAGIC or not 0 < count <= MOST_SCENES:
        raise DamagedStill("not of this version")
    at, scenes, before = _HEAD.size, [], -1.0
    for _number in range(count):
        if len(content) < at + _SCENE.size:
            raise DamagedStill("cut off")
        time, size = _SCENE.unpack_from(content, at)
        end = at + _SCENE.size + size
        if not (math.isfinite(time) and before < time < 1e9) or len(content) < end:
            raise DamagedStill("impossible values")
        scenes.append(Scene(time, unpack(content[at + _SCENE.size : end])))
        at, before = end, time
    if at != len(content):
        raise DamagedStill("too long")
    return tuple(scenes)
