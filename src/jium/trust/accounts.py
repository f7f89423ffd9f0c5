"""Accounts: invite by a one-time link, and log in. Whoever guesses passwords meets :mod:`jium.trust.brake`."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from jium import clock
from jium.trust import audit, brake, turns
from jium.trust.models import Account, OneTimeLink
from jium.trust.roles import ADMINISTRATOR, COUNSELLOR, OFFICER, ROLES, SUPERVISOR
from jium.trust.turns import take_turn

LINK_LIFE = timedelta(days=7)
FIRST_LINK_LIFE = timedelta(hours=24)
FIRST_NAME = "admin"

BUSY = _("Many people are logging in just now. Please try again in a moment.")
# By what was counted: see jium.trust.brake.
LOCKED = {
    "name": ngettext_lazy(
        "Too many wrong passwords. Please try again in %(minutes)d minute.",
        "Too many wrong passwords. Please try again in %(minutes)d minutes.",
        "minutes",
    ),
    "address": ngettext_lazy(
        "Too many wrong passwords came from this network. In a browser that you have logged in with before you can log"
        " in now; in any other, please try again in %(minutes)d minute.",
        "Too many wrong passwords came from this network. In a browser that you have logged in with before you can log"
        " in now; in any other, please try again in %(minutes)d minutes.",
        "minutes",
    ),
    "all": ngettext_lazy(
        "Somebody is trying many passwords just now. In a browser that you have logged in with before you can log in"
        " now; in any other, please try again in %(minutes)d minute.",
        "Somebody is trying many passwords just now. In a browser that you have logged in with before you can log in"
        " now; in any other, please try again in %(minutes)d minutes.",
        "minutes",
    ),
}


class LinkInvalid(Exception):
    """The one-time link is unknown, used or expired."""


class NameTaken(Exception):
    """There is an account with this name already."""


class SomebodyElses(Exception):
    """Another account is connected to this one of the centre's own log-in."""


# -- joining


def invite(
    username: str,
    roles: Iterable[str],
    display_name: str = "",
    by: Account | str = "system",
    for_minors: bool = False,
) -> str:
    """Make an account without a password; the returned token lets its bearer set one, once, within 7 days.

    Raises :class:`NameTaken`, ValueError for an unknown or missing role.
    """
    chosen = known(roles)
    with transaction.atomic():
        take_turn("accounts")
        if Account.objects.filter(username__iexact=username).exists():
            raise NameTaken
        account = Account(username=username, display_name=display_name, roles=chosen, for_minors=for_minors)
        account.set_unusable_password()
        account.save()
        audit.record(by, "account.invited", str(account.pk), roles=",".join(chosen))
        return new_link(account)


def known(roles: Iterable[str]) -> list[str]:
    """The same in their order. Raises ValueError for none at all or one that there is not."""
    asked = set(roles)
    if not asked or asked - set(ROLES):
        raise ValueError("an account needs roles out of " + ", ".join(ROLES))
    return [role for role in ROLES if role in asked]


def first_administrator() -> str | None:
    """A token for the first account of a new installation, or None when somebody can log in.

    Whoever begins alone does everything, so it has the roles of casework too. Called again before the link was used,
    it gives a fresh one, for 24 hours, and the old one ends. Two processes may call at once.
    """
    with transaction.atomic():
        take_turn("accounts")
        if any(account.joined for account in Account.objects.all()):
            return None
        if not Account.objects.filter(username=FIRST_NAME).exists():
            invite(FIRST_NAME, [ADMINISTRATOR, SUPERVISOR, COUNSELLOR, OFFICER], for_minors=True)
        return new_link(Account.objects.get(username=FIRST_NAME), FIRST_LINK_LIFE)


def call(account: Account, name: str) -> None:
    """A person says what she is called. Raises ValueError for no name."""
    told = " ".join(name.split())
    if not told:
        raise ValueError("a name has letters")
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(display_name=told[:80])
        audit.record(account, "account.named", str(account.pk))
    account.display_name = told[:80]


def colleagues() -> int:
    """How many people can log in."""
    return sum(account.joined for account in Account.objects.filter(is_active=True))


def account_of(token: str) -> Account:
    """Whose link this is, for the page that asks for the password. Raises :class:`LinkInvalid`."""
    return _open_link(token).account


def redeem(token: str, password: str) -> Account:
    """Set the password of the link's account; the link is used up.

    Raises :class:`LinkInvalid`, or Django's ``ValidationError`` with what the password lacks (the link stays
    good).
    """
    with transaction.atomic():
        take_turn("accounts")
        link = _open_link(token)
        validate_password(password, link.account)
        link.used_at = clock.now()
        link.save(update_fields=["used_at"])
        link.account.set_password(password)
        link.account.save(update_fields=["password"])
        audit.record(link.account, "account.joined", str(link.account.pk))
    return link.account


def redeem_connected(token: str, issuer: str, subject: str, name: str = "") -> Account:
    """Join by the centre's own log-in in place of a password; the link is used up, and who else may be logged in as
    her is no more. ``name``: what she is called there, taken where she has none here.

    Raises :class:`LinkInvalid`, :class:`SomebodyElses` (the link stays good).
    """
    with transaction.atomic():
        take_turn("accounts")
        link = _open_link(token)
        connect(link.account, issuer, subject)
        link.used_at = clock.now()
        link.save(update_fields=["used_at"])
        link.account.sessions_ended += 1
        link.account.save(update_fields=["sessions_ended"])
        if name and not link.account.display_name:
            call(link.account, name)
    return link.account


def connect(account: Account, issuer: str, subject: str) -> None:
    """From here on she can log in by the centre's own log-in. Raises :class:`SomebodyElses`."""
    with transaction.atomic():
        take_turn("accounts")
        if Account.objects.filter(oidc_issuer=issuer, oidc_subject=subject).exclude(pk=account.pk).exists():
            raise SomebodyElses
        account.oidc_issuer, account.oidc_subject = issuer, subject
        account.save(update_fields=["oidc_issuer", "oidc_subject"])
        audit.record(account, "account.connected", str(account.pk))


def connected_as(issuer: str, subject: str) -> Account | None:
    """Who logs in by the centre's own log-in as ``subject``; nobody whose account is closed."""
    return Account.objects.filter(oidc_issuer=issuer, oidc_subject=subject, is_active=True).first()


def new_link(account: Account, life: timedelta = LINK_LIFE) -> str:
    """A token that lets its bearer set the account's password, once; the one before it ends."""
    account.one_time_links.filter(used_at=None).delete()
    token = secrets.token_urlsafe(32)
    now = clock.now()
    OneTimeLink.objects.create(
        token_digest=_token_digest(token), account=account, created_at=now, expires_at=now + life
    )
    return token


def _open_link(token: str) -> OneTimeLink:
    link = OneTimeLink.objects.select_related("account").filter(token_digest=_token_digest(token), used_at=None).first()
    if link is None or link.expires_at <= clock.now() or not link.account.is_active:
        raise LinkInvalid
    return link


def _token_digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


# -- logging in


def log_in(request: HttpRequest | None, username: str, password: str) -> Account | None:
    """The account when name and password fit, else None; starts no session.

    Raises :class:`~jium.trust.brake.LockedOut`, :class:`~jium.trust.turns.Busy`.
    """
    trying = brake.attempt(username, request)
    counted = brake.begin(trying)
    try:
        account = authenticate(request, username=username, password=password)
    except turns.Busy:
        counted.delete()
        raise
    if account is None:
        if lock := brake.locked(trying, clock.now()):
            audit.record("system", "login.locked", trying.who[:16], counter=lock.counter)
        return None
    brake.forgive(trying)
    return account


class LogInForm(AuthenticationForm):
    """Django's log-in form, with the lock. For ``LoginView(authentication_form=LogInForm)``."""

    def clean(self) -> dict[str, object]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username is not None and password:
            try:
                self.user_cache = log_in(self.request, username, password)
            except brake.LockedOut as locked:
                raise self._locked_error(locked) from None
            except turns.Busy:
                raise ValidationError(BUSY, code="busy") from None
            if self.user_cache is None:
                raise self.get_invalid_login_error()
        return self.cleaned_data

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(_("The name or the password is not right."), code="invalid_login")

    @staticmethod
    def _locked_error(locked: brake.LockedOut) -> ValidationError:
        minutes = max(1, -(-int((locked.until - clock.now()).total_seconds()) // 60))
        return ValidationError(LOCKED[locked.counter], code="locked", params={"minutes": minutes})
