"""A film becomes moments and scenes. Runs in the sandbox only; memory does not grow with the frames, only with what
is kept.

Frames that look the same are one moment. A scene is kept when the picture has become another one, and now and then
of one that lasts; of a long film every second scene is given up as often as there are too many.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from jium.dna import pdq, scenes
from jium.dna.fingerprint import MOMENT, MOST_SECONDS
from jium.dna.looking import look
from jium.dna.scenes import Scene
from jium.dna.still import Still
from jium.media.frame import Frame

# Under so many bits apart are two frames of one moment.
SAME = 8
# From so many bits on it is another scene; under this quality there is nothing to see.
OTHER, LEAST_QUALITY = 12, 10
# One that lasts is kept again after so many times the usual spacing.
LASTING = 2
PLACES = 250
# Twelve hours at two frames a second, though all differ.
MOST_MOMENTS = 86_400


@dataclass(frozen=True)
class Plan:
    """How closely to look: seconds between frames and, at least, between scenes; how many scenes to keep."""

    step: float
    spacing: float
    scenes: int


# What is looked for is known closely, so that what is seen can be looked at less so.
REFERENCE = Plan(0.25, 1.0, scenes.MOST_SCENES)
SIGHTING = Plan(0.5, 2.0, 60)


@dataclass(frozen=True)
class Film:
    """``moments``: packed, ``count`` of them; the best quality; ``last`` the second and the size of the last frame."""

    moments: bytes
    count: int
    scenes: bytes
    quality: int
    last: float
    size: tuple[int, int]


def film(frames: Iterable[Frame], plan: Plan) -> Film | None:
    """What is kept of ``frames``, which come with their times; None where there are none."""
    taking = _Taking(plan)
    for frame in frames:
        if (frame.time or 0.0) > MOST_SECONDS:
            break
        taking.take(frame)
        if len(taking.moments) > MOST_MOMENTS:
            break
    return taking.film()


@dataclass
class _Moment:
    time: float
    until: float
    quality: int
    codes: tuple[bytes, ...]

    def packed(self) -> bytes:
        return MOMENT.pack(self.time, self.until, self.quality, b"".join(self.codes))


class _Taking:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._spacing = plan.spacing
        self._scenes: list[Scene] = []
        self._scene_code = b""
        self._last: Frame | None = None
        self.moments: list[bytes] = []
        self._open: _Moment | None = None
        self._best = 0

    def take(self, frame: Frame) -> None:
        sampled = pdq.samples(frame.strips(), frame.width, frame.height, frame.orientation)
        quality, codes = pdq.quality(sampled), pdq.codes(sampled)
        time = frame.time or 0.0
        self._last, self._best = frame, max(self._best, quality)
        now = self._open
        # Of several at once, as of some damaged files, the first stands.
        if now and time <= now.until:
            return
        if now and _same(now, quality, codes[0]):
            now.until = time
        else:
            self._close()
            self._open = _Moment(time, time, quality, codes)
        self._scene(frame, time, quality, codes[0])

    def _close(self) -> None:
        if self._open:
            self.moments.append(self._open.packed())
            self._open = None

    def _scene(self, frame: Frame, time: float, quality: int, code: bytes) -> None:
        if quality < LEAST_QUALITY or not self._plan.scenes:
            return
        if self._scenes:
            since = time - self._scenes[-1].time
            other = pdq.distance(code, self._scene_code) >= OTHER
            if since < (self._spacing if other else LASTING * self._spacing):
                return
        self._scenes.append(Scene(time, _fewer_places(look(frame, ()))))
        self._scene_code = code
        if len(self._scenes) > self._plan.scenes:
            self._scenes = self._scenes[::2]
            self._spacing *= 2

    def film(self) -> Film | None:
        self._close()
        if self._last is None:
            return None
        return Film(
            b"".join(self.moments[:MOST_MOMENTS]),
            min(len(self.moments), MOST_MOMENTS),
            scenes.packed(self._scenes),
            self._best,
            self._last.time or 0.0,
            self._last.upright_size,
        )


def _same(now: _Moment, quality: int, code: bytes) -> bool:
    """Does the frame belong to this moment? Codes of near nothing mean nothing and must not change at all."""
    if min(quality, now.quality) < LEAST_QUALITY:
        return code == now.codes[0] and quality == now.quality
    return pdq.distance(code, now.codes[0]) < SAME


def _fewer_places(still: Still) -> Still:
    local = still.local
    if local is None:
        return still
    return replace(still, local=replace(local, codes=local.codes[:PLACES], places=local.places[:PLACES]))
