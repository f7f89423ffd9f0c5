"""What befalls pictures of faces on their way through the web, and what makes a photo a poor one to look for."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from jium.faces.face import Seen

Edit = Callable[[Image.Image, Seen], Image.Image]


def sized(pixels: int) -> Edit:
    """Made smaller until the face has so many pixels."""

    def edit(picture: Image.Image, face: Seen) -> Image.Image:
        return shrunk(picture, pixels / face.size)

    return edit


def shrunk(picture: Image.Image, factor: float) -> Image.Image:
    """Made so many times as large; not larger than it is."""
    factor = min(factor, 1.0)
    return picture.resize((max(1, round(picture.width * factor)), max(1, round(picture.height * factor))))


def as_jpeg(quality: int) -> Edit:
    """Packed so hard."""

    def edit(picture: Image.Image, _face: Seen) -> Image.Image:
        packed = io.BytesIO()
        picture.convert("RGB").save(packed, "JPEG", quality=quality)
        return Image.open(packed)

    return edit


def blurred(share: float) -> Edit:
    """By a Gaussian whose deviation is so much of the face."""
    return lambda picture, face: picture.filter(ImageFilter.GaussianBlur(share * face.size))


def covered(top: float, bottom: float) -> Edit:
    """A grey bar over the face from ``top`` to ``bottom`` of its box, as a mask or dark glasses are."""

    def edit(picture: Image.Image, face: Seen) -> Image.Image:
        changed = picture.convert("RGB")
        x0, y0, x1, y1 = face.box
        height = y1 - y0
        bar = (x0 * picture.width, (y0 + top * height) * picture.height)
        end = (x1 * picture.width, (y0 + bottom * height) * picture.height)
        ImageDraw.Draw(changed).rectangle([*bar, *end], fill=(60, 60, 66))
        return changed

    return edit


def _mirrored(picture: Image.Image, _face: Seen) -> Image.Image:
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _dark(picture: Image.Image, _face: Seen) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(0.35)


def _tilted(picture: Image.Image, _face: Seen) -> Image.Image:
    return picture.rotate(20, expand=True, resample=Image.Resampling.BICUBIC)


def _noisy(picture: Image.Image, _face: Seen) -> Image.Image:
    levels = np.asarray(picture.convert("RGB"), np.float32)
    noise = np.random.default_rng(7).normal(0, 18, levels.shape)
    return Image.fromarray(np.clip(levels + noise, 0, 255).astype(np.uint8))


AS_IT_IS = "as it is"
# What befalls the picture in which she is looked for.
EDITS: dict[str, Edit] = {
    AS_IT_IS: lambda picture, _face: picture,
    "40 pixels": sized(40),
    "30 pixels": sized(30),
    "24 pixels": sized(24),
    "JPEG 10": as_jpeg(10),
    "grey": lambda picture, _face: picture.convert("L"),
    "mirrored": _mirrored,
    "tilted 20°": _tilted,
    "dark": _dark,
    "noise": _noisy,
    "blurred": blurred(0.02),
    "mouth covered": covered(0.6, 1.0),
    "eyes covered": covered(0.2, 0.45),
}
# What makes the photo of her a poor one, by the advice that is given.
PHOTOS: dict[str, Edit] = {"small": sized(40), "blurred": blurred(0.03), "unclear": covered(0.6, 1.0)}


def packed(picture: Image.Image, quality: int = 85) -> bytes:
    """As it would lie on the web."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()
