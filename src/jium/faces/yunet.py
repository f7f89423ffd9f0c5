"""YuNet, a small and quick face detector (Wu, Peng, Yu, Machine Intelligence Research 2023), as three models use it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.faces.face import Face, Pixels
from jium.faces.network import Network, WrongModel
from jium.language import gettext_noop

STRIDES = (8, 16, 32)
# Both sides of what it takes are multiples of this.
_STEP = 32
# From how large, in pixels, a face is seen well, and up to which.
SIZES = (12.0, 600.0)
PIXELS = 24e6
LEAST_CONFIDENCE = 0.6
# Two boxes that share so much (intersection over union) are one face.
_SAME = 0.3


class Yunet:
    """The opened detector."""

    def __init__(self, path: Path) -> None:
        """Raises :class:`WrongModel`."""
        self._network = Network(path)
        wanted = {f"{name}_{stride}" for name in ("cls", "obj", "bbox", "kps") for stride in STRIDES}
        if not wanted <= set(self._network.outputs):
            raise WrongModel(gettext_noop("a model's file is no face detector"))

    def detect(self, rgb: Pixels) -> list[Face]:
        """The faces of a picture, rows × columns × 3, at its own size."""
        height, width = rgb.shape[:2]
        bottom, right = -height % _STEP, -width % _STEP
        padded = cv2.copyMakeBorder(rgb, 0, bottom, 0, right, cv2.BORDER_CONSTANT, value=(0, 0, 0))
        # It learned blue, green, red.
        answers = self._network.run(np.asarray(cv2.dnn.blobFromImage(padded, swapRB=True), np.float32))
        rows = np.concatenate([self._at(stride, answers, width + right) for stride in STRIDES])
        boxes = np.column_stack([rows[:, :2], rows[:, 2:4] - rows[:, :2]]).astype(np.float64)
        kept = cv2.dnn.NMSBoxes(boxes.tolist(), rows[:, 4].tolist(), LEAST_CONFIDENCE, _SAME) if len(rows) else []
        return [_face(rows[number]) for number in np.asarray(kept, np.intp).ravel()]

    @staticmethod
    def _at(stride: int, answers: dict[str, NDArray[np.float32]], width: int) -> NDArray[np.float32]:
        """One of its three grids: n × (x0, y0, x1, y1, confidence, five points)."""
        scores = np.sqrt(np.clip(answers[f"cls_{stride}"], 0, 1) * np.clip(answers[f"obj_{stride}"], 0, 1)).ravel()
        sure = np.flatnonzero(scores >= LEAST_CONFIDENCE)
        across = width // stride
        cells = np.column_stack([sure % across, sure // across]).astype(np.float32)
        box = answers[f"bbox_{stride}"].reshape(-1, 4)[sure]
        middle, half = (cells + box[:, :2]) * stride, np.exp(np.clip(box[:, 2:], -8, 8)) * stride / 2
        points = answers[f"kps_{stride}"].reshape(-1, 5, 2)[sure]
        points = (points + cells[:, None]) * stride
        return np.column_stack([middle - half, middle + half, scores[sure], points.reshape(-1, 10)])


def _face(row: NDArray[np.float32]) -> Face:
    x0, y0, x1, y1, confidence = (float(value) for value in row[:5])
    return Face((x0, y0, x1, y1), row[5:].reshape(5, 2).copy(), confidence)
