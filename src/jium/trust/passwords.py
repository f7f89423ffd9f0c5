"""Argon2, two at a time: each takes 100 MB of memory and a core, and strangers can ask for as many as they like."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

# Computed at once, and waiting for their turn; more are turned away, so that threads remain for everything else.
AT_ONCE, WAITING = 2, 2


class Busy(Exception):
    """Too many passwords are being computed: try again in a moment."""


class Turns:
    """So many at once, so many waiting."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._at_work = threading.BoundedSemaphore(at_once)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises :class:`Busy` at once where too many wait."""
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            with self._at_work:
                yield
        finally:
            self._places.release()


_TURNS = Turns(AT_ONCE, WAITING)


class BoundedArgon2(Argon2PasswordHasher):
    """Django's hasher; raises :class:`Busy`."""

    def encode(self, password: Any, salt: Any) -> str:
        with _TURNS.one():
            return super().encode(password, salt)

    def verify(self, password: Any, encoded: Any) -> bool:
        with _TURNS.one():
            return super().verify(password, encoded)
