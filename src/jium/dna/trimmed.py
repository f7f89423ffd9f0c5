"""Where inside a picture the actual picture seems to be: without borders, bars, blurred sides, app furniture.

Copies come framed, letterboxed and photographed off an app's screen; PDQ sees the whole and misses them. So the
likely rectangles get a code of their own. A rectangle guessed wrongly costs nothing: its code is like no other.
Three simple guesses, each a pure function of a small grey picture: runs of flat lines at the sides; the longest
run of lines that are not mostly background; the run of lines that are sharp.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from jium.dna.local.features import resized

Grey = NDArray[np.uint8]
Box = tuple[float, float, float, float]

# Guesses are made on a picture of this longest side, in pixels.
SIDE = 256
# A line is flat when nearly all of it is within so many levels of its own middle value.
FLAT_LEVELS, FLAT_SHARE = 10, 0.97
# A line belongs to the background when so much of it has the background's colour.
BACKGROUND_LEVELS, BACKGROUND_SHARE = 8, 0.55
# Lines with less than this share of the sharpest lines' detail are blurred.
SHARP_SHARE = 0.25
LEAST_AREA, MOST_AREA = 0.04, 0.97
# Boxes that differ by less are one.
SAME = 0.02

Lines = Callable[[NDArray[np.float32]], tuple[int, int]]


def boxes(grey: Grey) -> Iterator[tuple[str, Box]]:
    """(why, [x0, y0, x1, y1] in 0..1) of at most three rectangles, the whole picture never among them.

    ``grey``: rows × columns of brightness.
    """
    small = resized(grey, SIDE).astype(np.float32)
    if min(small.shape) < 16:
        return
    kept: list[Box] = []
    for why, lines in (("border", _without_flat), ("panel", _longest_busy), ("sharp", _sharp)):
        box = _box(small, lines)
        area = (box[2] - box[0]) * (box[3] - box[1])
        new = all(max(abs(a - b) for a, b in zip(box, other, strict=True)) >= SAME for other in kept)
        if LEAST_AREA <= area <= MOST_AREA and new:
            kept.append(box)
            yield why, box


def _box(small: NDArray[np.float32], lines: Lines) -> Box:
    """Rows first, then columns of what is left, then rows of that again."""
    top, bottom = lines(small)
    left, right = lines(small[top:bottom].T)
    above, below = lines(small[top:bottom, left:right])
    top, bottom = top + above, top + below
    height, width = small.shape
    return (left / width, top / height, right / width, bottom / height)


def _without_flat(lines: NDArray[np.float32]) -> tuple[int, int]:
    """What remains when flat lines are taken from both ends."""
    middle = np.median(lines, axis=1, keepdims=True)
    flat = (np.abs(lines - middle) <= FLAT_LEVELS).mean(axis=1) >= FLAT_SHARE
    busy = np.flatnonzero(~flat)
    if len(busy) < 8:
        return 0, len(lines)
    # The line beside a border is half border from the scaling.
    first, last = int(busy[0]), int(busy[-1]) + 1
    return (first + 1 if first else 0), (last - 1 if last < len(lines) else last)


def _longest_busy(lines: NDArray[np.float32]) -> tuple[int, int]:
    """The longest run of lines not mostly of the background's colour: what is most frequent in all."""
    counts = np.bincount(np.clip(lines, 0, 255).astype(np.int64).ravel(), minlength=256)
    ground = int(np.convolve(counts, np.ones(5), "same").argmax())
    busy = (np.abs(lines - ground) <= BACKGROUND_LEVELS).mean(axis=1) < BACKGROUND_SHARE
    return _longest_run(busy, gap=1)


def _sharp(lines: NDArray[np.float32]) -> tuple[int, int]:
    """The longest run of lines with detail: the sides of a filled-up picture are its own, blurred."""
    detail = np.abs(lines[:, 2:] - 2 * lines[:, 1:-1] + lines[:, :-2]).mean(axis=1)
    smooth = np.convolve(detail, np.ones(5) / 5, "same")
    return _longest_run(smooth >= SHARP_SHARE * np.quantile(smooth, 0.9), gap=4)


def _longest_run(wanted: NDArray[np.bool_], gap: int) -> tuple[int, int]:
    """First and last + 1 of the longest stretch of wanted lines that is nowhere interrupted by more than ``gap``."""
    at = np.flatnonzero(wanted)
    if len(at) < 8:
        return 0, len(wanted)
    runs = np.split(at, np.flatnonzero(np.diff(at) > gap + 1) + 1)
    longest = max(runs, key=len)
    if len(longest) < 8:
        return 0, len(wanted)
    return int(longest[0]), int(longest[-1]) + 1
