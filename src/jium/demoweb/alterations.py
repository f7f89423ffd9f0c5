"""How people change a picture before they upload it: as the demo's sites show them, and as their visitors know them.

Each is a function from a picture to the bytes of a file. ``beside``: other pictures, for what puts several together.
The same furniture (an app's screen, a frame, a collage's layout) is put around pictures that nobody looks for too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

Pictures = Sequence[Image.Image]
Box = tuple[float, float, float, float]

CROP: Box = (0.22, 0.12, 0.84, 0.78)
TURNED_BY = 14
PHONE = (540, 1080)
WHITE, PAPER, INK, FAINT = (255, 255, 255), (244, 243, 240), (28, 30, 33), (150, 153, 158)


@dataclass(frozen=True)
class Alteration:
    """``ending``: of the file. ``make``: the file's bytes from a picture and three others."""

    ending: str
    make: Callable[[Image.Image, Pictures], bytes]


def encoded(image: Image.Image, form: str, **options: int) -> bytes:
    """The picture as a file of a form that Pillow knows."""
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(image: Image.Image, quality: int = 80) -> bytes:
    """The picture as a JPEG."""
    return encoded(image, "JPEG", quality=quality)


def _jpeg_of(change: Callable[[Image.Image], Image.Image], quality: int = 80) -> Alteration:
    return Alteration(".jpg", lambda image, _beside: jpeg(change(image), quality))


def _watermarked(image: Image.Image) -> Image.Image:
    marked = image.copy()
    place = (image.width * 0.7, image.height * 0.92)
    pen, font = ImageDraw.Draw(marked), ImageFont.load_default(size=image.height / 22)
    pen.text(place, "lantern.example", font=font, fill=WHITE, stroke_width=1, stroke_fill=0)
    return marked


def _part(image: Image.Image, box: Box) -> Image.Image:
    left, top, right, bottom = box
    return image.crop(
        (int(left * image.width), int(top * image.height), int(right * image.width), int(bottom * image.height))
    )


def cropped(image: Image.Image) -> Image.Image:
    """A good two thirds of the width and of the height."""
    return _part(image, CROP)


def _framed(image: Image.Image) -> Image.Image:
    return ImageOps.expand(image, image.width // 8, (232, 222, 206))


def _turned(image: Image.Image) -> Image.Image:
    return image.rotate(TURNED_BY, Image.Resampling.BICUBIC, expand=True, fillcolor=PAPER)


def screenshot(image: Image.Image) -> Image.Image:
    """On a telephone, in an app: a bar above, icons and words below."""
    width, height = PHONE
    screen = Image.new("RGB", PHONE, WHITE)
    pen, large, small = ImageDraw.Draw(screen), ImageFont.load_default(size=22), ImageFont.load_default(size=16)
    pen.rectangle((0, 0, width, 34), fill=INK)
    pen.text((18, 8), "21:07", font=small, fill=WHITE)
    pen.text((width - 92, 8), "LTE  68%", font=small, fill=WHITE)
    pen.ellipse((16, 54, 60, 98), fill=(201, 120, 86))
    pen.text((74, 56), "corner_of_the_street", font=large, fill=INK)
    pen.text((74, 82), "2 hours ago", font=small, fill=FAINT)
    tall = round(width * image.height / image.width)
    screen.paste(image.resize((width, tall), Image.Resampling.LANCZOS), (0, 116))
    below = 116 + tall + 16
    for number, colour in enumerate(((214, 69, 80), INK, INK)):
        left = 18 + 56 * number
        pen.regular_polygon((left + 16, below + 16, 16), 3 + number, fill=colour)
    pen.text((18, below + 48), "1,204 likes", font=large, fill=INK)
    for line, text in enumerate(("wonderful, where is this?", "saw it on the other board", "more of these please")):
        pen.text((18, below + 88 + 34 * line), text, font=small, fill=INK)
    pen.rectangle((0, height - 58, width, height), fill=PAPER)
    for number in range(5):
        pen.regular_polygon((54 + 108 * number, height - 29, 14), 4 + number, fill=FAINT)
    return screen


def _collage(image: Image.Image, beside: Pictures) -> bytes:
    board = Image.new("RGB", (960, 720), WHITE)
    for number, one in enumerate((beside[0], beside[1], image, beside[2])):
        cell = ImageOps.fit(one, (472, 352), Image.Resampling.LANCZOS)
        board.paste(cell, (4 + 480 * (number % 2), 4 + 360 * (number // 2)))
    return jpeg(board)


def _picture_in_picture(image: Image.Image, beside: Pictures) -> bytes:
    ground = beside[0].resize((960, 720), Image.Resampling.LANCZOS)
    small = ImageOps.contain(image, (400, 300), Image.Resampling.LANCZOS)
    ground.paste(ImageOps.expand(small, 3, WHITE), (524, 372))
    return jpeg(ground)


def _three_at_once(image: Image.Image) -> Image.Image:
    return screenshot(ImageOps.mirror(cropped(image)))


ALTERATIONS: dict[str, Alteration] = {
    "recompressed": _jpeg_of(lambda image: image, quality=30),
    "mirrored": _jpeg_of(ImageOps.mirror),
    "watermarked": _jpeg_of(_watermarked),
    "WebP": Alteration(".webp", lambda image, _beside: encoded(image, "WEBP", quality=70)),
    "cropped": _jpeg_of(cropped),
    "framed": _jpeg_of(_framed),
    "turned": _jpeg_of(_turned),
    "screenshot": _jpeg_of(screenshot),
    "in a collage": Alteration(".jpg", _collage),
    "picture in picture": Alteration(".jpg", _picture_in_picture),
    "three edits at once": _jpeg_of(_three_at_once, quality=60),
}
# Of these the whole picture's code is near the reference's, in one of its eight forms; of the others it is not.
PHOTOMETRIC = ("recompressed", "watermarked", "WebP")
# What lies around the picture; put around pictures nobody looks for it must not match.
FURNITURE = ("framed", "screenshot", "in a collage", "picture in picture", "three edits at once")
