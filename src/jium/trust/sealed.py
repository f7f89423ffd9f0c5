"""What lies sealed, on pages on which other things can be read without its key as well."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from jium.trust.vault import VaultError


def read_or_say(read: Callable[[], str]) -> str:
    """What ``read`` gives; where the vault cannot open it, a sentence that says so."""
    try:
        return read()
    except VaultError:
        return _("It cannot be read: the key of the case is not there.")
