"""How long one picture takes, on one core: the eight codes from a JPEG beside pytx, and the whole cascade."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from jium.bench import gallery
from jium.bench.corpus.drawn import Scene
from jium.bench.corpus.items import resized
from jium.bench.edits.kinds import encoded
from jium.dna import looking, pdq
from jium.dna.fingerprint import Fingerprint
from jium.media import image
from jium.media.frame import whole
from jium.media.probe import probe

# Width and height of the pictures, in pixels; 1.0 and 2.1 million.
SIZES = ((1184, 888), (1672, 1254))
PICTURES, ROUNDS = 6, 3

_gallery: list[gallery.Gallery] = []


def speed(references: Sequence[Fingerprint], stream: gallery.Stream, console: Console) -> list[dict[str, Any]]:
    """One row a size: milliseconds of CPU time, medians; none of the pictures shows what a reference shows."""
    rows = gallery.in_processes(_row, SIZES, _start, (references, stream))
    return list(track(rows, "speed", total=len(SIZES), console=console))


def _start(references: Sequence[Fingerprint], stream: gallery.Stream) -> None:
    _gallery[:] = [gallery.Gallery(references, gallery.furniture_of(stream))]


def _row(size: tuple[int, int]) -> dict[str, Any]:
    from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

    pictures = [resized(Scene(f"speed {number}").render(), *size) for number in range(PICTURES)]
    files = [encoded(picture, ".jpg", 85) for picture in pictures]
    ours = _median(_codes, files)
    pytx = _median(pdq_from_bytes, files)
    decode = _median(_decoded, files)
    grey = [np.asarray(picture) for picture in pictures]
    look = _median(_looked, grey)
    search, compare = zip(
        *[(times.search, times.compare) for file in files for times in [_gallery[0].look(file)[2]]], strict=True
    )
    after = look + statistics.median(search) + statistics.median(compare)
    return {
        "picture": f"{pictures[0].shape[1]} × {pictures[0].shape[0]} JPEG",
        "jium: 8 codes, ms": f"{ours:.1f}",
        "pytx: 1 code, ms": f"{pytx:.1f}",
        "times faster": f"{pytx / ours:.1f}",
        "decode alone, ms": f"{decode:.1f}",
        "cascade after decode, ms": f"{after:.1f}",
        "of it codes, views, places": f"{look:.1f}",
        "search": f"{statistics.median(search):.1f}",
        "compare": f"{statistics.median(compare):.1f}",
    }


def _median(work: Callable[[Any], object], things: list[Any]) -> float:
    times = []
    for _round in range(ROUNDS):
        for thing in things:
            begun = time.process_time()
            work(thing)
            times.append(1000 * (time.process_time() - begun))
    return statistics.median(times)


def _opened(content: bytes) -> image.Picture:
    file = io.BytesIO(content)
    return image.open_picture(file, probe(file).decoder)


def _decoded(content: bytes) -> NDArray[np.uint8]:
    frame = image.still(_opened(content))
    return np.concatenate([np.asarray(pixels, np.uint8) for _top, pixels in frame.strips()])


def _codes(content: bytes) -> tuple[bytes, ...]:
    frame = image.still(_opened(content))
    return pdq.codes(pdq.samples(frame.strips(), frame.width, frame.height, frame.orientation))


def _looked(pixels: NDArray[np.uint8]) -> object:
    frame = whole(pixels)
    pdq.codes(pdq.samples(frame.strips(), frame.width, frame.height))
    return looking.look(frame, ())
