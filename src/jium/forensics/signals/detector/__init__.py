"""What a learned detector says, where somebody brought one (:mod:`jium.forensics.detector`)."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from jium.forensics.finding import Finding, in_course
from jium.forensics.signal import Material
from jium.language import gettext_noop

name = "detector"
title = gettext_noop("A learned detector")
method = gettext_noop("A network that was brought from elsewhere gave the largest face a score.")
limits = gettext_noop(
    "Such networks lose about half of what they are worth on composites of a kind that they never saw, and cannot say "
    "why they think so."
)

SAID = {
    "unmeasured": gettext_noop(
        "The detector {detector} gives the face the score {score}. What that is worth was not measured, so it does not "
        "count."
    ),
    "neither": gettext_noop(
        "The detector {detector} gives the face the score {score}, which is as likely in a composite as in an "
        "untouched picture."
    ),
    "for": gettext_noop("The detector {detector} gives the face the score {score}, which is likelier in a composite."),
    "against": gettext_noop(
        "The detector {detector} gives the face the score {score}, which is likelier in an untouched picture."
    ),
}


def findings(material: Material) -> Sequence[Finding]:
    """Of a film the middle one of its moments."""
    used, scores = material.detector, [one for one in material.scores if one is not None]
    if used is None or not scores:
        return []
    middle = median(scores)
    weight = used.weight(middle)
    which = "unmeasured" if not used.worth else "for" if weight > 0 else "against" if weight < 0 else "neither"
    seen = [view for view, score in zip(material.views, material.scores, strict=True) if score is not None]
    at = min(range(len(seen)), key=lambda number: abs(scores[number] - middle))
    times, course = in_course((view.time, used.weight(score)) for view, score in zip(seen, scores, strict=True))
    return [
        Finding(
            name,
            weight,
            used.error if weight else 0.0,
            SAID[which],
            {"detector": used.name, "score": f"{middle:.3g}"},
            seen[at].share(seen[at].people[0].box),
            times,
            course,
            (seen[at], None),
        )
    ]
