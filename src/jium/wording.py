"""How a copy differs and why it matches, in words: the same for the pages and for the command line.

Takes the plain values that ``Transform.as_dict`` and ``Reason.as_dict`` give and the tables keep; what an older
row lacks is not spoken of. ``_`` translates into the language of whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Translate = Callable[[str], str]

# A region that leaves out less than this at a side is the whole.
_ALL = 0.03
# Sizes that differ by less are one: a cropped copy's is measured, not known.
_SAME_SIZE = 0.05
_WHOLE = (0.0, 0.0, 1.0, 1.0)


def is_whole(region: object) -> bool:
    """Is this region ([x0, y0, x1, y1] in 0..1, or None) as good as all of the picture?"""
    x0, y0, x1, y1 = region if isinstance(region, list | tuple) and len(region) == 4 else _WHOLE
    return bool(x0 <= _ALL and y0 <= _ALL and x1 >= 1 - _ALL and y1 >= 1 - _ALL)


def changes(transform: Mapping[str, Any], _: Translate) -> Iterator[str]:
    """How the copy comes from the reference; nothing where it is as it was."""
    if not is_whole(transform.get("region_a")):
        yield _("a part of the reference")
    if not is_whole(transform.get("region_b")):
        yield _("inside a larger picture")
    if transform.get("mirrored"):
        yield _("mirrored")
    turned = round(transform.get("rotation") or 0) % 360
    if turned == 180:
        yield _("turned by {degrees}°").format(degrees=turned)
    elif 0 < turned < 180:
        yield _("turned by {degrees}° to the left").format(degrees=turned)
    elif turned:
        yield _("turned by {degrees}° to the right").format(degrees=360 - turned)
    scale = transform.get("scale") or 1
    if abs(scale - 1) > _SAME_SIZE:
        times = f"{scale:.0f}" if scale >= 10 else f"{scale:.2g}"
        yield _("{times} times the size").format(times=times)


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
