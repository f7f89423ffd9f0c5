"""What runs in the sandbox's child: a file becomes the faces seen in it. Nobody else imports this.

Templates leave the child through its socket only; nothing here is written anywhere.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, BinaryIO

import cv2
import numpy as np

from jium.faces import models, quality
from jium.faces.face import Face, Pixels, Seen, Template
from jium.faces.finding import FRAME, STILL, Care, find
from jium.faces.model import FaceModel, both_sides
from jium.faces.network import WrongModel
from jium.faces.tracks import Follower
from jium.media import archive, image, video
from jium.media.errors import MediaError
from jium.media.frame import Frame
from jium.media.pixels import upright_rgb
from jium.media.probe import Format, probe

# Time, since, until (NaN in a picture), box, size, confidence, sharpness, turn, in how many frames.
SEEN = struct.Struct("<ddd4fffffI")
# So many seconds lie between two frames of a film that are looked at.
STEP = 0.5
# More tracks are not taken from one film: the longest are kept.
MOST_TRACKS = 20_000

Embed = Callable[[Pixels], Template]

cv2.setNumThreads(1)


def prepare(name: str = "", files: dict[str, str] | None = None, **_of_the_file: Any) -> None:
    """Open the model, for this file and the next. Raises :class:`WrongModel`."""
    if files is not None:
        models.kept_open(name, files)


def faces(file: BinaryIO, name: str, files: dict[str, str]) -> tuple[dict[str, Any], bytes]:
    """The faces of a picture or a film with the model ``name``: facts, and a record and a template for each."""
    try:
        model = models.kept_open(name, files)
        found = probe(file)
        return _film(file, found, model) if found.family == "stream" else _picture(file, found, model)
    except WrongModel as problem:
        return {"wrong_model": str(problem)}, b""


def _picture(file: BinaryIO, found: Format, model: FaceModel) -> tuple[dict[str, Any], bytes]:
    picture = image.open_picture(file, found.decoder)
    if picture.animated:
        shown = _shown(image.animation(picture))
        return _followed("video", shown, model, FRAME)
    rgb = upright_rgb(image.still(picture))
    seen = _looked_at(rgb, model, STILL, None, partial(both_sides, model))
    return _facts("image", rgb.shape[1], rgb.shape[0], None, 1, seen), _packed(seen)


def _shown(frames: Iterable[tuple[Frame, float]]) -> Iterator[tuple[float, Frame]]:
    """The frames of an animation, with the second at which each first shows."""
    start = 0.0
    for frame, lasts in frames:
        yield start, frame
        start += lasts


def _film(file: BinaryIO, found: Format, model: FaceModel) -> tuple[dict[str, Any], bytes]:
    opened = video.open_video(file, found.decoder)
    if isinstance(opened, video.Sound):
        return _facts("audio", 0, 0, opened.duration, 0, []), b""
    frames = ((frame.time or 0.0, frame) for frame in video.sampled(opened, STEP, colour=True))
    return _followed("video", frames, model, FRAME)


def _followed(
    kind: str, frames: Iterable[tuple[float, Frame]], model: FaceModel, care: Care
) -> tuple[dict[str, Any], bytes]:
    follower, seen, count, last = Follower(), [], 0, 0.0
    width = height = 0
    for time, frame in frames:
        rgb = upright_rgb(frame)
        height, width = rgb.shape[:2]
        seen += follower.add(time, _looked_at(rgb, model, care, time, _one_side(model, count)))
        count, last = count + 1, time
    if not count:
        raise MediaError("no_frames")
    seen += follower.end()
    kept = sorted(sorted(seen, key=lambda one: -one.looks)[:MOST_TRACKS], key=lambda one: one.since or 0.0)
    return _facts(kind, width, height, last, count, kept), _packed(kept)


def _one_side(model: FaceModel, frame: int) -> Embed:
    """A film shows a face again and again: of every second frame it is the mirrored face, and their mean is of both."""
    return (lambda chip: model.embed(chip[:, ::-1])) if frame % 2 else model.embed


def _looked_at(rgb: Pixels, model: FaceModel, care: Care, time: float | None, embed: Embed) -> list[Seen]:
    size = np.array([rgb.shape[1], rgb.shape[0]] * 2, np.float64)
    return [_seen(rgb, face, model, size, time, embed) for face in find(model, rgb, care)]


def _seen(rgb: Pixels, face: Face, model: FaceModel, size: Any, time: float | None, embed: Embed) -> Seen:
    chip = model.align(rgb, face)
    x0, y0, x1, y1 = np.clip(np.array(face.box) / size, 0, 1).tolist()
    return Seen(
        time=time,
        since=time,
        until=time,
        box=(x0, y0, x1, y1),
        looks=1,
        size=face.size,
        confidence=face.confidence,
        sharpness=quality.sharpness(chip),
        turn=quality.turn(face.points),
        template=embed(chip),
    )


def _facts(kind: str, width: int, height: int, duration: float | None, frames: int, seen: list[Seen]) -> dict[str, Any]:
    numbers = len(seen[0].template) if seen else 0
    return {
        "kind": kind,
        "width": width,
        "height": height,
        "duration": duration,
        "frames": frames,
        "faces": len(seen),
        "numbers": numbers,
    }


def _packed(seen: list[Seen]) -> bytes:
    return b"".join(
        SEEN.pack(
            *(float("nan") if time is None else time for time in (one.time, one.since, one.until)),
            *one.box,
            one.size,
            one.confidence,
            one.sharpness,
            one.turn,
            one.looks,
        )
        + one.template.astype("<f4").tobytes()
        for one in seen
    )


OPERATIONS = {"faces": faces, "members": archive.members, "member": archive.member}
