"""A backup is looked at as a whole before anything is written: whatever is wrong with it has a name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from jium.backup import making, opening, tables
from jium.backup.manifest import Incomplete, NotABackup, NotTogether
from jium.config import Config
from jium.trust import master_key, vault
from jium.trust.wrapping import NoMasterKey, WrongMasterKey

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


@pytest.fixture
def made(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> making.Made:
    """A backup of a vault with two files."""
    config = Config(data=tmp_path / "here", key_file=tmp_path / "here" / "keys" / "master.key")
    for folder in (config.run, config.vault):
        folder.mkdir(parents=True)
    settings.CONFIG = config
    master_key.create(config)
    box, case = vault.open_vault(config), UUID(int=7)
    box.create_case_key(case)
    for content in (b"one", b"two"):
        box.put_bytes(case, content)
    # The tests' tables live in memory or in a server: what is copied here is a small database of its own.
    for name in ("jium.sqlite", "keys/keys.sqlite"):
        with tables.closing(tables.sqlite3.connect(config.data / name)) as link:
            link.execute("CREATE TABLE things (name TEXT)")
    (config.data / "jium.toml").write_text("[web]\n")
    return making.make(config, tmp_path / "disk", tmp_path / "stick")


def key_of(made: making.Made) -> Path:
    return made.data.parents[1] / "here" / "keys" / "master.key"


def told(folder: Path, **fields: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def test_an_untouched_one_is_opened_file_by_file(made: making.Made) -> None:
    counted: list[int] = []
    backup = opening.opened(made.data, made.keys, key_of(made), lambda: counted.append(1))
    assert made.objects == made.fresh == 2 and len(counted) == 6
    assert backup.key == key_of(made).read_bytes()
    assert opening.dead([opening.dead_of(backup)]) == set()


@pytest.mark.parametrize(
    ("break_it", "problem"),
    [
        (lambda made: (made.data / "tables.jium").write_bytes(b"x"), Incomplete),
        (lambda made: (made.keys / "keys.copy").unlink(), Incomplete),
        (lambda made: next((made.data / "vault").rglob("*/*")).write_bytes(b""), Incomplete),
        (lambda made: (made.data / "manifest.json").unlink(), NotABackup),
        (lambda made: (made.keys / "manifest.json").write_text("[1]"), NotABackup),
        (lambda made: (made.keys / "manifest.json").write_text("[" * 100_000), NotABackup),
        (lambda made: told(made.data, version=2), NotABackup),
        (lambda made: told(made.data, kind="keys"), NotABackup),
        (lambda made: told(made.data, files=[]), NotABackup),
        (lambda made: told(made.data, made_at=None), NotABackup),
        (lambda made: told(made.data, files={"../../here/jium.toml": "0"}), Incomplete),
        (lambda made: told(made.keys, check="zz"), Incomplete),
        (lambda made: told(made.data, objects={"vault/../jium.toml": 6}), Incomplete),
        (lambda made: told(made.keys, tables_key=""), WrongMasterKey),
        (lambda made: key_of(made).write_bytes(b"k" * 32), WrongMasterKey),
        (lambda made: key_of(made).write_bytes(b"short"), WrongMasterKey),
        (lambda made: key_of(made).unlink(), NoMasterKey),
    ],
)
def test_whatever_is_wrong_has_a_name(
    made: making.Made, break_it: Callable[[making.Made], object], problem: type[Exception]
) -> None:
    break_it(made)
    with pytest.raises(problem):
        opening.opened(made.data, made.keys, key_of(made))


def test_nothing_is_brought_back_onto_an_installation_or_into_another_kind_of_database(
    made: making.Made, tmp_path: Path
) -> None:
    backup = opening.opened(made.data, made.keys, key_of(made))
    here = Config(data=tmp_path / "here", key_file=key_of(made))
    with pytest.raises(tables.NotEmpty):
        opening.insist_on_nothing(here, backup)
    fresh = Config(data=tmp_path / "fresh", key_file=tmp_path / "fresh" / "keys" / "master.key")
    opening.insist_on_nothing(fresh, backup)
    with pytest.raises(tables.OtherDatabase):
        opening.insist_on_nothing(replace(fresh, database_url="postgresql://nobody@127.0.0.1/none"), backup)
    fresh.key_file.parent.mkdir(parents=True)
    fresh.key_file.write_bytes(b"o" * 32)
    with pytest.raises(tables.NotEmpty):
        opening.insist_on_nothing(fresh, backup)


def test_settings_that_are_there_are_kept(made: making.Made, tmp_path: Path) -> None:
    backup = opening.opened(made.data, made.keys, key_of(made))
    target = tmp_path / "fresh"
    opening.settings(backup, target)
    assert (target / "jium.toml").read_text() == "[web]\n"
    (target / "jium.toml").write_text("mine")
    opening.settings(backup, target)
    assert (target / "jium.toml").read_text() == "mine"


def test_data_and_keys_of_two_installations_are_told_apart_before_anything_is_written(
    made: making.Made, tmp_path: Path
) -> None:
    """Their tables are encrypted under keys of their own, as are those of another installation."""
    other = master_key.aes_key_wrap(key_of(made).read_bytes(), b"k" * 32).hex()
    told(made.keys, tables_key=other)
    with pytest.raises(NotTogether):
        opening.opened(made.data, made.keys, key_of(made))


def test_a_log_that_lies_beside_no_database_is_not_read_into_what_comes(made: making.Made, tmp_path: Path) -> None:
    backup = opening.opened(made.data, made.keys, key_of(made))
    fresh = Config(data=tmp_path / "fresh", key_file=tmp_path / "fresh" / "keys" / "master.key")
    fresh.data.mkdir()
    (fresh.data / "jium.sqlite-wal").write_bytes(b"old frames")
    with pytest.raises(tables.NotEmpty):
        opening.insist_on_nothing(fresh, backup)


def test_what_a_killed_backup_left_is_cleared_by_the_next(made: making.Made, tmp_path: Path, settings) -> None:
    left = settings.CONFIG.run / f"{tables.SNAPSHOT}abc"
    left.mkdir()
    (left / "copy").write_bytes(b"all of it in the clear")
    making.make(settings.CONFIG, tmp_path / "disk", tmp_path / "stick")
    assert not left.exists()


def test_the_master_key_may_be_changed_while_a_backup_is_made(
    made: making.Made, tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, changed = tables.snapshot, []

    def changing(database: tables.Database, scratch: Path):
        if database.file.name == "keys.sqlite" and not changed:
            changed.append(master_key.rotate(settings.CONFIG))
        return copy(database, scratch)

    monkeypatch.setattr(tables, "snapshot", changing)
    again = making.make(settings.CONFIG, tmp_path / "disk", tmp_path / "stick")
    assert changed and opening.opened(again.data, again.keys, key_of(made)).told.check


def test_a_password_and_a_certificate_of_postgresql_reach_its_tools() -> None:
    told_to = tables._environment(
        "postgresql://jium:se%20cret@db.example:6432/jium?sslmode=verify-full&sslrootcert=/ca"
    )
    assert (told_to["PGPASSWORD"], told_to["PGPORT"], told_to["PGDATABASE"]) == ("se cret", "6432", "jium")
    assert (told_to["PGSSLMODE"], told_to["PGSSLROOTCERT"]) == ("verify-full", "/ca")


def test_a_list_of_destroyed_cases_is_read_and_nothing_else_is(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"{UUID(int=1)} 2026-11-30T10:00:00Z\n{UUID(int=2)}\n")
    assert opening.dead([path]) == {UUID(int=1), UUID(int=2)}
    for wrong in ("사례 하나".encode(), b"\xff\xfe", f"{UUID(int=1)} and more words".encode()):
        path.write_bytes(wrong)
        with pytest.raises(ValueError, match=r"list\.txt"):
            opening.dead([path])


def test_a_backup_that_was_interrupted_is_none_and_stands_in_nobodys_way(
    made: making.Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    def stopped(*_anything: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "_copy_keys", stopped)
    shutil.rmtree(made.data)
    with pytest.raises(OSError, match="No space"):
        making.make(settings.CONFIG, tmp_path / "disk", tmp_path / "stick")
    (part,) = (tmp_path / "disk").iterdir()
    assert part.name.endswith(".part")
    with pytest.raises(NotABackup):
        opening.opened(part, made.keys, key_of(made))
