"""Translations outside the web pages: the command line speaks the terminal's language from the same catalogue."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).resolve().parent / "locale"


def terminal_language(environ: dict[str, str] | None = None) -> str:
    """``ko`` or ``en``: ``JIUM_LANGUAGE``, else the locale variables, else English."""
    given = os.environ if environ is None else environ
    for name in ("JIUM_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if given.get(name):
            return "ko" if given[name].lower().startswith("ko") else "en"
    return "en"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("django", LOCALE, languages=[language], fallback=True)


def _(message: str) -> str:
    """``message`` in the terminal's language."""
    return _catalogue(terminal_language()).gettext(message)
