"""Second factors and asking again: what django-allauth needs to know of this house.

A code of an app (TOTP, RFC 6238), passkeys (WebAuthn) and recovery codes are django-allauth's, and so is the way a
log-in waits for them. Accounts, passwords and the brake on guessing are ours; nobody signs up, nothing is mailed.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.core.internal.httpkit import deserialize_request
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jium.trust import audit, brake, turns
from jium.trust.models import Account

# How it is noted in a session that she came by the centre's own log-in, and as what account she began to log in.
OIDC, _BEGUN = "oidc", "begun"
# What counts as one; recovery codes only stand in for it.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def lacking(account: Account | AnonymousUser) -> bool:
    """Whether she has to set one up before anything else."""
    return settings.CONFIG.accounts.second_factor and isinstance(account, Account) and not has_one(account)


def has_one(account: Account) -> bool:
    """Whether she has a second factor."""
    return Authenticator.objects.filter(user=account, type__in=FACTORS).exists()


def who_has_one() -> set[int]:
    """Of all accounts that have a second factor their keys."""
    return set(Authenticator.objects.filter(type__in=FACTORS).values_list("user_id", flat=True))


def forget(account: Account) -> int:
    """Take all of them away, recovery codes too; how many there were."""
    return Authenticator.objects.filter(user=account).delete()[0]


def insist_fresh(request: HttpRequest) -> None:
    """What is asked for waits until she has shown anew who she is, where she did not lately.

    Raises django-allauth's ReauthenticationRequired, which its middleware answers. Its own function for this asks
    nothing of whoever has neither a password nor a second factor here, as with the centre's own log-in may be.
    """
    if AccountAdapter(request).is_reauthentication_required(app="jium"):
        raise ReauthenticationRequired


def resumed(request: HttpRequest) -> HttpRequest | None:
    """What she sent to this very page before she was asked who she is; once."""
    kept = request.session.pop(STATE_SESSION_KEY, None)
    if not kept or "request" not in kept or json.loads(kept["request"])["path"] != request.path:
        return None
    sent: HttpRequest = deserialize_request(kept["request"], request)
    return sent


def begin(request: HttpRequest, account: Account) -> None:
    """She showed one thing, and may be asked for another: she gets in as the account is now, or not at all."""
    request.session[_BEGUN] = account.get_session_auth_hash()


class AccountAdapter(DefaultAccountAdapter):
    """Logging in with the brake; asking again where the act needs it."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _("Too many wrong codes. Please try again in 15 minutes."),
        "incorrect_password": _("The password is not right, or too many wrong ones were tried."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation only."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what was done."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is mailed to staff: the audit log has it."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where she begins."""
        from jium.trust.beginning import start_of

        return start_of(request.user)

    def login(self, request: HttpRequest, user: Any) -> None:
        """What ended all her sessions after she began to log in ended this beginning too."""
        begun = request.session.pop(_BEGUN, "")
        if not constant_time_compare(begun, Account.objects.get(pk=user.pk).get_session_auth_hash()):
            messages.error(request, gettext("Your account was changed in the meantime. Please log in again."))
            raise ImmediateHttpResponse(redirect("login"))
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """She is in, with both factors: from here on this browser is known."""
        from jium.trust.beginning import speak

        response = super().post_login(request, user, **kwargs)
        audit.record(user, "login.succeeded", str(user.pk))
        brake.remember(request, response, user.get_username())
        speak(response, user)
        return response

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Whether the password is hers; a wrong one counts as at log-in."""
        from jium.trust import accounts

        try:
            return accounts.log_in(context.request, user.get_username(), password) == user
        except (brake.LockedOut, turns.Busy):
            return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not right after a log-in, and not for the first factor of whoever has none."""
        request = context.request
        if app == "allauth.mfa" and not has_one(request.user):
            return False
        records = get_authentication_records(request, request.user)  # by the machine's clock
        # A provider that knows her browser logs her in without a question: that shows nothing.
        shown = [record["at"] for record in records if record["method"] != OIDC or record.get("reauthenticated")]
        newest = max(shown, default=0.0)
        recent = time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not recent

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """django-allauth's, and the centre's own log-in for whoever is connected to it."""
        ways = super().get_reauthentication_methods(user)
        if isinstance(user, Account) and user.connected and settings.CONFIG.oidc.issuer:
            ways.append({"id": OIDC, "description": "", "url": reverse("oidc_again")})
        return ways


class FactorAdapter(DefaultMFAAdapter):
    """Second factors, their secrets encrypted."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Is the device's clock right? Each code works once."),
        "cannot_delete_authenticator": _("A second factor is needed. Set up another one first."),
    }

    def encrypt(self, text: str) -> str:
        """With a key that lies beside the master key, not in the database."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; under another web key one that nobody has, so that no code fits."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one stays where one is needed."""
        others = Authenticator.objects.filter(user=authenticator.user_id, type__in=FACTORS).exclude(pk=authenticator.pk)
        return not settings.CONFIG.accounts.second_factor or others.exists()


def _box() -> Fernet:
    derived = HKDF(hashes.SHA256(), 32, None, b"jium.trust.second_factor").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


@receiver(signals.authenticator_added)
def _added(request: HttpRequest, user: Account, authenticator: Authenticator, **_more: Any) -> None:
    # She has just shown it; nobody is asked for the same code twice.
    record_authentication(request, user, method="mfa", type=authenticator.type)
    audit.record(user, "factor.added", str(user.pk), kind=authenticator.type)


@receiver(signals.authenticator_reset)
def _renewed(user: Account, authenticator: Authenticator, **_more: Any) -> None:
    audit.record(user, "factor.renewed", str(user.pk), kind=authenticator.type)


@receiver(signals.authenticator_removed)
def _removed(user: Account, authenticator: Authenticator, **_more: Any) -> None:
    audit.record(user, "factor.removed", str(user.pk), kind=authenticator.type)


@receiver(signals.authentication_failed)
def _failed(user: Account, authenticator: Authenticator, **_more: Any) -> None:
    audit.record(user, "factor.refused", str(user.pk), kind=authenticator.type)
