"""An account's life after its owner joined: closed and opened again, a new way in, other roles, sessions ended.

Whoever changes an account is named in the audit log. Nobody can take the last administrator away, by the pages or the
command line: nobody could let her in again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F

from jium.trust import accounts, assignments, audit, second_factor
from jium.trust.models import Account
from jium.trust.roles import ADMINISTRATOR
from jium.trust.turns import take_turn


class LastAdministrator(Exception):
    """Nobody else administers: give somebody else the role first."""


class OnesOwn(Exception):
    """One's own account is changed by somebody else, so that nobody gives herself roles or locks herself out."""


class Closed(Exception):
    """The account is closed: open it first."""


def close(account: Account, by: Account | str) -> None:
    """She cannot log in any more, and is logged out at once; her links end. What she did stays hers.

    Raises :class:`LastAdministrator`, :class:`OnesOwn`.
    """
    with _changing(account, by) as held:
        _keep_an_administrator(held, [])
        if held.is_active:
            held.is_active = False
            held.save(update_fields=["is_active"])
            held.one_time_links.filter(used_at=None).delete()
            _end_sessions(held)
            audit.record(by, "account.closed", str(held.pk))
            assignments.release(held, by)


def reopen(account: Account, by: Account | str) -> None:
    """She can log in again, with the password and roles she had. Raises :class:`OnesOwn`."""
    with _changing(account, by) as held:
        if not held.is_active:
            held.is_active = True
            held.save(update_fields=["is_active"])
            audit.record(by, "account.reopened", str(held.pk))


def link(account: Account, by: Account | str) -> str:
    """A token in place of a link that was lost or too old, or for a forgotten password: the old one holds until then.

    Raises :class:`Closed`, :class:`OnesOwn`.
    """
    with _changing(account, by) as held:
        if not held.is_active:
            raise Closed
        audit.record(by, "account.link_made", str(held.pk))
        return accounts.new_link(held)


def reset(account: Account, by: Account | str) -> str:
    """Somebody else may get in as she does: her password ends at once, the centre's own log-in opens nothing any more,
    and every session ends. The token lets her begin anew.

    Raises :class:`Closed`, :class:`OnesOwn`.
    """
    with _changing(account, by) as held:
        if not held.is_active:
            raise Closed
        held.set_unusable_password()
        held.save(update_fields=["password"])
        _disconnect(held, by)
        _end_sessions(held)
        audit.record(by, "account.reset", str(held.pk))
        return accounts.new_link(held)


def disconnect(account: Account, by: Account | str) -> str | None:
    """She does not get in by the centre's own log-in any more, and every session ends; where she has no password, the
    token lets her begin anew. Raises :class:`OnesOwn`.
    """
    with _changing(account, by) as held:
        _disconnect(held, by)
        _end_sessions(held)
        return None if held.has_usable_password() or not held.is_active else accounts.new_link(held)


def take_factors_away(account: Account, by: Account | str) -> None:
    """She lost what she shows beside her password: with it alone she sets up another at once. Every session ends.

    Raises :class:`OnesOwn`.
    """
    with _changing(account, by) as held:
        taken = second_factor.forget(held)
        _end_sessions(held)
        audit.record(by, "factor.taken_away", str(held.pk), count=taken)


def change_roles(account: Account, roles: Iterable[str], by: Account | str, for_minors: bool | None = None) -> None:
    """From her next click on she may do what these roles may. ``for_minors``: whether she is named for cases of
    children, where that changes.

    Raises :class:`LastAdministrator`, :class:`OnesOwn`, ValueError for none or one that is not known.
    """
    chosen = accounts.known(roles)
    with _changing(account, by) as held:
        _keep_an_administrator(held, chosen)
        named = held.for_minors if for_minors is None else for_minors
        if (held.roles, held.for_minors) != (chosen, named):
            before, held.roles, held.for_minors = ",".join(held.roles), chosen, named
            held.save(update_fields=["roles", "for_minors"])
            told = ",".join(chosen)
            audit.record(by, "account.roles_changed", str(held.pk), before=before, roles=told, for_minors=named)
            assignments.release(held, by)


def end_sessions(account: Account, by: Account | str) -> None:
    """She is logged out wherever she is logged in. Of one's own account too."""
    with transaction.atomic():
        _end_sessions(account)
        audit.record(by, "account.sessions_ended", str(account.pk))


def administrators() -> list[Account]:
    """Who administers and can log in."""
    active = Account.objects.filter(is_active=True)
    return [account for account in active if ADMINISTRATOR in account.roles and account.joined]


@contextmanager
def _changing(account: Account, by: Account | str) -> Iterator[Account]:
    """The account as it is now, one change at a time, by somebody else."""
    if isinstance(by, Account) and by.pk == account.pk:
        raise OnesOwn
    with transaction.atomic():
        take_turn("accounts")
        yield Account.objects.get(pk=account.pk)


def _keep_an_administrator(account: Account, roles: list[str]) -> None:
    """Raises :class:`LastAdministrator` where the account with these roles would leave none."""
    others = [one for one in administrators() if one.pk != account.pk]
    if ADMINISTRATOR in account.roles and account.is_active and ADMINISTRATOR not in roles and not others:
        raise LastAdministrator


def _disconnect(account: Account, by: Account | str) -> None:
    if account.oidc_subject:
        account.oidc_issuer = account.oidc_subject = ""
        account.save(update_fields=["oidc_issuer", "oidc_subject"])
        audit.record(by, "account.disconnected", str(account.pk))


def _end_sessions(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(sessions_ended=F("sessions_ended") + 1)
