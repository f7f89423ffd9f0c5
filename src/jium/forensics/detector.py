"""An optional learned detector: a local ONNX file that gives a face a score. None comes with jium, and none is needed.

Beside ``FILE.onnx`` lies ``FILE.onnx.json``: what the network takes, which checksum the file must have, under which
licence it comes, and what its score was found to be worth, by whoever measured it: without such a measurement it weighs
nothing.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jium.faces.network import WrongModel
from jium.language import gettext_noop

# The largest face that a network may ask for, in pixels a side; and how much around a face at most, in times its size.
MOST_SIDE, MOST_RIM = 1024, 3.0
# Nobody measures with more pictures.
MOST_MEASURED = 10**9
_WRONG = gettext_noop("the detector's description is not as it should be")


@dataclass(frozen=True)
class Detector:
    """``sha256`` of the ONNX file. It takes 1 × 3 × ``side`` × ``side`` red, green, blue: (0..1 - mean) / deviation, of
    a face with what lies within ``rim`` times its size; the number at ``output`` of what it gives is the score.

    ``worth``: pairs of a score and the natural logarithm of how many times likelier that is in a composite, rising in
    the score, as measured on ``innocent`` untouched pictures; none where nobody measured. ``error``: the standard error
    of that.
    """

    path: str
    sha256: str
    side: int
    rim: float
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    output: int
    licence: str
    worth: tuple[tuple[float, float], ...]
    innocent: int
    error: float

    @property
    def name(self) -> str:
        """As people are told: of its file."""
        return Path(self.path).name

    def weight(self, score: float) -> float:
        """What a score is worth: between measured ones along a straight line, and never surer than so many innocent
        pictures can show.
        """
        if not self.worth or not math.isfinite(score):
            return 0.0
        scores, weights = zip(*self.worth, strict=True)
        most = math.log(max(self.innocent, 3) / 3)
        return float(np.clip(np.interp(score, scores, weights), -most, most))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as they travel into the sandbox."""
        return asdict(self)


def detector(path: Path) -> Detector:
    """The one in this file, by its description in ``path``.json; its bytes are compared with the checksum.

    Raises :class:`WrongModel`.
    """
    try:
        told = json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
        described = from_dict({**told, "path": str(path.resolve())})
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise WrongModel(gettext_noop("the detector or its description is missing")) from problem
    except (ValueError, TypeError, OverflowError, RecursionError) as problem:
        raise problem if isinstance(problem, WrongModel) else WrongModel(_WRONG) from problem
    if digest != described.sha256:
        raise WrongModel(gettext_noop("the detector's checksum is another one"))
    return described


def from_dict(told: dict[str, Any]) -> Detector:
    """What :meth:`Detector.as_dict` gave. Raises :class:`WrongModel`."""
    try:
        described = Detector(
            path=str(told["path"]),
            sha256=bytes.fromhex(told["sha256"]).hex(),
            side=int(told["side"]),
            rim=float(told["rim"]),
            mean=_numbers(told["mean"]),
            deviation=_numbers(told["deviation"]),
            output=int(told.get("output", 0)),
            licence=str(told["licence"]),
            worth=tuple((float(score), float(weight)) for score, weight in told.get("worth", ())),
            innocent=int(told.get("innocent", 0)),
            error=float(told.get("error", 0.0)),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as problem:
        raise WrongModel(_WRONG) from problem
    if not _possible(described):
        raise WrongModel(_WRONG)
    return described


def _numbers(told: Any) -> tuple[float, ...]:
    if not isinstance(told, list | tuple):
        raise TypeError("numbers are a list")
    return tuple(float(value) for value in told)


def _possible(one: Detector) -> bool:
    numbers = [one.rim, one.error, *one.mean, *one.deviation, *(value for pair in one.worth for value in pair)]
    scores = [score for score, _weight in one.worth]
    return (
        all(math.isfinite(value) for value in numbers)
        and 1 <= one.side <= MOST_SIDE
        and 1 <= one.rim <= MOST_RIM
        and len(one.mean) == len(one.deviation) == 3
        and min(one.deviation) > 0
        and one.output >= 0
        and len(one.sha256) == 64
        and scores == sorted(set(scores))
        # Who says what a score is worth says how well that is known, and from how many pictures.
        and one.innocent <= MOST_MEASURED
        and (not one.worth or (one.innocent >= 3 and one.error > 0))
    )
