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
    if times >= 1:
        said = _(": %(times)s likelier in a composite than in an untouched copy (estimated: %(range)s)")
    else:
        low, times, high = 1 / high, 1 / times, 1 / low
        said = _(": %(times)s likelier in an untouched copy than in a composite (estimated: %(range)s)")
    number, least, most = (numeral(min(one, _MOST), language) for one in (times, low, high))
    often = _("more than %(number)s times") if times > _MOST else _("%(number)s times")
    reach = _("at least %(low)s") if high > _MOST else _("%(low)s to %(high)s")
    return said % {"times": often % {"number": number}, "range": reach % {"low": least, "high": most}}


def _odds(share: float) -> float:
    """Of a probability, as far as one was kept."""
    known = min(max(share, 1e-4), 1 - 1e-4)
    return known / (1 - known)
