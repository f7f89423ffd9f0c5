"""One observation becomes an outcome. Pure.

"Gone" is said only when both the page and the file gave an answer of their own: what cannot be reached, or
refuses to be looked at, has not been removed.
"""

from __future__ import annotations

from dataclasses import dataclass

from jium import dna
from jium.dna.fingerprint import Fingerprint
from jium.removal.models import Check
from jium.watch.services import Observation

Outcome = Check.Outcome

# "Not found", "gone", "unavailable for legal reasons": the address itself says that it has nothing.
ABSENT = frozenset({404, 410, 451})
# Something was delivered, but it is no picture or video: the usual page "this was removed" in the file's
# place.
NO_MEDIA = frozenset({"not_media", "empty", "no_frames"})


@dataclass(frozen=True)
class Found:
    """Where on the page the same material turned up under another address."""

    media_url: str
    fingerprint: Fingerprint


@dataclass(frozen=True)
class Judgement:
    """``moved``: other addresses of the page with the same material; empty unless MOVED."""

    outcome: Outcome
    moved: tuple[Found, ...] = ()


def judge(seen: Observation, known: Fingerprint, media_url: str) -> Judgement:
    """What ``seen`` says about the material ``known``, whose removal from ``media_url`` was demanded."""
    if seen.media is not None and same(seen.media, known):
        return Judgement(Outcome.UP)
    found = [Found(url, there) for url, there in seen.on_page if same(there, known)]
    if any(item.media_url == media_url for item in found):
        return Judgement(Outcome.UP)
    if found:
        return Judgement(Outcome.MOVED, tuple(found))
    if not _file_is_gone(seen):
        return Judgement(Outcome.UNREACHABLE)
    if seen.page_error:
        return Judgement(Outcome.UNREACHABLE)
    if seen.page_status in ABSENT:
        return Judgement(Outcome.GONE)
    if _answers(seen.page_status):
        return Judgement(Outcome.SOFT_GONE)
    return Judgement(Outcome.UNREACHABLE)


def same(seen: Fingerprint, known: Fingerprint) -> bool:
    """The very file, or a copy of it."""
    return seen.sha256 == known.sha256 or dna.compare(seen, known).match


def _file_is_gone(seen: Observation) -> bool:
    if seen.media_status in ABSENT:
        return True
    if not _answers(seen.media_status):
        return False
    return seen.media is not None or seen.media_error in NO_MEDIA


def _answers(status: int | None) -> bool:
    return status is not None and 200 <= status < 300
