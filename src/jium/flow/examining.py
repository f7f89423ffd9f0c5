"""A copy is examined: is another face in it than in the reference? What an officer then reads stands with the match."""

from __future__ import annotations

import os
from contextlib import closing

from django.conf import settings

from jium import engine
from jium.cases import services as cases
from jium.faces.shelf import NotHere, Shelf
from jium.flow.looks import OURS, glance
from jium.flow.standing import waits
from jium.forensics import Examination, Examiner
from jium.media.errors import MediaError
from jium.review import services as review
from jium.review.services import Match


@engine.action(Match, "examine", queue="examine")
def examine(match: Match) -> None:
    """Examine it once, against the reference alone; another address of the same file is no new examination.

    A file that cannot be had now is examined when it is seen again.
    """
    if match.examined or waits(match, match.group.case_id):
        return
    known = review.examined_alike(match)
    if known:
        review.keep_examination(match, known)
        return
    body = glance(match.sighting)
    if body is None:
        return
    try:
        found = _examined(match, body)
    except MediaError as problem:
        if problem.kind == OURS:  # the engine tries again later
            raise
        review.keep_examination(match, {"problem": problem.kind})
    except NotHere:
        return
    else:
        review.keep_examination(match, _as_dict(found))


def _examined(match: Match, body: bytes) -> Examination:
    model = Shelf(settings.CONFIG.models).open()
    source = cases.read_reference(match.reference)
    try:
        with closing(Examiner(model)) as examiner:
            # Pages say which reference it is, in the language of whoever reads them.
            return examiner.examine(body, [examiner.know("", source)])
    finally:
        os.close(source)


def _as_dict(found: Examination) -> review.Examined:
    verdict = found.verdict
    return {
        "verdict": verdict.name,
        "probability": verdict.probability,
        "interval": list(verdict.interval),
        "findings": [
            {
                **one.as_dict(),
                "said": one.said,
                "values": {name: value for name, value in one.values.items() if name != "original"},
            }
            for one in found.findings
        ],
    }
