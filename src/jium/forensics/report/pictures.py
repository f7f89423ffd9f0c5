"""The pictures of a report. Greyscale and in coarse squares, so that nobody is recognised and nothing is shown twice.

What speaks for a verdict can still be seen: where the face is, and where it differs from what it was compared with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from jium.faces.face import Box, Pixels
from jium.forensics.finding import Finding
from jium.forensics.laying import laid, laid_by_all
from jium.forensics.view import View

Name = Literal["whole", "suspect", "known", "difference"]
Floats = NDArray[np.float32]

# So many squares the longer side of a picture has, and of a face; those of a difference are smaller.
SQUARES: dict[Name, int] = {"whole": 24, "suspect": 9, "known": 9, "difference": 36}
# The longer side of each in pixels, how much around a face is shown, and of what quality they are.
SIDE, AROUND, QUALITY = 420, 0.45, 82
# A difference of so many levels is shown in full colour.
FULL = 60.0
_FRAME = (31, 111, 107)
_NONE, _MOST = np.array([248, 249, 249], np.float32), np.array([178, 34, 34], np.float32)


@dataclass(frozen=True)
class Picture:
    """``content``: a JPEG."""

    name: Name
    content: bytes


def pictures(finding: Finding, *, faces: bool) -> list[Picture]:
    """Of one finding; none where it has no place in a picture. ``faces``: show them as they are; whatever else is to
    be looked at stays in squares.
    """
    if finding.seen is None or finding.region is None:
        return []
    suspect, known = finding.seen
    found = [Picture("whole", _packed(_framed(_censored(suspect.rgb, "whole"), finding.region)))]
    if known is None:
        return found
    lying = (laid_by_all if finding.look else laid)(suspect, known) if finding.signal == "known_original" else None
    box = _around(finding.region, suspect)
    if lying is not None:
        off = cv2.GaussianBlur(np.abs(suspect.grey - lying.known) * lying.valid, (0, 0), 2.0)
        pair = _cut(suspect.rgb, box), _cut(lying.colours, box)
        difference = [Picture("difference", _packed(_heat(np.asarray(_cut(off, box), np.float32))))]
    elif known.people:
        pair = _cut(suspect.rgb, box), _cut(known.rgb, _around(known.share(known.people[0].box), known))
        difference = []
    else:
        return found
    shown = [
        (name, rgb if faces and not finding.look else _censored(rgb, name))
        for name, rgb in zip(_PAIR, pair, strict=True)
    ]
    return [*found, *(Picture(name, _packed(rgb)) for name, rgb in shown), *difference]


_PAIR: tuple[Name, Name] = ("suspect", "known")


def _around(region: Box, view: View) -> tuple[int, int, int, int]:
    """The face with what borders on it, in pixels of the view."""
    height, width = view.rgb.shape[:2]
    x0, y0, x1, y1 = np.array(region) * [width, height, width, height]
    across, down = AROUND * (x1 - x0), AROUND * (y1 - y0)
    return (
        max(0, int(x0 - across)),
        max(0, int(y0 - down)),
        max(1, min(width, int(x1 + across))),
        max(1, min(height, int(y1 + down))),
    )


def _cut(pixels: NDArray[Any], box: tuple[int, int, int, int]) -> NDArray[Any]:
    x0, y0, x1, y1 = box
    return pixels[y0:y1, x0:x1]


def _censored(rgb: Pixels, name: Name) -> Pixels:
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.cvtColor(_squares(grey, SQUARES[name]), cv2.COLOR_GRAY2RGB), np.uint8)


def _squares(pixels: NDArray[Any], count: int) -> NDArray[Any]:
    """The mean of each square."""
    side = max(1.0, max(pixels.shape[:2]) / count)
    size = (max(1, round(pixels.shape[1] / side)), max(1, round(pixels.shape[0] / side)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, pixels.shape[1::-1], interpolation=cv2.INTER_NEAREST))


def _heat(off: Floats) -> Pixels:
    """White where nothing differs, red where much does."""
    share = np.clip(_squares(off, SQUARES["difference"]) / FULL, 0, 1)[..., None]
    return np.asarray(_NONE + share * (_MOST - _NONE), np.uint8)


def _framed(rgb: Pixels, region: Box) -> Pixels:
    fitted = _fitted(rgb)
    height, width = fitted.shape[:2]
    x0, y0, x1, y1 = (round(value) for value in np.array(region) * [width, height, width, height])
    return np.asarray(cv2.rectangle(fitted.copy(), (x0, y0), (x1, y1), _FRAME, 3, cv2.LINE_AA), np.uint8)


def _fitted(rgb: Pixels) -> Pixels:
    scale = SIDE / max(rgb.shape[:2])
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(rgb, size, interpolation=way), np.uint8)


def _packed(rgb: Pixels) -> bytes:
    _done, content = cv2.imencode(".jpg", _fitted(rgb)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return content.tobytes()
