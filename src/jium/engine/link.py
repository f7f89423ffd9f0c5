"""The job library's tables and client. With ``worker`` the only place that knows the library (DBOS)."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from contextlib import closing
from typing import Any

from dbos import DBOS, DBOSClient
from dbos import Serializer as LibrarySerializer

from jium.config import Config

NAME = "jium"
# Raised only when a planned action changes its meaning; then workers are drained first.
VERSION = "1"
# The one job of the library: carry out a planned action.
JOB = "jium.carry_out"
# A job that took its worker down this often besides the first time is given up, see sweep.start_due.
DEATHS = 4

# What happens to our rows is in our tables; the library's own remarks may quote what it ran.
logging.getLogger("dbos").setLevel(logging.CRITICAL)


class JsonSerializer(LibrarySerializer):
    """Arguments are ids; nothing that could run code is ever stored (the library's default is pickle)."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=lambda value: type(value).__name__)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "jium_json"


def database_url(config: Config) -> str:
    """The library's tables lie beside ours: the same SQLite file, or schema ``dbos`` of the same database."""
    return config.database_url or f"sqlite:///{config.data / 'jium.sqlite'}"


def migrate(config: Config) -> None:
    """Bring the library's tables up to date, and an SQLite file, for good, to readers working beside a writer."""
    if not config.database_url:
        with closing(sqlite3.connect(config.data / "jium.sqlite", timeout=30)) as file:
            file.execute("PRAGMA journal_mode=WAL")
    DBOS.migrate(database_url(config))


_lock = threading.Lock()
_clients: dict[str, DBOSClient] = {}


def client() -> DBOSClient:
    """This process's client; connects when first used."""
    from django.conf import settings

    url = database_url(settings.CONFIG)
    with _lock:
        if url not in _clients:
            _clients[url] = DBOSClient(
                system_database_url=url,
                serializer=JsonSerializer(),
                application_name=NAME,
                retry_connection_errors=False,
                lazy=True,
            )
        return _clients[url]


def close() -> None:
    """Let go of the client's connections."""
    with _lock:
        while _clients:
            _clients.popitem()[1].destroy()
