"""The forms in which a code is entered: django-allauth's, and each code opens once.

It remembers a used code for one period only; as codes are taken a period before and after theirs too, one that was seen
over a shoulder would open again within a minute.
"""

from __future__ import annotations

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.conf import settings
from django.core.cache import cache

PERIOD = 30
# A code is taken for so long, in seconds.
TAKEN_FOR = PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)


class _Once:
    """Refuses a code that was right before."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        used = f"jium.trust.code:{self.user.pk}:{normalize_user_code(code)}"  # type: ignore[attr-defined]
        if not cache.add(used, True, timeout=TAKEN_FOR):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_Once, AuthenticateForm):
    """At log-in."""


class CodeAgainForm(_Once, ReauthenticateForm):
    """Where somebody shows again who she is."""
