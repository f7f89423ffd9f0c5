"""How many seconds of film one core fingerprints in a second, beside decoding alone and pdqhash."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from jium.bench import films, gallery, peers
from jium.bench.corpus.items import resized
from jium.dna import filming
from jium.media import video
from jium.media.probe import probe

SIZES = ((640, 480), (1280, 720))
ROUNDS = 3
# Every frame, and no scenes.
EVERY_FRAME = filming.Plan(0.001, 1e9, 0)


def speed(console: Console) -> list[dict[str, Any]]:
    """One row a size; CPU time, medians."""
    rows = gallery.in_processes(_row, SIZES, _nothing)
    return list(track(rows, "speed", total=len(SIZES), console=console))


def _nothing() -> None:
    """Nothing has to be prepared."""


def _row(size: tuple[int, int]) -> dict[str, Any]:
    film = films.references("tuning", 1)[0]
    content = films.encoded(resized(frame, *size) for frame in film.frames())

    def rate(work: Callable[[bytes], object]) -> float:
        times = []
        for _round in range(ROUNDS):
            begun = time.process_time()
            work(content)
            times.append(time.process_time() - begun)
        return film.seconds / statistics.median(times)

    decode, every = rate(_decode), rate(lambda file: _film(file, EVERY_FRAME))
    peer_every, peer_second = rate(lambda file: _peer(file, 1)), rate(lambda file: _peer(file, films.RATE))
    return {
        "film": f"{size[0]} × {size[1]} H.264",
        "decode alone": f"{decode:.1f}",
        "jium, every frame": f"{every:.1f}",
        "decode alone ÷ every frame": f"{decode / every:.2f}",
        "jium, as a reference": f"{rate(lambda file: _film(file, filming.REFERENCE)):.1f}",
        "jium, as seen": f"{rate(lambda file: _film(file, filming.SIGHTING)):.1f}",
        "pdqhash, every frame": f"{peer_every:.1f}",
        "pdqhash, one a second": f"{peer_second:.1f}",
    }


def _opened(content: bytes) -> video.Video:
    file = io.BytesIO(content)
    opened = video.open_video(file, probe(file).decoder)
    if isinstance(opened, video.Sound):
        raise ValueError("a film without pictures")
    opened.stream.codec_context.thread_count = 1
    return opened


def _decode(content: bytes) -> int:
    with _opened(content).container as container:
        return sum(1 for _frame in container.decode(video=0))


def _film(content: bytes, plan: filming.Plan) -> object:
    return filming.film(video.sampled(_opened(content), plan.step), plan)


def _peer(content: bytes, every: int) -> int:
    with _opened(content).container as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number % every == 0:
                peers.pdq_of(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
    return 0
