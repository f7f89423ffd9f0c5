"""One more look at a sighting, whose bytes were dropped: is what was found still there, and what is there instead?"""

from __future__ import annotations

import hashlib

from jium import dna
from jium.dna import Fingerprint
from jium.egress.session import FetchError
from jium.flow import decoder
from jium.media.errors import MediaError
from jium.removal import services as removal
from jium.removal.services import Check
from jium.watch import services as watch
from jium.watch.services import Sighting

# Of this machine, not of the file.
OURS = "sandbox_unavailable"
CHANGING = "file changing"


def look(sighting: Sighting) -> bytes | None:
    """The file as it lies there now, if it is what was found. Else None, and the sighting says what was seen.

    What comes is compared before anyone sees it: a picture that says "removed" is not what was found. Raises
    ``MediaError("sandbox_unavailable")``.
    """
    known = watch.to_fingerprint(sighting)
    body = _fetched(sighting, known)
    if body is None and _is_there(sighting, known):
        body = _fetched(sighting, known)
        if body is None:
            watch.unseen(sighting, CHANGING)
    return body


def glance(sighting: Sighting) -> bytes | None:
    """:func:`look` at the file alone, which is quick: None says nothing about what is there instead."""
    return _fetched(sighting, watch.to_fingerprint(sighting))


def _fetched(sighting: Sighting, known: Fingerprint) -> bytes | None:
    try:
        body = watch.fetch_again(sighting)
    except FetchError:
        return None
    if not is_same(body, known):
        return None
    watch.seen(sighting)
    return body


def is_same(content: bytes, known: Fingerprint) -> bool:
    """Whether ``content`` is what was found, or a copy of it."""
    if hashlib.sha256(content).hexdigest() == known.sha256:
        return True
    try:
        return removal.same(dna.fingerprint(content, sandbox=decoder.of_sites()), known)
    except MediaError as problem:
        if problem.kind == OURS:
            raise
        return False


def _is_there(sighting: Sighting, known: Fingerprint) -> bool:
    """Look at the page as well, completely. What is found at another address of it is a sighting of its own."""
    observation = watch.observe(sighting.page_url, sighting.media_url, lambda seen: removal.same(seen, known))
    judgement = removal.judge(observation, known, sighting.media_url)
    if judgement.outcome == Check.Outcome.UP:
        return True
    for found in judgement.moved:
        watch.keep_sighting(sighting.page_url, found.media_url, found.fingerprint, sighting.site)
    if judgement.outcome == Check.Outcome.UNSEEN:
        watch.unseen(sighting, judgement.reason)
    else:
        watch.missed(sighting)
    return False
