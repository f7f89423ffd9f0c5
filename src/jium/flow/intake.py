"""A registered file becomes a reference, and is looked for in what was seen before it came."""

from __future__ import annotations

import os

from jium import dna, engine
from jium.cases import services as cases
from jium.cases.services import Reference
from jium.dna.search import Search
from jium.flow import decoder, watching
from jium.flow.looks import OURS, glance
from jium.flow.search import references
from jium.media.errors import MediaError
from jium.trust.vault import Damaged
from jium.watch import services as watch

PREVIEW_SIDE = 480


@engine.action(Reference, "fingerprint", queue="media")
def fingerprint(reference: Reference) -> None:
    """Decode the file in the sandbox; accept it, or reject it with its reason."""
    try:
        source = cases.read_reference(reference)
    except Damaged:
        cases.reject(reference, "damaged")
        return
    try:
        result = dna.fingerprint(source, sandbox=decoder.of_case(reference.case_id), reference=True)
        if result.kind == "audio":
            cases.reject(reference, "audio_only")
            return
        middle = result.duration / 2 if result.duration else None
        preview = dna.preview(source, time=middle, side=PREVIEW_SIDE, sandbox=decoder.of_case(reference.case_id))
    except MediaError as problem:
        if problem.kind == OURS:  # the engine tries again later
            raise
        # One that was usable before, and is fingerprinted anew after an update, stays as it was.
        if reference.state == Reference.State.READY:
            reference.rest()
        else:
            cases.reject(reference, problem.kind)
        return
    finally:
        os.close(source)
    cases.accept_fingerprint(reference, result, preview)


@engine.action(Reference, "look_back", queue="desk")
def look_back(reference: Reference) -> None:
    """Compare a new reference with every sighting of the past."""
    search: Search[None] = Search(references.known())
    search.add(None, cases.fingerprint_of(reference))
    for sighting in watch.sightings():
        for _name, comparison in search.matches(watch.to_fingerprint(sighting)):
            watching.keep_match(reference, sighting, comparison, glance(sighting))
            watching.look_later(sighting)
