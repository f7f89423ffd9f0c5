"""Films whose codes agree nowhere, because one is cropped, turned or put into a larger picture: scene by scene.

Scenes are compared as pictures are. Where two or more that match lie along a line, or one does so beyond doubt, the
films show the same there.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from uuid import UUID

import numpy as np

from jium.dna.candidates import Candidates
from jium.dna.comparison import Comparison
from jium.dna.fingerprint import Fingerprint, FrameCode
from jium.dna.lines import Floats, Pairs, Run, runs
from jium.dna.scenes import Scene
from jium.dna.score import MOST_ODDS
from jium.dna.stills import Known, compare_stills

# Every scene of one film against each of the other is one more chance to be wrong; this must be left.
LEAST_ODDS = 1e4
# The more scenes a film has, the fewer of those of the other are asked for.
MOST_ASKED = 120
# Scenes farther apart than so many usual distances are not in one run.
PAUSE = 3.5
# Seconds between runs that may be one, and how far the second may lie from the line of the first.
BETWEEN, OFF_LINE = 12.0, 1.5


@dataclass(frozen=True)
class SceneRun:
    """Where films show the same; ``best``: how its surest scenes match; ``odds`` of the whole run."""

    run: Run
    best: Comparison
    odds: float


def by_scenes(
    a: Fingerprint, b: Fingerprint, known: Known | None, explained: list[tuple[float, float]]
) -> list[SceneRun]:
    """The runs of scenes of ``a`` and ``b``; what lies in the seconds ``explained`` of b is passed over.

    A picture is a film of one scene.
    """
    of_a, of_b = _pictures(a), _pictures(b)
    of_b = [one for one in of_b if not any(begin - 0.5 <= one[0] <= end + 0.5 for begin, end in explained)]
    if not of_a or not of_b:
        return []
    of_b = of_b[:: -(-len(of_b) // MOST_ASKED)]
    times, matched = _matched(of_a, of_b, known)
    if not matched:
        return []
    spacing_a, spacing_b = (_spacing([time for time, _picture in side]) for side in (of_a, of_b))
    seconds_a, seconds_b = (np.array(column) for column in zip(*times, strict=True))
    reach = spacing_a / 2 if a.kind == "video" else 0.0
    worth = np.array([log10(one.odds or 1.0) for one in matched])
    pairs = Pairs(seconds_b, np.maximum(seconds_a - reach, 0.0), seconds_a + reach, seconds_a, worth)
    found = [
        _judged(run, matched, len(of_a) * len(of_b))
        for run in runs(pairs, max(0.5, spacing_b / 4), 1, 16, pause=PAUSE * max(spacing_a, spacing_b))
    ]
    return _joined([one for one in found if one.odds >= LEAST_ODDS])


def _joined(found: list[SceneRun]) -> list[SceneRun]:
    """Runs on one line with little between them are one: some scenes show too little to be recognised."""
    joined: list[SceneRun] = []
    for one in sorted(found, key=lambda one: one.run.b):
        before = joined[-1] if joined else None
        if before and one.run.b[0] - before.run.b[1] <= BETWEEN and _on_one_line(before.run, one.run):
            surer = max(before, one, key=lambda run: run.odds)
            a, b = (before.run.a[0], one.run.a[1]), (before.run.b[0], one.run.b[1])
            pairs = np.concatenate([before.run.pairs, one.run.pairs])
            joined[-1] = SceneRun(Run(a, b, surer.run.speed, pairs), surer.best, surer.odds)
        else:
            joined.append(one)
    return joined


def _on_one_line(before: Run, after: Run) -> bool:
    expected = before.a[1] + before.speed * (after.b[0] - before.b[1])
    return abs(after.a[0] - expected) <= OFF_LINE


def _pictures(side: Fingerprint) -> list[tuple[float, Fingerprint]]:
    """(second, the scene as a picture) of all scenes."""
    scenes = side.scenes or ((Scene(0.0, side.still),) if side.still else ())
    frames = sorted(side.frames, key=lambda frame: frame.time or 0.0)
    begins = np.array([frame.time or 0.0 for frame in frames])
    told = []
    for number, scene in enumerate(scenes):
        frame = frames[max(0, int(np.searchsorted(begins, scene.time + 1e-6)) - 1)]
        told.append((scene.time, _picture(side, number, scene, frame)))
    return told


def _picture(side: Fingerprint, number: int, scene: Scene, frame: FrameCode) -> Fingerprint:
    return Fingerprint(
        kind="image",
        sha256=f"{side.sha256} {number}",
        width=side.width,
        height=side.height,
        duration=None,
        frames=(FrameCode(None, frame.code, frame.quality, frame.dihedral),),
        still=scene.still,
    )


def _matched(
    of_a: list[tuple[float, Fingerprint]], of_b: list[tuple[float, Fingerprint]], known: Known | None
) -> tuple[list[tuple[float, float]], list[Comparison]]:
    """(second of a, second of b) and comparison of every two scenes that match."""
    candidates = Candidates()
    for number, (_time, picture) in enumerate(of_a):
        candidates.add(UUID(int=number + 1), picture)
    times, matched = [], []
    for time_b, picture in of_b:
        for number in sorted(owner.int - 1 for owner in candidates.near(picture, known)):
            time_a, other = of_a[number]
            found = compare_stills(other, picture, known)
            if found.match:
                times.append((time_a, time_b))
                matched.append(found)
    return times, matched


def _spacing(times: list[float]) -> float:
    """Seconds from scene to scene, as a rule."""
    gaps: Floats = np.diff(np.array(times, np.float64))
    return float(np.clip(np.median(gaps), 0.5, 10.0)) if len(gaps) else 1.0


def _sureness(found: Comparison) -> tuple[float, int]:
    """Many have the most odds that are ever claimed; then the places say more."""
    return found.odds or 1.0, (found.reason.places or 0) if found.reason else 0


def _judged(run: Run, matched: list[Comparison], chances: int) -> SceneRun:
    """Two scenes of a run count; more of it are no longer independent of these."""
    surest = sorted((matched[int(pair)] for pair in run.pairs), key=_sureness, reverse=True)
    together = sum(log10(one.odds or 1.0) for one in surest[:2])
    return SceneRun(run, surest[0], min(MOST_ODDS, max(1.0, 10 ** (together - log10(chances)))))
