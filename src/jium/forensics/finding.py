"""What one signal found, as a value; and the sentence that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jium.faces.face import Box
from jium.forensics.view import View

Course = tuple[tuple[float, ...], tuple[float, ...]]


def in_course(moments: Iterable[tuple[float | None, float]]) -> Course:
    """``times`` and ``course`` of a finding, from the second of each view (None for a picture) and its weight."""
    known = [(time, weight) for time, weight in moments if time is not None]
    return tuple(time for time, _weight in known), tuple(weight for _time, weight in known)


@dataclass(frozen=True)
class Finding:
    """``weight``: natural logarithm of how many times likelier what was measured is in a composite than in an untouched
    file; 0 says nothing. ``error``: the standard error of that, by what it was calibrated with. ``said``: a msgid, with
    ``values`` to fill in. ``region``: where, in 0..1 of the picture. ``times``: seconds into the film, and ``course``:
    the weight at each of them, where there is one. ``seen``: the view in which it was found, and what it was compared
    with; for a report, and kept nowhere. ``look``: it weighs nothing, and a person should look there all the same.
    """

    signal: str
    weight: float
    error: float
    said: str
    values: Mapping[str, Any] = field(default_factory=dict)
    region: Box | None = None
    times: tuple[float, ...] = ()
    course: tuple[float, ...] = ()
    seen: tuple[View, View | None] | None = field(default=None, repr=False, compare=False)
    look: bool = False

    def as_dict(self) -> dict[str, Any]:
        """What is kept and told of it in every language; whoever tells it adds the sentence."""
        return {
            "signal": self.signal,
            "weight": round(self.weight, 3),
            "region": list(self.region) if self.region else None,
            "times": [round(time, 3) for time in self.times],
        }
