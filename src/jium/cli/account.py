"""``jium account``: accounts, for whoever runs the machine: when nobody is left who could do it in the pages."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from jium.cli.installation import tell_link, welcome_address, with_tables
from jium.cli.output import DONE, FAILED, Output, refused
from jium.cli.parsing import Commands, Parser, add_command, add_data
from jium.language import _, gettext_noop, terminal_language

if TYPE_CHECKING:
    from jium.config import Config
    from jium.trust.models import Account

# Who did it, in the audit log.
BY = "command-line"

Act = Callable[["Config", "Account", argparse.Namespace], int]


def add_account(commands: Commands[Parser]) -> None:
    """Add ``jium account`` to the command line."""
    account = add_command(commands, "account", _("who can log in: list, new links, roles, close and open accounts"))
    what = account.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)
    listed = add_command(what, "list", _("every account with its roles and state"))
    add_data(listed)
    listed.set_defaults(run=lambda args: with_tables(lambda config: _list()))
    text = _("make a one-time link, in place of one that was lost or for a forgotten password")
    _add(what, "link", text, _hands_over("link"))
    text = _("end the password at once, log out everywhere, and make a one-time link")
    _add(what, "reset", text, _hands_over("reset"))
    text = _("take away the second factors: another is set up at the next log-in")
    said = gettext_noop("The second factors are gone. Another is set up at the next log-in.")
    _add(what, "factors", text, _changes("take_factors_away", said))
    text = _("nobody gets in by the centre's own log-in with the account any more")
    said = gettext_noop("The account is disconnected from the centre's own log-in.")
    _add(what, "disconnect", text, _changes("disconnect", said))
    text = _("nobody can log in with the account any more")
    _add(what, "close", text, _changes("close", gettext_noop("The account is closed.")))
    text = _("open a closed account again")
    _add(what, "open", text, _changes("reopen", gettext_noop("The account is open.")))
    text, said = _("log the account out everywhere"), gettext_noop("The account is logged out everywhere.")
    _add(what, "log-out", text, _changes("end_sessions", said))
    text = _("give the account these roles and no others; without any, they are listed")
    _add(what, "roles", text, _roles).add_argument("roles", nargs="*", metavar=_("ROLE"), help=_("a role"))


def _add(what: Commands[Parser], name: str, text: str, act: Act) -> Parser:
    command = add_command(what, name, text)
    command.add_argument("name", metavar=_("NAME"), help=_("the name to log in with"))
    add_data(command)
    command.set_defaults(run=partial(_run, act))
    return command


def _run(act: Act, args: argparse.Namespace) -> int:
    """Do it with the account of that name, or say why not."""

    def found(config: Config) -> int:
        from jium.trust.account_life import Closed, LastAdministrator
        from jium.trust.models import Account

        account = Account.objects.filter(username__iexact=args.name).first()
        if account is None:
            return refused(_("there is no account of this name: see 'jium account list'"), FAILED)
        try:
            return act(config, account, args)
        except LastAdministrator:
            return refused(_("this is the only administrator: give somebody else the role first"), FAILED)
        except Closed:
            return refused(_("this account is closed: open it first"), FAILED)

    return with_tables(found)


def _list() -> int:
    from jium.trust.models import Account

    output = Output(False, (_("name"), _("shown as"), _("roles"), _("state")))
    for account in Account.objects.order_by("username"):
        state = _("closed") if not account.is_active else _("active") if account.joined else _("invited")
        output.line({}, (account.username, account.display_name, ", ".join(account.roles), state))
    output.close()
    return DONE


def _changes(change: str, said: str) -> Act:
    """One change of an account's life (:mod:`jium.trust.account_life`), and what is said of it."""

    def act(config: Config, account: Account, _args: argparse.Namespace) -> int:
        from jium.trust import account_life

        if token := getattr(account_life, change)(account, BY):
            print(_(said))
            return _hand_over(config, account, token)
        return _say(_(said))

    return act


def _hands_over(change: str) -> Act:
    """A change that makes a one-time link."""

    def act(config: Config, account: Account, _args: argparse.Namespace) -> int:
        from jium.trust import account_life

        return _hand_over(config, account, getattr(account_life, change)(account, BY))

    return act


def _hand_over(config: Config, account: Account, token: str) -> int:
    print(_("This link sets a new password. It works once, and ends after 7 days:"))
    config.run.mkdir(exist_ok=True, mode=0o700)
    tell_link(welcome_address(config, token), config.run / f"link-{account.pk}")
    return DONE


def _roles(config: Config, account: Account, args: argparse.Namespace) -> int:
    from django.utils import translation

    from jium.trust import account_life
    from jium.trust.roles import PURPOSES, ROLES

    if not args.roles:
        with translation.override(terminal_language()):
            for role in ROLES:
                mark = "*" if role in account.roles else " "
                print(f"{mark} {role}: {ROLES[role]}; {PURPOSES[role]}")
        return DONE
    try:
        account_life.change_roles(account, args.roles, BY)
    except ValueError:
        return refused(_("a role is one of {roles}").format(roles=", ".join(ROLES)))
    return _say(_("Roles now: {roles}.").format(roles=", ".join(args.roles)))


def _say(sentence: str) -> int:
    print(sentence)
    return DONE
