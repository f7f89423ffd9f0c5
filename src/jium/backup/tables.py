"""A whole database as one stream of bytes, and back: SQLite by its own copy, PostgreSQL by ``pg_dump``."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from jium.config import Config

# What a copy's folder is called while it is made.
SNAPSHOT = "snapshot-"


class NotCopied(Exception):
    """The database could not be copied or brought back; the message is the tool's, without any row."""


class NotEmpty(Exception):
    """There are tables already where some are to be brought back."""


class OtherDatabase(Exception):
    """The backup is of another kind of database than the one it is to be brought back into."""


@dataclass(frozen=True)
class Database:
    """Where one of our two databases is: ``url`` of PostgreSQL, or else the ``file`` of SQLite."""

    url: str
    file: Path

    @property
    def kind(self) -> str:
        return "postgresql" if self.url else "sqlite"


def databases(config: Config) -> tuple[Database, Database]:
    """The tables, and the keys."""
    return (
        Database(config.database_url, config.data / "jium.sqlite"),
        Database(config.keys_url, config.keys / "keys.sqlite"),
    )


def clear(scratch: Path) -> None:
    """Remove copies that an interruption left, and break one that is being made: it holds what was there before."""
    for left in scratch.glob(f"{SNAPSHOT}*"):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def snapshot(database: Database, scratch: Path) -> Iterator[IO[bytes]]:
    """The database as it is at one moment, while others write; ``scratch``: where a copy may lie meanwhile.

    Raises :class:`NotCopied`, also at the end, OSError.
    """
    if database.url:
        with _pg_dump(database.url) as stream:
            yield stream
        return
    with tempfile.TemporaryDirectory(prefix=SNAPSHOT, dir=scratch) as folder:
        copy = Path(folder, "copy")
        try:
            with closing(sqlite3.connect(database.file, timeout=60)) as link:
                link.execute("VACUUM INTO ?", [str(copy)])
        except sqlite3.Error as problem:
            raise NotCopied(str(problem)) from problem
        with copy.open("rb") as stream:
            yield stream


@contextmanager
def _pg_dump(url: str) -> Iterator[IO[bytes]]:
    command = [_tool("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, env=_environment(url), stdout=subprocess.PIPE, stderr=said) as running:
            try:
                yield cast("IO[bytes]", running.stdout)
            except BaseException:
                running.kill()
                raise
            status = running.wait()
        _insist(status, said)


def load(database: Database, content: Iterable[bytes]) -> None:
    """Bring a database back where there is none. Raises :class:`NotEmpty`, :class:`NotCopied`, OSError."""
    if not is_empty(database):
        raise NotEmpty
    if database.url:
        _pg_restore(database.url, content)
        return
    fresh = database.file.with_name(f"{database.file.name}.restored")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.writelines(content)
        target.flush()
        os.fsync(target.fileno())
    try:
        with closing(sqlite3.connect(fresh)) as link:
            sound = link.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        fresh.unlink()
        raise NotCopied("the copy is not a sound database")
    fresh.replace(database.file)


def _pg_restore(url: str, content: Iterable[bytes]) -> None:
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    command = [_tool("pg_restore"), *options, f"--dbname={_environment(url)['PGDATABASE']}"]
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(command, env=_environment(url), stdin=subprocess.PIPE, stderr=said)
        try:
            # Where it ends before all was written it says why.
            with suppress(BrokenPipeError), cast("IO[bytes]", running.stdin) as pipe:
                pipe.writelines(content)
        except BaseException:
            running.kill()
            running.wait()
            raise
        _insist(running.wait(), said)


def is_empty(database: Database) -> bool:
    """Whether there are no tables. Raises :class:`NotCopied` where PostgreSQL does not answer."""
    if not database.url:
        # A log that lies beside it would be read into what is brought back.
        return not any(database.file.with_name(database.file.name + end).exists() for end in ("", "-wal", "-journal"))
    import psycopg

    query = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    try:
        with psycopg.connect(database.url, connect_timeout=10) as link:
            row = link.execute(query).fetchone()
    except psycopg.Error as problem:
        raise NotCopied(type(problem).__name__) from problem
    return row is not None and row[0] == 0


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotCopied(f"{name}: not installed (apt install postgresql-client)")
    return found


def _environment(url: str) -> dict[str, str]:
    """A password on the command line could be read by everybody on the machine."""
    parts = urlsplit(url)
    told = {
        "PGHOST": parts.hostname,
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
    }
    asked = dict(parse_qsl(parts.query))
    told |= {"PGSSLMODE": asked.get("sslmode"), "PGSSLROOTCERT": asked.get("sslrootcert")}
    return {**os.environ, **{name: value for name, value in told.items() if value}}


def _insist(status: int, said: IO[bytes]) -> None:
    if status:
        said.seek(0)
        # Its first line names the problem; what follows may quote a row.
        lines = said.read().decode("utf-8", "replace").splitlines()
        raise NotCopied(lines[0][:200] if lines else f"exit status {status}")
