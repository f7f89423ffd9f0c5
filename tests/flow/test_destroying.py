"""A destroyed case answers nowhere any more: not in a table, an index, a database file or its log, nor in the vault."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Server

ROOT = Path(__file__).resolve().parents[2]


def program(data: Path, *arguments: str, **more: str) -> dict:
    """What :mod:`tests.destroyed` answers."""
    environment = {**os.environ, "JIUM_DATA": str(data), "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}", **more}
    command = [sys.executable, "-m", "tests.destroyed", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for name in ("keys", "vault"):
        (folder / name).mkdir(parents=True, mode=0o700)
    (folder / "keys" / "web.key").write_text("x" * 60)
    return folder


def contents(folder: Path) -> Iterator[bytes]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.read_bytes()


def found(marks: list[str], folder: Path) -> set[str]:
    """Those of the marks that some file has in it, as they are or, as JSON and sessions may write them, encoded."""
    wanted = {mark: bytes.fromhex(mark) for mark in marks}
    held = b"\0".join(contents(folder))
    return {mark for mark, what in wanted.items() if what in held}


@contextmanager
def held_open(database: Path) -> Iterator[None]:
    """As by a process that serves pages meanwhile: whoever closes it then is not the last, and cuts no log by that."""
    with closing(sqlite3.connect(database)) as link:
        link.execute("SELECT count(*) FROM sqlite_master").fetchall()
        yield


def test_no_byte_of_a_destroyed_case_is_left_in_any_file(data: Path) -> None:
    built = program(data, "build")
    before = found(built["hers"], data)
    assert len(before) > 30, "the marks that stand in plain columns are there to be found"
    with held_open(data / "jium.sqlite"), held_open(data / "keys" / "keys.sqlite"):
        gone = program(data, "destroy", built["case"][0])
        left = found(built["hers"], data)
    assert gone["done"] and gone["whole"]
    assert left == set()
    assert found(built["others"], data) == set(built["others"]), "what is another's is still there"
    assert gone["destroyed"]["files"] >= 5 and gone["destroyed"]["letters"] >= 2 and gone["destroyed"]["sightings"]


def test_on_postgresql_neither_a_table_nor_its_files_hold_anything_of_it(data: Path, postgres_server: Server) -> None:
    urls = {
        "JIUM_DATABASE_URL": postgres_server.create("destroyed"),
        "JIUM_KEYS_URL": postgres_server.create("destroyed_keys"),
    }
    built = program(data, "build", **urls)
    flushed(urls)
    tables = postgres_server.files / "base"
    assert len(found(built["hers"], tables)) > 30
    gone = program(data, "destroy", built["case"][0], **urls)
    assert gone["done"] and gone["whole"]
    flushed(urls)
    assert found(built["hers"], tables) == found(built["hers"], data) == set()
    assert found(built["others"], tables) == set(built["others"])


def flushed(urls: dict[str, str]) -> None:
    """What the server holds in memory stands in its files, and files of tables that were written anew are gone."""
    for url in urls.values():
        with psycopg.connect(url, autocommit=True) as link:
            link.execute("CHECKPOINT")
