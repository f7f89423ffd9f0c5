"""A picture's places: a few hundred blobs that stand out, each with 128 bits, and a small sketch of the whole.

:func:`extract` needs the picture and runs in the sandbox; everything else works on :class:`LocalFeatures`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.dna.local import descriptor

# The picture is looked at in this size: longest side in pixels. Larger finds more and takes longer.
LONGEST_SIDE = 384
SKETCH_SIDE = 88
MOST_PLACES = 400
# Of a reference fewer places and a coarser sketch are kept: measured on the tuning pictures, as many copies are found
# with them (96.1 of a hundred, and 96.3 with all), as long as the other picture has all of its own.
KEPT_PLACES, KEPT_SKETCH_SIDE = 200, 48
# Under this share of Lowe's contrast threshold come noise and compression.
CONTRAST = 0.02
EDGES = 10.0
LAYERS = 3
# Places are taken in turns from 8 × 8 regions and two classes of size, so that no part of the picture stands
# for the whole, and the large ones that survive shrinking are not crowded out by the many small ones.
_REGIONS = 8
_LARGE = 7.0
_STEPS = 65_535
_ANGLE = 2 * np.pi
# Sizes are kept as logarithms from 1/16 to 4096 pixels.
_LOG_LOW, _LOG_RANGE = -4.0, 16.0
_HEAD = struct.Struct("<4sHHHBB")
_MAGIC = b"jlf1"

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]


class DamagedFeatures(ValueError):
    """The bytes are not local features: they are cut off, too many, or of another version."""


@dataclass(frozen=True, eq=False)
class LocalFeatures:
    """``width``, ``height``: of the picture in which the places lie, at most 384 pixels.

    ``codes``: n × 16 bytes. ``places``: n × 4 floats: x, y, size (pixels), angle (radians).
    ``sketch``: the picture in grey, at most 88 pixels a side.
    """

    width: int
    height: int
    codes: NDArray[np.uint8] = field(repr=False)
    places: Floats = field(repr=False)
    sketch: Grey = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalFeatures) and self.packed() == other.packed()

    def __hash__(self) -> int:
        return hash(self.codes.tobytes())

    def __len__(self) -> int:
        return len(self.codes)

    def mirrored(self) -> LocalFeatures:
        """The local features of the picture's mirror image, left and right exchanged."""
        places = self.places.copy()
        places[:, 0] = self.width - 1 - places[:, 0]
        places[:, 3] = (np.pi - places[:, 3]) % _ANGLE
        return LocalFeatures(
            self.width, self.height, descriptor.mirrored(self.codes), places, np.ascontiguousarray(self.sketch[:, ::-1])
        )

    def kept(self) -> LocalFeatures:
        """As a reference is kept: the first 200 places, which are spread over all of it, and a sketch of 48 pixels."""
        sketch = resized(self.sketch, KEPT_SKETCH_SIDE)
        return LocalFeatures(self.width, self.height, self.codes[:KEPT_PLACES], self.places[:KEPT_PLACES], sketch)

    def packed(self) -> bytes:
        """As bytes: 12 + 24 a place + the sketch; at most 18 kB."""
        scaled = self.places / np.array([self.width, self.height, 1, _ANGLE], np.float32)
        scaled[:, 2] = (np.log2(np.maximum(self.places[:, 2], 1e-3)) - _LOG_LOW) / _LOG_RANGE
        scaled[:, 3] = np.mod(scaled[:, 3], 1)
        steps = np.rint(np.clip(scaled, 0, 1) * _STEPS).astype("<u2")
        rows, columns = self.sketch.shape
        head = _HEAD.pack(_MAGIC, self.width, self.height, len(self), columns, rows)
        return head + self.codes.tobytes() + steps.tobytes() + self.sketch.tobytes()


def unpacked(content: bytes) -> LocalFeatures:
    """What :meth:`LocalFeatures.packed` made. Raises :class:`DamagedFeatures`."""
    if len(content) < _HEAD.size:
        raise DamagedFeatures("cut off")
    magic, width, height, count, columns, rows = _HEAD.unpack_from(content)
    codes_end = _HEAD.size + descriptor.BYTES * count
    places_end = codes_end + 8 * count
    if (
        magic != _MAGIC
        or count > MOST_PLACES
        or not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE)
        or not (0 < columns <= SKETCH_SIDE and 0 < rows <= SKETCH_SIDE)
        or len(content) != places_end + columns * rows
    ):
        raise DamagedFeatures("not local features of this version")
    codes = np.frombuffer(content, np.uint8, descriptor.BYTES * count, _HEAD.size).reshape(count, descriptor.BYTES)
    steps = np.frombuffer(content, "<u2", 4 * count, codes_end).reshape(count, 4)
    places = steps.astype(np.float32) / np.float32(_STEPS) * np.array([width, height, _LOG_RANGE, _ANGLE], np.float32)
    places[:, 2] = np.exp2(places[:, 2] + np.float32(_LOG_LOW))
    sketch = np.frombuffer(content, np.uint8, columns * rows, places_end).reshape(rows, columns)
    return LocalFeatures(width, height, codes, places, sketch)


def extract(grey: Grey) -> LocalFeatures:
    """The local features of a picture, rows × columns of brightness, upright."""
    picture = resized(grey, LONGEST_SIDE)
    sketch = resized(picture, SKETCH_SIDE)
    height, width = picture.shape
    codes, places = np.empty((0, descriptor.BYTES), np.uint8), np.empty((0, 4), np.float32)
    # Both at once: the smoothed pictures, most of the work, are made once.
    found, described = cv2.SIFT.create(0, LAYERS, CONTRAST, EDGES).detectAndCompute(picture, None)
    if found:
        all_places = np.array([(*point.pt, point.size, np.deg2rad(point.angle)) for point in found], np.float32)
        chosen = _chosen(all_places, np.array([point.response for point in found]), width, height)
        codes, places = descriptor.encode(np.asarray(described[chosen], np.float32)), all_places[chosen]
    return unpacked(LocalFeatures(width, height, codes, places, sketch).packed())


def resized(grey: Grey, side: int) -> Grey:
    """At most ``side`` pixels a side; smaller pictures stay as they are."""
    scale = side / max(grey.shape)
    if scale >= 1:
        return np.ascontiguousarray(grey)
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _chosen(places: Floats, response: NDArray[np.float64], width: int, height: int) -> NDArray[np.int64]:
    """The numbers of at most 400 of the places found, in turns from every region and class of size.

    The first so many of them are spread over the whole picture as well.
    """
    x, y, size, _angle = places.T
    column = np.clip(x * _REGIONS / width, 0, _REGIONS - 1).astype(np.int64)
    row = np.clip(y * _REGIONS / height, 0, _REGIONS - 1).astype(np.int64)
    group = (row * _REGIONS + column) * 2 + (size >= _LARGE)
    # Ties are broken by place, so that the choice does not hang on the order of detection.
    order = np.lexsort((y, x, -response, group))
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0])
    turn = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    by_turn = np.lexsort((-response[order], turn))
    return order[by_turn][:MOST_PLACES]
