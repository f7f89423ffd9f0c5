"""A verdict in words, the same on every page and in the report. ``_`` translates into the language of whoever asks."""

from __future__ import annotations

from collections.abc import Sequence

from jium.language import gettext_noop
from jium.wording import Translate, numeral

VERDICTS = {
    "composite": gettext_noop("Possibly a composite"),
    "authentic-looking": gettext_noop("No sign of a composite"),
    "undetermined": gettext_noop("Undetermined"),
}
# A probability is kept with four digits, which tells no more than that.
_MOST = 5000


def sure(probability: float, interval: Sequence[float], _: Translate, language: str) -> str:
    """How many times likelier, as the weights were measured; to be put behind the verdict."""
    low, times, high = (_odds(share) for share in (interval[0], probability, interval[1]))
    if low >= _MOST:
        return _(": more than %(times)s times likelier in a composite than in an untouched copy (measured)") % {
            "times": numeral(_MOST, language)
        }
    if times >= 1:
        said = _(": %(times)s times likelier in a composite than in an untouched copy (%(low)s to %(high)s, measured)")
    else:
        low, times, high = 1 / high, 1 / times, 1 / low
        said = _(": %(times)s times likelier in an untouched copy than in a composite (%(low)s to %(high)s, measured)")
    return said % {name: numeral(one, language) for name, one in (("times", times), ("low", low), ("high", high))}


def _odds(share: float) -> float:
    """Of a probability, as far as one was kept."""
    known = min(max(share, 1e-4), 1 - 1e-4)
    return known / (1 - known)
