"""Edits of light and colour, noise and sharpness."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.bench.corpus.items import Rgb
from jium.bench.edits.kinds import Edit, Setting, clipped, edit

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]], np.float32)


def _levels(rgb: Rgb, table: NDArray[np.floating]) -> Rgb:
    return np.asarray(cv2.LUT(rgb, clipped(table)), np.uint8)


def _brightness(rgb: Rgb, setting: Setting, factor: float) -> Rgb:
    return _levels(rgb, np.arange(256) * factor)


def _contrast(rgb: Rgb, setting: Setting, factor: float) -> Rgb:
    return _levels(rgb, (np.arange(256) - 128) * factor + 128)


def _gamma(rgb: Rgb, setting: Setting, power: float) -> Rgb:
    return _levels(rgb, 255 * (np.arange(256) / 255) ** power)


def _luma(rgb: Rgb) -> NDArray[np.float32]:
    grey: NDArray[np.float32] = rgb @ LUMA
    return grey[..., None]


def _saturation(rgb: Rgb, setting: Setting, factor: float) -> Rgb:
    grey = _luma(rgb)
    return clipped(grey + (rgb - grey) * np.float32(factor))


def _hue(rgb: Rgb, setting: Setting, degrees: int) -> Rgb:
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
    hue = (hsv[..., 0].astype(np.int16) + degrees // 2) % 180
    turned = np.dstack([hue.astype(np.uint8), hsv[..., 1:]])
    return np.asarray(cv2.cvtColor(turned, cv2.COLOR_HSV2RGB), np.uint8)


def grey(rgb: Rgb, setting: Setting, contrast: float) -> Rgb:
    """Black and white, with more or less contrast."""
    return clipped(np.repeat((_luma(rgb) - 128) * np.float32(contrast) + 128, 3, axis=2))


def _sepia(rgb: Rgb, setting: Setting, share: float) -> Rgb:
    return clipped(rgb * np.float32(1 - share) + (rgb @ SEPIA.T) * np.float32(share))


def _noise(rgb: Rgb, setting: Setting, deviation: float) -> Rgb:
    return clipped(rgb + setting.rng.standard_normal(rgb.shape, np.float32) * np.float32(deviation))


def _sigma(rgb: Rgb, share: float) -> float:
    """A blur by a share of the longer side, so that it looks the same at every size."""
    return max(0.4, share * float(max(rgb.shape[:2])))


def _blur(rgb: Rgb, setting: Setting, share: float) -> Rgb:
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), _sigma(rgb, share)), np.uint8)


def _sharpen(rgb: Rgb, setting: Setting, amount: float) -> Rgb:
    soft = cv2.GaussianBlur(rgb, (0, 0), _sigma(rgb, 0.0022))
    return np.asarray(cv2.addWeighted(rgb, 1 + amount, soft, -amount, 0), np.uint8)


def _smooth(rgb: Rgb, setting: Setting, rounds: int) -> Rgb:
    """What beauty filters do: skin smoothed, outlines kept."""
    for _round in range(rounds):
        rgb = np.asarray(cv2.bilateralFilter(rgb, 9, 40, 7), np.uint8)
    return rgb


def _posterize(rgb: Rgb, setting: Setting, levels: int) -> Rgb:
    return _levels(rgb, np.round(np.arange(256) / 255 * (levels - 1)) * (255 / (levels - 1)))


def filtered(rgb: Rgb, setting: Setting, preset: tuple[tuple[float, float, float], float, float, float]) -> Rgb:
    """A photo app's preset: factors of red, green, blue; contrast; black level; how dark the corners are."""
    tint, contrast, lift, vignette = preset
    height, width = rgb.shape[:2]
    y, x = np.linspace(-1, 1, height, dtype=np.float32)[:, None], np.linspace(-1, 1, width, dtype=np.float32)[None]
    corners = (1 - np.float32(vignette) * (x * x + y * y) / 2)[..., None]
    toned = ((rgb - np.float32(128)) * np.float32(contrast) + 128) * np.array(tint, np.float32)
    return clipped((toned * corners) * np.float32(1 - lift / 255) + np.float32(lift))


def _invert(rgb: Rgb, setting: Setting, dim: float) -> Rgb:
    return _levels(rgb, (255 - np.arange(256)) * dim)


COLOURS: tuple[Edit, ...] = (
    edit(
        "brightness", "easy", _brightness, ("a fifth darker", 0.8), ("a third brighter", 1.33), ("half as bright", 0.5)
    ),
    edit("contrast", "easy", _contrast, ("× 0.75", 0.75), ("× 1.4", 1.4), ("× 1.8", 1.8)),
    edit("gamma", "easy", _gamma, ("0.75", 0.75), ("1.5", 1.5), ("2.2", 2.2)),
    edit("saturation", "easy", _saturation, ("× 0.5", 0.5), ("× 1.6", 1.6), ("× 2.5", 2.5)),
    edit("hue", "easy", _hue, ("turned by 16°", 16), ("turned by 36°", 36), ("turned by 72°", 72)),
    edit("grey", "easy", grey, ("as it is", 1.0), ("contrast × 1.3", 1.3), ("contrast × 0.6", 0.6)),
    edit("sepia", "easy", _sepia, ("half", 0.5), ("full", 1.0), ("more than full", 1.2)),
    edit("noise", "easy", _noise, ("deviation 6", 6.0), ("deviation 14", 14.0), ("deviation 26", 26.0)),
    edit("blur", "easy", _blur, ("1.1 px of 720", 0.0015), ("2.2 px of 720", 0.003), ("3.6 px of 720", 0.005)),
    edit("sharpen", "easy", _sharpen, ("0.6", 0.6), ("1.2", 1.2), ("2.5", 2.5)),
    edit("smooth", "easy", _smooth, ("once", 1), ("twice", 2), ("four times", 4)),
    edit("posterize", "easy", _posterize, ("16 levels", 16), ("8 levels", 8), ("6 levels", 6)),
    edit(
        "filter",
        "easy",
        filtered,
        ("warm", ((1.12, 1.0, 0.86), 1.1, 8, 0.25)),
        ("cold and faded", ((0.88, 1.0, 1.12), 0.85, 36, 0.3)),
        ("dramatic, dark corners", ((1.05, 0.98, 0.9), 1.45, 0, 0.8)),
    ),
    edit("invert", "extra", _invert, ("negative", 1.0), ("negative, darker", 0.8), ("negative, much darker", 0.6)),
)
