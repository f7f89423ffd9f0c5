"""``jium audit``: is the audit log whole, and seal it now."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from jium.cli import checks
from jium.cli.installation import with_tables
from jium.cli.output import DONE, FAILED, refused
from jium.cli.parsing import Commands, Parser, add_command, add_data
from jium.language import _, gettext_noop, reason

if TYPE_CHECKING:
    from jium.config import Config
    from jium.trust.seals import Checked, Seal

CHAIN = {
    "changed": gettext_noop("entry {number} is not as it was written"),
    "unlinked": gettext_noop(
        "entry {number} does not follow the one before it: it was put in, or the order was changed"
    ),
    "missing": gettext_noop("before entry {number} entries are missing: the last that follows on is {checked}"),
}
SEALS = {
    "truncated": gettext_noop("the log was cut off: entry {number} was sealed, and is not there any more"),
    "emptied": gettext_noop("the log was emptied: entry {number} was sealed, and there is none left"),
    "rewritten": gettext_noop("entry {number} is another one than was sealed: the log was written anew"),
    "forged": gettext_noop("line {number} of the seals is not one of ours"),
    "unstamped": gettext_noop("line {number} of the time stamps is none that this authority gave"),
}
ADVICE = gettext_noop(
    "Somebody changed the log, or a backup was put back. Touch nothing, keep a copy of the data directory, and compare"
    " with the seals that were mailed: jium audit verify --seal NUMBER:DIGEST"
)


def add_audit(commands: Commands[Parser]) -> None:
    """Add ``jium audit`` to the command line."""
    audit = add_command(commands, "audit", _("check the audit log, or seal it"))
    what = audit.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)
    verify = add_command(
        what,
        "verify",
        _("was anything changed, taken away, put in or cut off?"),
        description=_("Recompute the audit log's chain and compare it with the seals kept outside the database."),
    )
    add_data(verify)
    text = _("a seal that was mailed or written down, as NUMBER:DIGEST; may be given several times")
    verify.add_argument("--seal", action="append", default=[], metavar=_("SEAL"), help=text)
    verify.add_argument("--file", metavar=_("FILE"), help=_("an exported log, in place of an installation's"))
    text = _("with --file: the time-stamping authority's root certificates (PEM), so that its stamps are checked too")
    verify.add_argument("--tsa-roots", metavar=_("FILE"), help=text)
    verify.set_defaults(run=_verify)
    export = add_command(
        what,
        "export",
        _("write the log into a file that can be checked elsewhere"),
        description=_(
            "Write the whole log, its seals and time stamps into a file; 'jium audit verify --file' checks it."
        ),
    )
    add_data(export)
    export.add_argument("file", metavar=_("FILE"), help=_("where to write it; a file that is there is not overwritten"))
    export.set_defaults(run=_export)
    seal = add_command(what, "seal", _("seal the newest entry now, and print the seal"))
    add_data(seal)
    seal.set_defaults(run=_seal)


def sentences(checked: Checked) -> Iterator[str]:
    """What is wrong with the log, as sentences."""
    chain = checked.chain
    if chain.how:
        yield _(CHAIN[chain.how]).format(number=chain.first_broken, checked=chain.checked)
    yield from (_(SEALS[what]).format(number=number) for what, number in checked.told)


def _verify(args: argparse.Namespace) -> int:
    if args.file:
        return _verify_file(args)
    if args.tsa_roots:
        return refused(_("--tsa-roots goes with --file; an installation's are named in jium.toml"))

    def act(config: Config) -> int:
        from jium.cli.progress import watched
        from jium.trust import audit, stamps

        with closing(watched(audit.entries(), audit.count(), _("checking the audit log"))) as entries:
            return _tell(stamps.check(config, _given(args.seal), entries))

    return _sealed(lambda: _with_tables(act))


def _verify_file(args: argparse.Namespace) -> int:
    from jium import web

    web.set_up()
    from jium.trust import audit_export
    from jium.trust.stamps import NoRoots

    def act() -> int:
        roots = Path(args.tsa_roots) if args.tsa_roots else None
        with Path(args.file).open(encoding="ascii", errors="replace") as source:
            checked = audit_export.check(source, _given(args.seal), roots)
        done = _tell(checked)
        if done == DONE and not checked.stamped and not args.seal:
            print(_("Whether newer entries were left out no file can say: compare with a mailed seal (--seal)."))
        return done

    try:
        return _sealed(act)
    except audit_export.NotAnExport as problem:
        return refused(
            _("line {number} of the file is not what an exported audit log has there").format(number=problem.line),
            FAILED,
        )
    except NoRoots:
        return refused(
            _("the time-stamping authority's root certificates cannot be read: {path}").format(path=args.tsa_roots),
            FAILED,
        )
    except OSError as problem:
        return refused(_("the file cannot be read: {reason}").format(reason=reason(problem)), FAILED)


def _given(texts: list[str]) -> list[Seal]:
    from jium.trust import seals

    return [seals.given(text) for text in texts]


def _sealed(act: Callable[[], int]) -> int:
    """Run it; what was given as a seal and is none is said."""
    try:
        return act()
    except ValueError as other:
        from jium.trust.seals import NotASeal  # only now are there tables

        if not isinstance(other, NotASeal):
            raise
        return refused(_("this is not a seal: {text}").format(text=other))


def _tell(checked: Checked) -> int:
    wrong = list(sentences(checked))
    for sentence in wrong:
        print(sentence)
    if wrong:
        return refused(_(ADVICE), FAILED)
    print(_("The audit log is whole: {count} entries.").format(count=checked.chain.checked))
    if checked.last:
        print(_("Last sealed: entry {number}, {at}.").format(number=checked.last.number, at=checked.last.at))
    else:
        print(_("It was never sealed: that its newest entries were cut off could not be seen."))
    if checked.stamped:
        told = _("Last time-stamped: entry {number}, {at}, by the authority's clock.")
        print(told.format(number=checked.stamped.number, at=checked.stamped.at))
    for number in checked.chain.backwards:
        print(_("At entry {number} the clock was set back.").format(number=number))
    return DONE


def _export(args: argparse.Namespace) -> int:
    return _with_tables(lambda config: _write(config, args.file))


def _write(config: Config, path: str) -> int:
    from jium.cli.progress import watched
    from jium.trust import audit, audit_export

    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as problem:
        return refused(_("the file cannot be written: {reason}").format(reason=reason(problem)), FAILED)
    count, newest = audit.count(), audit.head()
    with (
        os.fdopen(handle, "w", encoding="ascii") as target,
        closing(watched(audit.entries(), count, _("writing the audit log"))) as entries,
    ):
        target.writelines(audit_export.lines(config, entries))
    print(_("{count} entries are written to {path}.").format(count=count, path=path))
    if newest:
        told = _("Write this down, and give it to whoever checks it: {seal}")
        print(told.format(seal=f"{newest.seq}:{newest.digest}"))
    return DONE


def _seal(args: argparse.Namespace) -> int:
    def act(config: Config) -> int:
        from jium.trust import seals

        seals.seal(config)
        newest = seals.last(config)
        print(newest.short if newest else _("The audit log has no entry yet."))
        return DONE

    return _with_tables(act)


def _with_tables(act: Callable[[Config], int]) -> int:
    """As :func:`with_tables`, with the master key that seals are made with."""

    def act_with_key(config: Config) -> int:
        from jium.trust.stamps import NoRoots
        from jium.trust.vault import VaultError, open_vault

        try:
            open_vault(config)  # with another key every seal would look forged
            return act(config)
        except VaultError:
            return refused(checks.master_key(config).text, FAILED)
        except NoRoots:
            text = _("the time-stamping authority's root certificates cannot be read: [audit] tsa_roots")
            return refused(text, FAILED)
        except OSError as problem:
            return refused(_("the seals cannot be read or written: {reason}").format(reason=reason(problem)), FAILED)

    return with_tables(act_with_key)
