"""What runs in the sandbox's child: of a file the views that are examined, and what it says of itself.

Nobody else imports this.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, BinaryIO

import cv2
import numpy as np

from jium.faces import models
from jium.faces.face import Box, Pixels
from jium.faces.finding import FRAME, STILL, Care, find
from jium.faces.model import FaceModel
from jium.faces.network import WrongModel
from jium.forensics.detector import from_dict
from jium.forensics.marks import packed
from jium.forensics.scoring import Scorer
from jium.forensics.signals.provenance.credentials import marks_in
from jium.forensics.signals.provenance.rules import of_texts
from jium.forensics.signals.provenance.texts import texts_in
from jium.forensics.view import SIDE, Person, people_in
from jium.media import image, video
from jium.media.errors import MediaError
from jium.media.frame import Frame
from jium.media.pixels import upright_rgb
from jium.media.probe import probe

cv2.setNumThreads(1)
# The size of a film's frames: many are looked at, and codecs leave less detail.
FILM_SIDE = 720


def prepare(
    name: str = "", files: dict[str, str] | None = None, detector: dict[str, Any] | None = None, **_of_the_file: Any
) -> None:
    """Open the models, for this file and the next. Raises :class:`WrongModel`."""
    if files is not None:
        models.kept_open(name, files)
    if detector is not None:
        _scorer(json.dumps(detector))


@lru_cache(maxsize=1)
def _scorer(described: str) -> Scorer:
    return Scorer(from_dict(json.loads(described)))


def views(
    file: BinaryIO, name: str, files: dict[str, str], times: list[float] | None = None, faces: bool = True
) -> tuple[dict[str, Any], bytes]:
    """A picture, or a film's frames at ``times`` (seconds from its first, rising); each with its faces.

    The bytes of each: its pixels, then for each face its box, its five points, its confidence and its template, as
    floats.
    """
    try:
        model = models.kept_open(name, files)
        packed = [_packed(frame, time, model if faces else None, care) for frame, time, care in _frames(file, times)]
    except WrongModel as problem:
        return {"wrong_model": str(problem)}, b""
    return {"views": [facts for facts, _content in packed]}, b"".join(content for _facts, content in packed)


def _frames(file: BinaryIO, times: list[float] | None) -> Iterator[tuple[Frame, float | None, Care]]:
    found = probe(file)
    if found.family != "stream":
        picture = image.open_picture(file, found.decoder)
        if times and picture.animated:
            yield from _shown_at(image.animation(picture), times)
        else:
            yield image.still(picture), None, STILL
        return
    opened = video.open_video(file, found.decoder)
    if isinstance(opened, video.Sound):
        raise MediaError("no_frames")
    for frame in video.frames_at(opened, times or [0.0], colour=True):
        yield frame, frame.time, FRAME


def _shown_at(
    animation: Iterator[tuple[Frame, float]], times: list[float]
) -> Iterator[tuple[Frame, float | None, Care]]:
    """What an animated picture shows at ``times``; its last frame for those beyond its end."""
    waiting, end, last = list(times), 0.0, None
    for frame, lasts in animation:
        end, last = end + lasts, frame
        while waiting and waiting[0] < end:
            yield frame, waiting.pop(0), FRAME
    if last:
        yield from ((last, time, FRAME) for time in waiting)


def _packed(frame: Frame, time: float | None, model: FaceModel | None, care: Care) -> tuple[dict[str, Any], bytes]:
    rgb = _fitted(upright_rgb(frame), SIDE if time is None else FILM_SIDE)
    people = [_numbers(person) for person in people_in(rgb, model, care)] if model else []
    facts = {"width": rgb.shape[1], "height": rgb.shape[0], "time": time, "people": len(people)}
    return facts, rgb.tobytes() + b"".join(people)


def _fitted(rgb: Pixels, side: int) -> Pixels:
    scale = side / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _numbers(person: Person) -> bytes:
    return np.array([*person.box, *person.points.ravel(), person.confidence, *person.template], "<f4").tobytes()


def marks(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """What the file says of how it was made (:mod:`jium.forensics.marks`)."""
    return packed(of_texts(texts_in(file)) | marks_in(file)), b""


def scores(
    file: BinaryIO, name: str, files: dict[str, str], detector: dict[str, Any], times: list[float] | None = None
) -> tuple[dict[str, Any], bytes]:
    """What a detector says of the largest face of every view, as :func:`views` would give them; None without any."""
    try:
        model, used = models.kept_open(name, files), _scorer(json.dumps(detector))
        found = [used.score(*_largest(frame, time, model, care)) for frame, time, care in _frames(file, times)]
    except WrongModel as problem:
        return {"wrong_model": str(problem)}, b""
    return {"scores": found}, b""


def _largest(frame: Frame, time: float | None, model: FaceModel, care: Care) -> tuple[Pixels, Box | None]:
    rgb = _fitted(upright_rgb(frame), SIDE if time is None else FILM_SIDE)
    faces = find(model, rgb, care)
    return rgb, faces[0].box if faces else None


OPERATIONS = {"views": views, "marks": marks, "scores": scores}
