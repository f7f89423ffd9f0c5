"""Text in pictures, Korean where a font has it, and sentences to write."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from jium.bench.corpus.items import Rgb

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Colour = tuple[int, int, int]

# Of Debian's fonts-nanum and fonts-noto-cjk; the first that is there.
KOREAN_FONTS = (
    Path("/usr/share/fonts/truetype/nanum/NanumGothicBold.ttf"),
    Path("/usr/share/fonts/truetype/nanum/NanumGothic.ttf"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)
LATIN_TEXT = (
    "the best day of the whole summer so far look at this place again who remembers that evening "
    "we went there early morning nobody told me about it wait for the end never seen anything like it "
    "market street number seven open until late fresh every day two for one good news tomorrow rain"
)
KOREAN_TEXT = (
    "오늘 날씨 정말 좋다 여기 다시 가고 싶은 곳 아침 일찍 일어나서 산책 했어요 그날 저녁 기억 나는 사람 "
    "시장 골목 맛있는 가게 내일 비가 온다고 합니다 처음 보는 풍경 끝까지 보세요 새로운 소식 어제 만난 친구"
)
LATIN, KOREAN = LATIN_TEXT.split(), KOREAN_TEXT.split()


def has_korean() -> bool:
    """Whether a font with Korean letters is installed; without one, texts are Latin."""
    return any(path.exists() for path in KOREAN_FONTS)


@lru_cache(64)
def _font(size: int) -> Font:
    for path in KOREAN_FONTS:
        if path.exists():
            return ImageFont.truetype(str(path), size)
    return ImageFont.load_default(size)


def words(rng: np.random.Generator, count: int, korean: bool = False) -> str:
    """That many words of no particular meaning."""
    stock = KOREAN if korean and has_korean() else LATIN
    return " ".join(stock[int(number)] for number in rng.integers(len(stock), size=count))


@lru_cache(512)
def _stencil(text: str, size: int, outline: int) -> tuple[Rgb, Rgb]:
    """How much ink of letters, and of letters with their outline, each pixel has (0..255)."""
    font = _font(size)
    left, top, right, bottom = font.getbbox(text, stroke_width=outline)
    extent = (max(1, int(right - left)), max(1, int(bottom - top)))
    found = []
    for stroke in (0, outline):
        mask = Image.new("L", extent)
        ImageDraw.Draw(mask).text((-left, -top), text, fill=255, font=font, stroke_width=stroke)
        found.append(np.asarray(mask))
    return found[0], found[1]


def extent(text: str, size: float, outline: int = 0) -> tuple[int, int]:
    """Width and height in pixels of a line of text."""
    height, width = _stencil(text, max(6, round(size)), outline)[1].shape
    return width, height


def write(
    rgb: Rgb,
    text: str,
    at: tuple[float, float],
    size: float,
    colour: Colour = (255, 255, 255),
    *,
    outline: Colour | None = None,
    opacity: float = 1.0,
) -> None:
    """Write a line in place, its top left corner ``at`` (x, y); ``size`` in pixels."""
    stroke = max(1, round(size / 14)) if outline else 0
    letters, whole = _stencil(text, max(6, round(size)), stroke)
    if outline:
        _ink(rgb, whole, at, outline, opacity)
    _ink(rgb, letters, at, colour, opacity)


def centred(
    rgb: Rgb, text: str, middle: float, top: float, size: float, colour: Colour, outline: Colour | None = None
) -> None:
    """Write a line in place around ``middle`` (x), made smaller where it is wider than the picture."""
    stroke = max(1, round(size / 14)) if outline else 0
    width = extent(text, size, stroke)[0]
    room = rgb.shape[1] * 0.94
    if width > room:
        size *= room / width
        width = extent(text, size, stroke)[0]
    write(rgb, text, (middle - width / 2, top), size, colour, outline=outline)


def _ink(rgb: Rgb, stencil: Rgb, at: tuple[float, float], colour: Colour, opacity: float) -> None:
    x, y = round(at[0]), round(at[1])
    x0, y0 = max(0, x), max(0, y)
    x1, y1 = min(rgb.shape[1], x + stencil.shape[1]), min(rgb.shape[0], y + stencil.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    share = (stencil[y0 - y : y1 - y, x0 - x : x1 - x, None] / 255.0 * opacity).astype(np.float32)
    under = rgb[y0:y1, x0:x1]
    under[:] = (under * (1 - share) + np.array(colour, np.float32) * share + 0.5).astype(np.uint8)
