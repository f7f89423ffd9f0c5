"""Still and animated pictures, decoded with Pillow and pi_heif. Runs inside the sandbox only.

docs/pictures.md lists what becomes of every odd kind of picture. Of several pages (TIFF, MPO) the first one is
read, as browsers show it.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import pi_heif
from PIL import Image, UnidentifiedImageError

from jium.media import colour, icon, png, raster
from jium.media.damage import DAMAGE, mended_webp, partly, webp_pixels
from jium.media.errors import MediaError
from jium.media.frame import Frame
from jium.media.words import believed

MAX_PIXELS = 178_956_970
ANIMATED = ("GIF", "WEBP", "AVIF", "PNG")
# What browsers show a frame for that says it lasts no time at all.
LEAST_FRAME_SECONDS = 0.1
MOST_DISTINCT_FRAMES = 1_000
# All frames of an animation together; a tiny frame costs about as much time as so many pixels.
PIXEL_BUDGET = 2_000_000_000
LEAST_FRAME_COST = 50_000
# Two frames are compared in memory, so the largest ones are not.
MOST_FOLDED_PIXELS = 16_000_000
# Larger JPEGs are halved while they are decoded, but never under the least side.
LARGE_PIXELS, LEAST_SIDE = 8_000_000, 1024
_ORIENTATION = 0x0112
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_MENDED = {"WEBP": mended_webp, "PNG": png.lean}

Image.init()
pi_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Picture:
    """An opened picture whose pixels are not decoded yet; decode it once. ``orientation``: EXIF's 1..8.

    ``damaged``: its file had to be mended to open at all.
    """

    image: Image.Image
    file: BinaryIO
    decoder: str
    width: int
    height: int
    orientation: int
    animated: bool
    damaged: bool = False

    @property
    def upright_size(self) -> tuple[int, int]:
        """(width, height) as seen, of the whole picture even where a frame of it is smaller."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


def open_picture(file: BinaryIO, decoder: str) -> Picture:
    """Read the header only. ``decoder``: from :func:`jium.media.probe.probe`. Raises :class:`MediaError`."""
    if decoder == "WEBP" and webp_pixels(file) > MAX_PIXELS:
        raise MediaError("too_large")
    if decoder in icon.ICONS and (inner := icon.largest_png(file)):
        return open_picture(inner, "PNG")
    try:
        if decoder == "PNG" and png.overstates(file):
            raise MediaError("truncated")
        return _opened(file, decoder)
    except MediaError as problem:
        if decoder not in _MENDED or problem.kind != "truncated":
            raise
    return replace(_opened(_MENDED[decoder](file), decoder), damaged=True)


def _opened(file: BinaryIO, decoder: str) -> Picture:
    try:
        image = believed(Image.open(file, formats=(decoder,)))
        width, height = image.size
        animated = decoder in ANIMATED and getattr(image, "is_animated", False)
        orientation = _orientation(image, decoder)
    except (*_BOMB, MemoryError) as bomb:
        raise MediaError("too_large") from bomb
    except UnidentifiedImageError as unknown:
        raise MediaError("truncated") from unknown
    except DAMAGE as damage:
        raise MediaError("truncated") from damage
    if width * height > MAX_PIXELS:
        raise MediaError("too_large")
    if width * height == 0:
        raise MediaError("truncated")
    return Picture(image, file, decoder, width, height, orientation, animated)


def _orientation(image: Image.Image, decoder: str) -> int:
    """A PNG may say it behind its pixels only, so it is asked again once it is decoded."""
    if decoder == "TIFF":
        # Pillow turns it itself.
        return 1
    try:
        # A PNG's getexif decodes the whole picture when there is none yet.
        undecoded = decoder == "PNG" and getattr(image, "tile", None)
        if undecoded:
            exif = Image.Exif()
            exif.load(image.info.get("exif", b""))
        else:
            exif = image.getexif()
        value = exif.get(_ORIENTATION, 1)
    except DAMAGE:
        # A broken EXIF block does not make the picture unreadable.
        return 1
    return value if value in range(1, 9) else 1


def still(picture: Picture) -> Frame:
    """Decode a picture (of several, the first): its stored numbers, on white where it is transparent.

    A damaged one is used as far as it goes (``Frame.damaged``). Raises :class:`MediaError`.
    """
    return _decoded(picture).frame()


def still_grey(picture: Picture) -> Frame:
    """As :func:`still`, but only brightness (rows × width) where a JPEG stores that apart from colour.

    JPEGs over 8 million pixels come smaller than ``picture``. The weights are the same (Rec. 601), but colours
    that leave the range are not cut off on the way: PDQ codes are mostly equal, at times a few bits apart.
    """
    return backgrounds(picture, grey=True)[0]


def backgrounds(picture: Picture, *, grey: bool = False) -> tuple[Frame, ...]:
    """Every way the picture may look: as :func:`still` (or :func:`still_grey`), and where these differ visibly
    on black behind what is transparent, with transparency ignored (as Meta's code reads it), and as its colour
    profile or gamma shows it (on white).

    All share one decoded raster. Raises :class:`MediaError`.
    """
    shown = colour.displayed(picture.image)
    if grey and shown is None:
        _ask_for_brightness(picture)
    decoded = _decoded(picture)
    views = [decoded.frame()]
    if raster.see_through(decoded.image):
        views += [decoded.frame(raster.BLACK), decoded.frame(raster.OPAQUE)]
    if shown:
        views.append(decoded.frame(recolour=shown))
    return tuple(views)


@dataclass(frozen=True)
class _Decoded:
    """The raster of a picture in memory, and how much of it is there."""

    image: Image.Image
    orientation: int
    damaged: bool
    share: float

    def frame(self, background: int | None = raster.WHITE, recolour: raster.Recolour | None = None) -> Frame:
        image = self.image
        return Frame(
            image.width,
            image.height,
            lambda: raster.strips(image, background, recolour),
            self.orientation,
            damaged=self.damaged,
            decoded=self.share,
        )


def _decoded(picture: Picture) -> _Decoded:
    try:
        _load(picture.image)
    except MediaError as problem:
        if problem.kind != "truncated":
            raise
        image, share = partly(picture.file, picture.decoder)
        return _Decoded(image, _turn(picture, image), True, share)
    return _Decoded(picture.image, _turn(picture, picture.image), picture.damaged, 1.0)


def _turn(picture: Picture, decoded: Image.Image) -> int:
    return _orientation(decoded, "PNG") if picture.decoder == "PNG" else picture.orientation


def _ask_for_brightness(picture: Picture) -> None:
    """Let libjpeg hand out the brightness plane alone, where the JPEG has one; large ones halved or less."""
    image = picture.image
    if picture.decoder != "JPEG" or not _stores_brightness(image):
        return
    scale = 1
    while (
        scale < 8
        and picture.width * picture.height > LARGE_PIXELS * scale**2
        and min(picture.width, picture.height) >= LEAST_SIDE * scale * 2
    ):
        scale *= 2
    image.draft("L", (picture.width // scale, picture.height // scale))


def _stores_brightness(image: Image.Image) -> bool:
    """As libjpeg decides it; in doubt no."""
    names = [component[0] for component in getattr(image, "layer", ())]
    if len(names) == 1:
        return True
    usual = "jfif" in image.info or names == [1, 2, 3]
    return len(names) == 3 and usual and image.info.get("adobe_transform", 1) == 1


def shrink_on_load(picture: Picture, side: int) -> Picture:
    """Let a JPEG be decoded in grey and smaller, but not under ``side`` pixels a side."""
    if picture.decoder != "JPEG":
        return picture
    picture.image.draft("L", (side, side))
    return replace(picture, width=picture.image.width, height=picture.image.height)


def animation(picture: Picture) -> Iterator[tuple[Frame, float]]:
    """(frame, seconds it is shown) one after the other; each is valid only until the next one is asked for.

    Frames like the one before only make that one last longer. Every other frame comes, on white, up to
    :data:`MOST_DISTINCT_FRAMES` of them or :data:`PIXEL_BUDGET` pixels decoded. A damaged end ends the
    animation; a damaged start is the only frame. Raises :class:`MediaError`.
    """
    time, distinct = 0.0, 0
    held: tuple[Frame, float, bytes] | None = None
    for frame, lasts, content in _each_frame(picture):
        if held and content == held[2]:
            held = (held[0], held[1] + lasts, held[2])
        else:
            if held:
                yield held[:2]
            if distinct == MOST_DISTINCT_FRAMES:
                return
            distinct += 1
            placed = replace(frame, time=time)
            held = None if content is None else (placed, lasts, content)
            if content is None:
                # The next frame will be decoded over this one, so it cannot wait.
                yield placed, lasts
        time += lasts
    if held:
        yield held[:2]


def _each_frame(picture: Picture) -> Iterator[tuple[Frame, float, bytes | None]]:
    """(frame, seconds, a digest of its looks or None where it is too large to compare) as they are stored."""
    spent, number = 0, 0
    while spent <= PIXEL_BUDGET:
        try:
            picture.image.seek(number)
            _load(picture.image)
        except (MediaError, *_BOMB, *DAMAGE):
            if number == 0:
                # Raises what makes even that impossible.
                yield still(picture), LEAST_FRAME_SECONDS, None
            return
        image = picture.image
        lasts = float(image.info.get("duration", 0) or 0) / 1000 or LEAST_FRAME_SECONDS
        small = image.width * image.height <= MOST_FOLDED_PIXELS
        shown = image.copy() if small else image
        yield (
            _Decoded(shown, _turn(picture, image), picture.damaged, 1.0).frame(),
            lasts,
            _content(image) if small else None,
        )
        spent += max(image.width * image.height, LEAST_FRAME_COST)
        number += 1


def _content(image: Image.Image) -> bytes:
    """A digest of how the frame looks: a GIF's first frame has another mode than those after it."""
    comparable = image if raster.is_deep(image) else image.convert("RGBA")
    return hashlib.blake2b(comparable.tobytes()).digest()


def _load(image: Image.Image) -> None:
    try:
        image.load()
        believed(image)  # of a PNG some words stand behind the pixels
    except (*_BOMB, MemoryError) as bomb:
        raise MediaError("too_large") from bomb
    except DAMAGE as damage:
        raise MediaError("truncated") from damage
