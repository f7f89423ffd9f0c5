"""Argon2, two at a time: each takes 100 MB of memory and a core, and strangers can ask for as many as they like."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

from jium.trust.turns import Turns

# Computed at once, and waiting for their turn; more are turned away, so that threads remain for everything else.
AT_ONCE, WAITING = 2, 2
_TURNS = Turns(AT_ONCE, WAITING)


class BoundedArgon2(Argon2PasswordHasher):
    """Django's hasher; raises :class:`~jium.trust.turns.Busy`."""

    def encode(self, password: Any, salt: Any) -> str:
        with _TURNS.one():
            return super().encode(password, salt)

    def verify(self, password: Any, encoded: Any) -> bool:
        with _TURNS.one():
            return super().verify(password, encoded)
