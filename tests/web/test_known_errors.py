"""What goes wrong outside the program is told in words, and reading goes on while writing cannot."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError

from jium.trust.vault import Damaged, MissingKey, NoMasterKey, VaultError, WrongMasterKey
from jium.web import known_errors
from tests.cases.opened import told
from tests.web.conftest import PASSWORD, picture
from tests.web.served import served
from tests.web.visiting import Visitor


@pytest.mark.parametrize(
    ("problem", "name"),
    [
        (OperationalError("database is locked"), "busy"),
        (OperationalError("database table is locked: cases_case"), "busy"),
        (OperationalError("deadlock detected"), "busy"),
        (OperationalError("canceling statement due to lock timeout"), "busy"),
        (OperationalError("database or disk is full"), "full"),
        (OperationalError('could not extend file "base/1/2": No space left on device'), "full"),
        (OperationalError("attempt to write a readonly database"), "read-only"),
        (OperationalError("cannot execute INSERT in a read-only transaction"), "read-only"),
        (OperationalError("unable to open database file"), "gone"),
        (OperationalError("connection to server at 10.0.0.1 failed: Connection refused"), "gone"),
        (OperationalError("server closed the connection unexpectedly"), "gone"),
        (DatabaseError("database disk image is malformed"), "broken"),
        (DatabaseError("file is not a database"), "broken"),
        (OperationalError("disk I/O error"), "broken"),
        (NoMasterKey("x"), "no key"),
        (MissingKey("x"), "keyless"),
        (WrongMasterKey("x"), "wrong key"),
        (Damaged("x"), "damaged"),
        (OSError(errno.ENOSPC, "x"), "full"),
        (OSError(errno.EROFS, "x"), "read-only"),
        (PermissionError(errno.EACCES, "x"), "read-only"),
    ],
    ids=repr,
)
def test_each_known_error_has_its_words(problem: Exception, name: str) -> None:
    told = known_errors.known(problem)
    assert told and told.name == name


@pytest.mark.parametrize(
    "problem",
    [
        None,
        ValueError("locked"),
        IntegrityError("UNIQUE"),
        OperationalError("no such table: x"),
        VaultError("x"),
        OSError(),
    ],
    ids=repr,
)
def test_what_nobody_foresaw_is_not_explained_away(problem: Exception | None) -> None:
    assert known_errors.known(problem) is None


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def stand(data: Path) -> Iterator[tuple[Visitor, dict[str, str]]]:
    with served(data, JIUM_SQLITE_PATIENCE="1") as (address, pages):
        visitor = Visitor(address)
        assert visitor.log_in("everything", PASSWORD).status == 302
        yield visitor, pages


def new_case(visitor: Visitor) -> tuple[int, str]:
    answer = visitor.post("/cases/new/", told("Maple"))
    return answer.status, answer.read().decode()


def test_while_somebody_else_writes_every_page_can_be_read_and_a_form_is_told_in_words(stand, data: Path) -> None:
    visitor, pages = stand
    links = [sqlite3.connect(file, isolation_level=None) for file in (data / "jium.sqlite", data / "keys/keys.sqlite")]
    for link in links:
        link.execute("BEGIN IMMEDIATE")
    for name in ("app to set up", "passkey to add"):  # they keep what is to be shown to them in the session
        answer = visitor.open(pages.pop(name))
        assert (answer.status, "Nothing was changed" in answer.read().decode()) == (400, True)
    assert {name: visitor.open(page).status for name, page in pages.items()} == dict.fromkeys(pages, 200)
    status, said = new_case(visitor)
    assert (status, "The database is busy" in said, "Maple" in said) == (503, True, False)
    for link in links:
        link.close()
    assert new_case(visitor)[0] == 302


def test_without_the_master_key_everything_but_files_goes_on(stand, data: Path) -> None:
    visitor, pages = stand
    key = data / "keys" / "master.key"
    kept = key.read_bytes()
    key.unlink()
    # What may say who she is lies sealed: without the key it cannot be shown.
    sealed = visitor.open(pages.pop("intake"))
    assert (sealed.status, "The master key is missing" in sealed.read().decode()) == (500, True)
    assert {name: visitor.open(page).status for name, page in pages.items()} == dict.fromkeys(pages, 200)
    answer = visitor.upload(pages["register"], picture(9))
    assert (answer.status, "The master key is missing" in answer.read().decode()) == (500, True)
    key.write_bytes(b"k" * 32)
    answer = visitor.upload(pages["register"], picture(9))
    assert (answer.status, "not the right one" in answer.read().decode()) == (500, True)
    key.write_bytes(kept)
    assert visitor.upload(pages["register"], picture(9)).status == 302


def test_a_damaged_or_missing_vault_is_told_where_a_file_is_wanted_and_nowhere_else(stand, data: Path) -> None:
    visitor, pages = stand
    for path in (data / "vault").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-1])
    assert {name: visitor.open(page).status for name, page in pages.items()} == dict.fromkeys(pages, 200)
    case = visitor.open(pages["case"]).read().decode()
    link = case.split("/package.zip")[0].rpartition('"')[2] + "/package.zip"
    answer = visitor.open(link)
    assert (answer.status, "damaged or missing" in answer.read().decode()) == (500, True)


def test_a_database_that_cannot_be_opened_is_told_without_asking_it(stand, data: Path) -> None:
    visitor, _pages = stand
    (data / "jium.sqlite").rename(data / "away")
    (data / "jium.sqlite").mkdir()
    answer = visitor.open("/cases/")
    assert (answer.status, "The database does not answer" in answer.read().decode()) == (503, True)
    assert visitor.open("/healthz").status == 503


def test_psycopg_says_what_is_looked_for() -> None:
    """Its words come through Django unchanged."""
    with pytest.raises(psycopg.OperationalError) as refused:
        psycopg.connect("host=127.0.0.1 port=1 user=x dbname=x", connect_timeout=2)
    told = known_errors.known(OperationalError(str(refused.value)))
    assert told and told.name == "gone"
