"""Edits of geometry: mirrored, turned, cropped, rotated, stretched, seen from aside."""

from __future__ import annotations

import cv2
import numpy as np

from jium.bench.corpus.items import Rgb, resized
from jium.bench.edits.kinds import Edit, Setting, edit, recompressed


def scaled(rgb: Rgb, scale: float) -> Rgb:
    """Both sides times ``scale``."""
    return resized(rgb, rgb.shape[1] * scale, rgb.shape[0] * scale)


def _stretch(rgb: Rgb, setting: Setting, factor: float) -> Rgb:
    return resized(rgb, rgb.shape[1] * factor, rgb.shape[0])


def _pixelate(rgb: Rgb, setting: Setting, across: int) -> Rgb:
    """Squares, ``across`` of them along the longer side."""
    share = min(1.0, across / max(rgb.shape[:2]))
    small = scaled(rgb, share)
    return np.asarray(cv2.resize(small, rgb.shape[1::-1], interpolation=cv2.INTER_NEAREST), np.uint8)


def _sent(rgb: Rgb, how: tuple[float, int]) -> Rgb:
    """Smaller and compressed on the way."""
    scale, quality = how
    return recompressed(scaled(rgb, scale), quality)


def mirror(rgb: Rgb, setting: Setting, how: tuple[float, int]) -> Rgb:
    """Left and right exchanged, then sent: (scale, JPEG quality)."""
    return _sent(np.ascontiguousarray(rgb[:, ::-1]), how)


def _upside_down(rgb: Rgb, setting: Setting, how: tuple[float, int]) -> Rgb:
    return _sent(np.ascontiguousarray(rgb[::-1]), how)


def _turn(rgb: Rgb, setting: Setting, quarters: int) -> Rgb:
    return np.ascontiguousarray(np.rot90(rgb, quarters))


def cropped(rgb: Rgb, setting: Setting, how: tuple[float, float]) -> Rgb:
    """A share of the area is kept, sides shortened unequally; ``how``: (share, 0 in the middle .. 1 at an edge)."""
    share, aside = how
    lean = setting.rng.uniform(0.85, 1.18)
    width, height = min(1.0, share**0.5 * lean), min(1.0, share**0.5 / lean)
    left = (1 - width) * (0.5 + 0.5 * aside * float(setting.rng.choice([-1, 1])))
    top = (1 - height) * (0.5 + 0.5 * aside * float(setting.rng.choice([-1, 1])))
    return _window(rgb, left, top, width, height)


def _window(rgb: Rgb, left: float, top: float, width: float, height: float) -> Rgb:
    """The part from ``left``, ``top``, all as shares of the sides."""
    x, y = round(left * rgb.shape[1]), round(top * rgb.shape[0])
    across, down = max(8, round(width * rgb.shape[1])), max(8, round(height * rgb.shape[0]))
    return np.ascontiguousarray(rgb[y : y + down, x : x + across])


def _reframed(rgb: Rgb, setting: Setting, narrow: float) -> Rgb:
    """Cut to an upright format, ``narrow`` its width by its height, somewhere around the middle."""
    share = min(1.0, narrow * rgb.shape[0] / rgb.shape[1])
    tall = min(1.0, rgb.shape[1] / narrow / rgb.shape[0])
    place = setting.rng.uniform(0.25, 0.75)
    return _window(rgb, (1 - share) * place, (1 - tall) * place, share, tall)


def rotated(rgb: Rgb, degrees: float, *, cut: bool, ground: int = 0) -> Rgb:
    """Rotated: ``cut`` to what is covered everywhere, or whole with empty corners."""
    height, width = rgb.shape[:2]
    sine, cosine = abs(np.sin(np.radians(degrees))), abs(np.cos(np.radians(degrees)))
    if cut:
        fit = 1 / max(cosine + sine * height / width, cosine + sine * width / height)
        wide, high = width * fit, height * fit
    else:
        wide, high = width * cosine + height * sine, width * sine + height * cosine
    size = (max(8, round(wide)), max(8, round(high)))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    border = (ground,) * 3
    return np.asarray(cv2.warpAffine(rgb, matrix, size, flags=cv2.INTER_LINEAR, borderValue=border), np.uint8)


def _tilted(rgb: Rgb, setting: Setting, degrees: float) -> Rgb:
    return rotated(rgb, degrees * float(setting.rng.choice([-1, 1])), cut=True)


def _leaning(rgb: Rgb, setting: Setting, degrees: float) -> Rgb:
    ground = int(setting.rng.choice([0, 255]))
    return rotated(rgb, degrees * float(setting.rng.choice([-1, 1])), cut=False, ground=ground)


def _any_rotation(rgb: Rgb, setting: Setting, scale: float) -> Rgb:
    return scaled(rotated(rgb, float(setting.rng.uniform(0, 360)), cut=False), scale)


def seen_from_aside(rgb: Rgb, rng: np.random.Generator, strength: float, ground: Rgb | None = None) -> Rgb:
    """Corners moved inwards by up to ``strength`` of the sides; around it black, or ``ground`` of the same size."""
    height, width = rgb.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * rng.uniform(0.25, 1, (4, 2)) * strength
    seen = (corners + inward * [width, height]).astype(np.float32)
    shot = np.zeros_like(rgb) if ground is None else ground.copy()
    matrix = cv2.getPerspectiveTransform(corners, seen)
    # So strongly reduced parts do not occur that plain bilinear sampling would alias.
    cv2.warpPerspective(rgb, matrix, (width, height), shot, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    return shot


def _perspective(rgb: Rgb, setting: Setting, strength: float) -> Rgb:
    return seen_from_aside(rgb, setting.rng, strength)


SHAPES: tuple[Edit, ...] = (
    edit("stretch", "easy", _stretch, ("15 % wider", 1.15), ("a third wider", 1.33), ("to 65 % of the width", 0.65)),
    edit("pixelate", "easy", _pixelate, ("240 across", 240), ("160 across", 160), ("110 across", 110)),
    edit(
        "mirror", "easy", mirror, ("as it is", (1.0, 90)), ("70 % size, q60", (0.7, 60)), ("half size, q40", (0.5, 40))
    ),
    edit("upside-down", "easy", _upside_down, ("q90", (1.0, 90)), ("70 %, q60", (0.7, 60)), ("half, q40", (0.5, 40))),
    edit("turn", "easy", _turn, ("90° left", 1), ("90° right", 3), ("180°", 2)),
    edit("crop80", "easy", cropped, ("the middle", (0.8, 0.0)), ("off centre", (0.8, 0.6)), ("a corner", (0.8, 1.0))),
    edit("crop60", "hard", cropped, ("the middle", (0.6, 0.0)), ("off centre", (0.6, 0.6)), ("a corner", (0.6, 1.0))),
    edit("crop40", "hard", cropped, ("the middle", (0.4, 0.0)), ("off centre", (0.4, 0.6)), ("a corner", (0.4, 1.0))),
    edit(
        "crop25", "extra", cropped, ("the middle", (0.25, 0.0)), ("off centre", (0.25, 0.6)), ("a corner", (0.25, 1.0))
    ),
    edit("reframe", "hard", _reframed, ("4:5", 0.8), ("2:3", 2 / 3), ("9:16", 9 / 16)),
    edit("rotate-small", "hard", _tilted, ("2°, cut", 2.0), ("6°, cut", 6.0), ("12°, cut", 12.0)),
    edit("rotate-wide", "hard", _leaning, ("20°, whole", 20.0), ("40°, whole", 40.0), ("60°, whole", 60.0)),
    edit("rotate-any", "hard", _any_rotation, ("full size", 1.0), ("70 % size", 0.7), ("half size", 0.5)),
    edit("perspective", "hard", _perspective, ("up to 6 %", 0.06), ("up to 12 %", 0.12), ("up to 18 %", 0.18)),
)
