"""The demo's material: what is registered, altered copies of it, and things that only look a little alike.

Everything is drawn by rule (:mod:`jium.demoweb.scenes`), the same on every machine, and kept in a folder so
that a second run need not draw again. The files are fit to be shown to anybody.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from jium.demoweb import film, scenes
from jium.demoweb.alterations import ALTERATIONS, encoded, jpeg

SEED = 11
FILM = "film"
FILM_SHOTS = (("dunes", 31), ("still life", 32), ("city", 33), ("harbour", 34), ("mosaic", 35))
OTHER_SHOTS = (("mosaic", 41), ("harbour", 42), ("poster", 43))

# The file type in which each picture is registered.
REFERENCES = {
    "harbour": ".jpg",
    "city": ".png",
    "still life": ".jpg",
    "poster": ".webp",
    "dunes": ".png",
    "mosaic": ".jpg",
    FILM: ".mp4",
}
DISTRACTORS = tuple((scene, seed) for seed in (12, 13) for scene in scenes.SCENES)
DISTRACTOR_SIZE = (640, 480)


FILM_ALTERATIONS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "smaller": lambda frame: frame.resize((frame.width // 2, frame.height // 2), Image.Resampling.BILINEAR),
    "mirrored": ImageOps.mirror,
}
SAME = "same file"


class Gallery:
    """The material in one folder; each file is made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def reference(self, key: str) -> Path:
        """The file that is registered under ``key``, one of ``REFERENCES``."""
        path = self.folder / f"{_plain(key)}{REFERENCES[key]}"
        if key == FILM:
            return _kept(path, lambda fresh: film.encode(film.shoot(FILM_SHOTS), fresh))
        return _kept(path, lambda fresh: fresh.write_bytes(_registered(key)))

    def copy(self, key: str, alteration: str) -> Path:
        """An altered copy of a reference. Raises ``KeyError`` for an unknown alteration."""
        if alteration == SAME:
            return self.reference(key)
        name = f"{_plain(key)}-{_plain(alteration)}"
        if key == FILM:
            change = FILM_ALTERATIONS[alteration]
            path = self.folder / f"{name}.mp4"
            return _kept(path, lambda fresh: film.encode(map(change, film.shoot(FILM_SHOTS)), fresh, quality=30))
        altered = ALTERATIONS[alteration]
        path = self.folder / f"{name}{altered.ending}"
        return _kept(path, lambda fresh: fresh.write_bytes(altered.make(_drawn(key), _others(0))))

    def distractor(self, number: int, dressed: str = "") -> Path:
        """A picture of the same sort as a reference and yet another: ``number`` in ``DISTRACTORS``.

        ``dressed``: altered as copies are, so that it shares their furniture.
        """
        scene, seed = DISTRACTORS[number]
        name = f"other-{_plain(scene)}-{seed}"
        if not dressed:
            return _kept(self.folder / f"{name}.jpg", lambda fresh: fresh.write_bytes(jpeg(_other(number), 82)))
        altered = ALTERATIONS[dressed]
        path = self.folder / f"{name}-{_plain(dressed)}{altered.ending}"
        return _kept(path, lambda fresh: fresh.write_bytes(altered.make(_other(number), _others(number + 1))))

    def placeholder(self) -> Path:
        """What some sites show in a removed picture's place."""
        return _kept(self.folder / "placeholder.png", lambda fresh: fresh.write_bytes(_placeholder()))

    def other_film(self) -> Path:
        """A video with other scenes than the registered one."""
        return _kept(self.folder / "other-film.mp4", lambda fresh: film.encode(film.shoot(OTHER_SHOTS), fresh))


@lru_cache(maxsize=len(scenes.SCENES))
def _drawn(key: str) -> Image.Image:
    return scenes.draw(key, SEED)


@lru_cache(maxsize=4)
def _other(number: int) -> Image.Image:
    scene, seed = DISTRACTORS[number % len(DISTRACTORS)]
    return scenes.draw(scene, seed, DISTRACTOR_SIZE)


def _others(first: int) -> list[Image.Image]:
    """What a copy shares a collage with."""
    return [_other(number) for number in range(first, first + 3)]


def _registered(key: str) -> bytes:
    image = _drawn(key)
    if REFERENCES[key] == ".jpg":
        return jpeg(image, 92)
    if REFERENCES[key] == ".webp":
        return encoded(image, "WEBP", quality=90)
    return encoded(image, "PNG")


def _placeholder() -> bytes:
    image = Image.new("RGB", (400, 300), (232, 230, 224))
    pen = ImageDraw.Draw(image)
    pen.text((118, 128), "image removed", font=ImageFont.load_default(size=24), fill=(120, 116, 108))
    return encoded(image, "PNG")


def _plain(name: str) -> str:
    return name.lower().replace(" ", "-")


def _kept(path: Path, make: Callable[[Path], object]) -> Path:
    """``path``, made now if it is not there; never half a file."""
    if not path.exists():
        fresh = path.with_name(f".{os.getpid()}-{path.name}")
        make(fresh)
        fresh.replace(path)
    return path
