"""Faces made up of numbers: nobody's. A person is a direction, and each face of that person lies near it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from jium.faces.face import Seen, Template

NUMBERS = 128


def unit(vector: NDArray[Any]) -> Template:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def somebody(random: RandomState, numbers: int = NUMBERS) -> Template:
    return unit(random.standard_normal(numbers))


def another_look(random: RandomState, person: Template, noise: float) -> Template:
    """Another face of that person; ``noise``: how long what differs is, measured by what is the same."""
    return unit(person + noise * somebody(random, len(person)))


def axis(number: int, numbers: int = 8) -> Template:
    """People of whom none resembles another at all."""
    return np.asarray(np.eye(numbers)[number], np.float32)


FACE = Seen(
    time=None,
    since=None,
    until=None,
    box=(0.4, 0.4, 0.6, 0.6),
    looks=1,
    size=120.0,
    confidence=0.95,
    sharpness=15.0,
    turn=0.1,
    template=axis(0),
)


def seen(template: Template, left: float = 0.4, top: float = 0.4, side: float = 0.2, size: float = 120.0) -> Seen:
    """A good face of a picture."""
    return replace(FACE, template=template, box=(left, top, left + side, top + side), size=size)


def seen_at(time: float, template: Template, left: float = 0.4) -> Seen:
    """A good face of a film's frame."""
    return replace(seen(template, left), time=time, since=time, until=time)
