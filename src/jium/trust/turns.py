"""One at a time, or so many: what must not happen in two processes at once, and what few threads may do at once."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.transaction import TransactionManagementError


def take_turn(name: str, using: str = "default") -> None:
    """Wait until no other transaction holds the turn ``name``, then hold it until this transaction ends.

    SQLite has one writer at a time and our transactions begin as writers (IMMEDIATE), so it needs nothing
    more. Raises ``TransactionManagementError`` outside a transaction, where the turn would end at once.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"turn {name!r} was taken outside a transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(f"jium.trust.{name}".encode())])


@contextmanager
def hurried(using: str = "default") -> Iterator[None]:
    """Within, whoever writes does not wait for somebody else who does: ``OperationalError`` comes at once.

    Only SQLite lets everybody wait for one writer.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(before)}")


class Busy(Exception):
    """Too many wait already: try again in a moment."""


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
