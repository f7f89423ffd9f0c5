"""Translations outside the web pages: the command line speaks the terminal's language from the same catalogue."""

from __future__ import annotations

import errno
import gettext
import os
import socket
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
    return said(message, terminal_language())


def said(message: str, language: str) -> str:
    """``message`` in "ko" or "en"."""
    return _catalogue(language).gettext(message)


def reason(problem: OSError) -> str:
    """What the operating system refused, in the terminal's language."""
    if isinstance(problem, socket.gaierror):
        return _("no such name or address")
    texts = {
        errno.ENOENT: _("no such file or directory"),
        errno.ENOTDIR: _("a part of the path is not a directory"),
        errno.EISDIR: _("it is a directory"),
        errno.EEXIST: _("there is a file of that name"),
        errno.EACCES: _("this user may not"),
        errno.EPERM: _("this user may not"),
        errno.EROFS: _("the disk is read-only"),
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("the disk is full"),
        errno.EIO: _("the disk cannot be read"),
        errno.ELOOP: _("a link that leads to itself"),
        errno.ENAMETOOLONG: _("the name is too long"),
        errno.EADDRINUSE: _("already in use"),
        errno.EADDRNOTAVAIL: _("this machine has no such address"),
    }
    return texts.get(problem.errno or 0) or _("error {number} of the operating system").format(number=problem.errno)


def gettext_noop(message: str) -> str:
    """Mark ``message`` for the catalogue; whoever shows it translates it."""
    return message
