"""What was deleted from a database is overwritten there: no free page, no write-ahead log answers any more.

SQLite overwrites what is deleted (``secure_delete``), but copies that moved between pages earlier, and the log, may
still hold it: the file is written anew (``VACUUM``) and the log cut to nothing. PostgreSQL writes the tables anew; its
own log and its backups keep what was written until they are rotated, see docs/operating.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


class StillRead(Exception):
    """Somebody reads the database at this moment: what was deleted may stay in its log; do it again later."""


def leave_nothing(alias: str, tables: Iterable[str]) -> None:
    """Overwrite what was deleted from ``tables`` of the database ``alias``. Nothing happens inside a transaction.

    On PostgreSQL the tables are written anew and cannot be used meanwhile. Raises :class:`StillRead`,
    django.db.OperationalError where it is locked.
    """
    connection = connections[alias]
    if connection.in_atomic_block:
        return
    if connection.vendor == "sqlite":
        _sqlite(connection)
    else:
        _postgres(connection, tables)


def _sqlite(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()[0]
    if busy:
        raise StillRead


def _postgres(connection: BaseDatabaseWrapper, tables: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")
