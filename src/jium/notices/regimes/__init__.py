"""The laws under which removal is demanded. Each is a folder here; adding one touches nothing else.

A folder holds ``__init__.py`` with ``REGIME`` and one text a language (``ko.txt``, ``en.txt``). A text has
the sections ``== subject ==``, ``== repeat subject ==``, ``== repeat ==`` (the paragraph that a later demand
adds),
``== item ==`` (one address), ``== item vouched ==`` (one that a member of staff saw and that could not be recorded),
``== item vouched with its page ==`` (one whose record holds the page, but not the file, which a member of staff saw),
what is said of the proof (``== proof ==``, ``== proof in part ==``, ``== proof vouched ==``: all, some, none of them
recorded) and ``== body ==``; ``$name`` marks a fact, see :mod:`jium.notices.letter`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules

SECTIONS = (
    "subject",
    "repeat subject",
    "repeat",
    "item",
    "item vouched",
    "item vouched with its page",
    "proof",
    "proof in part",
    "proof vouched",
    "body",
)
_HEADING = re.compile(r"^== ([a-z ]+) ==\n", re.MULTILINE)


class UnknownRegime(Exception):
    """There is no regime of this name, or it has no letter in this language."""


@dataclass(frozen=True)
class Regime:
    """A law and what a demand under it must contain.

    ``elements``: names of :data:`jium.notices.letter.ELEMENTS`, without any of which the letter is refused.
    ``signed_by_person``: it asks for the signature of a natural person; else the institution's office signs.
    ``cites``: the provisions, as the letter names them. ``deadline_hours``: None where the law says "without
    delay".
    """

    name: str
    title: str
    languages: tuple[str, ...]
    elements: tuple[str, ...]
    cites: tuple[str, ...]
    deadline_hours: int | None
    signed_by_person: bool = False


@cache
def names() -> tuple[str, ...]:
    """Every regime there is, in the order of the alphabet."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if module.ispkg))


@cache
def regime(name: str) -> Regime:
    """The regime called ``name``. Raises :class:`UnknownRegime`."""
    if name not in names():
        raise UnknownRegime(name)
    found = import_module(f"{__name__}.{name}").REGIME
    assert isinstance(found, Regime)  # noqa: S101 - a folder without one is a mistake of ours
    return found


@cache
def sections(name: str, language: str) -> dict[str, str]:
    """The letter's text in ``language`` by section. Raises :class:`UnknownRegime`."""
    if language not in regime(name).languages:
        raise UnknownRegime(f"{name} in {language}")
    return in_sections((files(f"{__name__}.{name}") / f"{language}.txt").read_text(encoding="utf-8"))


def in_sections(text: str) -> dict[str, str]:
    """What stands under each ``== heading ==`` of ``text``."""
    _, *parts = _HEADING.split(text)
    return {heading: part.strip("\n") for heading, part in zip(parts[::2], parts[1::2], strict=True)}
