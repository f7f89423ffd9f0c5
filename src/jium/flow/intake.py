"""A registered file becomes a reference, and is looked for in what was seen before it came."""

from __future__ import annotations

import os
from contextlib import suppress

from jium import dna, engine
from jium.cases import services as cases
from jium.cases.services import Reference
from jium.flow import decoder, watching
from jium.flow.looks import OURS, glance
from jium.flow.past import look_through
from jium.media.errors import MediaError
from jium.trust.vault import Damaged, VaultError

PREVIEW_SIDE = 480
# Of references that wait to be looked for in the past, so many are looked for together.
MOST_AT_ONCE = 200


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
    """Compare new references with every sighting of the past: this one and all others that wait for the same."""
    # The consent may be withdrawn; then it is looked for when it is given again.
    if not cases.may_act(reference.case_id):
        return
    sought = {reference.pk: (reference, cases.fingerprint_of(reference))}
    for other in cases.looking_back(MOST_AT_ONCE):
        with suppress(VaultError):  # told when its own turn comes
            sought.setdefault(other.pk, (other, cases.fingerprint_of(other)))
    for key, sighting, comparison in look_through({key: seen for key, (_one, seen) in sought.items()}):
        found, _seen = sought[key]
        if cases.may_act(found.case_id):
            watching.keep_match(found, sighting, comparison, glance(sighting))
            watching.look_later(sighting)
    for other, _seen in sought.values():
        if other.pk != reference.pk:  # that is the engine's own
            cases.looked_back(other)
