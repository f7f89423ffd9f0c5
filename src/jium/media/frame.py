"""A decoded picture or video frame, handed on in horizontal strips so that the largest ones fit in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8] | NDArray[np.float32]


@dataclass(frozen=True)
class Frame:
    """``strips()`` yields (top row, pixels) from top to bottom; pixels are rows × width [× 3], values 0..255.

    ``width`` and ``height`` are those of the stored raster; ``orientation`` is EXIF's 1..8: how to turn the
    raster so that it stands upright. ``time``: seconds from the start of a video, None for a still picture.

    ``damaged``: the file is cut off or broken, and this is what could still be decoded. ``decoded``: the share
    of the raster's rows, 0..1 from the top (from the bottom in a BMP), that hold picture; a progressive JPEG
    is whole but coarse after its first scan.
    """

    width: int
    height: int
    strips: Callable[[], Iterator[tuple[int, Pixels]]]
    orientation: int = 1
    time: float | None = None
    damaged: bool = False
    decoded: float = 1.0

    @property
    def upright_size(self) -> tuple[int, int]:
        """(width, height) as seen."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


def whole(pixels: Pixels, orientation: int = 1, time: float | None = None) -> Frame:
    """A frame whose pixels, rows × width [× 3], already lie in memory."""
    return Frame(pixels.shape[1], pixels.shape[0], lambda: iter([(0, pixels)]), orientation, time)
