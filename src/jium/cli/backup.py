"""``jium backup`` and ``jium restore``: the data in one folder, the keys in another, and both onto a fresh machine."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jium.cli.installation import with_tables
from jium.cli.output import DONE, FAILED, refused
from jium.cli.parsing import Commands, Parser, add_command, add_data
from jium.cli.progress import counting
from jium.language import _, reason

if TYPE_CHECKING:
    from uuid import UUID

    from jium.backup.opening import Backup
    from jium.config import Config


class _Refused(Exception):
    """It cannot be done; the message says what is wrong and what to do."""


def add_backup(commands: Commands[Parser]) -> None:
    """Add ``jium backup`` to the command line."""
    text = _("copy everything: the data into one folder, the keys into another")
    backup = add_command(
        commands,
        "backup",
        text,
        description=_(
            "Make a backup while everything runs: the data into one folder (the tables encrypted, files that an earlier"
            " backup there has are linked), the keys into another, on another disk. The master key is in neither."
        ),
    )
    add_data(backup)
    backup.add_argument("--to", required=True, metavar=_("DIR"), help=_("where the folder with the data is made"))
    backup.add_argument("--keys-to", required=True, metavar=_("DIR"), help=_("where the folder with the keys is made"))
    backup.set_defaults(run=_backup)


def add_restore(commands: Commands[Parser]) -> None:
    """Add ``jium restore`` to the command line."""
    restore = add_command(
        commands,
        "restore",
        _("bring a backup back onto a fresh machine"),
        description=_(
            "Bring a backup back where there is nothing yet. Take the newest keys there are: with them lies the list of"
            " destroyed cases, and what an older copy of the data brings back of these is destroyed again."
        ),
    )
    add_data(restore)
    restore.add_argument("--from", dest="source", required=True, metavar=_("DIR"), help=_("the folder with the data"))
    restore.add_argument("--keys-from", required=True, metavar=_("DIR"), help=_("the folder with the keys"))
    restore.add_argument("--master-key", required=True, metavar=_("FILE"), help=_("the master key"))
    text = _("a list of destroyed cases (destroyed.txt) that is newer than the keys; may be given several times")
    restore.add_argument("--destroyed", action="append", default=[], metavar=_("FILE"), help=text)
    restore.set_defaults(run=_restore)


def _backup(args: argparse.Namespace) -> int:
    def act(config: Config) -> int:
        from jium.backup import making
        from jium.trust import audit

        with _said(), counting(_("copying files")) as each:
            made = making.make(config, Path(args.to), Path(args.keys_to), each)
        audit.record("system", "backup.made", files=made.objects)
        told = _("The data is in {path}: {count} files, of them {fresh} new.")
        print(told.format(path=made.data, count=made.objects, fresh=made.fresh))
        print(_("The keys are in {path}. Keep them apart, and only for a short time.").format(path=made.keys))
        print(_("The master key is in neither: keep a copy of {path} in a safe.").format(path=config.key_file))
        return DONE

    return _told(lambda: with_tables(act))


def _restore(args: argparse.Namespace) -> int:
    return _told(lambda: _bring_back(args))


def _bring_back(args: argparse.Namespace) -> int:
    from jium.backup import opening
    from jium.config import default_data, load

    with _said(), counting(_("checking the backup")) as each:
        backup = opening.opened(Path(args.source), Path(args.keys_from), Path(args.master_key), each)
    with _said():
        dead = opening.dead([opening.dead_of(backup), *map(Path, args.destroyed)])
    with _said():
        opening.settings(backup, default_data())
        config = load()
        opening.insist_on_nothing(config, backup)
    from jium import web

    web.set_up()
    from jium.backup import restoring

    with _said():
        restoring.begin(config)
        restoring.keys(config, backup)
        with counting(_("copying files")) as each:
            restoring.files(config, backup, each)
        restoring.bring_back_tables(config, backup)
    with _said():
        return _finish(config, backup, dead)


def _finish(config: Config, backup: Backup, dead: set[UUID]) -> int:
    """Bring the tables up to this version, destroy again what has to be, and say how it stands."""
    from django.contrib.sessions.models import Session

    from jium import clock
    from jium.backup import restoring
    from jium.cli.up import prepare
    from jium.flow import destroying, keeping
    from jium.notices import services as notices
    from jium.trust import audit
    from jium.trust.counting import YearCounter

    prepare(config, restoring=True)
    Session.objects.all().delete()
    again, doubted = destroying.destroy_again(dead), notices.doubt_what_was_to_be_sent()
    for counter in YearCounter.__subclasses__():
        counter.skip(clock.now().year)
    audit.record("system", "backup.restored", again=again)
    restoring.end(config)
    found = keeping.look()
    print(_("Brought back: the backup of {at}.").format(at=backup.told.made_at))
    if again:
        print(_("{count} destroyed case(s) had come back and were destroyed again.").format(count=again))
    if doubted:
        told = _("{count} letter(s) were about to be sent then: say in the list of removal requests whether they went.")
        print(told.format(count=doubted))
    if not found.whole:
        told = _("Not all is there: {keyless} case(s) without a key, {missing} file(s) missing.")
        return refused(told.format(keyless=found.keyless + found.unreadable, missing=found.missing), FAILED)
    print(_("All cases have their keys and all files are there. Start it with 'jium up'."))
    return DONE


def _told(act: Callable[[], int]) -> int:
    """Run it; what it refuses is said."""
    try:
        return act()
    except _Refused as problem:
        return refused(str(problem), FAILED)


@contextmanager
def _said() -> Iterator[None]:
    """Whatever cannot be done, as a sentence of what is wrong and what to do."""
    from jium.backup.manifest import Incomplete, NotABackup, NotApart, NotTogether
    from jium.backup.tables import NotCopied, NotEmpty, OtherDatabase
    from jium.cli.up import CannotStart
    from jium.config import ConfigError
    from jium.trust.erasing import StillRead
    from jium.trust.wrapping import NoMasterKey, VaultError, WrongMasterKey

    try:
        yield
    except NotApart:
        raise _Refused(_("the keys must not lie in or around the folder of the data: choose another place")) from None
    except NotABackup as problem:
        text = _("{path} holds no finished backup of that kind, or one of a later version")
        raise _Refused(text.format(path=problem.folder)) from None
    except Incomplete as problem:
        text = _("{path} is missing or not as it was written: take another copy of the backup")
        raise _Refused(text.format(path=problem.file)) from None
    except NotTogether:
        raise _Refused(_("the data and the keys do not belong together")) from None
    except OtherDatabase:
        raise _Refused(_("the backup is of another kind of database than the settings here name")) from None
    except NotEmpty:
        raise _Refused(_("there is an installation already: choose an empty data directory and databases")) from None
    except NotCopied as problem:
        raise _Refused(_("the database could not be copied: {reason}").format(reason=problem)) from None
    except NoMasterKey:
        raise _Refused(_("there is no master key in the file given")) from None
    except WrongMasterKey:
        raise _Refused(_("the master key is not the one of this backup")) from None
    except VaultError as problem:
        raise _Refused(str(problem)) from None
    except (ConfigError, CannotStart) as problem:
        raise _Refused(str(problem)) from None
    except StillRead:
        raise _Refused(_("somebody else reads the database: stop that, and begin again in an empty place")) from None
    except ValueError as problem:
        raise _Refused(_("{path} is no list of destroyed cases").format(path=problem)) from None
    except OSError as problem:
        raise _Refused(_("a file cannot be read or written: {reason}").format(reason=reason(problem))) from None
