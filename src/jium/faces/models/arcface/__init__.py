"""YuNet finds faces, ArcFace (Deng et al., CVPR 2019) tells them apart. It takes levels of 0..255 as they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from jium.faces.by_points import ByPoints


def open_model(files: Mapping[str, Path]) -> ByPoints:
    """Raises :class:`jium.faces.network.WrongModel`."""
    network = files["arcfaceresnet100-8.onnx"]
    return ByPoints(files["yunet_n_dynamic.onnx"], network, np.zeros(3, np.float32), np.ones(3, np.float32))
