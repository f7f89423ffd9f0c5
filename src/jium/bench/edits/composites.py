"""Edits that show the picture as one of several, inside another, or several times."""

from __future__ import annotations

from functools import partial

import cv2
import numpy as np

from jium.bench.corpus.furniture import DARK, LIGHT, tone
from jium.bench.corpus.items import Rgb, filling, fitted, paste, resized
from jium.bench.edits.kinds import Edit, Setting, edit, recompressed

# Where the inner picture lies, whether it has an edge, the outer one's width, the quality on the way.
Inside = tuple[str, bool, int, int]
INSIDE: tuple[tuple[str, Inside], ...] = (
    ("in the middle of 1080 px", ("middle", False, 1080, 85)),
    ("in a corner, with an edge", ("corner", True, 960, 75)),
    ("anywhere, 800 px, q50", ("anywhere", True, 800, 50)),
)
# How a collage is made: whole pictures of equal height or cut to equal cells, gap, width, quality.
Layout = tuple[bool, int, int, int]
LAYOUTS: tuple[tuple[str, Layout], ...] = (
    ("whole, 1080 px", (True, 0, 1080, 85)),
    ("cut to cells, with gaps", (False, 12, 1080, 75)),
    ("cut to cells, 800 px, q55", (False, 4, 800, 55)),
)


def picture_in_picture(share: float, rgb: Rgb, setting: Setting, how: Inside) -> Rgb:
    """The picture over another; ``share`` of the other's sides at most."""
    place, edge, width, quality = how
    other = setting.companion()
    ground = resized(other, width, width * other.shape[0] / other.shape[1])
    room = np.array([ground.shape[1], ground.shape[0]])
    inner = fitted(rgb, *(room * share))
    if edge:
        line = max(2, width // 160)
        inner = np.asarray(cv2.copyMakeBorder(inner, *(line,) * 4, cv2.BORDER_CONSTANT, value=LIGHT), np.uint8)
    free = np.maximum(room - inner.shape[1::-1], 0)
    at = {
        "middle": np.array([0.5, 0.5]),
        "corner": setting.rng.choice([0.04, 0.96], 2),
        "anywhere": setting.rng.uniform(0.05, 0.95, 2),
    }[place]
    paste(ground, inner, *(free * at))
    return recompressed(ground, quality)


def collage(count: int, rgb: Rgb, setting: Setting, layout: Layout) -> Rgb:
    """``count`` different pictures, ours in any place: two or three in a row or column, four in two rows."""
    whole, gap, width, quality = layout
    pictures = [setting.companion() for _number in range(count - 1)]
    pictures.insert(int(setting.rng.integers(count)), rgb)
    ground = [DARK, LIGHT, tone(setting.rng)][int(setting.rng.integers(3))]
    rows = [pictures[:2], pictures[2:]] if count == 4 else [pictures]
    # Wide pictures go below each other, tall ones beside each other.
    if count < 4 and rgb.shape[1] > rgb.shape[0]:
        rows = [[picture] for picture in pictures]
    shape = rgb.shape[0] / rgb.shape[1] if whole else 1.0
    laid = [
        _row(row, width if count == 4 or len(rows) == 1 else width * 2 // 3, gap, whole, shape, ground) for row in rows
    ]
    return recompressed(np.vstack(laid), quality)


def _row(row: list[Rgb], width: int, gap: int, whole: bool, shape: float, ground: tuple[int, int, int]) -> Rgb:
    """Pictures beside each other, ``width`` together: whole ones of equal height, or cells of one shape."""
    if whole:
        ratios = [picture.shape[1] / picture.shape[0] for picture in row]
        height = max(8, round(width / sum(ratios)))
        cells = [resized(picture, height * ratio, height) for picture, ratio in zip(row, ratios, strict=True)]
    else:
        side = width // len(row)
        cells = [filling(picture, side, max(8, round(side * shape))) for picture in row]
    joined = np.hstack(cells)
    joined = joined if joined.shape[1] == width else resized(joined, width, joined.shape[0])
    if not gap:
        return joined
    place = 0
    for cell in cells:
        far = (place + cell.shape[1] - 1, joined.shape[0] - 1)
        cv2.rectangle(joined, (place, 0), far, ground, gap)
        place += cell.shape[1]
    return joined


def _tiles(across: int, rgb: Rgb, setting: Setting, how: tuple[int, bool]) -> Rgb:
    """The same picture ``across`` times in each direction; every second one mirrored where ``how`` says so."""
    width, mirrored = how
    cell = resized(rgb, width / across, width / across * rgb.shape[0] / rgb.shape[1])
    beside = [cell[:, ::-1] if mirrored and number % 2 else cell for number in range(across)]
    return np.vstack([np.hstack(beside)] * across)


TILED: tuple[tuple[str, tuple[int, bool]], ...] = (
    ("1080 px", (1080, False)),
    ("1080 px, every second mirrored", (1080, True)),
    ("720 px", (720, False)),
)

COMPOSITES: tuple[Edit, ...] = (
    edit("pip60", "hard", partial(picture_in_picture, 0.6), *INSIDE),
    edit("pip40", "hard", partial(picture_in_picture, 0.4), *INSIDE),
    edit("pip25", "dense", partial(picture_in_picture, 0.25), *INSIDE),
    edit("pip15", "extra", partial(picture_in_picture, 0.15), *INSIDE),
    edit("collage2", "dense", partial(collage, 2), *LAYOUTS),
    edit("collage3", "dense", partial(collage, 3), *LAYOUTS),
    edit("collage4", "dense", partial(collage, 4), *LAYOUTS),
    edit("tiles4", "dense", partial(_tiles, 2), *TILED),
    edit("tiles9", "dense", partial(_tiles, 3), *TILED),
)
