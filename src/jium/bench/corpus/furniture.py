"""The furniture that unrelated pictures share: screens, players, captions, watermarks, frames, stickers.

Of one kind there are many designs, each fixed by its number; what differs between two screens of one design
(clock, names, counts) follows from the picture's own random numbers. Two unrelated pictures in one design are
what a matcher by local features falls for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from jium.bench.corpus import lettering
from jium.bench.corpus.items import Recipe, Rgb, filling, fitted, paste, resized, rng_of
from jium.bench.corpus.lettering import Colour, centred, write

Rng = np.random.Generator
# A picture, the random numbers that make the design, those of this one picture.
Furnisher = Callable[[Rgb, Rng, Rng], Rgb]
PHONE = (540, 1170)
DESKTOP = (1120, 720)
DARK, LIGHT = (24, 24, 28), (250, 250, 250)


@dataclass(frozen=True, slots=True)
class Furnished:
    """The recipe of another picture with furniture around or over it."""

    inner: Recipe
    kind: str
    design: int
    seed: str

    def render(self) -> Rgb:
        """The inner picture, furnished."""
        return furnish(self.inner.render(), self.kind, self.design, rng_of("furnished", self.seed))


def furnish(rgb: Rgb, kind: str, design: int, rng: Rng) -> Rgb:
    """The picture with the furniture of this kind and design; ``rng`` decides what differs between two of it."""
    return FURNITURE[kind](rgb, rng_of("furniture", kind, design), rng)


def tone(fixed: Rng) -> Colour:
    """A clear colour."""
    red, green, blue = fixed.integers(20, 245, 3)
    return int(red), int(green), int(blue)


def icon(rgb: Rgb, fixed: Rng, x: float, y: float, size: float, ink: Colour) -> None:
    """One of several small signs as apps have them, around (x, y)."""
    middle, half, line = (round(x), round(y)), max(3, round(size / 2)), max(1, round(size / 11))
    shape = int(fixed.integers(6))
    if shape == 0:
        cv2.circle(rgb, middle, half, ink, line, cv2.LINE_AA)
        cv2.line(rgb, middle, (middle[0] + half, middle[1] + half), ink, line, cv2.LINE_AA)
    elif shape == 1:
        points = [(-1, 0.1), (0, 1), (1, 0.1), (0.5, -0.8), (0, -0.3), (-0.5, -0.8)]
        outline = np.array([(middle[0] + half * a, middle[1] + half * b) for a, b in points], np.int32)
        cv2.polylines(rgb, [outline], True, ink, line, cv2.LINE_AA)
    elif shape == 2:
        cv2.ellipse(rgb, middle, (half, round(half * 0.8)), 0, 30, 330, ink, line, cv2.LINE_AA)
        cv2.circle(rgb, middle, max(1, half // 4), ink, -1, cv2.LINE_AA)
    elif shape == 3:
        arrow = np.array([(-1, -1), (1, 0), (-1, 1), (-0.5, 0)]) * half + middle
        cv2.polylines(rgb, [arrow.astype(np.int32)], True, ink, line, cv2.LINE_AA)
    elif shape == 4:
        corner, far = (middle[0] - half, middle[1] - half), (middle[0] + half, middle[1] + half)
        cv2.rectangle(rgb, corner, far, ink, line, cv2.LINE_AA)
        cv2.line(rgb, corner, middle, ink, line, cv2.LINE_AA)
    else:
        for step in (-1, 0, 1):
            y_line = middle[1] + step * half * 2 // 3
            cv2.line(rgb, (middle[0] - half, y_line), (middle[0] + half, y_line), ink, line, cv2.LINE_AA)


def logo(rgb: Rgb, fixed: Rng, x: float, y: float, size: float) -> None:
    """A round or square badge with a letter or sign in it, around (x, y)."""
    middle, half = (round(x), round(y)), max(4, round(size / 2))
    ground = tone(fixed)
    if fixed.random() < 0.5:
        cv2.circle(rgb, middle, half, ground, -1, cv2.LINE_AA)
    else:
        cv2.rectangle(rgb, (middle[0] - half, middle[1] - half), (middle[0] + half, middle[1] + half), ground, -1)
    icon(rgb, fixed, x, y, size * 0.55, LIGHT)


def _clock(rng: Rng) -> str:
    return f"{rng.integers(24)}:{rng.integers(60):02d}"


def _phone(rgb: Rgb, fixed: Rng, rng: Rng) -> Rgb:
    """A post in an app on a telephone: status bar, header, picture, buttons, comments, navigation."""
    width, height = PHONE
    dark = fixed.random() < 0.5
    ground, ink = (DARK, LIGHT) if dark else (LIGHT, DARK)
    screen = np.full((height, width, 3), ground, np.uint8)
    write(screen, _clock(rng), (24, 14), 20, ink)
    for number in range(3):
        icon(screen, fixed, width - 30 - 34 * number, 24, 18, ink)
    accent = tone(fixed)
    if fixed.random() < 0.5:
        cv2.rectangle(screen, (0, 48), (width, 104), accent, -1)
        ink_bar = LIGHT
    else:
        ink_bar = ink
    write(screen, lettering.words(fixed, 1).title(), (24, 62), 28, ink_bar)
    icon(screen, fixed, width - 40, 76, 28, ink_bar)
    icon(screen, fixed, width - 92, 76, 28, ink_bar)
    logo(screen, fixed, 44, 142, 46)
    write(screen, lettering.words(rng, 1) + f"_{rng.integers(100)}", (82, 122), 21, ink)
    write(screen, lettering.words(fixed, 3, True), (82, 149), 15, (128, 128, 132))
    shown = resized(rgb, width, width * rgb.shape[0] / rgb.shape[1])
    if shown.shape[0] > 700:
        shown = fitted(rgb, width, 700)
    paste(screen, shown, (width - shown.shape[1]) / 2, 178)
    _under_post(screen, 178 + shown.shape[0], fixed, rng, ink)
    cv2.rectangle(screen, (0, height - 74), (width, height), ground, -1)
    for number in range(5):
        icon(screen, fixed, 54 + 108 * number, height - 40, 30, accent if number == 0 else ink)
    return screen


def _under_post(screen: Rgb, top: int, fixed: Rng, rng: Rng, ink: Colour) -> None:
    for number in range(4):
        icon(screen, fixed, 38 + 58 * number, top + 34, 30, ink)
    icon(screen, fixed, screen.shape[1] - 38, top + 34, 30, ink)
    label = lettering.words(fixed, 2, True)
    write(screen, f"{rng.integers(10, 9000):,} {label}", (24, top + 64), 19, ink)
    for number in range(4):
        line = lettering.words(rng, int(rng.integers(2, 6)), bool(rng.random() < 0.5))
        write(screen, line, (24, top + 98 + 30 * number), 18, ink)


def _browser(rgb: Rgb, fixed: Rng, rng: Rng) -> Rgb:
    """A window with tabs, an address, a menu on the side, the picture in a page of text."""
    width, height = DESKTOP
    dark = fixed.random() < 0.3
    ground, ink = (DARK, LIGHT) if dark else (LIGHT, DARK)
    screen = np.full((height, width, 3), ground, np.uint8)
    bar = tone(fixed)
    screen[:34] = bar
    for number in range(3):
        cv2.circle(screen, (20 + 24 * number, 17), 7, tone(fixed), -1, cv2.LINE_AA)
    write(screen, lettering.words(fixed, 2).title(), (110, 8), 16, LIGHT)
    cv2.rectangle(screen, (120, 42), (width - 120, 68), (228, 230, 234), -1)
    site = lettering.words(fixed, 2).replace(" ", "-")
    write(screen, f"https://{site}.example/{rng.integers(9999)}", (132, 45), 16, (60, 60, 66))
    for number in range(3):
        icon(screen, fixed, 24 + 34 * number, 55, 20, ink)
    side = int(fixed.integers(140, 240))
    screen[76:, :side] = tuple(int(v * 0.9) for v in ground)
    logo(screen, fixed, side / 2, 116, 56)
    for number in range(12):
        icon(screen, fixed, 24, 172 + 42 * number, 16, ink)
        write(screen, lettering.words(fixed, 2, bool(fixed.random() < 0.5)), (46, 162 + 42 * number), 15, ink)
    write(screen, lettering.words(rng, 5, bool(rng.random() < 0.5)), (side + 30, 92), 26, ink)
    shown = fitted(rgb, width - side - 60 - 180, 500)
    paste(screen, shown, side + 30, 136)
    for number in range(2):
        write(screen, lettering.words(rng, 9), (side + 30, 148 + shown.shape[0] + 24 * number), 16, ink)
    for number in range(8):
        cv2.rectangle(screen, (width - 160, 100 + 74 * number), (width - 20, 160 + 74 * number), tone(fixed), -1)
    return screen


def _player(rgb: Rgb, fixed: Rng, rng: Rng) -> Rgb:
    """A video player: bars above and below with title, progress, time and buttons; a channel's badge."""
    shown = filling(rgb, 720, 405) if fixed.random() < 0.5 else resized(rgb, 720, 720 * rgb.shape[0] / rgb.shape[1])
    screen = shown.copy()
    height, width = screen.shape[:2]
    bar = min(52, height // 4)
    screen[-bar:] = screen[-bar:] // 4
    accent, done = tone(fixed), rng.uniform(0.05, 0.95)
    cv2.line(screen, (16, height - bar + 8), (width - 16, height - bar + 8), (150, 150, 150), 4)
    cv2.line(screen, (16, height - bar + 8), (round(16 + (width - 32) * done), height - bar + 8), accent, 4)
    for number in range(4):
        icon(screen, fixed, 34 + 46 * number, height - bar * 0.42, bar * 0.42, LIGHT)
    for number in range(3):
        icon(screen, fixed, width - 30 - 46 * number, height - bar * 0.42, bar * 0.42, LIGHT)
    length = f"{int(done * 9)}:{rng.integers(60):02d} / 9:{rng.integers(60):02d}"
    write(screen, length, (210, height - bar * 0.66), bar * 0.36, LIGHT)
    screen[: bar * 3 // 4] //= 3
    write(screen, lettering.words(fixed, 3).title(), (18, bar * 0.16), bar * 0.42, LIGHT)
    logo(screen, fixed, width - 40, bar * 1.3, bar * 0.9)
    if fixed.random() < 0.6:
        middle = (width // 2, height // 2)
        cv2.circle(screen, middle, 38, DARK, -1, cv2.LINE_AA)
        triangle = np.array([(-12, -18), (-12, 18), (20, 0)]) + middle
        cv2.fillPoly(screen, [triangle.astype(np.int32)], LIGHT, cv2.LINE_AA)
    return screen


def _meme(rgb: Rgb, fixed: Rng, rng: Rng) -> Rgb:
    """Bars above and perhaps below with a well-known saying, the picture between."""
    height, width = rgb.shape[:2]
    dark = fixed.random() < 0.4
    ground, ink = (DARK, LIGHT) if dark else (LIGHT, DARK)
    high = max(24, round(height * fixed.uniform(0.14, 0.24)))
    bars = [_bar(width, high, lettering.words(fixed, 4).upper(), ground, ink)]
    bars.append(rgb)
    if fixed.random() < 0.6:
        bars.append(_bar(width, high * 3 // 4, lettering.words(fixed, 4, True), ground, ink))
    return np.vstack(bars)


def _bar(width: int, height: int, text: str, ground: Colour, ink: Colour) -> Rgb:
    bar = np.full((height, width, 3), ground, np.uint8)
    centred(bar, text, width / 2, height * 0.25, height * 0.42, ink)
    return bar


def _subtitle(rgb: Rgb, fixed: Rng, rng: Rng) -> Rgb:
    """One or two lines of a show's subtitles with its name in a corner; some lines are said again and again."""
    marked = rgb.copy()
    height, width = marked.shape[:2]
    size = max(9, width * fixed.uniform(0.035, 0.055))
    ink: Colour = [(255, 255, 255), (255, 230, 60), (240, 255, 240)][int(fixed.integers(3))]
    if fixed.random() < 0.4:
        top = round(height * 0.82)
        marked[top:] = marked[top:] // 5
    text = lettering.words(fixed if rng.random() < 0.6 else rng, 5, bool(fixed.random() < 0.6))
    centred(marked, text, width / 2, height * 0.86, size, ink, (0, 0, 0))
    write(marked, lettering.words(fixed, 2).title(), (width * 0.03, height * 0.03), size * 0.8, ink, outline=(0, 0, 0))
    return marked


def _watermark(rgb: Rgb, fixed: Rng, rng: Rng) -> Rgb:
    """A badge and a site's name in one corner."""
    marked = rgb.copy()
    height, width = marked.shape[:2]
    size = max(12.0, min(height, width) * fixed.uniform(0.08, 0.16))
    name = lettering.words(fixed, 2).replace(" ", ".") + ".example"
    right, low = fixed.random() < 0.5, fixed.random() < 0.7
    long = size * 1.2 + lettering.extent(name, size * 0.42)[0]
    left = width - long - size * 0.4 if right else size * 0.4
    top = height - size * 1.4 if low else size * 0.4
    logo(marked, fixed, left + size / 2, top + size / 2, size)
    write(marked, name, (left + size * 1.2, top + size * 0.3), size * 0.42, LIGHT, outline=DARK)
    return marked


def _tiled(rgb: Rgb, fixed: Rng, rng: Rng) -> Rgb:
    """A site's name all over the picture, half transparent."""
    marked = rgb.copy()
    height, width = marked.shape[:2]
    name = "".join(lettering.words(fixed, 2).split()).upper()
    size = max(9, width * fixed.uniform(0.03, 0.05))
    for line in range(int(fixed.integers(5, 9))):
        for column in range(4):
            at = (width * (column / 3 - 0.12 * (line % 2)), height * (line + 0.4) / 8)
            write(marked, name, at, size, LIGHT, opacity=0.35)
    return marked


def _frame(rgb: Rgb, fixed: Rng, rng: Rng) -> Rgb:
    """An ornamented frame around the picture."""
    side = max(10, round(min(rgb.shape[:2]) * fixed.uniform(0.06, 0.14)))
    framed = cv2.copyMakeBorder(rgb, side, side, side, side, cv2.BORDER_CONSTANT, value=tone(fixed))
    ink, kind = tone(fixed), fixed.integers(3)
    height, width = framed.shape[:2]
    for line in (2, side - 3):
        cv2.rectangle(framed, (line, line), (width - 1 - line, height - 1 - line), ink, max(1, side // 12))
    step = max(8, side)
    places = [(x, y) for x in range(side // 2, width, step) for y in (side // 2, height - side // 2)]
    places += [(x, y) for y in range(side // 2, height, step) for x in (side // 2, width - side // 2)]
    for x, y in places:
        if kind == 0:
            cv2.circle(framed, (x, y), max(2, side // 4), ink, max(1, side // 10), cv2.LINE_AA)
        else:
            cv2.drawMarker(framed, (x, y), ink, int(kind) * 3 - 2, max(4, side // 2), max(1, side // 10), cv2.LINE_AA)
    return np.asarray(framed, np.uint8)


def _story(rgb: Rgb, fixed: Rng, rng: Rng) -> Rgb:
    """A story 9:16: the picture on a coloured ground, stickers, a name, an answer box."""
    width, height = 450, 800
    upper, lower = np.array(tone(fixed), np.float32), np.array(tone(fixed), np.float32)
    share = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    screen = np.repeat((upper * (1 - share) + lower * share).astype(np.uint8), width, axis=1)
    shown = fitted(rgb, width * 0.94, height * 0.62)
    paste(screen, shown, (width - shown.shape[1]) / 2, (height - shown.shape[0]) / 2)
    cv2.line(screen, (14, 14), (width - 14, 14), LIGHT, 3)
    logo(screen, fixed, 40, 46, 40)
    write(screen, lettering.words(fixed, 2, True), (70, 36), 18, LIGHT, outline=DARK)
    for _number in range(3):
        x, y = fixed.uniform(0.12, 0.88) * width, fixed.choice([0.16, 0.22, 0.78, 0.84]) * height
        sticker(screen, fixed, x, y, fixed.uniform(44, 80))
    cv2.rectangle(screen, (20, height - 62), (width - 90, height - 22), LIGHT, 2)
    write(screen, lettering.words(fixed, 2, True), (36, height - 52), 17, LIGHT)
    icon(screen, fixed, width - 50, height - 42, 30, LIGHT)
    return screen


def sticker(rgb: Rgb, fixed: Rng, x: float, y: float, size: float) -> None:
    """A round face, opaque, in place around (x, y)."""
    middle, half = (round(x), round(y)), max(4, round(size / 2))
    skin: Colour = [(255, 210, 40), (255, 120, 120), (130, 210, 255), (255, 170, 60)][int(fixed.integers(4))]
    cv2.circle(rgb, middle, half, skin, -1, cv2.LINE_AA)
    cv2.circle(rgb, middle, half, (90, 60, 10), max(1, half // 16), cv2.LINE_AA)
    for side in (-1, 1):
        eye = (middle[0] + side * half // 3, middle[1] - half // 4)
        cv2.circle(rgb, eye, max(1, half // 7), (40, 25, 5), -1, cv2.LINE_AA)
    low, high = (20, 160) if fixed.random() < 0.6 else (200, 340)
    mouth = (middle[0], middle[1] + (half // 8 if low == 20 else half // 2))
    cv2.ellipse(rgb, mouth, (half // 2, half // 2), 0, low, high, (40, 25, 5), max(1, half // 10), cv2.LINE_AA)


def _padded(rgb: Rgb, fixed: Rng, rng: Rng) -> Rgb:
    """Upright 9:16: the picture over its own enlarged blur, with an app's buttons."""
    screen = blurred_padding(rgb, 450, 800)
    for number in range(4):
        logo(screen, fixed, 414, 420 + 74 * number, 44)
    write(screen, lettering.words(fixed, 2, True), (18, 700), 20, LIGHT, outline=DARK)
    write(screen, lettering.words(rng, 4), (18, 734), 17, LIGHT, outline=DARK)
    return screen


def blurred_padding(rgb: Rgb, width: int, height: int) -> Rgb:
    """The picture in the middle of its own enlarged, darkened blur."""
    ground = filling(resized(rgb, 60, 60 * rgb.shape[0] / rgb.shape[1]), width // 8, height // 8)
    soft = np.asarray(cv2.blur(ground, (5, 5)), np.uint8) // np.uint8(2) + np.uint8(30)
    screen = resized(soft, width, height)
    shown = fitted(rgb, width, height)
    paste(screen, shown, (width - shown.shape[1]) / 2, (height - shown.shape[0]) / 2)
    return screen


FURNITURE: dict[str, Furnisher] = {
    "phone": _phone,
    "browser": _browser,
    "player": _player,
    "meme": _meme,
    "subtitle": _subtitle,
    "watermark": _watermark,
    "tiled": _tiled,
    "frame": _frame,
    "story": _story,
    "padded": _padded,
}
