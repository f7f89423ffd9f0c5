"""The demo's material: what is registered, altered copies of it, and things that only look a little alike.

Everything is drawn by rule (:mod:`jium.demoweb.scenes`), the same on every machine, and kept in a folder so
that a second run need not draw again. The files are fit to be shown to anybody.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from jium.demoweb import film, scenes

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


def _jpeg(image: Image.Image, quality: int) -> bytes:
    return _encoded(image, "JPEG", quality=quality)


def _encoded(image: Image.Image, form: str, **options: int) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def _halved(image: Image.Image) -> bytes:
    return _jpeg(image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS), 80)


def _watermarked(image: Image.Image) -> bytes:
    marked = image.copy()
    font = ImageFont.load_default(size=image.height / 22)
    place = (image.width * 0.7, image.height * 0.92)
    ImageDraw.Draw(marked).text(
        place, "lantern.example", font=font, fill=(255, 255, 255), stroke_width=1, stroke_fill=0
    )
    return _jpeg(marked, 80)


PICTURE_ALTERATIONS: dict[str, tuple[str, Callable[[Image.Image], bytes]]] = {
    "recompressed": (".jpg", lambda image: _jpeg(image, 30)),
    "halved": (".jpg", _halved),
    "grey": (".jpg", lambda image: _jpeg(ImageOps.grayscale(image), 80)),
    "brighter": (".jpg", lambda image: _jpeg(ImageEnhance.Brightness(image).enhance(1.25), 80)),
    "mirrored": (".jpg", lambda image: _jpeg(ImageOps.mirror(image), 80)),
    "watermarked": (".jpg", _watermarked),
    "WebP": (".webp", lambda image: _encoded(image, "WEBP", quality=70)),
    "blurred": (".jpg", lambda image: _jpeg(image.filter(ImageFilter.GaussianBlur(1.6)), 80)),
}
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
        ending, alter = PICTURE_ALTERATIONS[alteration]
        return _kept(self.folder / f"{name}{ending}", lambda fresh: fresh.write_bytes(alter(_drawn(key))))

    def distractor(self, number: int) -> Path:
        """A picture of the same sort as a reference and yet another: ``number`` in ``DISTRACTORS``."""
        scene, seed = DISTRACTORS[number]
        path = self.folder / f"other-{_plain(scene)}-{seed}.jpg"
        return _kept(path, lambda fresh: fresh.write_bytes(_jpeg(scenes.draw(scene, seed, (640, 480)), 82)))

    def placeholder(self) -> Path:
        """What some sites show in a removed picture's place."""
        return _kept(self.folder / "placeholder.png", lambda fresh: fresh.write_bytes(_placeholder()))

    def other_film(self) -> Path:
        """A video with other scenes than the registered one."""
        return _kept(self.folder / "other-film.mp4", lambda fresh: film.encode(film.shoot(OTHER_SHOTS), fresh))


@lru_cache(maxsize=len(scenes.SCENES))
def _drawn(key: str) -> Image.Image:
    return scenes.draw(key, SEED)


def _registered(key: str) -> bytes:
    image = _drawn(key)
    if REFERENCES[key] == ".jpg":
        return _jpeg(image, 92)
    if REFERENCES[key] == ".webp":
        return _encoded(image, "WEBP", quality=90)
    return _encoded(image, "PNG")


def _placeholder() -> bytes:
    image = Image.new("RGB", (400, 300), (232, 230, 224))
    pen = ImageDraw.Draw(image)
    pen.text((118, 128), "image removed", font=ImageFont.load_default(size=24), fill=(120, 116, 108))
    return _encoded(image, "PNG")


def _plain(name: str) -> str:
    return name.lower().replace(" ", "-")


def _kept(path: Path, make: Callable[[Path], object]) -> Path:
    """``path``, made now if it is not there; never half a file."""
    if not path.exists():
        fresh = path.with_name(f".{os.getpid()}-{path.name}")
        make(fresh)
        fresh.replace(path)
    return path
