"""Three edits at once, as what is passed around has usually gone through several hands."""

from __future__ import annotations

import numpy as np

from jium.bench.corpus.items import Rgb
from jium.bench.edits.colours import filtered, grey
from jium.bench.edits.composites import picture_in_picture
from jium.bench.edits.kinds import Edit, Setting, edit, encoded
from jium.bench.edits.overlays import bordered, subtitled, watermarked, with_stickers
from jium.bench.edits.screens import screenshot
from jium.bench.edits.shapes import cropped, mirror, rotated, scaled


def _mirror_crop_subtitle(rgb: Rgb, setting: Setting, share: float) -> Rgb:
    return subtitled(cropped(mirror(rgb, setting, (1.0, 85)), setting, (share, 0.5)), setting, 1)


def _pip_grey_jpeg(rgb: Rgb, setting: Setting, quality: int) -> bytes:
    shown = picture_in_picture(0.4, rgb, setting, ("anywhere", False, 1080, 85))
    return encoded(grey(shown, setting, 1.0), ".jpg", quality)


def _screenshot_mirror_sticker(rgb: Rgb, setting: Setting, stickers: int) -> Rgb:
    covered = with_stickers(mirror(rgb, setting, (1.0, 80)), setting, (stickers, 0.2))
    return screenshot("phone", covered, setting, (80, 1.0, 1.0))


def _rotate_frame_jpeg(rgb: Rgb, setting: Setting, degrees: float) -> bytes:
    turned = rotated(rgb, degrees * float(setting.rng.choice([-1, 1])), cut=True)
    return encoded(bordered(turned, setting, 0.08), ".jpg", 35)


def _filter_watermark_small(rgb: Rgb, setting: Setting, scale: float) -> bytes:
    toned = filtered(rgb, setting, ((1.1, 1.0, 0.88), 1.2, 12, 0.4))
    return encoded(scaled(watermarked(toned, setting, 2), scale), ".webp", 50)


def _turn_crop_grey(rgb: Rgb, setting: Setting, share: float) -> Rgb:
    turned = np.ascontiguousarray(np.rot90(rgb, int(setting.rng.choice([1, 3]))))
    return grey(cropped(turned, setting, (share, 0.5)), setting, 1.2)


COMBINED: tuple[Edit, ...] = (
    edit(
        "mirror+crop+subtitle",
        "three",
        _mirror_crop_subtitle,
        ("80 % kept", 0.8),
        ("60 % kept", 0.6),
        ("45 % kept", 0.45),
    ),
    edit("pip40+grey+jpeg", "three", _pip_grey_jpeg, ("q60", 60), ("q45", 45), ("q30", 30)),
    edit(
        "screenshot+mirror+sticker",
        "three",
        _screenshot_mirror_sticker,
        ("one face", 1),
        ("three faces", 3),
        ("five", 5),
    ),
    edit("rotate+frame+jpeg", "three", _rotate_frame_jpeg, ("4°", 4.0), ("10°", 10.0), ("18°", 18.0)),
    edit("filter+watermark+small", "three", _filter_watermark_small, ("80 %", 0.8), ("60 %", 0.6), ("40 %", 0.4)),
    edit("turn+crop+grey", "three", _turn_crop_grey, ("80 % kept", 0.8), ("60 % kept", 0.6), ("45 % kept", 0.45)),
)
