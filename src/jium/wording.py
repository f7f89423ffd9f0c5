"""How a copy differs and why it matches, in words: the same for the pages and for the command line.

Takes the plain values that ``Transform.as_dict`` and ``Reason.as_dict`` give and the tables keep; what an older
row lacks is not spoken of. ``_`` translates into the language of whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import floor, log10
from typing import Any

Translate = Callable[[str], str]

# A region that leaves out less than this at a side is the whole.
_ALL = 0.03
# Sizes that differ by less are one: a cropped copy's is measured, not known.
_SAME_SIZE = 0.05
_WHOLE = (0.0, 0.0, 1.0, 1.0)
# Large numbers, as people read them.
KOREAN = ((10**12, "조"), (10**8, "억"), (10**4, "만"))
ENGLISH = ((10**9, " billion"), (10**6, " million"))
# What has its middle between these is neither left nor right, neither above nor below.
_MIDDLE = (0.4, 0.6)

# As English texts name them, wherever the program runs.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def is_whole(region: object) -> bool:
    """Is this region ([x0, y0, x1, y1] in 0..1, or None) as good as all of the picture?"""
    x0, y0, x1, y1 = region if isinstance(region, list | tuple) and len(region) == 4 else _WHOLE
    return bool(x0 <= _ALL and y0 <= _ALL and x1 >= 1 - _ALL and y1 >= 1 - _ALL)


def changes(transform: Mapping[str, Any], _: Translate) -> Iterator[str]:
    """How the copy comes from the reference; nothing where it is as it was."""
    if transform.get("mirrored"):
        yield _("mirrored")
    turned = round(transform.get("rotation") or 0) % 360
    if turned == 180:
        yield _("turned by {degrees}°").format(degrees=turned)
    elif 0 < turned < 180:
        yield _("turned by {degrees}° to the left").format(degrees=turned)
    elif turned:
        yield _("turned by {degrees}° to the right").format(degrees=360 - turned)
    if not is_whole(transform.get("region_a")):
        x0, y0, x1, y1 = transform["region_a"]
        yield _("cropped to about {percent} %").format(percent=max(1, round((x1 - x0) * (y1 - y0) * 100)))
    if not is_whole(transform.get("region_b")):
        yield _inside(transform["region_b"], _)
    scale = transform.get("scale") or 1
    if abs(scale - 1) > _SAME_SIZE:
        times = f"{scale:.0f}" if scale >= 10 else f"{scale:.2g}"
        yield _("{times} times the size").format(times=times)


def _inside(region: Sequence[float], _: Translate) -> str:
    """Where in a larger picture the copy is, by its middle."""
    x0, y0, x1, y1 = region
    upper = _("in the upper left of a larger picture"), _("at the top of a larger picture")
    centre = _("on the left of a larger picture"), _("in the middle of a larger picture")
    lower = _("in the lower left of a larger picture"), _("at the bottom of a larger picture")
    places = (
        (*upper, _("in the upper right of a larger picture")),
        (*centre, _("on the right of a larger picture")),
        (*lower, _("in the lower right of a larger picture")),
    )
    row, column = ((middle >= _MIDDLE[0]) + (middle > _MIDDLE[1]) for middle in ((y0 + y1) / 2, (x0 + x1) / 2))
    return places[row][column]


def why(reason: Mapping[str, Any], _: Translate) -> str:
    """What both sides have in common; empty where that was not kept."""
    texts = {
        "digest": _("the very same file"),
        "codes": _("{bits} of 256 bits of the fingerprint agree"),
        "places": _("{places} places agree"),
        "descriptor": _("the neural descriptor agrees"),
    }
    alike = 256 - (reason.get("bits") or 0)
    return texts.get(reason.get("step", ""), "").format(bits=alike, places=reason.get("places"))


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
