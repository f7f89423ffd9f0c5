"""What runs in the sandbox's child: a file becomes codes, or a greyscale preview. Nobody else imports this.

Decoders are imported here and now: each file has a process of its own, forked when they are there already.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from jium.dna import filming, looking, pdq
from jium.dna.filming import Plan
from jium.dna.fingerprint import MOMENT, QUALITY_FLOOR
from jium.dna.neural import Network, WrongModel, from_dict
from jium.dna.still import Still
from jium.media import image, video
from jium.media.errors import MediaError
from jium.media.frame import Frame, whole
from jium.media.pixels import upright_rgb
from jium.media.probe import Format, probe

# A picture of an animation that lasts longer than so many seconds is looked at when it first and when it last shows.
ANIMATION_STEP = 0.25
# From so many places on a picture is found by them though its code says little.
LEAST_PLACES = 60
PREVIEW_QUALITY = 80


def prepare(model: dict[str, Any] | None = None, **_of_the_file: Any) -> None:
    """Open the network, for this file and the next."""
    if model:
        _network(json.dumps(model))


def fingerprint(
    file: BinaryIO, model: dict[str, Any] | None = None, reference: bool = False
) -> tuple[dict[str, Any], bytes]:
    """Facts; for each moment time and until (f64, NaN for a picture), quality (u8), 8 × 32 bytes; then the picture's
    ``Still`` or the film's scenes. ``reference``: look at a film more closely.
    """
    found, plan = probe(file), filming.REFERENCE if reference else filming.SIGHTING
    return _stream(file, found, plan) if found.family == "stream" else _picture(file, found, model, plan)


def _picture(file: BinaryIO, found: Format, model: dict[str, Any] | None, plan: Plan) -> tuple[dict[str, Any], bytes]:
    picture = image.open_picture(file, found.decoder)
    if picture.animated:
        return _animation(image.animation(picture), plan)
    plain, *others = image.backgrounds(picture)
    packed, best = _pack(plain)
    still = looking.look(plain, others)
    if model:
        still = replace(still, descriptor=_described(upright_rgb(plain), json.dumps(model)))
    return _facts("image", plain.upright_size, None, _note(plain, still, best), 1), packed + still.packed()


def _described(rgb: NDArray[np.uint8], model: str) -> bytes:
    try:
        return _network(model).describe(rgb)
    except WrongModel:
        return b""


@lru_cache(maxsize=1)
def _network(described: str) -> Network:
    return Network(from_dict(json.loads(described)))


def _note(plain: Frame, still: Still, quality: int) -> str:
    places = len(still.local) if still.local else 0
    if max([quality, *(view.quality for view in still.views)]) < QUALITY_FLOOR and places < LEAST_PLACES:
        return "featureless"
    if plain.damaged:
        return "damaged"
    return "whole" if places < LEAST_PLACES else ""


def _animation(shown: Iterable[tuple[Frame, float]], plan: Plan) -> tuple[dict[str, Any], bytes]:
    """Every distinct frame, from when it first shows."""
    ends = [0.0]
    return _film(_timed(shown, ends), plan, lambda _last: ends[0], "animated")


def _timed(shown: Iterable[tuple[Frame, float]], ends: list[float]) -> Iterator[Frame]:
    """The frames with their times: when each first shows and, where it lasts, when it last does."""
    for frame, lasts in shown:
        start = ends[0]
        ends[0] += lasts
        yield replace(frame, time=start)
        if lasts > ANIMATION_STEP:
            yield replace(frame, time=ends[0] - ANIMATION_STEP)


def _stream(file: BinaryIO, found: Format, plan: Plan) -> tuple[dict[str, Any], bytes]:
    opened = video.open_video(file, found.decoder)
    if isinstance(opened, video.Sound):
        return _facts("audio", (None, None), opened.duration, "", 0), b""
    return _film(video.sampled(opened, plan.step), plan, lambda last: opened.duration or last, "")


def _film(
    frames: Iterable[Frame], plan: Plan, length: Callable[[float], float], note: str
) -> tuple[dict[str, Any], bytes]:
    taken = filming.film(frames, plan)
    if taken is None:
        raise MediaError("no_frames")
    told = note if taken.quality >= QUALITY_FLOOR else "featureless"
    return _facts("video", taken.size, length(taken.last), told, taken.count), taken.moments + taken.scenes


def _pack(frame: Frame) -> tuple[bytes, int]:
    """A picture's codes as bytes, and its quality."""
    sampled = pdq.samples(frame.strips(), frame.width, frame.height, frame.orientation)
    quality = pdq.quality(sampled)
    return MOMENT.pack(float("nan"), float("nan"), quality, b"".join(pdq.codes(sampled))), quality


def _facts(
    kind: str, size: tuple[int | None, int | None], duration: float | None, note: str, frames: int
) -> dict[str, Any]:
    return {"kind": kind, "width": size[0], "height": size[1], "duration": duration, "note": note, "frames": frames}


def preview(file: BinaryIO, time: float | None, side: int, box: list[float] | None) -> tuple[dict[str, Any], bytes]:
    """A greyscale JPEG without metadata, ``side`` pixels at most, of the whole or of ``box``."""
    found = probe(file)
    if found.family == "stream":
        frame = _video_frame(file, found, time or 0.0)
    else:
        frame = _picture_frame(file, found, time, side if box is None else 0)
    picture = _upright(Image.fromarray(_grey(frame)), frame.orientation)
    if box is not None:
        picture = picture.crop(_pixel_box(box, picture.size))
    picture.thumbnail((side, side))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=PREVIEW_QUALITY)
    return {"width": picture.width, "height": picture.height}, out.getvalue()


def _video_frame(file: BinaryIO, found: Format, time: float) -> Frame:
    opened = video.open_video(file, found.decoder)
    if isinstance(opened, video.Sound):
        raise MediaError("no_frames")
    return video.frame_at(opened, time)


def _picture_frame(file: BinaryIO, found: Format, time: float | None, side: int) -> Frame:
    picture = image.open_picture(file, found.decoder)
    if not picture.animated:
        return image.still(image.shrink_on_load(picture, side) if side else picture)
    frames = image.animation(picture)
    return _shown_longest(frames) if time is None else _shown_at(frames, time)


def _shown_at(shown: Iterable[tuple[Frame, float]], time: float) -> Frame:
    """The frame shown then, the last one after the end."""
    end, chosen = 0.0, None
    for frame, lasts in shown:
        chosen, end = frame, end + lasts
        if end > time:
            break
    if chosen is None:
        raise MediaError("truncated")
    return chosen


def _shown_longest(shown: Iterable[tuple[Frame, float]]) -> Frame:
    """Copied: a frame's pixels are valid only until the next one is asked for."""
    longest, chosen = -1.0, None
    for frame, lasts in shown:
        if lasts > longest:
            longest, chosen = lasts, whole(_grey(frame), frame.orientation, frame.time)
    if chosen is None:
        raise MediaError("truncated")
    return chosen


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
