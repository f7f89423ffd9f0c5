"""Views of a file, and what it says of itself, from the sandbox; for whoever asks from outside it."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jium.faces.face import unit
from jium.faces.looking import OpenModel
from jium.faces.network import WrongModel
from jium.forensics import marks
from jium.forensics.detector import Detector
from jium.forensics.marks import Mark
from jium.forensics.view import SIDE, Person, View
from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox, Source, readable

# So many frames come at once: their pixels fit into one answer.
FRAMES_AT_ONCE = 24
MOST_PEOPLE = 100
# As jium.forensics.inside packs a face; that module is the child's alone.
_BOX, _POINTS = 4, 10
_FACE = _BOX + _POINTS + 1
# A template is a unit vector, as far as its numbers were rounded.
_LENGTH = 1.01
_BASE_SECONDS, _SECONDS_PER_BYTE = 120.0, 10 / 2**20


def open_sandbox(model: OpenModel, detector: Detector | None = None) -> Sandbox:
    """Where views are made; close it after use. What is examined and what is known must not share one."""
    files = [*model.files.values(), *([Path(detector.path)] if detector else [])]
    return Sandbox("jium.forensics.inside", memory_mb=3072, files=files)


def views(
    source: Source, model: OpenModel, sandbox: Sandbox, times: Sequence[float] = (), *, faces: bool = True
) -> list[View]:
    """A picture's one view; of a film the frames at ``times`` (seconds, rising), or the first without any.

    ``faces``: are the people in it wanted too?

    Raises :class:`jium.media.errors.MediaError`, :class:`WrongModel`; ``OSError`` when a path cannot be opened.
    """
    found: list[View] = []
    with readable(source) as fd:
        size = os.fstat(fd).st_size
        if not size:
            raise MediaError("empty")
        for start in range(0, max(len(times), 1), FRAMES_AT_ONCE):
            facts, content = sandbox.call(
                "views",
                fd,
                seconds=_BASE_SECONDS + size * _SECONDS_PER_BYTE,
                name=model.description.name,
                files={name: str(path) for name, path in model.files.items()},
                times=list(times[start : start + FRAMES_AT_ONCE]),
                faces=faces,
            )
            if "wrong_model" in facts:
                raise WrongModel(str(facts["wrong_model"]))
            found += checked(facts, content, model.description.numbers)
    return found


def says(source: Source, sandbox: Sandbox) -> tuple[Mark, ...]:
    """What a file says of how it was made.

    Raises :class:`jium.media.errors.MediaError` where this installation could not look; a file that breaks its reader
    is one that could not be read. ``OSError`` when a path cannot be opened.
    """
    with readable(source) as fd:
        seconds = _BASE_SECONDS + os.fstat(fd).st_size * _SECONDS_PER_BYTE
        try:
            told, _content = sandbox.call("marks", fd, seconds=seconds)
            return marks.checked(told)
        except MediaError as problem:
            if problem.kind == "sandbox_unavailable":
                raise
            return (Mark("unread"),)


def scores(
    source: Source, model: OpenModel, sandbox: Sandbox, detector: Detector, seen: Sequence[View]
) -> list[float | None]:
    """What a detector says of the largest face of each of a file's views, None where nobody is seen. Raises as
    :func:`views`.
    """
    with readable(source) as fd:
        told, _content = sandbox.call(
            "scores",
            fd,
            seconds=_BASE_SECONDS + os.fstat(fd).st_size * _SECONDS_PER_BYTE,
            name=model.description.name,
            files={name: str(path) for name, path in model.files.items()},
            detector=detector.as_dict(),
            times=[view.time for view in seen if view.time is not None],
        )
    if "wrong_model" in told:
        raise WrongModel(str(told["wrong_model"]))
    return checked_scores(told, [bool(view.people) for view in seen])


def checked_scores(told: dict[str, Any], anybody: Sequence[bool]) -> list[float | None]:
    """As :func:`checked`. ``anybody``: of each view, is somebody seen in it?"""
    found = told.get("scores")
    if not isinstance(found, list) or len(found) != len(anybody):
        raise MediaError("crashed")
    return [_score(one, there) for one, there in zip(found, anybody, strict=True)]


def _score(told: Any, there: bool) -> float | None:
    if not there and told is None:
        return None
    if not there or isinstance(told, bool) or not isinstance(told, int | float) or not math.isfinite(told):
        raise MediaError("crashed")
    return float(told)


def checked(facts: dict[str, Any], content: bytes, numbers: int) -> list[View]:
    """The child may have been taken over by the file, so its answer is believed only in the agreed form.

    ``numbers``: of a template.
    """
    told = facts.get("views")
    if not isinstance(told, list) or not told or len(told) > FRAMES_AT_ONCE:
        raise MediaError("crashed")
    found, at, each = [], 0, _FACE + numbers
    for one in told:
        width, height, people = (_whole(one, name, most) for name, most in _MOST.items())
        pixels = width * height * 3
        end = at + pixels + people * each * 4
        if width < 1 or height < 1 or end > len(content):
            raise MediaError("crashed")
        rgb = np.frombuffer(content, np.uint8, pixels, at).reshape(height, width, 3)
        rows = np.frombuffer(content, "<f4", people * each, at + pixels).reshape(people, each)
        found.append(View(rgb, _time(one), tuple(_person(row) for row in rows)))
        at = end
    if at != len(content):
        raise MediaError("crashed")
    return found


_MOST = {"width": SIDE, "height": SIDE, "people": MOST_PEOPLE}


def _whole(told: Any, name: str, most: int) -> int:
    value = told.get(name) if isinstance(told, dict) else None
    if type(value) is not int or not 0 <= value <= most:
        raise MediaError("crashed")
    return value


def _time(told: dict[str, Any]) -> float | None:
    value = told.get("time")
    if value is None:
        return None
    if not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise MediaError("crashed")
    return float(value)


def _person(row: Any) -> Person:
    values = np.array(row[:_FACE], np.float32)
    x0, y0, x1, y1, confidence = (float(value) for value in (*values[:_BOX], values[-1]))
    if not np.isfinite(row).all() or np.abs(values).max() > 4 * SIDE or x0 >= x1 or y0 >= y1:
        raise MediaError("crashed")
    template = np.array(row[_FACE:], np.float32)
    if float(np.linalg.norm(template)) > _LENGTH:
        raise MediaError("crashed")
    return Person((x0, y0, x1, y1), values[_BOX:-1].reshape(5, 2).copy(), confidence, unit(template))
