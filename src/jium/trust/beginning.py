"""Where an account begins after log-in, and in which language."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.urls import reverse

from jium.trust.models import Account
from jium.trust.policy import may


def start_of(account: Account | AnonymousUser) -> str:
    """What there is to do; for one that may do nothing, its own page."""
    return reverse("queue") if may(account, "task.see") else reverse("me")


def speak(response: HttpResponse, account: Account) -> None:
    """From here on in the language that the account chose before."""
    if account.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, account.language, samesite="Strict", httponly=True)
