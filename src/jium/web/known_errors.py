"""What goes wrong outside the program is told in words: what happened, what it means, and what to do.

The decision is pure, by the kind of exception and what the database says in it. The page needs no database.
"""

from __future__ import annotations

import errno
import sys
from dataclasses import dataclass

from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error

from jium.trust.vault import Damaged, MissingKey, NoMasterKey, VaultError, WrongMasterKey


@dataclass(frozen=True)
class Known:
    """``status``: of HTTP; 503 where it may pass by itself."""

    name: str
    status: int
    title: Promise
    text: Promise


BUSY = Known(
    "busy",
    503,
    _("The database is busy"),
    _(
        "Something else is writing for a long time just now, a backup for instance. Reading goes on. Nothing of what"
        " you sent was kept: go back, and send it again in a minute. If it stays so, tell your administrator."
    ),
)
FULL = Known(
    "full",
    503,
    _("The disk is full"),
    _(
        "Nothing more can be kept, and nothing of what you sent was. Reading goes on. Your administrator has to free at"
        " least 300 MB, or move the data directory to a larger disk."
    ),
)
READ_ONLY = Known(
    "read-only",
    503,
    _("Nothing can be written"),
    _(
        "The database or its folder may not be written any more, so nothing of what you sent was kept. Reading goes on."
        " Your administrator has to look at the rights of the data directory and at its disk ('jium doctor')."
    ),
)
GONE = Known(
    "gone",
    503,
    _("The database does not answer"),
    _(
        "It is switched off, cannot be reached or cannot be opened. Nothing of what you sent was kept. Please try again"
        " in a minute; if it stays so, your administrator has to start it ('jium doctor' says what is wrong)."
    ),
)
BROKEN = Known(
    "broken",
    500,
    _("The database is damaged"),
    _(
        "What it holds cannot be read as it should be. Stop working, and tell your administrator: nothing may be"
        " written into it until it was put back from the last backup."
    ),
)
NO_KEY = Known(
    "no key",
    500,
    _("The master key is missing"),
    _(
        "Without it no file of any case can be opened or kept; lists, letters and deadlines can still be read. Your"
        " administrator has to put the key file back from its safe copy. Nothing is lost as long as there is one."
    ),
)
WRONG_KEY = Known(
    "wrong key",
    500,
    _("The master key is not the right one"),
    _(
        "Somebody put another key in its place, so no file of any case can be opened or kept. Your administrator has to"
        " put back the one that this installation was set up with. Nothing was changed."
    ),
)
KEYLESS = Known(
    "keyless",
    500,
    _("This case has no key"),
    _(
        "It was destroyed, or the database of keys was put back from an old copy: its files cannot be opened. If it was"
        " not destroyed, tell your administrator before anything is put back again."
    ),
)
DAMAGED = Known(
    "damaged",
    500,
    _("This file is damaged or missing"),
    _(
        "What lies in the vault is not what was put there, so it is not shown. Your administrator can put it back from"
        " a backup; 'jium doctor' names how many files there are like this. The rest of the case can be used."
    ),
)
# What SQLite and PostgreSQL say, in lower case.
_SAYS = (
    ("locked", BUSY),
    ("busy", BUSY),
    ("deadlock", BUSY),
    ("lock timeout", BUSY),
    ("is full", FULL),
    ("no space", FULL),
    ("disk full", FULL),
    ("could not extend file", FULL),
    ("readonly", READ_ONLY),
    ("read-only", READ_ONLY),
    ("permission denied", READ_ONLY),
    ("malformed", BROKEN),
    ("not a database", BROKEN),
    ("disk i/o error", BROKEN),
    ("unable to open", GONE),
)
_OF_VAULT: tuple[tuple[type[VaultError], Known], ...] = (
    (NoMasterKey, NO_KEY),
    (MissingKey, KEYLESS),
    (WrongMasterKey, WRONG_KEY),
    (Damaged, DAMAGED),
)
_OF_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
}


def known(problem: BaseException | None) -> Known | None:
    """What can be said of it; None for what nobody foresaw."""
    if isinstance(problem, VaultError):
        return next((told for kind, told in _OF_VAULT if isinstance(problem, kind)), None)
    if isinstance(problem, DatabaseError):
        says = str(problem).lower()
        told = next((told for words, told in _SAYS if words in says), None)
        # PostgreSQL calls it operational when there is no connection.
        return told or (GONE if isinstance(problem, OperationalError) and "no such table" not in says else None)
    return _OF_SYSTEM.get(problem.errno or 0) if isinstance(problem, OSError) else None


def told(request: HttpRequest) -> HttpResponse:
    """The page for an error that no view caught."""
    one = known(sys.exc_info()[1])
    if one is None:
        return server_error(request)
    page = render_to_string("known_error.html", {"known": one})
    return HttpResponse(page, status=one.status, headers={"Retry-After": "60"} if one.status == 503 else {})
