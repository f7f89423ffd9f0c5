"""What people do to films. Each edit gives the file and where in it which seconds of the original are, how fast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from jium.bench.corpus.furniture import furnish
from jium.bench.corpus.items import Rgb, filling, fitted, paste, resized, rng_of
from jium.bench.edits.shapes import rotated
from jium.bench.films import RATE, FilmItem, decoded, encoded

# Recall that each group has to reach.
TARGETS = {"plain": 0.99, "cut and turned": 0.98, "small and inside": 0.95, "all at once": 0.90}
COMPILATION_SECONDS = 300.0


@dataclass(frozen=True)
class Truth:
    """Seconds of the original, seconds of the copy, and how fast; whether mirrored."""

    a: tuple[float, float]
    b: tuple[float, float]
    speed: float = 1.0
    mirrored: bool = False


@dataclass(frozen=True)
class Copy:
    """An edited film."""

    content: bytes
    truth: Truth


@dataclass(frozen=True)
class Source:
    """An original, its file, and other films to put around it."""

    film: FilmItem
    content: bytes
    others: Callable[[int], FilmItem]


@dataclass(frozen=True)
class FilmEdit:
    """A kind of edit; ``make`` gives the copy."""

    name: str
    group: str
    make: Callable[[Source], Copy]


def _whole(source: Source, mirrored: bool = False) -> Truth:
    return Truth((0.0, source.film.seconds), (0.0, source.film.seconds), 1.0, mirrored)


def _framewise(change: Callable[[Rgb, str, int], Rgb], crf: int, mirrored: bool, source: Source) -> Copy:
    name = source.film.name
    frames = (change(frame, name, number) for number, frame in enumerate(decoded(source.content)))
    return Copy(encoded(frames, crf=crf), _whole(source, mirrored))


def _small(height: int, rgb: Rgb, _name: str, _number: int) -> Rgb:
    return resized(rgb, rgb.shape[1] * height / rgb.shape[0], height)


def _grey(rgb: Rgb, _name: str, _number: int) -> Rgb:
    bright = (rgb @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
    return np.repeat(bright[..., None], 3, axis=2)


def _furnished(kind: str, rgb: Rgb, name: str, number: int) -> Rgb:
    # Subtitles change every three seconds, all else stays.
    rng = rng_of(name, number // (3 * RATE) if kind == "subtitle" else 0)
    return furnish(rgb, kind, int(rng_of(name).integers(20)), rng)


def _bars(wide: bool, rgb: Rgb, _name: str, _number: int) -> Rgb:
    height, width = rgb.shape[:2]
    across, down = (width, height + height // 3) if wide else (width + width // 4, height + height // 4)
    ground = np.full((down, across, 3), 0 if wide else 235, np.uint8)
    paste(ground, rgb, (across - width) / 2, (down - height) / 2)
    return ground


def _mirror(rgb: Rgb, _name: str, _number: int) -> Rgb:
    return np.ascontiguousarray(rgb[:, ::-1])


def _quarters(count: int, rgb: Rgb, _name: str, _number: int) -> Rgb:
    return np.ascontiguousarray(np.rot90(rgb, count))


def _crop(share: float, rgb: Rgb, name: str, _number: int) -> Rgb:
    side = share**0.5
    height, width = round(rgb.shape[0] * side), round(rgb.shape[1] * side)
    rng = rng_of("crop", name)
    top, left = (int(rng.integers(0, room + 1)) for room in (rgb.shape[0] - height, rgb.shape[1] - width))
    return np.ascontiguousarray(rgb[top : top + height, left : left + width])


def _turned(degrees: float, rgb: Rgb, _name: str, _number: int) -> Rgb:
    return rotated(rgb, degrees, cut=False)


def _upright(rgb: Rgb, name: str, _number: int) -> Rgb:
    width = rgb.shape[0] * 9 // 16
    left = int(rng_of("upright", name).uniform(0.25, 0.75) * (rgb.shape[1] - width))
    return np.ascontiguousarray(rgb[:, left : left + width])


def _speed(factor: float, source: Source) -> Copy:
    """The frames as they are, shown faster or slower at the usual rate."""
    count = round(source.film.seconds * RATE)
    chosen = np.minimum((np.arange(round(count / factor)) * factor).astype(int), count - 1)
    times = np.bincount(chosen, minlength=count)
    frames = (frame for number, frame in enumerate(decoded(source.content)) for _time in range(times[number]))
    seconds = source.film.seconds
    return Copy(encoded(frames), Truth((0.0, seconds), (0.0, seconds / factor), factor))


def _excerpt(seconds: float, total: float, source: Source) -> Copy:
    """So many seconds of it, somewhere in a film of others."""
    rng = rng_of("excerpt", source.film.name)
    begin = float(rng.uniform(0, max(0.0, source.film.seconds - seconds)))
    before = float(rng.uniform(0.2, 0.8)) * (total - seconds)
    begin, before = (round(value * RATE) / RATE for value in (begin, before))
    frames = _around(source, begin, seconds, before, total)
    return Copy(encoded(frames), Truth((begin, begin + seconds), (before, before + seconds)))


def _around(source: Source, begin: float, seconds: float, before: float, total: float) -> Iterator[Rgb]:
    others = _others(source)
    yield from _taken(others, round(before * RATE))
    for number, frame in enumerate(decoded(source.content)):
        if number >= round((begin + seconds) * RATE):
            break
        if number >= round(begin * RATE):
            yield frame
    yield from _taken(others, round((total - before - seconds) * RATE))


def _others(source: Source) -> Iterator[Rgb]:
    first = int(rng_of("others", source.film.name).integers(1 << 20))
    for number in range(1_000):
        yield from source.others(first + number).frames()


def _taken(frames: Iterator[Rgb], count: int) -> Iterator[Rgb]:
    for _number in range(count):
        yield next(frames)


def _inside(share: float, source: Source) -> Copy:
    """A picture in another film's picture."""
    rng = rng_of("inside", source.film.name)
    x, y = (float(rng.uniform(0, 1 - share)) for _side in range(2))

    def frames() -> Iterator[Rgb]:
        for frame, ground in zip(decoded(source.content), _others(source), strict=False):
            height, width = frame.shape[:2]
            larger = ground.copy()
            paste(larger, resized(frame, width * share, height * share), x * width, y * height)
            yield larger

    return Copy(encoded(frames()), _whole(source))


def _split(source: Source) -> Copy:
    """One of four films shown at once."""
    place = int(rng_of("split", source.film.name).integers(4))

    def frames() -> Iterator[Rgb]:
        grounds = [_others_from(source, number) for number in range(3)]
        for frame, *around in zip(decoded(source.content), *grounds, strict=False):
            height, width = frame.shape[:2]
            tiles = [fitted(one, width / 2, height / 2) for one in around]
            tiles.insert(place, fitted(frame, width / 2, height / 2))
            yield np.vstack([np.hstack(tiles[:2]), np.hstack(tiles[2:])])

    return Copy(encoded(frames()), _whole(source))


def _others_from(source: Source, number: int) -> Iterator[Rgb]:
    first = int(rng_of("around", source.film.name, number).integers(1 << 20))
    for step in range(1_000):
        yield from source.others(first + step).frames()


def _all_at_once(source: Source) -> Copy:
    """Mirrored, cropped to 70 %, a quarter faster, 240 lines."""

    def change(frame: Rgb) -> Rgb:
        cut = _crop(0.7, _mirror(frame, "", 0), source.film.name, 0)
        return filling(cut, 320, 240)

    faster = _speed(1.25, source)
    content = encoded((change(frame) for frame in decoded(faster.content)), crf=30)
    return Copy(content, Truth(faster.truth.a, faster.truth.b, 1.25, True))


def _edit(
    name: str, group: str, change: Callable[[Rgb, str, int], Rgb], crf: int = 26, mirrored: bool = False
) -> FilmEdit:
    return FilmEdit(name, group, partial(_framewise, change, crf, mirrored))


EDITS = (
    _edit("240p", "plain", partial(_small, 240), 30),
    _edit("grey", "plain", _grey),
    _edit("subtitles", "plain", partial(_furnished, "subtitle")),
    _edit("logo", "plain", partial(_furnished, "watermark")),
    _edit("letterbox", "plain", partial(_bars, True)),
    _edit("border", "plain", partial(_bars, False)),
    _edit("mirror", "plain", _mirror, mirrored=True),
    _edit("rotate 90", "plain", partial(_quarters, 1)),
    _edit("rotate 180", "plain", partial(_quarters, 2)),
    *(FilmEdit(f"speed {speed}", "cut and turned", partial(_speed, speed)) for speed in (0.5, 0.75, 1.25, 1.5, 2.0)),
    FilmEdit("10 s in 5 minutes", "cut and turned", partial(_excerpt, 10.0, COMPILATION_SECONDS)),
    _edit("crop 70 %", "cut and turned", partial(_crop, 0.7)),
    _edit("crop 50 %", "cut and turned", partial(_crop, 0.5)),
    _edit("rotate 20", "cut and turned", partial(_turned, 20.0)),
    _edit("rotate -20", "cut and turned", partial(_turned, -20.0)),
    _edit("upright 9:16", "cut and turned", _upright),
    _edit("144p", "small and inside", partial(_small, 144), 34),
    FilmEdit("inside at 40 %", "small and inside", partial(_inside, 0.4)),
    FilmEdit("one of 2 × 2", "small and inside", _split),
    FilmEdit("3 s excerpt", "small and inside", partial(_excerpt, 3.0, 30.0)),
    _edit("screen recording", "small and inside", partial(_furnished, "player")),
    FilmEdit("mirror, crop, speed, 240p", "all at once", _all_at_once),
)
