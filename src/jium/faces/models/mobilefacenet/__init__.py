"""YuNet finds faces, MobileFaceNet (Chen et al., CCBR 2018) tells them apart: small, and quick on any processor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from jium.faces.by_points import ByPoints

# Of ImageNet's pictures: what the network was taught with, in levels of 0..255.
MEAN = 255 * np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = 255 * np.array([0.229, 0.224, 0.225], np.float32)


def open_model(files: Mapping[str, Path]) -> ByPoints:
    """Raises :class:`jium.faces.network.WrongModel`."""
    return ByPoints(files["yunet_n_dynamic.onnx"], files["MobileFaceNet.onnx"], MEAN, DEVIATION)
