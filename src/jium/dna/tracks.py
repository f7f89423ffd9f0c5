"""Do two videos, or a picture and a video, show the same thing, and in which seconds?

Two videos match where the codes of their frames agree along a line (``lines``): an excerpt, at any speed from half
to double, mirrored or turned, for at least two seconds and three frames, or nearly all of a shorter clip. Where
codes are silent, scenes are compared as pictures are (``scenes``). A picture matches a video where one frame does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from jium.dna.by_scenes import SceneRun, by_scenes
from jium.dna.comparison import FORMS, RADIUS, Comparison, Reason, Segment, Transform, score_of, turned_back
from jium.dna.fingerprint import Fingerprint
from jium.dna.lines import BREAK, Floats, Run, grown, runs
from jium.dna.moments import Moments, alike, along, moments, nearest
from jium.dna.score import MOST_ODDS, code_odds
from jium.dna.stills import Known, scale_between

MOST_SEGMENTS = 16
LEAST_RUN, LEAST_SECONDS = 3, 2.0
# Of a clip too short for that, so much has to agree.
NEARLY_ALL = 0.8
# Along a line that is established, frames so near belong to it; unrelated ones lie about 128 bits apart.
ALONG = 64
# So many moments lie within the tolerance of a line at any second.
NEARBY = 10


@dataclass(frozen=True)
class _Part:
    """A run under one turning or mirroring; ``weight`` ranks it; ``bits`` of its best pair.

    ``scenes``: how many different ones agree.
    """

    form: tuple[bool, int]
    run: Run
    weight: float
    bits: int
    scenes: int


def compare_tracks(a: Fingerprint, b: Fingerprint, known: Known | None = None) -> Comparison:
    """Whether two videos, or a picture and a video, show the same, and in which seconds."""
    if _later(a, b):
        return compare_tracks(b, a, known).swapped()
    of_a, of_b = moments(a), moments(b)
    parts: list[_Part] = []
    closest = 256
    if len(of_a) and len(of_b):
        parts, closest = (_of_picture if a.kind == "image" else _of_films)(of_a, of_b)
    scenes = by_scenes(a, b, known, [part.run.b for part in parts])
    if parts:
        # Beside what codes say, one scene that looks like another is no news.
        scenes = [one for one in scenes if one.run.b[1] - one.run.b[0] >= LEAST_SECONDS]
    segments = sorted([*map(_by_codes, parts), *map(_by_places, scenes)], key=lambda one: (one.a, one.b))
    if parts:
        best = max(parts, key=lambda part: (part.weight, -part.bits))
        mirrored, rotation = best.form
        transform = Transform(mirrored, rotation, scale_between(a, b, rotation))
        bits = min(part.bits for part in parts)
        reason = Reason("codes", bits=bits)
        odds = _odds(of_a, of_b, max(part.scenes for part in parts))
        return Comparison(True, score_of(bits), odds, transform, tuple(segments), reason)
    if scenes:
        surest = max(scenes, key=lambda one: one.odds)
        return replace(surest.best, odds=surest.odds, segments=tuple(segments))
    return Comparison(False, score_of(closest), None, None, ())


def _by_codes(part: _Part) -> Segment:
    return Segment(part.run.a, part.run.b, part.run.speed, part.form[0], score_of(part.bits))


def _by_places(found: SceneRun) -> Segment:
    mirrored = found.best.transform is not None and found.best.transform.mirrored
    return Segment(found.run.a, found.run.b, found.run.speed, mirrored, found.best.score)


def _later(a: Fingerprint, b: Fingerprint) -> bool:
    """Is it the other way round that they are compared? A picture comes first."""
    return (a.kind != "image", a.sha256) > (b.kind != "image", b.sha256)


def _forms(a: Moments, b: Moments) -> list[tuple[tuple[bool, int], int, int]]:
    """(how b comes from a, form of a, form of b) for every way; the forms of the side that has them are turned."""
    if a.forms > 1 or b.forms == 1:
        return [(FORMS[form], form, 0) for form in range(a.forms)]
    ways = [FORMS[form] for form in range(b.forms)]
    return [
        ((mirrored, int(turned_back(mirrored, rotation))), 0, form) for form, (mirrored, rotation) in enumerate(ways)
    ]


def _of_films(a: Moments, b: Moments) -> tuple[list[_Part], int]:
    """The runs of all forms, no second of b in two of them; and the fewest bits between any two codes."""
    least = _least(a, b)
    found: list[_Part] = []
    closest = 256
    for form, form_a, form_b in _forms(a, b):
        pairs, bits = alike(a, b, form_a, form_b, RADIUS)
        if not len(pairs):
            closest = min(closest, nearest(a.codes[:, form_a], b.codes[:, form_b]))
            continue
        closest = min(closest, int(bits.min()))
        tolerance = 0.55 * max(a.step, b.step)
        for run in runs(pairs, tolerance, least, MOST_SEGMENTS):
            weight, fewest = float(pairs.worth[run.pairs].sum()), int(bits[run.pairs].min())
            different = _different(b, pairs.b[run.pairs])
            seconds, between = along(a, b, form_a, form_b, run.speed, run.a[0] - run.speed * run.b[0])
            found.append(_Part(form, grown(run, seconds, between <= ALONG), weight, fewest, different))
    return _apart(found), closest


def _least(a: Moments, b: Moments) -> int:
    """So many points of b in a run are enough."""
    usual = max(LEAST_RUN, ceil(LEAST_SECONDS / b.step - 1e-6))
    seconds = min(a.longest_stretch() * a.step, b.longest_stretch() * b.step)
    return max(1, min(usual, ceil(NEARLY_ALL * seconds / b.step - 1e-6)))


def _apart(parts: list[_Part]) -> list[_Part]:
    """The weightiest, and of the others those that lie at other seconds of b."""
    kept: list[_Part] = []
    for part in sorted(parts, key=lambda part: (-part.weight, part.bits, part.form)):
        if all(part.run.b[0] > other.run.b[1] or part.run.b[1] < other.run.b[0] for other in kept):
            kept.append(part)
    return kept[:MOST_SEGMENTS]


def _of_picture(a: Moments, b: Moments) -> tuple[list[_Part], int]:
    """The stretches of film b that look like picture a, under the likeliest form."""
    ways = []
    for form, form_a, form_b in _forms(a, b):
        bits = np.bitwise_count(b.codes[:, form_b] ^ a.codes[0, form_a]).sum(axis=1, dtype=np.int64)
        ways.append((int(bits.min()), form, bits))
    closest, form, bits = min(ways, key=lambda way: way[:2])
    agree = np.flatnonzero(bits <= RADIUS)
    if not len(agree):
        return [], closest
    pauses = np.flatnonzero(b.first[agree[1:]] - b.last[agree[:-1]] >= BREAK - 1e-6) + 1
    return [
        _Part(
            form,
            Run((0.0, 0.0), (float(b.first[stretch[0]]), float(b.last[stretch[-1]])), 1.0, stretch),
            float(len(stretch)),
            int(bits[stretch].min()),
            1,
        )
        for stretch in np.split(agree, pauses)
    ], closest


def _different(film: Moments, seconds: Floats) -> int:
    """How many different scenes film b shows at these seconds, each beyond the radius from the one before."""
    numbers = np.unique(np.searchsorted(film.first, seconds + 1e-6) - 1)
    count, last = 0, None
    for code in film.codes[numbers, 0]:
        if last is None or int(np.bitwise_count(code ^ last).sum()) > RADIUS:
            count, last = count + 1, code
    return count


def _odds(a: Moments, b: Moments, agreeing: int) -> float:
    """Each scene of one film against each of the other is one more chance to be wrong.

    The first that agrees fixes the line; each further one would have to agree by chance at that very second.
    """
    further = (code_odds() / NEARBY) ** min(agreeing - 1, 2)
    return min(MOST_ODDS, max(1.0, code_odds() / (a.scenes() * b.scenes()) * further))
