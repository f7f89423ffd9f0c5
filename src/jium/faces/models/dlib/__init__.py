"""dlib finds faces by gradients (Dalal and Triggs, CVPR 2005) and tells them apart by a residual network.

Its models come with the package face-recognition-models, which is never imported: it needs a module that newer
Pythons lack, and of its files the one for 68 points may not be used for money. Five points are enough here.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from jium.faces.by_points import usable
from jium.faces.face import Face, Pixels, Points, Template
from jium.faces.network import WrongModel
from jium.language import gettext_noop

# What the detector was taught with: faces of 80 pixels.
LEAST_FACE = 80.0
# The detector's own score is about 0 where it is unsure and 3 where it is certain.
_CERTAIN = 3.0
_CHIP, _AROUND = 150, 0.25
NUMBERS = 128
# The mean of many people's templates, before it is taken off; learned by :mod:`jium.bench.calibrate_faces`.
CENTRE = Path(__file__).with_name("centre.npy")
# Where eyes and the lower end of the nose are in a face, and the corners of the mouth, which have no point of theirs.
_EYES_AND_NOSE = np.array([[38.3, 51.7], [73.5, 51.5], [56.0, 76.0]], np.float32)
_MOUTH = np.array([[41.5, 92.4], [70.7, 92.2]], np.float32)


def carried() -> Path | None:
    """The folder of the package that carries the files; None where it is not installed."""
    found = importlib.util.find_spec("face_recognition_models")
    return Path(found.origin).parent / "models" if found and found.origin else None


def open_model(files: Mapping[str, Path]) -> Dlib:
    """Raises :class:`WrongModel`."""
    return Dlib(files["shape_predictor_5_face_landmarks.dat"], files["dlib_face_recognition_resnet_model_v1.dat"])


class Dlib:
    """The opened model; see :class:`jium.faces.model.FaceModel`."""

    sizes, pixels = (LEAST_FACE, float("inf")), 4e6

    def __init__(self, predictor: Path, network: Path) -> None:
        import dlib

        self._dlib: Any = dlib
        self._centre = np.load(CENTRE, allow_pickle=False)
        self._detector = dlib.get_frontal_face_detector()
        try:
            self._predictor = dlib.shape_predictor(str(predictor))
            self._network = dlib.face_recognition_model_v1(str(network))
        except RuntimeError as problem:
            raise WrongModel(gettext_noop("a model's file is no network that can be run")) from problem

    def detect(self, rgb: Pixels) -> list[Face]:
        if min(rgb.shape[:2]) < LEAST_FACE / 2:
            return []
        boxes, scores, _kinds = self._detector.run(np.ascontiguousarray(rgb), 0, 0.0)
        return [self._face(rgb, box, score) for box, score in zip(boxes, scores, strict=True)]

    def _face(self, rgb: Pixels, box: Any, score: float) -> Face:
        points = _five(self._predictor(rgb, box))
        edges = (float(box.left()), float(box.top()), float(box.right() + 1), float(box.bottom() + 1))
        return Face(edges, points, float(np.clip(score / _CERTAIN, 0, 1)))

    def align(self, rgb: Pixels, face: Face) -> Pixels:
        edges = (round(value) for value in face.box)
        shape = self._predictor(rgb, self._dlib.rectangle(*edges))
        return np.asarray(self._dlib.get_face_chip(rgb, shape, _CHIP, _AROUND), np.uint8)

    def embed(self, chip: Pixels) -> Template:
        """All faces lie in one corner of what the network gives; told from its middle, strangers are unlike."""
        given = self._network.compute_face_descriptor(np.ascontiguousarray(chip))
        return usable(usable(np.array(given, np.float32)) - self._centre)


def _five(shape: Any) -> Points:
    """dlib's five points (the corners of either eye, the lower end of the nose) as :class:`Face` has them."""
    from jium.faces.aligning import similarity

    at = np.array([(shape.part(number).x, shape.part(number).y) for number in range(5)], np.float32)
    eyes = sorted((at[0:2].mean(axis=0), at[2:4].mean(axis=0)), key=lambda eye: float(eye[0]))
    seen = np.array([*eyes, at[4]], np.float32)
    turn = similarity(_EYES_AND_NOSE, seen)
    mouth = _MOUTH @ turn[:, :2].T + turn[:, 2]
    return np.concatenate([seen, mouth]).astype(np.float32)
