"""One file examined, with all that is known beside it; for whoever asks from outside the sandbox.

What is examined and what is known are opened in different sandboxes: a hostile file never shares one with a victim's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from jium import dna
from jium.dna.fingerprint import Fingerprint
from jium.faces.looking import OpenModel
from jium.forensics import moments
from jium.forensics.detector import Detector
from jium.forensics.finding import Finding
from jium.forensics.laying import laid
from jium.forensics.marks import Mark
from jium.forensics.signal import Material, Original, Photo
from jium.forensics.signals import all_signals
from jium.forensics.verdict import Verdict, fused
from jium.forensics.view import View
from jium.forensics.viewing import open_sandbox, says, scores, views
from jium.media.sandbox import Sandbox, Source

# Of more originals only those that show the same thing are looked at closely.
FEW = 20


class NotAPhoto(ValueError):
    """A film, or sound: a photo of somebody is wanted."""


@dataclass(frozen=True)
class Examination:
    """``subject``: what was examined, by its fingerprint, whose kind is "image", "video" or "audio". ``model``: the
    face model used. ``findings``: the weightiest first. ``people``: as many as are seen at once.
    """

    subject: Fingerprint = field(repr=False)
    model: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    people: int = 0

    @property
    def kind(self) -> str:
        return self.subject.kind


@dataclass(frozen=True)
class Known:
    """A file that may be the original. ``name``: as the findings call it. Made by :meth:`Examiner.know`."""

    name: str
    source: Source
    seen: Fingerprint


class Examiner:
    """Opened once for many files; close it after use."""

    def __init__(self, model: OpenModel, detector: Detector | None = None) -> None:
        self._model, self._detector = model, detector
        self._suspect, self._known = _Eyes(model, detector), _Eyes(model)

    def know(self, name: str, source: Source) -> Known:
        """A possible original; the source stays open as long as it is used. Raises as :meth:`examine`."""
        return Known(name, source, dna.fingerprint(source, self._known.prints))

    def photo(self, name: str, source: Source) -> Photo:
        """A photo of somebody whose face may have been put in. Raises as :meth:`examine`, and :class:`NotAPhoto`."""
        seen = dna.fingerprint(source, self._known.prints)
        if seen.kind != "image":
            raise NotAPhoto(name)
        return Photo(name, self._known.views(source)[0], seen.sha256)

    def examine(self, source: Source, against: Sequence[Known] = (), photos: Sequence[Photo] = ()) -> Examination:
        """Raises :class:`jium.media.errors.MediaError`, :class:`jium.faces.network.WrongModel`; ``OSError`` when a path
        cannot be opened.
        """
        seen = dna.fingerprint(source, self._suspect.prints)
        if seen.kind == "audio":
            return Examination(seen, self._model.description.name, fused(()), ())
        few = len(against) <= FEW
        times = moments.spread(seen.duration or 0.0) if seen.kind == "video" else ()
        shown = tuple(self._suspect.views(source, times))
        originals = [
            self._original(source, seen, shown, known, alike)
            for known in against
            if (alike := dna.compare(known.seen, seen)).match or few
        ]
        material = Material(
            self._model.description.name,
            tuple(originals),
            tuple(photos),
            shown,
            self._suspect.says(source),
            self._detector,
            tuple(self._suspect.scores(source, self._detector, shown)) if self._detector else (),
        )
        findings = [finding for signal in all_signals() for finding in signal.findings(material)]
        ordered = tuple(sorted(findings, key=lambda one: -abs(one.weight)))
        return Examination(seen, material.model, fused(ordered), ordered, max(len(one.people) for one in shown))

    def _original(
        self, source: Source, seen: Fingerprint, shown: Sequence[View], known: Known, alike: dna.Comparison
    ) -> Original:
        """``shown``: views of what is examined, spread over it."""
        if known.seen.kind == "audio":
            return Original(known.name, ())
        if seen.kind == known.seen.kind == "image":
            return Original(known.name, ((shown[0], self._known.views(known.source)[0]),))
        times = moments.chosen(alike.segments)
        if not times:
            return Original(known.name, ())
        if known.seen.kind == "image":
            still = self._known.views(known.source)[0]
            within = [
                one for one in shown if any(span.b[0] <= (one.time or 0.0) <= span.b[1] for span in alike.segments)
            ]
            # All over the film, not only where it is most like the picture: somebody may be exchanged later on.
            short = [] if len(within) >= moments.FEW else [suspect for _known, suspect in times]
            pictures = [*shown, *(self._suspect.views(source, short) if short else ())]
            return Original(known.name, tuple((picture, still) for picture in pictures))
        if seen.kind == "image":
            span = (times[0][0], max(segment.a[1] for segment in alike.segments))
            first, times_known = shown[0], moments.through(*span)
            return Original(known.name, ((first, self._instant(first, known.source, times_known)),))
        return Original(known.name, self._at_same_moments(source, known.source, times))

    def _at_same_moments(
        self, source: Source, known: Source, times: Sequence[moments.Moment]
    ) -> tuple[tuple[View, View], ...]:
        """Views of both films at moments at which they show the same instant."""
        shown = self._suspect.views(source, [suspect for _known, suspect in times])
        shift = self._shift(known, times, shown)
        return tuple(
            (suspect, self._instant(suspect, known, [max(at + shift + step, 0.0) for step in moments.NEXT]))
            for suspect, (at, _time) in zip(shown, times, strict=True)
        )

    def _instant(self, suspect: View, known: Source, times: Sequence[float]) -> View:
        """That of the known film's frames which differs least from the suspect view, with its faces."""
        nearest = self._nearest(suspect, known, times)
        return self._known.views(known, [times[len(times) // 2] if nearest is None else nearest])[0]

    def _nearest(self, suspect: View, known: Source, times: Sequence[float]) -> float | None:
        """The second of that frame; None where another place is shown."""
        frames = self._known.views(known, times, faces=False)
        lying = laid(suspect, frames[len(frames) // 2])
        return times[moments.nearest(suspect, frames, lying)] if lying else None

    def _shift(self, known: Source, times: Sequence[moments.Moment], shown: Sequence[View]) -> float:
        """How many seconds the known film lies behind what fingerprints say; the middle one of a few moments."""
        found = []
        for number in range(0, len(times), max(1, len(times) // moments.PROBES)):
            at = times[number][0]
            nearest = self._nearest(shown[number], known, moments.through(at, at))
            if nearest is not None:
                found.append(nearest - at)
        return float(np.median(found)) if found else 0.0

    def close(self) -> None:
        """End its sandboxes."""
        self._suspect.close()
        self._known.close()


class _Eyes:
    """Two sandboxes: one for fingerprints, one for views."""

    def __init__(self, model: OpenModel, detector: Detector | None = None) -> None:
        self._model = model
        self.prints: Sandbox = dna.open_sandbox()
        self._views = open_sandbox(model, detector)

    def views(self, source: Source, times: Sequence[float] = (), *, faces: bool = True) -> list[View]:
        return views(source, self._model, self._views, times, faces=faces)

    def scores(self, source: Source, detector: Detector, seen: Sequence[View]) -> list[float | None]:
        return scores(source, self._model, self._views, detector, seen)

    def says(self, source: Source) -> tuple[Mark, ...]:
        return says(source, self._views)

    def close(self) -> None:
        self.prints.close()
        self._views.close()
