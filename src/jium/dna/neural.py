"""An optional further step: the descriptor of a neural network made for copy detection. Never needed.

The network (for instance SSCD: Pizzi et al., CVPR 2022) is a local ONNX file, and beside it ``FILE.json`` says what
it takes, which checksum it must have, under which licence it comes, and from which similarity on two pictures are
one, with the odds that somebody measured for it. It runs in the sandbox, on OpenCV's own runtime.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.language import gettext_noop

Vector = NDArray[np.float32]

# The longest descriptor that is kept, and the largest picture that a network may ask for, in pixels a side.
MOST_NUMBERS, MOST_SIDE = 1024, 1024
_ID_BYTES = 8


class WrongModel(ValueError):
    """The model cannot be used; the message says why: missing, changed, not described, or not such a network."""


@dataclass(frozen=True)
class Model:
    """``sha256`` of the ONNX file. It takes 1 × 3 × ``side`` × ``side`` red, green, blue: (0..1 - mean) / deviation.

    Two pictures are one from ``similarity`` (cosine) on; unrelated ones are once in ``odds`` comparisons.
    """

    path: str
    sha256: str
    side: int
    mean: tuple[float, float, float]
    deviation: tuple[float, float, float]
    similarity: float
    odds: float
    licence: str

    @property
    def mark(self) -> bytes:
        """Eight bytes that tell its descriptors from those of other models."""
        return bytes.fromhex(self.sha256)[:_ID_BYTES]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as they travel into the sandbox."""
        return asdict(self)


def model(path: Path) -> Model:
    """The model in this file, by its description in ``path``.json; its bytes are compared with the checksum.

    Raises :class:`WrongModel`.
    """
    try:
        told = json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
        described = from_dict({**told, "path": str(path.resolve())})
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise WrongModel(gettext_noop("the model or its description is missing")) from problem
    except ValueError as problem:
        raise WrongModel(gettext_noop("the model's description is not as it should be")) from problem
    if digest != described.sha256:
        raise WrongModel(gettext_noop("the model's checksum is another one"))
    return described


def from_dict(told: dict[str, Any]) -> Model:
    """What :meth:`Model.as_dict` gave. Raises :class:`WrongModel`."""
    try:
        red, green, blue = (float(value) for value in told["mean"])
        by_red, by_green, by_blue = (float(value) for value in told["deviation"])
        described = Model(
            path=str(told["path"]),
            sha256=bytes.fromhex(told["sha256"]).hex(),
            side=int(told["side"]),
            mean=(red, green, blue),
            deviation=(by_red, by_green, by_blue),
            similarity=float(told["similarity"]),
            odds=float(told["odds"]),
            licence=str(told["licence"]),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise WrongModel(gettext_noop("the model's description is not as it should be")) from problem
    possible = 1 <= described.side <= MOST_SIDE and 0 < described.similarity <= 1 and described.odds >= 1
    if not possible or min(described.deviation) <= 0 or len(described.sha256) != 64:
        raise WrongModel(gettext_noop("the model's description is not as it should be"))
    return described


class Network:
    """An opened model. In the sandbox only."""

    def __init__(self, described: Model) -> None:
        """Raises :class:`WrongModel`."""
        content = Path(described.path).read_bytes()
        if hashlib.sha256(content).hexdigest() != described.sha256:
            raise WrongModel(gettext_noop("the model's checksum is another one"))
        try:
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8))
        except cv2.error as problem:
            raise WrongModel(gettext_noop("this is no network that can be run")) from problem
        self._model = described

    def describe(self, rgb: NDArray[np.uint8]) -> bytes:
        """The descriptor of a picture, rows × columns × 3: the model's mark and its numbers as float16.

        Raises :class:`WrongModel` when the network does not give up to 1024 finite numbers.
        """
        side = self._model.side
        small = cv2.resize(rgb, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        taken = (small - np.array(self._model.mean, np.float32)) / np.array(self._model.deviation, np.float32)
        try:
            self._net.setInput(np.ascontiguousarray(taken.transpose(2, 0, 1)[None], np.float32))
            given = np.asarray(self._net.forward(), np.float32).ravel()
        except cv2.error as problem:
            raise WrongModel(gettext_noop("the network does not take such pictures")) from problem
        length = float(np.linalg.norm(given))
        if not 1 <= len(given) <= MOST_NUMBERS or not np.isfinite(length) or length == 0:
            raise WrongModel(gettext_noop("the network gives no usable descriptor"))
        return self._model.mark + (given / np.float32(length)).astype("<f2").tobytes()


def similarity(a: bytes, b: bytes) -> float | None:
    """The cosine of two descriptors, -1..1; None where they are of different models or there is none."""
    if len(a) != len(b) or len(a) <= _ID_BYTES or a[:_ID_BYTES] != b[:_ID_BYTES]:
        return None
    x, y = (np.frombuffer(side, "<f2", offset=_ID_BYTES).astype(np.float32) for side in (a, b))
    norm = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / norm if np.isfinite(norm) and norm > 0 else None
