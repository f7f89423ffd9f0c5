"""Edits by screens: screenshots of apps, browsers and players, and a camera pointed at a screen."""

from __future__ import annotations

from functools import partial

import cv2
import numpy as np

from jium.bench.corpus.furniture import DARK
from jium.bench.corpus.items import Rgb, fitted, paste
from jium.bench.edits.kinds import Edit, Setting, clipped, edit, recompressed
from jium.bench.edits.shapes import cropped, scaled, seen_from_aside

# The picture's state inside the screenshot (JPEG quality, share of its area shown), then the screenshot's scale.
Shot = tuple[int, float, float]
SHARP: tuple[str, Shot] = ("full size", (85, 1.0, 1.0))
SMALL: tuple[str, Shot] = ("at 75 %, picture q50", (50, 1.0, 0.75))
CUT: tuple[str, Shot] = ("at 60 %, picture cut to 80 %", (60, 0.8, 0.6))


def screenshot(kind: str, rgb: Rgb, setting: Setting, shot: Shot) -> Rgb:
    """The picture as an app or window shows it."""
    quality, share, scale = shot
    shown = recompressed(rgb, quality)
    if share < 1:
        shown = cropped(shown, setting, (share, 0.4))
    return scaled(setting.furnished(shown, kind), scale)


def _camera(rgb: Rgb, setting: Setting, strength: float) -> Rgb:
    """A telephone's photograph of a monitor: its edge, aslant, moiré, uneven light, out of focus, noise."""
    rng = setting.rng
    screen = np.full((630, 840, 3), DARK, np.uint8)
    shown = fitted(rgb, 780, 570)
    # What is around the picture on the screen: a bright or dark page.
    screen[20:-20, 20:-20] = int(rng.choice([14, 60, 235]))
    paste(screen, shown, (840 - shown.shape[1]) / 2, (630 - shown.shape[0]) / 2)
    desk = np.full_like(screen, int(rng.integers(30, 160)))
    shot = seen_from_aside(screen, rng, 0.03 + 0.06 * strength, desk).astype(np.float32)
    shot *= _moire(rng, shot.shape[0], shot.shape[1], 0.03 + 0.035 * strength)
    shot = np.asarray(cv2.GaussianBlur(shot, (0, 0), 0.6 + 0.35 * strength), np.float32)
    y, x = np.mgrid[-1:1:630j, -1:1:840j].astype(np.float32)
    place = rng.uniform(-0.7, 0.7, 2)
    glare = np.exp(-((x - place[0]) ** 2 + (y - place[1]) ** 2) / np.float32(0.18)) * (20 + 25 * strength)
    tint = np.array([1 + 0.04 * strength, 1.0, 1 - 0.05 * strength], np.float32)
    lit = shot * tint * (1 - 0.12 * strength * (x * x + y * y) / 2)[..., None] + glare[..., None]
    return clipped(lit + rng.standard_normal(lit.shape, np.float32) * np.float32(2 + 2 * strength))


def _moire(
    rng: np.random.Generator, height: int, width: int, depth: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The beat of the screen's grid with the camera's: slanting waves, other ones in each colour; around 1."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    waves = []
    for _colour in range(3):
        length, turn, phase = rng.uniform(5, 14), rng.uniform(-0.6, 0.6), rng.uniform(0, 6.28)
        bend = 30 * np.sin(y / np.float32(140) + np.float32(phase))
        waves.append(np.sin((x * np.cos(turn) + y * np.sin(turn) + bend) * np.float32(6.2832 / length)))
    return (1 + np.float32(depth) * np.stack(waves, axis=2)).astype(np.float32)


SCREENS: tuple[Edit, ...] = (
    edit("screenshot-phone", "hard", partial(screenshot, "phone"), SHARP, SMALL, CUT),
    edit("screenshot-desktop", "hard", partial(screenshot, "browser"), SHARP, SMALL, CUT),
    edit("screenshot-player", "hard", partial(screenshot, "player"), SHARP, SMALL, CUT),
    edit("screenshot-story", "hard", partial(screenshot, "story"), SHARP, SMALL, CUT),
    edit("screenshot-reel", "hard", partial(screenshot, "padded"), SHARP, SMALL, CUT),
    edit("camera", "hard", _camera, ("straight, sharp", 0.3), ("aslant", 1.0), ("strongly aslant, blurred", 2.0)),
)
