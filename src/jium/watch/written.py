"""Addresses as they are written inside something else: in a set, a style, a script, a description. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

MOST_FOUND = 2000
# A refresh after so many seconds leads somewhere else; later ones are for those who fell asleep.
LATEST_REFRESH = 300
CSS_URL = re.compile(
    r"""(?P<import>@import\s+)?url\(\s*(?:"(?P<one>[^"]*)"|'(?P<two>[^']*)'|(?P<bare>(?:\\[0-9a-f]{1,6}\s?|[^'")\s])*))""",
    re.IGNORECASE,
)
CSS_SET = re.compile(r"""image-set\(([^;{}]{0,4000})""", re.IGNORECASE)
CSS_FONT = re.compile(r"@font-face\s*\{[^}]*\}", re.IGNORECASE)
CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
STRING = re.compile(r"""["']([^"'\s<>]{4,2000})["']""")
REFRESH = re.compile(r"\s*(\d*)[\d.]*\s*[;,\s]\s*(?:url\s*=\s*)?(.*)", re.IGNORECASE | re.DOTALL)
DESCRIBED = frozenset(("image", "images", "thumbnail", "thumbnailurl", "contenturl", "url", "photo", "logo"))
_DEEPEST = 12


def set_of_addresses(value: str) -> Iterator[str]:
    """The addresses of a ``srcset``: each may hold commas, and ends in one or before its width."""
    at_width = False
    for word in value.split():
        if at_width:
            _width, comma, word = word.partition(",")
            at_width = not comma
        if word.strip(",") and not at_width:
            yield word.strip(",")
            at_width = not word.endswith(",")


def style_addresses(css: str) -> Iterator[str]:
    """The pictures that a style names: no further sheets, no fonts."""
    plain = CSS_FONT.sub("", css) if "@font-face" in css.lower() else css
    for number, found in enumerate(CSS_URL.finditer(plain)):
        if number == MOST_FOUND:
            return
        if not found["import"]:
            yield _unescaped(found["one"] or found["two"] or found["bare"] or "")
    for choice in CSS_SET.findall(plain)[:MOST_FOUND]:
        yield from (_unescaped(one) for one in STRING.findall(choice))


def _unescaped(css: str) -> str:
    def letter(found: re.Match[str]) -> str:
        number = int(found[1], 16) if found[1] else 0
        return found[2] or (chr(number) if 0 < number < 0xD800 or 0xDFFF < number <= 0x10FFFF else "\ufffd")

    return CSS_ESCAPE.sub(letter, css) if "\\" in css else css


def quoted(script: str) -> Iterator[str]:
    """The strings in a script that may be addresses."""
    for number, found in enumerate(STRING.finditer(script)):
        if number == MOST_FOUND:
            return
        text = found[1].replace("\\/", "/")
        if "/" in text or "." in text:
            yield text


def described(text: str) -> Iterator[str]:
    """The pictures that a description for search engines (JSON-LD) names."""
    try:
        yield from _named(json.loads(text), "", _DEEPEST)
    except (ValueError, RecursionError):
        return


def _named(value: Any, name: str, deeper: int) -> Iterator[str]:
    if isinstance(value, str):
        if name in DESCRIBED:
            yield value
    elif deeper and isinstance(value, dict):
        for key, inner in list(value.items())[:MOST_FOUND]:
            own = str(key).lower()
            # The address of a thing is that of a picture only where the thing is one.
            yield from _named(inner, own if own != "url" or name in DESCRIBED else "", deeper - 1)
    elif deeper and isinstance(value, list):
        for inner in value[:MOST_FOUND]:
            yield from _named(inner, name, deeper - 1)


def refresh_target(value: str) -> str:
    """Where a refresh leads (``0; url=/next``); "" for one that leads nowhere else, or only much later."""
    found = REFRESH.fullmatch(value)
    if not found or not value.strip():
        return ""
    if int(found[1][:6] or 0) > LATEST_REFRESH:
        return ""
    target = found[2].strip()
    if target[:1] in ("'", '"'):
        target = target[1:].partition(target[0])[0]
    return target.strip()
