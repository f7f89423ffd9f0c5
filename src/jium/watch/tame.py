"""Pages made to stop a reader: a parser's time grows with the square of the nesting and of a tag's attributes.

Such a page (a hundred thousand nested blocks are half a megabyte) is flattened to the tags that matter. Pure.
"""

from __future__ import annotations

import re

DEEPEST = 2000
MOST_WORDS = 2000
MOST_KEPT = 20_000
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^>]*)>?")
# These end by themselves: many in a row are not deep.
# fmt: off
SHALLOW = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    "p", "li", "dt", "dd", "option", "tr", "td", "th", "tbody", "thead",
    "path", "use", "circle", "rect", "g", "line",
))
WANTED = frozenset((
    "a", "area", "base", "embed", "frame", "iframe", "img", "input", "link", "meta", "source", "video",
))
# fmt: on


def tame(html: str) -> str:
    """``html`` itself, or only its tags with addresses when reading it whole could take minutes."""
    depth = 0
    for closing, name, rest in TAG.findall(html):
        if depth > DEEPEST or (len(rest) > MOST_WORDS and len(rest.split(None, MOST_WORDS)) > MOST_WORDS):
            return _flat(html)
        if closing:
            depth = max(0, depth - 1)
        elif name.lower() not in SHALLOW:
            depth += 1
    return html if depth <= DEEPEST else _flat(html)


def _flat(html: str) -> str:
    kept = []
    for closing, name, rest in TAG.findall(html):
        if closing or name.lower() not in WANTED or len(rest.split(None, MOST_WORDS)) > MOST_WORDS:
            continue
        kept.append(f"<{name}{rest}></{name}>")
        if len(kept) == MOST_KEPT:
            break
    return "".join(kept)
