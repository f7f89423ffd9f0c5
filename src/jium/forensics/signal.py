"""What a signal is: one way to tell a composite, in a folder of its own under :mod:`jium.forensics.signals`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from jium.forensics.detector import Detector
from jium.forensics.finding import Finding
from jium.forensics.marks import Mark
from jium.forensics.view import View


@dataclass(frozen=True)
class Original:
    """A picture or film that may be what a composite was made from. ``pairs``: a view of the suspect file, and what the
    known one shows at the same moment.
    """

    name: str
    pairs: tuple[tuple[View, View], ...]


@dataclass(frozen=True)
class Photo:
    """A photo of somebody whose face may have been put into what is examined: the largest face in it. ``sha256``: of
    its file, in hexadecimal.
    """

    name: str
    view: View
    sha256: str = ""


@dataclass(frozen=True)
class Material:
    """All that is at hand about one file. ``model``: the name of the face model with which it was looked at. ``views``:
    of the file, spread over all of a film; none where no signal needs them. ``marks``: what it says of itself.
    ``scores``: of the ``detector``, where there is one: for each view that of the largest face, None without any.
    """

    model: str = ""
    originals: tuple[Original, ...] = ()
    photos: tuple[Photo, ...] = ()
    views: tuple[View, ...] = ()
    marks: tuple[Mark, ...] = ()
    detector: Detector | None = None
    scores: tuple[float | None, ...] = ()


class Signal(Protocol):
    """``name``: of its folder. As msgids: ``title``, what it did (``method``) and when it errs (``limits``), in words
    for somebody who is no engineer.
    """

    name: str
    title: str
    method: str
    limits: str

    def findings(self, material: Material) -> Sequence[Finding]:
        """What it has to say; nothing where the material has not what it needs."""
        ...
