"""Accounts: invite by a one-time link, log in, and slow down whoever guesses passwords.

Five wrong passwords within 15 minutes lock a name for 15 minutes, known or not. Only a keyed digest of the
name is kept. An attempt is counted before the password is looked at, so that many at once gain nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from jium import clock
from jium.trust import audit
from jium.trust.models import Account, LoginFailure, OneTimeLink
from jium.trust.policy import ADMINISTRATOR, OFFICER, ROLES, SUPERVISOR
from jium.trust.turns import take_turn

ATTEMPTS = 5
WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
LINK_LIFE = timedelta(days=7)
FIRST_LINK_LIFE = timedelta(hours=24)
FIRST_NAME = "admin"


class LockedOut(Exception):
    """Too many wrong passwords for this name. ``until``: when it may be tried again."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many wrong passwords")
        self.until = until


class LinkInvalid(Exception):
    """The one-time link is unknown, used or expired."""


class NameTaken(Exception):
    """There is an account with this name already."""


# -- joining


def invite(username: str, roles: Iterable[str], display_name: str = "", by: Account | str = "system") -> str:
    """Make an account without a password; the returned token lets its bearer set one, once, within 7 days.

    Raises :class:`NameTaken`, ValueError for an unknown or missing role.
    """
    chosen = [role for role in ROLES if role in set(roles)]
    if not chosen or set(roles) - set(ROLES):
        raise ValueError("an account needs roles out of " + ", ".join(ROLES))
    with transaction.atomic():
        take_turn("accounts")
        if Account.objects.filter(username__iexact=username).exists():
            raise NameTaken
        account = Account(username=username, display_name=display_name, roles=chosen)
        account.set_unusable_password()
        account.save()
        audit.record(by, "account.invited", str(account.pk), roles=",".join(chosen))
        return _new_link(account)


def first_administrator() -> str | None:
    """A token for the first account of a new installation (all roles), or None when somebody can log in.

    Called again before the link was used, it gives a fresh one, for 24 hours, and the old one ends. Two
    processes may call at once.
    """
    with transaction.atomic():
        take_turn("accounts")
        if any(account.has_usable_password() for account in Account.objects.all()):
            return None
        if not Account.objects.filter(username=FIRST_NAME).exists():
            invite(FIRST_NAME, [ADMINISTRATOR, SUPERVISOR, OFFICER])
        return _new_link(Account.objects.get(username=FIRST_NAME), FIRST_LINK_LIFE)


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
    return sum(account.has_usable_password() for account in Account.objects.filter(is_active=True))


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


def _new_link(account: Account, life: timedelta = LINK_LIFE) -> str:
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
    """The account when name and password fit, else None; starts no session. Raises :class:`LockedOut`."""
    digest = name_digest(username)
    _count_attempt(digest)
    account = authenticate(request, username=username, password=password)
    if account is None:
        if locked_until(username):
            audit.record("system", "login.locked", digest[:16])
        return None
    with transaction.atomic():
        LoginFailure.objects.filter(name_digest=digest).delete()
        audit.record(account, "login.succeeded", str(account.pk))
    return account


def locked_until(username: str) -> datetime | None:
    """When a locked name may be tried again; None when it is not locked."""
    return _locked_until(name_digest(username), clock.now())


def name_digest(username: str) -> str:
    """What is kept of a name that was tried: useless without the installation's secret."""
    return salted_hmac("jium.trust.log_in", username.strip().casefold(), algorithm="sha256").hexdigest()


def _count_attempt(digest: str) -> None:
    now = clock.now()
    with transaction.atomic():
        take_turn(f"log_in.{digest}")
        until = _locked_until(digest, now)
        if until:
            raise LockedOut(until)
        LoginFailure.objects.filter(at__lt=now - WINDOW - LOCK).delete()
        LoginFailure.objects.create(name_digest=digest, at=now)


def _locked_until(digest: str, now: datetime) -> datetime | None:
    last = LoginFailure.objects.filter(name_digest=digest).order_by("-at").values_list("at", flat=True)[:ATTEMPTS]
    times = list(last)
    if len(times) < ATTEMPTS or times[0] - times[-1] > WINDOW or now >= times[0] + LOCK:
        return None
    return times[0] + LOCK


class LogInForm(AuthenticationForm):
    """Django's log-in form, with the lock. For ``LoginView(authentication_form=LogInForm)``."""

    def clean(self) -> dict[str, object]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username is not None and password:
            try:
                self.user_cache = log_in(self.request, username, password)
            except LockedOut as locked:
                raise self._locked_error(locked.until) from None
            if self.user_cache is None:
                raise self.get_invalid_login_error()
        return self.cleaned_data

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(_("The name or the password is not right."), code="invalid_login")

    @staticmethod
    def _locked_error(until: datetime) -> ValidationError:
        minutes = max(1, -(-int((until - clock.now()).total_seconds()) // 60))
        message = ngettext_lazy(
            "Too many wrong passwords. Please try again in %(minutes)d minute.",
            "Too many wrong passwords. Please try again in %(minutes)d minutes.",
            "minutes",
        )
        return ValidationError(message, code="locked", params={"minutes": minutes})
