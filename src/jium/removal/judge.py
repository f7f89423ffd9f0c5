"""One observation becomes an outcome. Pure.

"Gone" is said only after a complete look: what cannot be reached, refuses to be looked at, or was looked at in
part only, has not been removed.
"""

from __future__ import annotations

from dataclasses import dataclass

from jium import dna
from jium.dna.fingerprint import Fingerprint
from jium.removal.models import Check
from jium.watch.services import ABSENT, Observation

Outcome = Check.Outcome


@dataclass(frozen=True)
class Found:
    """Where on the page the same material turned up under another address."""

    media_url: str
    fingerprint: Fingerprint


@dataclass(frozen=True)
class Judgement:
    """``moved``: other addresses of the page with the same material; empty unless MOVED.

    ``reason``: why the look was not complete (:attr:`Observation.unseen`, the worst); empty unless UNSEEN.
    """

    outcome: Outcome
    moved: tuple[Found, ...] = ()
    reason: str = ""


def judge(seen: Observation, known: Fingerprint, media_url: str) -> Judgement:
    """What ``seen`` says about the material ``known``, whose removal from ``media_url`` was demanded."""
    if seen.media is not None and same(seen.media, known):
        return Judgement(Outcome.UP)
    found = [Found(url, there) for url, there in seen.on_page if same(there, known)]
    if any(item.media_url == media_url for item in found):
        return Judgement(Outcome.UP)
    if found:
        return Judgement(Outcome.MOVED, tuple(found))
    if seen.unseen:
        return Judgement(Outcome.UNSEEN, reason=seen.unseen[0])
    return Judgement(Outcome.GONE if seen.page_status in ABSENT else Outcome.SOFT_GONE)


def same(seen: Fingerprint, known: Fingerprint) -> bool:
    """The very file, or a copy of it."""
    return seen.sha256 == known.sha256 or dna.compare(seen, known).match
