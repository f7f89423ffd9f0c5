"""dlib as face_recognition uses it (the library most programs take): the peer of ``jium bench faces``.

face_recognition 1.3 itself cannot be imported any more; these are its steps and its defaults: the gradient detector
on a picture enlarged once, five points, one descriptor, the Euclidean distance, 0.6.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from jium.bench.people import SAME_FACE
from jium.faces.face import Box
from jium.faces.finding import overlap
from jium.faces.models import dlib as carried

CUSTOMARY = 0.6
ENLARGED = 1


@cache
def _tools() -> tuple[Any, Any, Any]:
    import dlib

    folder = str(carried.carried())
    points = dlib.shape_predictor(f"{folder}/shape_predictor_5_face_landmarks.dat")
    network = dlib.face_recognition_model_v1(f"{folder}/dlib_face_recognition_resnet_model_v1.dat")
    return dlib.get_frontal_face_detector(), points, network


def descriptors(content: bytes) -> list[tuple[Box, NDArray[np.float64]]]:
    """The faces of a picture: box in 0..1, 128 numbers; the largest first."""
    detector, points, network = _tools()
    rgb = np.array(ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB"))
    height, width = rgb.shape[:2]
    found = sorted(detector(rgb, ENLARGED), key=lambda box: -box.area())
    return [
        (
            (box.left() / width, box.top() / height, box.right() / width, box.bottom() / height),
            np.array(network.compute_face_descriptor(rgb, points(rgb, box), 1)),
        )
        for box in found
    ]


def largest(content: bytes) -> NDArray[np.float64] | None:
    """The descriptor of the largest face; None where none is seen."""
    found = descriptors(content)
    return found[0][1] if found else None


def meant(content: bytes, box: Box | None) -> NDArray[np.float64] | None:
    """The descriptor of the face in ``box`` (0..1), of the largest one without; None where it is not seen."""
    found = descriptors(content)
    if box is None or not found:
        return found[0][1] if found else None
    nearest = max(found, key=lambda one: overlap(one[0], box))
    return nearest[1] if overlap(nearest[0], box) > SAME_FACE else None
