"""A comparison in words: how sure, what was changed, which seconds."""

from __future__ import annotations

from math import floor, log10

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jium import wording
from jium.language import gettext_noop
from jium.removal import services as removal
from jium.review.services import Match

KOREAN = ((10**12, "조"), (10**8, "억"), (10**4, "만"))
ENGLISH = ((10**9, " billion"), (10**6, " million"))
VERDICTS = {
    "composite": gettext_noop("Possibly a composite"),
    "authentic-looking": gettext_noop("No sign of a composite"),
    "undetermined": gettext_noop("Undetermined"),
}


def numeral(number: float, language: str) -> str:
    """``number`` rounded down to two digits, as people read large numbers: 3만, 2 million. Pure."""
    if number < 1:
        return "1"
    unit = 10 ** max(0, floor(log10(number)) - 1)
    rounded = floor(number / unit) * unit
    for size, name in KOREAN if language.startswith("ko") else ENGLISH:
        if rounded >= size:
            return f"{rounded / size:g}{name}"
    return f"{rounded:,}"


def odds(match: Match) -> str:
    """How sure, as odds with their origin; the very same file needs none."""
    if match.sighting.sha256 == match.reference.sha256:
        return _("It is the very same file.")
    number = numeral(match.odds, get_language() or "ko")
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
    """What the examination found: the verdict, how sure it is, and why; nothing where nothing was compared, nor
    anything weighed."""
    told = [one for one in match.examined.get("findings", []) if one["region"] or one["weight"]]
    if not told:
        return []
    sentences = [_(one["said"]).format(**one["values"], original=_("the reference")) for one in told]
    return [f"{_(VERDICTS[match.examined['verdict']])}{_sure(match)}", *sentences]


def _sure(match: Match) -> str:
    """How many times likelier, as the weights were measured; nothing where nothing was weighed."""
    if not any(one["weight"] for one in match.examined["findings"]):
        return ""
    found = match.examined
    low, times, high = (_odds(share) for share in (found["interval"][0], found["probability"], found["interval"][1]))
    if times >= 1:
        said = _(": %(times)s times likelier in a composite than in an untouched copy (%(low)s to %(high)s, measured)")
    else:
        low, times, high = 1 / high, 1 / times, 1 / low
        said = _(": %(times)s times likelier in an untouched copy than in a composite (%(low)s to %(high)s, measured)")
    language = get_language() or "ko"
    return said % {name: numeral(one, language) for name, one in (("times", times), ("low", low), ("high", high))}


def _odds(share: float) -> float:
    """Of a probability, as far as one was kept."""
    known = min(max(share, 1e-4), 1 - 1e-4)
    return known / (1 - known)


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
