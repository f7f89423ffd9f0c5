"""MesoNet (Afchar, Nozick, Yamagishi and Echizen, WIFS 2018), the peer without any reference: Meso-4, run in numpy.

``JIUM_BENCH_MESONET``: the authors' weights (Apache-2.0), ``Meso4_DF.h5``. Not part of jium.
"""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.bench.peers import NotInstalled
from jium.faces.face import Pixels
from jium.forensics.view import Person, View

WEIGHTS = Path(os.environ.get("JIUM_BENCH_MESONET", "../shared/models/mesonet/Meso4_DF.h5"))
SIDE = 256
# As much of a picture as it was trained with: the face with a rim.
RIM = 1.3
_POOLS = (2, 2, 2, 4)
_EPSILON, _LEAK = 1e-3, 0.1

Floats = NDArray[np.float32]


class MesoNet:
    """Opened once. Raises :class:`NotInstalled` without its weights, or without h5py."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        try:
            import h5py
        except ImportError as missing:
            raise NotInstalled("h5py") from missing
        if not weights.is_file():
            raise NotInstalled(str(weights))
        with h5py.File(weights) as file:
            groups = [file[name][name] for name in map(_text, file.attrs["layer_names"]) if name in file[name]]
            layers = [{key.split(":")[0]: np.array(value) for key, value in group.items()} for group in groups]
        self._convolved = [one for one in layers if one.get("kernel", np.empty(0)).ndim == 4]
        self._evened = [one for one in layers if "gamma" in one]
        self._dense = [one for one in layers if one.get("kernel", np.empty(0)).ndim == 2]

    def fake(self, face: Pixels) -> float:
        """How sure it is that a face, rows × columns × 3, was put in: 0..1."""
        fitted = cv2.resize(face, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        planes: Floats = np.asarray(fitted / np.float32(255), np.float32)
        for kernel, even, pool in zip(self._convolved, self._evened, _POOLS, strict=True):
            shown = np.maximum(_convolved(planes, kernel["kernel"]) + kernel["bias"], 0)
            planes = _pooled(_even(shown, even), pool)
        first, last = self._dense
        hidden = planes.ravel() @ first["kernel"] + first["bias"]
        hidden = np.where(hidden > 0, hidden, _LEAK * hidden)
        real = float((hidden @ last["kernel"] + last["bias"])[0])
        return float(1 - 1 / (1 + np.exp(-real)))

    def of(self, view: View, person: Person) -> float:
        """The same for somebody in a picture."""
        x0, y0, x1, y1 = person.box
        half = RIM * max(x1 - x0, y1 - y0) / 2
        across, down = (x0 + x1) / 2, (y0 + y1) / 2
        left, top = max(0, int(across - half)), max(0, int(down - half))
        return self.fake(view.rgb[top : int(down + half) + 1, left : int(across + half) + 1])


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name


def _convolved(planes: Floats, kernel: Floats) -> Floats:
    """``kernel``: rows × columns × planes × new planes; zeros lie around."""
    made = [
        sum(
            cv2.filter2D(planes[..., into], -1, kernel[..., into, out], borderType=cv2.BORDER_CONSTANT)
            for into in range(kernel.shape[2])
        )
        for out in range(kernel.shape[3])
    ]
    return np.asarray(np.stack(made, axis=2), np.float32)


def _even(planes: Floats, layer: dict[str, Floats]) -> Floats:
    scale = layer["gamma"] / np.sqrt(layer["moving_variance"] + _EPSILON)
    return np.asarray((planes - layer["moving_mean"]) * scale + layer["beta"], np.float32)


def _pooled(planes: Floats, size: int) -> Floats:
    rows, columns, count = planes.shape
    cut = planes[: rows // size * size, : columns // size * size]
    return np.asarray(cut.reshape(rows // size, size, columns // size, size, count).max(axis=(1, 3)), np.float32)
