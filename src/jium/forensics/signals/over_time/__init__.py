"""Whose face it is, over a film: put in frame by frame, a face may waver, or be hers in some moments only.

A head that turns, light that changes and few pixels make a likeness waver as well, so it weighs nothing until it holds
on fakes from the web.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jium.forensics.finding import Finding
from jium.forensics.signal import Material
from jium.forensics.usual import usual
from jium.forensics.view import Person, View
from jium.language import gettext_noop

name = "over_time"
title = gettext_noop("The face in the course of the film")
method = gettext_noop("The faces of up to twelve moments were compared with their mean.")
limits = gettext_noop(
    "A turning head, changing light and few pixels do the same, so it does not count towards the verdict."
)
# A face must be seen in so many moments.
LEAST_MOMENTS = 6

NAMES = ("wavers", "leaves")
SAID = {
    ("wavers", 1): gettext_noop(
        "Whose face it is wavers in the course of the film more than is usual. A turning head and changing light do"
        " that, too: that alone says nothing."
    ),
    ("leaves", 1): gettext_noop(
        "In some moments of the film the face is hardly that of the others. A turning head and few pixels do that, "
        "too: that alone says nothing."
    ),
}


@dataclass(frozen=True)
class Measured:
    """``wavers``: how little each moment's face is like the mean of all, as the middle one; ``leaves``: as the least
    one. 0 alike, 1 not at all. ``times``: seconds of all moments, the least one first.
    """

    wavers: float
    leaves: float
    times: tuple[float, ...]


def findings(material: Material) -> Sequence[Finding]:
    """Of the face that is seen in most moments."""
    known = usual(__package__, material.model) if material.model else None
    found = measured(material.views) if known else None
    if known is None or found is None:
        return []
    told = {"wavers": (found.wavers, found.times), "leaves": (found.leaves, found.times[:1])}
    return [
        Finding(name, 0.0, 0.0, SAID[which, 1], {}, None, tuple(sorted(times)))
        for which, (value, times) in told.items()
        if known.beyond(which, value) == 1
    ]


def measured(views: Sequence[View]) -> Measured | None:
    """None where nobody is seen in enough moments."""
    seen = [(view, view.people) for view in views if view.time is not None and view.people]
    if len(seen) < LEAST_MOMENTS:
        return None
    followed = _followed([people for _view, people in seen])
    mean = np.sum([one.template for one in followed], axis=0)
    mean = mean / max(float(np.linalg.norm(mean)), 1e-9)
    off = np.array([1 - float(one.template @ mean) for one in followed])
    order = np.argsort(-off)
    return Measured(float(np.median(off)), float(off.max()), tuple(float(seen[at][0].time or 0.0) for at in order))


def _followed(moments: Sequence[Sequence[Person]]) -> list[Person]:
    """Of each moment the face that is likest to the first one's largest."""
    first = moments[0][0]
    return [max(people, key=lambda one: float(one.template @ first.template)) for people in moments]
