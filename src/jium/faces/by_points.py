"""Models that find faces with YuNet and take them aligned by five points, as ArcFace and its successors do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jium.faces import aligning, yunet
from jium.faces.face import Face, Pixels, Template, unit
from jium.faces.network import Network, WrongModel
from jium.faces.yunet import Yunet
from jium.language import gettext_noop


class ByPoints:
    """An opened model; see :class:`jium.faces.model.FaceModel`."""

    sizes, pixels = yunet.SIZES, yunet.PIXELS

    def __init__(
        self, detector: Path, network: Path, mean: NDArray[np.float32], deviation: NDArray[np.float32]
    ) -> None:
        """``network`` takes 1 × 3 × 112 × 112 red, green, blue: (0..255 - ``mean``) / ``deviation``.

        Raises :class:`WrongModel`.
        """
        self._detector, self._network = Yunet(detector), Network(network)
        self._mean, self._deviation = mean, deviation

    def detect(self, rgb: Pixels) -> list[Face]:
        return self._detector.detect(rgb)

    def align(self, rgb: Pixels, face: Face) -> Pixels:
        return aligning.chip(rgb, face.points)

    def embed(self, chip: Pixels) -> Template:
        taken = (chip.astype(np.float32) - self._mean) / self._deviation
        (given,) = self._network.run(np.ascontiguousarray(taken.transpose(2, 0, 1)[None])).values()
        return usable(given.ravel())


def usable(vector: NDArray[np.float32]) -> Template:
    """Its direction. Raises :class:`WrongModel` where the network gave nothing that can be compared."""
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length == 0:
        raise WrongModel(gettext_noop("a model's network gives no usable template"))
    return unit(vector)
