"""What opens a door never reaches a log: one-time links, wherever a line or a trace names them."""

from __future__ import annotations

import logging
import re

# The part of an address behind these words lets its bearer in. A test walks all addresses for others.
DOORS = ("welcome",)
_LINKS = re.compile(rf"(/(?:{'|'.join(DOORS)})/)[^/\s'\"?&]+")


def without_links(text: str) -> str:
    """The same, with every one-time link cut short."""
    return _LINKS.sub(r"\1…", text)


class Unsaid(logging.Formatter):
    """Writes lines and traces :func:`without_links`."""

    def format(self, record: logging.LogRecord) -> str:
        return without_links(super().format(record))
