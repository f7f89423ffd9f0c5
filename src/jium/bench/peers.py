"""What others use to recognise pictures, under one small interface: PDQ as it is usually run, imagehash, a network.

pdqhash and imagehash are only installed for the bench; each is imported when its peer is asked for.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from jium.dna import neural

Codes = NDArray[np.uint8]
Distances = NDArray[np.uint16]
# Customary limits: ThreatExchange's for PDQ; ten bits of 64 for the small ones.
PDQ_LIMIT, PDQ_QUALITY = 31, 50
SMALL_LIMIT = 10
# Rows of queries worked on at a time, so that the intermediate words stay in the processor's cache.
AT_A_TIME = 64


class NotInstalled(RuntimeError):
    """A library that only the benches need, named, is missing."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"{self.name} is not installed"


@dataclass(frozen=True)
class Peer:
    """A way to recognise pictures: of a file ``hash`` makes a code of ``bits``, or None where it declines.

    Two pictures match where the Hamming distance is at most ``threshold``, the customary one.
    """

    name: str
    bits: int
    threshold: int
    hash: Callable[[bytes], Codes | None]

    @property
    def farthest(self) -> int:
        """Pairs farther apart than this say nothing at a rate of one in a million."""
        return self.bits // 4

    def distance(self, queries: Codes, references: Codes) -> Distances:
        """Hamming distances, queries × references, of codes n × bits/8 bytes; ValueError for other shapes."""
        self._checked(queries, references)
        return hamming(queries, references)

    def _checked(self, *sides: Codes) -> None:
        for codes in sides:
            if codes.dtype != np.uint8 or codes.ndim != 2 or codes.shape[1] * 8 != self.bits:
                raise ValueError(f"codes of {self.name} are n × {self.bits // 8} bytes")


class Network(Peer):
    """Descriptors of a neural network, as :class:`jium.dna.neural.Network` gives them.

    The distance is a thousand times what the cosine lacks to one.
    """

    @property
    def farthest(self) -> int:
        return 600

    def distance(self, queries: Codes, references: Codes) -> Distances:
        self._checked(queries, references)
        left, right = (np.ascontiguousarray(side).view("<f2").astype(np.float32) for side in (queries, references))
        return np.asarray(np.rint(np.clip(1000 * (1 - left @ right.T), 0, 2000)), np.uint16)


def hamming(queries: Codes, references: Codes) -> Distances:
    """How many bits differ, queries × references; codes n × (a multiple of 8) bytes."""
    left = np.ascontiguousarray(queries).view(np.uint64)
    right = np.ascontiguousarray(references).view(np.uint64)
    distances = np.zeros((len(left), len(right)), np.uint16)
    for first in range(0, len(left), AT_A_TIME):
        rows = left[first : first + AT_A_TIME]
        for word in range(left.shape[1]):
            distances[first : first + AT_A_TIME] += np.bitwise_count(rows[:, word, None] ^ right[None, :, word])
    return distances


def peers() -> list[Peer]:
    """All peers that are compared; RuntimeError, which says what to install, where one's library is missing."""
    given = os.environ.get("JIUM_BENCH_SSCD", "")
    return [pdq(), *(small(name) for name in ("phash", "dhash", "average")), *([network(Path(given))] if given else [])]


def network(file: Path) -> Peer:
    """The network in this ONNX file, described in ``file``.json. Raises :class:`jium.dna.neural.WrongModel`."""
    described = neural.model(file)
    opened = neural.Network(described)

    def code(content: bytes) -> Codes:
        given = opened.describe(np.asarray(_picture(content), np.uint8))
        return np.frombuffer(given, np.uint8)[len(described.mark) :]

    bits = 8 * len(code(_blank()))
    return Network(file.stem, bits, round(1000 * (1 - described.similarity)), code)


def pdq() -> Peer:
    """Meta's PDQ, upright only; a picture of a quality under 50 has no code."""
    _library("pdqhash")
    return Peer("pdqhash", 256, PDQ_LIMIT, lambda file: pdq_of(np.asarray(_picture(file), np.uint8)))


def pdq_of(rgb: Codes) -> Codes | None:
    """The same of a decoded picture, height × width × 3: 32 bytes."""
    vector, quality = _library("pdqhash").compute(rgb)
    return np.packbits(np.asarray(vector, np.uint8)) if quality >= PDQ_QUALITY else None


def small(kind: str) -> Peer:
    """imagehash's phash, dhash or average, 64 bits each; KeyError for another kind."""
    library = _library("imagehash")
    function = {"phash": library.phash, "dhash": library.dhash, "average": library.average_hash}[kind]

    def code(file: bytes) -> Codes:
        return np.packbits(np.asarray(function(_picture(file)).hash, np.uint8))

    return Peer(f"imagehash {kind}", 64, SMALL_LIMIT, code)


def stacked(peer: Peer, codes: list[Codes | None]) -> tuple[Codes, NDArray[np.intp]]:
    """The codes that there are, n × bits/8 bytes, and their places in the list."""
    places = [place for place, code in enumerate(codes) if code is not None]
    present = [code for code in codes if code is not None]
    rows = np.stack(present) if present else np.zeros((0, peer.bits // 8), np.uint8)
    return rows, np.array(places, np.intp)


def _blank() -> bytes:
    content = io.BytesIO()
    Image.linear_gradient("L").save(content, "PNG")
    return content.getvalue()


def _picture(file: bytes) -> Image.Image:
    with Image.open(io.BytesIO(file)) as picture:
        return picture.convert("RGB")


def _library(name: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module(name)
    except ImportError as error:
        raise NotInstalled(name) from error
