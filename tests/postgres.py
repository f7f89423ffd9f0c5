"""A private PostgreSQL server for the tests: in a temporary directory, on loopback only, gone with the tests.

``postgres_url`` is the address of its database; ``postgres_server.create(name)`` makes further ones.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from jium.demoweb.ports import Port

USER = "jium"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
# Durability is what these make faster, and nobody needs it here.
QUICK = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=16MB",
    "max_connections=200",
)


def programs() -> Path:
    """Where the newest installed server's programs are. Raises FileNotFoundError."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise FileNotFoundError("PostgreSQL is not installed (apt-get install postgresql)")


def _as_user() -> list[str]:
    """The server refuses to run as root; and it must not outlive us, however we end."""
    command = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        command += ["--reuid", _account(), "--regid", _account_group(), "--clear-groups"]
    return command


def _account() -> str:
    import pwd

    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    return "nobody"


def _account_group() -> str:
    import pwd

    return str(pwd.getpwnam(_account()).pw_gid)


def _run(command: Sequence[str | Path], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(command[-1]).name}: {done.stdout}{done.stderr}")


class Server:
    """One running server. ``url``: its database, with the password in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs = programs()
        password = secrets.token_urlsafe(16)
        self._make_cluster(password)
        self._port = Port()
        self.url = f"postgresql://{USER}:{password}@127.0.0.1:{self._port.number}/{USER}"
        if not self._start(self._port.number):
            raise RuntimeError((folder / "log").read_text())
        self.create(USER)

    @property
    def files(self) -> Path:
        """Where the server keeps what it keeps."""
        return self._folder / "data"

    def _make_cluster(self, password: str) -> None:
        secret = self._folder / "password"
        secret.write_text(password)
        if os.geteuid() == 0:
            for path in (self._folder, secret):
                shutil.chown(path, _account(), int(_account_group()))
        options = ["--username", USER, "--pwfile", secret, "--auth", "scram-sha-256", "--encoding", "UTF8"]
        command = [*_as_user(), self._programs / "initdb", *options, "--locale", "C.UTF-8", "--no-sync"]
        _run([*command, "-D", self._folder / "data"], self._folder)

    def _start(self, port: int) -> bool:
        settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=", f"port={port}", *QUICK)
        flags = [flag for setting in settings for flag in ("-c", setting)]
        command = [*_as_user(), str(self._programs / "postgres"), "-D", str(self._folder / "data"), *flags]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        end = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self._address("postgres")).close()
                return True
            time.sleep(0.1)
        self.stop()
        return False

    def create(self, name: str) -> str:
        """Make an empty database; its address."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._address(name)

    def _address(self, database: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{database}"))

    def stop(self) -> None:
        """End this server, and only this one."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # "fast": throws its clients out
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._port.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A private server that lives as long as the tests, see :class:`Server`."""
    with tempfile.TemporaryDirectory(prefix="jium-postgres-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder))
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: Server) -> str:
    """The address of an empty database on that server."""
    return postgres_server.url
