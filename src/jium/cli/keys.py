"""``jium keys``: put a new master key in the place of the old one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from jium.cli import checks
from jium.cli.installation import with_tables
from jium.cli.output import DONE, FAILED, refused
from jium.cli.parsing import Commands, Parser, add_command, add_data
from jium.language import _, reason

if TYPE_CHECKING:
    from jium.config import Config


def add_keys(commands: Commands[Parser]) -> None:
    """Add ``jium keys`` to the command line."""
    keys = add_command(commands, "keys", _("change the master key"))
    what = keys.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)
    rotate = add_command(
        what,
        "rotate",
        _("put a new master key in the place of the present one"),
        description=_(
            "Make a new master key and wrap every case's key with it. No file is encrypted anew, and nothing has to be"
            " stopped; a page or a job in that very moment may fail once and is tried again."
        ),
    )
    add_data(rotate)
    rotate.set_defaults(run=_rotate)


def _rotate(args: argparse.Namespace) -> int:
    return with_tables(_act)


def _act(config: Config) -> int:
    from django.db import OperationalError

    from jium.trust import audit, master_key
    from jium.trust.erasing import StillRead
    from jium.trust.wrapping import VaultError

    try:
        done = master_key.rotate(config)
    except VaultError:
        return refused(checks.master_key(config).text, FAILED)
    except OSError as problem:
        told = _("the master key cannot be written beside the old one: {reason}")
        return refused(told.format(reason=reason(problem)), FAILED)
    audit.record("system", "master_key.rotated", keys=done.keys)
    print(
        _("A new master key is in place: {path}. {count} keys were wrapped anew.").format(
            path=config.key_file, count=done.keys
        )
    )
    print(_("Copy it to where the old copy lies, on paper or a stick in a safe: without it nothing can be read."))
    text = _(
        "The old key is in {path}. Copies of the keys that were made before need it: once you have made a new backup"
        " and need the old ones no more, delete it, and its copies."
    )
    print(text.format(path=done.old))
    try:
        master_key.clean()
    except (StillRead, OperationalError):
        print(_("The database was being read: what it kept of the old wrapping goes with the next destruction."))
    return DONE
