"""Edits made by others: transforms of albumentations, so that not every edit is one of our own making.

albumentations is only installed for the bench; it is imported when the first of these edits runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from jium.bench.corpus.items import Rgb, fitted
from jium.bench.edits import applied
from jium.bench.edits.kinds import Edit, Group, Setting, edit
from jium.bench.peers import NotInstalled

# A transform's name in albumentations and the parameters for one strength.
Step = dict[str, Any]


def apply(
    kind: str, strength: int, rgb: Rgb, seed: str | int, companions: Callable[[int], Rgb], designs: Sequence[int] = ()
) -> bytes:
    """As :func:`jium.bench.edits.apply`, for the kinds of :data:`FOREIGN`; RuntimeError without albumentations."""
    return applied(FOREIGN[kind], strength, rgb, seed, companions, designs)


def _albumentations() -> Any:
    # Otherwise it asks the network for newer versions of itself.
    os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"
    try:
        return import_module("albumentations")
    except ImportError as error:
        raise NotInstalled("albumentations") from error


def _transformed(rgb: Rgb, setting: Setting, step: tuple[str, Step]) -> Rgb:
    """The picture through one transform, which always happens and draws from our seed."""
    name, parameters = step
    library = _albumentations()
    transform = getattr(library, name)(p=1.0, **parameters)
    seed = int(setting.rng.integers(1 << 31))
    result = library.Compose([transform], seed=seed)(image=np.ascontiguousarray(rgb))["image"]
    return np.asarray(result, np.uint8)


def _cropped(rgb: Rgb, setting: Setting, least: float) -> Rgb:
    size = (max(8, rgb.shape[0] * 3 // 4), max(8, rgb.shape[1] * 3 // 4))
    step: Step = {"size": size, "scale": (least, least + 0.15), "ratio": (0.8, 1.25)}
    return _transformed(rgb, setting, ("RandomResizedCrop", step))


def _overlaid(rgb: Rgb, setting: Setting, share: float) -> Rgb:
    """Another picture laid over a part."""
    library = _albumentations()
    other = fitted(setting.companion(), rgb.shape[1] * share, rgb.shape[0] * share)
    transform = library.Compose([library.OverlayElements(p=1.0)], seed=int(setting.rng.integers(1 << 31)))
    left, top = setting.rng.uniform(0, 1 - share, 2)
    # One pixel of room: rounding must not push the overlay over the edge.
    box = [left, top, left + other.shape[1] / (rgb.shape[1] + 1), top + other.shape[0] / (rgb.shape[0] + 1)]
    meta = {"image": other, "bbox": box}
    return np.asarray(transform(image=np.ascontiguousarray(rgb), overlay_metadata=[meta])["image"], np.uint8)


def _dropped(rgb: Rgb, setting: Setting, holes: int) -> Rgb:
    """Black rectangles, each up to a sixth of a side."""
    size = (0.08, 0.17)
    step: Step = {"num_holes_range": (holes, holes), "hole_height_range": size, "hole_width_range": size, "fill": 0}
    return _transformed(rgb, setting, ("CoarseDropout", step))


def _kind(name: str, group: Group, transform: str, *steps: tuple[str, Step]) -> Edit:
    return edit(name, group, _transformed, *((words, (transform, step)) for words, step in steps))


FOREIGN: dict[str, Edit] = {
    one.name: one
    for one in (
        edit("a-crop", "hard", _cropped, ("75–90 % kept", 0.75), ("55–70 % kept", 0.55), ("40–55 % kept", 0.4)),
        _kind(
            "a-rotate",
            "hard",
            "SafeRotate",
            ("up to 10°", {"limit": (-10, 10)}),
            ("up to 45°", {"limit": (-45, 45)}),
            ("any", {"limit": (-180, 180)}),
        ),
        _kind(
            "a-perspective",
            "hard",
            "Perspective",
            ("4 %", {"scale": (0.03, 0.04)}),
            ("8 %", {"scale": (0.06, 0.08)}),
            ("12 %", {"scale": (0.1, 0.12)}),
        ),
        _kind(
            "a-affine",
            "hard",
            "Affine",
            ("shear 5°", {"shear": (-5, 5), "scale": (0.9, 1.0)}),
            ("shear 10°", {"shear": (-10, 10), "scale": (0.75, 0.95), "rotate": (-10, 10)}),
            ("shear 15°", {"shear": (-15, 15), "scale": (0.6, 0.9), "rotate": (-25, 25)}),
        ),
        _kind(
            "a-jitter",
            "easy",
            "ColorJitter",
            ("0.2", {"brightness": 0.2, "contrast": 0.2, "saturation": 0.2, "hue": 0.03}),
            ("0.35", {"brightness": 0.35, "contrast": 0.35, "saturation": 0.4, "hue": 0.08}),
            ("0.5", {"brightness": 0.5, "contrast": 0.5, "saturation": 0.7, "hue": 0.15}),
        ),
        _kind(
            "a-noise",
            "easy",
            "GaussNoise",
            ("3 %", {"std_range": (0.02, 0.03)}),
            ("6 %", {"std_range": (0.05, 0.06)}),
            ("10 %", {"std_range": (0.08, 0.1)}),
        ),
        _kind(
            "a-camera-noise",
            "easy",
            "ISONoise",
            ("little", {"intensity": (0.1, 0.2)}),
            ("much", {"intensity": (0.4, 0.5)}),
            ("very much", {"intensity": (0.8, 0.9), "color_shift": (0.05, 0.08)}),
        ),
        _kind(
            "a-motion",
            "easy",
            "MotionBlur",
            ("5 px", {"blur_limit": (5, 5)}),
            ("9 px", {"blur_limit": (9, 9)}),
            ("13 px", {"blur_limit": (13, 13)}),
        ),
        _kind(
            "a-defocus",
            "easy",
            "Defocus",
            ("2 px", {"radius": (2, 2), "alias_blur": (0.1, 0.2)}),
            ("4 px", {"radius": (4, 4), "alias_blur": (0.1, 0.2)}),
            ("6 px", {"radius": (6, 6), "alias_blur": (0.1, 0.2)}),
        ),
        _kind(
            "a-compression",
            "easy",
            "ImageCompression",
            ("q50", {"quality_range": (45, 55)}),
            ("q25", {"quality_range": (20, 30)}),
            ("q12", {"quality_range": (10, 14)}),
        ),
        _kind(
            "a-downscale",
            "easy",
            "Downscale",
            ("to 60 %", {"scale_range": (0.55, 0.65)}),
            ("to 40 %", {"scale_range": (0.35, 0.45)}),
            ("to 28 %", {"scale_range": (0.25, 0.3)}),
        ),
        _kind(
            "a-grid",
            "hard",
            "GridDistortion",
            ("0.1", {"num_steps": 4, "distort_limit": (-0.1, 0.1)}),
            ("0.2", {"num_steps": 4, "distort_limit": (-0.2, 0.2)}),
            ("0.3", {"num_steps": 5, "distort_limit": (-0.3, 0.3)}),
        ),
        _kind(
            "a-lens",
            "hard",
            "OpticalDistortion",
            ("0.1", {"distort_limit": (-0.1, 0.1)}),
            ("0.25", {"distort_limit": (-0.25, 0.25)}),
            ("0.4", {"distort_limit": (-0.4, 0.4)}),
        ),
        edit("a-overlay", "hard", _overlaid, ("up to 6 %", 0.25), ("up to 16 %", 0.4), ("up to 25 %", 0.5)),
        edit("a-dropout", "hard", _dropped, ("4 holes", 4), ("8 holes", 8), ("14 holes", 14)),
        edit(
            "a-flip",
            "easy",
            _transformed,
            ("mirrored", ("HorizontalFlip", {})),
            ("upside down", ("VerticalFlip", {})),
            ("on the diagonal", ("Transpose", {})),
        ),
        _kind(
            "a-clahe",
            "easy",
            "CLAHE",
            ("limit 2", {"clip_limit": (2, 2)}),
            ("limit 4", {"clip_limit": (4, 4)}),
            ("limit 8", {"clip_limit": (8, 8)}),
        ),
        _kind(
            "a-shadow",
            "easy",
            "RandomShadow",
            ("30 % darker", {"shadow_intensity_range": (0.3, 0.3), "shadow_roi": (0, 0, 1, 1)}),
            ("50 % darker", {"shadow_intensity_range": (0.5, 0.5), "shadow_roi": (0, 0, 1, 1)}),
            ("65 % darker", {"shadow_intensity_range": (0.65, 0.65), "shadow_roi": (0, 0, 1, 1)}),
        ),
        _kind(
            "a-tone",
            "easy",
            "RandomToneCurve",
            ("0.1", {"scale": 0.1}),
            ("0.2", {"scale": 0.2}),
            ("0.3", {"scale": 0.3}),
        ),
    )
}
