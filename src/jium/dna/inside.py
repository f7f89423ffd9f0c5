"""What runs in the sandbox's child: a file becomes codes, or a greyscale preview. Nobody else imports this.

Decoders are imported when the first file needs them, so that a sandbox starts quickly.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from jium.dna import pdq
from jium.dna.fingerprint import QUALITY_FLOOR
from jium.media.errors import MediaError
from jium.media.frame import Frame
from jium.media.probe import Format, probe

STEP_SECONDS = 1.0
# Six hours; what lies behind is not looked at.
MOST_FRAMES = 21_600
PREVIEW_QUALITY = 80
_FRAME = struct.Struct("<dB")


def fingerprint(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Facts about the file; for each frame time (f64, NaN for a picture), quality (u8), 8 × 32 bytes."""
    found = probe(file)
    return _stream(file, found) if found.family == "stream" else _picture(file, found)


def _picture(file: BinaryIO, found: Format) -> tuple[dict[str, Any], bytes]:
    from jium.media import image

    picture = image.open_picture(file, found.decoder)
    if picture.animated:
        return _animation(image.animation(picture))
    frame = image.still(picture)
    packed, best = _pack([frame])
    note = "" if best >= QUALITY_FLOOR else "featureless"
    return _facts("image", frame.upright_size, None, note), packed


def _animation(shown: Iterable[tuple[Frame, float]]) -> tuple[dict[str, Any], bytes]:
    size, duration, due = (0, 0), 0.0, 0.0
    parts: list[bytes] = []
    best = 0
    for frame, lasts in shown:
        size, start = frame.upright_size, duration
        duration += lasts
        times: list[float] = []
        while due < duration - 1e-6 and len(parts) + len(times) < MOST_FRAMES:
            times.append(max(due, start))
            due += STEP_SECONDS
        if times:
            one, quality = _pack([frame])
            best = max(best, quality)
            parts += [_FRAME.pack(time, quality) + one[_FRAME.size :] for time in times]
    note = "animated" if best >= QUALITY_FLOOR else "featureless"
    return _facts("video", size, duration, note), b"".join(parts)


def _stream(file: BinaryIO, found: Format) -> tuple[dict[str, Any], bytes]:
    from jium.media import video

    opened = video.open_video(file, found.decoder)
    if isinstance(opened, video.Sound):
        return _facts("audio", (None, None), opened.duration, ""), b""
    last: list[Frame] = []
    packed, best = _pack(_remember(video.sampled(opened, STEP_SECONDS), last))
    if not last:
        raise MediaError("no_frames")
    note = "" if best >= QUALITY_FLOOR else "featureless"
    return _facts("video", last[0].upright_size, opened.duration or last[0].time, note), packed


def _remember(frames: Iterator[Frame], last: list[Frame]) -> Iterator[Frame]:
    for frame in frames:
        last[:] = [frame]
        yield frame


def _pack(frames: Iterable[Frame]) -> tuple[bytes, int]:
    """The frames' codes as bytes, and the best quality among them."""
    parts, best = [], 0
    for frame in frames:
        sampled = pdq.samples(frame.strips(), frame.width, frame.height, frame.orientation)
        quality = pdq.quality(sampled)
        best = max(best, quality)
        time = float("nan") if frame.time is None else frame.time
        parts.append(_FRAME.pack(time, quality) + b"".join(pdq.codes(sampled)))
        if len(parts) == MOST_FRAMES:
            break
    return b"".join(parts), best


def _facts(kind: str, size: tuple[int | None, int | None], duration: float | None, note: str) -> dict[str, Any]:
    return {"kind": kind, "width": size[0], "height": size[1], "duration": duration, "note": note}


def preview(file: BinaryIO, time: float | None, side: int, box: list[float] | None) -> tuple[dict[str, Any], bytes]:
    """A greyscale JPEG without metadata, ``side`` pixels at most, of the whole or of ``box``."""
    found = probe(file)
    if found.family == "stream":
        frame = _video_frame(file, found, time or 0.0)
    else:
        frame = _picture_frame(file, found, time or 0.0, side if box is None else 0)
    picture = _upright(Image.fromarray(_grey(frame)), frame.orientation)
    if box is not None:
        picture = picture.crop(_pixel_box(box, picture.size))
    picture.thumbnail((side, side))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=PREVIEW_QUALITY)
    return {"width": picture.width, "height": picture.height}, out.getvalue()


def _video_frame(file: BinaryIO, found: Format, time: float) -> Frame:
    from jium.media import video

    opened = video.open_video(file, found.decoder)
    if isinstance(opened, video.Sound):
        raise MediaError("no_frames")
    return video.frame_at(opened, time)


def _picture_frame(file: BinaryIO, found: Format, time: float, side: int) -> Frame:
    from jium.media import image

    picture = image.open_picture(file, found.decoder)
    if not picture.animated:
        return image.still(image.shrink_on_load(picture, side) if side else picture)
    end, shown = 0.0, None
    for frame, lasts in image.animation(picture):
        shown, end = frame, end + lasts
        if end > time:
            break
    if shown is None:
        raise MediaError("truncated")
    return shown


def _grey(frame: Frame) -> NDArray[np.uint8]:
    grey = np.empty((frame.height, frame.width), np.uint8)
    for top, pixels in frame.strips():
        bright = pixels @ np.array([0.299, 0.587, 0.114], np.float32) if pixels.ndim == 3 else pixels
        grey[top : top + len(bright)] = np.clip(bright, 0, 255)
    return grey


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _pixel_box(box: list[float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    width, height = size
    left = min(max(int(box[0] * width), 0), width - 1)
    top = min(max(int(box[1] * height), 0), height - 1)
    right = min(max(round(box[2] * width), left + 1), width)
    bottom = min(max(round(box[3] * height), top + 1), height)
    return left, top, right, bottom


OPERATIONS = {"fingerprint": fingerprint, "preview": preview}
