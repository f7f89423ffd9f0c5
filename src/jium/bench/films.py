"""The films of ``jium bench video``: pictures of the corpus that a camera moves over, cut together, as H.264 files.

The same names give the same films on every machine. Films of the two splits share no picture. Strangers may carry the
furniture that references carry (a channel's logo, a title card), which must not make them match.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import av
import cv2
import numpy as np

from jium.bench.corpus import sets
from jium.bench.corpus.furniture import logo
from jium.bench.corpus.items import Item, Rgb, filling, rng_of

WIDTH, HEIGHT, RATE = 640, 480, 25
SHOTS = (3, 7)
SHOT_SECONDS = (2.0, 7.0)
# Of the strangers so many in a hundred carry the logo that every tenth reference carries, or begin with its card.
FURNISHED = 20


@dataclass(frozen=True)
class Shot:
    """A picture, for so many seconds, seen from one window (x, y, width as shares) to another."""

    item: Item
    seconds: float
    begin: tuple[float, float, float]
    end: tuple[float, float, float]


@dataclass(frozen=True)
class FilmItem:
    """A film by its name; ``logo``: a channel's sign in the corner; ``card``: begins with a title card."""

    name: str
    shots: tuple[Shot, ...]
    logo: bool = False
    card: bool = False

    @property
    def seconds(self) -> float:
        """How long it is."""
        return sum(shot.seconds for shot in self.shots) + (2.0 if self.card else 0.0)

    def frames(self) -> Iterator[Rgb]:
        """480 × 640 × 3, ``RATE`` a second."""
        if self.card:
            yield from [_card()] * (2 * RATE)
        for shot in self.shots:
            picture = filling(shot.item.render(), 2 * WIDTH, 2 * HEIGHT)
            count = round(shot.seconds * RATE)
            for number in range(count):
                frame = _window(picture, shot, number / count)
                if self.logo:
                    logo(frame, rng_of("channel"), WIDTH - 90, 20, 60)
                yield frame


def references(split: sets.Split, count: int) -> list[FilmItem]:
    """Films to look for."""
    pool = _pool(split)
    return [_film(f"film {split} {number}", pool, number, 5.0, number % 10 == 0) for number in range(count)]


def strangers(split: sets.Split, count: int, after: int) -> list[FilmItem]:
    """Unrelated ones, of pictures that the first ``after`` films do not show."""
    pool = _pool(split)
    return [
        _film(f"stranger {split} {number}", pool, after + number, 3.0, number * FURNISHED % 100 < FURNISHED)
        for number in range(count)
    ]


def companion(split: sets.Split, number: int, after: int) -> FilmItem:
    """Any other film, by any number; of pictures that the first ``after`` films do not show."""
    pool = _pool(split)
    place = after + number % max(1, len(pool) // (SHOTS[1] + 1) - after)
    return _film(f"companion {split} {number}", pool, place, 4.0, False)


@lru_cache(2)
def _pool(split: sets.Split) -> list[Item]:
    """One picture of each origin."""
    items = [item for item in sets.distractors(split, 6_000) if item.kind in ("photograph", "picture", "drawn")]
    return list({item.origin: item for item in reversed(items)}.values())


def _film(name: str, pool: list[Item], number: int, seconds: float, furnished: bool) -> FilmItem:
    rng = rng_of(name)
    most = SHOTS[1]
    shots = []
    for at in range(int(rng.integers(*SHOTS)) + 1):
        item = pool[(number * (most + 1) + at) % len(pool)]
        lasts = float(np.clip(rng.normal(seconds, 1.5), *SHOT_SECONDS))
        shots.append(Shot(item, round(lasts * RATE) / RATE, _view(rng), _view(rng)))
    return FilmItem(name, tuple(shots), furnished, furnished)


def _view(rng: np.random.Generator) -> tuple[float, float, float]:
    width = float(rng.uniform(0.55, 0.95))
    return float(rng.uniform(0, 1 - width)), float(rng.uniform(0, 1 - width)), width


def _window(picture: Rgb, shot: Shot, at: float) -> Rgb:
    """The camera's window at a share of the shot, to a fraction of a pixel."""
    x, y, width = (np.array(shot.begin) * (1 - at) + np.array(shot.end) * at).tolist()
    scale = width * picture.shape[1] / WIDTH
    matrix = np.array([[scale, 0, x * picture.shape[1]], [0, scale, y * picture.shape[0]]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), flags=flags), np.uint8)


@lru_cache(1)
def _card() -> Rgb:
    card = np.full((HEIGHT, WIDTH, 3), (24, 30, 60), np.uint8)
    logo(card, rng_of("channel"), 200, 130, 220)
    return card


def encoded(frames: Iterable[Rgb], rate: float = RATE, crf: int = 23) -> bytes:
    """An MP4 file, H.264; sides are cut to even numbers."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = None
        for rgb in frames:
            even = np.ascontiguousarray(rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2])
            if stream is None:
                options = {"crf": str(crf), "preset": "veryfast"}
                stream = container.add_stream("libx264", rate=Fraction(rate).limit_denominator(1000), options=options)
                stream.height, stream.width = even.shape[:2]
                stream.pix_fmt = "yuv420p"
                stream.codec_context.thread_count = 1
            container.mux(stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")))
        if stream is not None:
            container.mux(stream.encode())
    return out.getvalue()


def decoded(content: bytes) -> Iterator[Rgb]:
    """Every frame."""
    with av.open(io.BytesIO(content), mode="r") as container:
        container.streams.video[0].codec_context.thread_count = 1
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
