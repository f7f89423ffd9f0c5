"""Pictures as full of detail as photographs, and what people make of them: crops, collages, screenshots, frames.

``tests.media.samples`` has soft pictures for decoders; places need corners and blobs of every size.
"""

from __future__ import annotations

import math
from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.media import samples

Colour = tuple[int, int, int]

FLIP = Image.Transpose.FLIP_LEFT_RIGHT


@cache
def _scene(seed: int, size: tuple[int, int]) -> Image.Image:
    """Dead leaves: things of every size in front of each other, most of them small, as in a photograph."""
    rng = np.random.default_rng(seed)
    width, height = size
    longest = max(size)
    image = Image.new("RGB", size, colour(rng))
    draw = ImageDraw.Draw(image)
    # Sizes as in nature: the count falls with the cube of the size.
    low, high = longest / 160, longest / 4
    radii = np.sort((low**-2 - rng.random(900) * (low**-2 - high**-2)) ** -0.5)[::-1]
    for radius in radii:
        x, y = rng.random(2) * size
        corners = int(rng.integers(3, 8))
        turn, squeeze = rng.random() * math.tau, 0.4 + 0.6 * rng.random()
        around = [turn + math.tau * (number + 0.5 * rng.random()) / corners for number in range(corners)]
        points = [(x + radius * math.cos(angle), y + squeeze * radius * math.sin(angle)) for angle in around]
        if rng.random() < 0.3:
            draw.ellipse((x - radius, y - squeeze * radius, x + radius, y + squeeze * radius), fill=colour(rng))
        else:
            draw.polygon(points, fill=colour(rng))
    light = Image.fromarray(rng.integers(0, 256, (5, 6), np.uint8)).resize(size, Image.Resampling.BICUBIC)
    grain = rng.normal(0, 4, (height, width, 1))
    lit = np.asarray(image) * (0.7 + 0.3 * np.asarray(light)[..., None] / 255) + grain
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.6))


def scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture of its own for every seed."""
    return _scene(seed, size).copy()


def colour(rng: np.random.Generator) -> Colour:
    """Any, the middling ones most often."""
    red, green, blue = (int(value) for value in np.clip(rng.normal(125, 60, 3), 0, 255))
    return red, green, blue


def jpeg(image: Image.Image, quality: int = 85) -> bytes:
    return samples.encoded(image.convert("RGB"), "JPEG", quality=quality)


def turned(image: Image.Image, degrees: float) -> Image.Image:
    """Counter-clockwise, with black corners."""
    return image.rotate(degrees, expand=True, resample=Image.Resampling.BICUBIC)


def cropped(image: Image.Image, x0: float, y0: float, x1: float, y1: float) -> Image.Image:
    width, height = image.size
    return image.crop((round(x0 * width), round(y0 * height), round(x1 * width), round(y1 * height)))


def inside(image: Image.Image, larger: Image.Image, x: int, y: int, width: int) -> Image.Image:
    whole = larger.copy()
    whole.paste(image.resize((width, width * image.height // image.width), Image.Resampling.LANCZOS), (x, y))
    return whole


def tiled(*images: Image.Image) -> Image.Image:
    """Four pictures as a square of two by two."""
    whole = Image.new("RGB", (800, 600))
    for number, image in enumerate(images):
        whole.paste(image.resize((400, 300), Image.Resampling.LANCZOS), (number % 2 * 400, number // 2 * 300))
    return whole


def aslant(image: Image.Image) -> Image.Image:
    """As a camera sees a screen from the side."""
    width, height = image.size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners + np.array([[40, 30], [-25, 10], [-5, -35], [20, -10]], np.float32)
    pixels = cv2.warpPerspective(np.asarray(image), cv2.getPerspectiveTransform(corners, seen), (width, height))
    return Image.fromarray(pixels)


def on_a_phone(image: Image.Image, comment: str = "look at this") -> Image.Image:
    """A post in an app: bars, icons and words around the picture."""
    screen = Image.new("RGB", (720, 1280), (250, 250, 250))
    draw = ImageDraw.Draw(screen)
    font = ImageFont.load_default(28)
    draw.rectangle((0, 0, 720, 110), fill=(40, 80, 160))
    draw.text((30, 60), "PICTURES TODAY", font=font, fill=(255, 255, 255))
    for number in range(4):
        draw.ellipse((420 + 70 * number, 50, 470 + 70 * number, 100), outline=(255, 255, 255), width=5)
        draw.rectangle((40 + 90 * number, 800, 90 + 90 * number, 850), outline=(60, 60, 60), width=5)
        draw.line((40 + 90 * number, 800, 90 + 90 * number, 850), fill=(60, 60, 60), width=5)
    screen.paste(image.resize((720, 540), Image.Resampling.LANCZOS), (0, 200))
    draw.text((30, 880), comment, font=font, fill=(20, 20, 20))
    for row in range(6):
        draw.text((30, 940 + 50 * row), "somebody wrote a comment here", font=font, fill=(90, 90, 90))
    return screen


def subtitled(image: Image.Image, words: str = "and then we all went home") -> Image.Image:
    marked = image.copy()
    place = (image.width // 2, image.height - 50)
    font = ImageFont.load_default(36)
    draw = ImageDraw.Draw(marked)
    draw.text(place, words, font=font, fill="white", stroke_width=3, stroke_fill="black", anchor="mm")
    return marked


def watermarked(image: Image.Image) -> Image.Image:
    marked = image.copy()
    draw = ImageDraw.Draw(marked)
    font = ImageFont.load_default(40)
    for row in range(3):
        for column in range(3):
            draw.text((20 + 220 * column, 40 + 160 * row), "SITE.EXAMPLE", font=font, fill=(255, 255, 255))
    return marked


def captioned(image: Image.Image) -> Image.Image:
    """Under a meme's white bar with words."""
    whole = Image.new("RGB", (image.width, image.height + 120), "white")
    font = ImageFont.load_default(44)
    ImageDraw.Draw(whole).text((20, 30), "when nobody is looking", font=font, fill="black")
    whole.paste(image, (0, 120))
    return whole


def framed(image: Image.Image) -> Image.Image:
    """In an ornate frame: the same tiles all around."""
    rng = np.random.default_rng(99)
    tile = Image.fromarray(rng.integers(0, 255, (12, 12, 3), np.uint8)).resize((60, 60), Image.Resampling.BICUBIC)
    whole = Image.new("RGB", (image.width + 120, image.height + 120))
    for x in range(0, whole.width, 60):
        for y in range(0, whole.height, 60):
            whole.paste(tile, (x, y))
    whole.paste(image, (60, 60))
    return whole


def page(seed: int) -> Image.Image:
    """A page of text."""
    rng = np.random.default_rng(seed)
    sheet = Image.new("RGB", (600, 800), "white")
    font = ImageFont.load_default(22)
    words = ["the", "river", "and", "house", "where", "evening", "people", "market", "seven", "old", "never", "said"]
    for row in range(24):
        line = " ".join(words[int(number)] for number in rng.integers(0, len(words), 8))
        ImageDraw.Draw(sheet).text((30, 30 + 31 * row), line, font=font, fill="black")
    return sheet


def squares(seed: int) -> Image.Image:
    """Like a QR code: random modules."""
    modules = np.random.default_rng(seed).integers(0, 2, (29, 29), np.uint8) * 255
    modules[:7, :7] = modules[:7, -7:] = modules[-7:, :7] = np.pad(
        np.pad(np.zeros((3, 3), np.uint8), 1, constant_values=255), 1, constant_values=0
    )
    return Image.fromarray(modules).resize((580, 580), Image.Resampling.NEAREST).convert("RGB")


def gradient(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    corners = Image.fromarray(rng.integers(0, 256, (2, 2, 3), np.uint8))
    return corners.resize((600, 450), Image.Resampling.BILINEAR)


def noise(seed: int) -> Image.Image:
    """Near one colour, with grain."""
    rng = np.random.default_rng(seed)
    return Image.fromarray(np.clip(rng.normal(rng.integers(60, 200), 4, (400, 500, 3)), 0, 255).astype(np.uint8))


def badge(image: Image.Image) -> Image.Image:
    """With a station's logo in the corner."""
    marked = image.copy()
    draw = ImageDraw.Draw(marked)
    draw.ellipse((500, 20, 620, 140), fill=(200, 30, 40))
    draw.rectangle((530, 50, 590, 110), fill=(255, 255, 255))
    draw.polygon([(540, 60), (580, 80), (540, 100)], fill=(20, 20, 90))
    return marked
