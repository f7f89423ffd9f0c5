"""A comparison in words: how sure, what was changed, which seconds."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jium import wording
from jium.forensics import words
from jium.forensics.signals import known_original
from jium.removal import services as removal
from jium.review.services import Match


def odds(match: Match) -> str:
    """How sure, as odds with their origin; the very same file needs none."""
    if match.sighting.sha256 == match.reference.sha256:
        return _("It is the very same file.")
    number = wording.numeral(match.odds, get_language() or "ko")
    return _("Unrelated pictures look this much alike less than once in %(number)s comparisons (measured).") % {
        "number": number
    }


def changes(match: Match) -> str:
    """How the copy was altered, as far as it is known; empty when it was not."""
    return ", ".join(wording.changes(match.transform, _))


def why(match: Match) -> str:
    """What both sides have in common; empty for the very same file, and where it was not kept."""
    return "" if match.reason.get("step") == "digest" else wording.why(match.reason, _)


def examined(match: Match) -> list[str]:
    """What the examination found: the verdict, how sure it is, and why; of what weighs nothing only how it compares
    with the reference.
    """
    found = match.examined.get("findings", [])
    told = [one for one in found if one["weight"] or (one["signal"] == known_original.name and one["region"])]
    if not told:
        return []
    sentences = [_(one["said"]).format(**one["values"], original=_("the reference")) for one in told]
    return [f"{_(words.VERDICTS[match.examined['verdict']])}{_sure(match)}", *sentences]


def _sure(match: Match) -> str:
    """Nothing where nothing was weighed."""
    found = match.examined
    if not any(one["weight"] for one in found["findings"]):
        return ""
    return words.sure(found["probability"], found["interval"], _, get_language() or "ko")


def unseen(match: Match) -> str:
    """Why nobody can see what was found at this address; empty where a preview shows it."""
    if match.sighting_preview:
        return ""
    if match.sighting.missed_at:
        return _("It was not there any more when it should be shown.")
    told = removal.reason_text(match.sighting.unseen)
    return told or _("The site has not shown it a second time yet.")


def spans(match: Match) -> list[str]:
    """For a video: which seconds of the reference are seen at which seconds there."""
    return [
        _("%(here)s of the reference is at %(there)s") % {"here": _span(segment["a"]), "there": _span(segment["b"])}
        for segment in match.segments
    ]


def _span(seconds: list[float]) -> str:
    start, end = (f"{int(second) // 60}:{int(second) % 60:02d}" for second in seconds)
    return start if start == end else f"{start}–{end}"
