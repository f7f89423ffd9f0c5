"""The drill: an installation is copied while it is there, and brought back onto a fresh machine, on both databases."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.flow.test_destroying import contents, found, program
from tests.postgres import Server

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Place:
    """A machine: its data directory and, on PostgreSQL, its databases."""

    data: Path
    urls: dict[str, str] = field(default_factory=dict)

    def jium(self, *arguments: object, expect: int = 0) -> str:
        """What a command says, on both outputs."""
        environment = {**os.environ, "JIUM_DATA": str(self.data), "JIUM_LANGUAGE": "en", **self.urls}
        environment["PYTHONPATH"] = str(ROOT / "src")
        command = [sys.executable, "-m", "jium.cli.main", *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout + done.stderr

    def program(self, *arguments: str) -> dict:
        return program(self.data, *arguments, **self.urls)

    @property
    def key(self) -> Path:
        return self.data / "keys" / "master.key"


@dataclass
class Backup:
    """Its two folders."""

    data: Path
    keys: Path


def backup(place: Place, to: Path) -> Backup:
    place.jium("backup", "--to", to / "disk", "--keys-to", to / "stick")
    return Backup(max((to / "disk").iterdir()), max((to / "stick").iterdir()))


def restore(place: Place, what: Backup, key: Path, *more: object, expect: int = 0) -> str:
    return place.jium(
        "restore", "--from", what.data, "--keys-from", what.keys, "--master-key", key, *more, expect=expect
    )


def machine(folder: Path, server: Server | None, name: str) -> Place:
    """A fresh one."""
    if server is None:
        return Place(folder / name)
    urls = {
        "JIUM_DATABASE_URL": server.create(f"drill_{name}_{os.urandom(4).hex()}"),
        "JIUM_KEYS_URL": server.create(f"drill_{name}_keys_{os.urandom(4).hex()}"),
    }
    return Place(folder / name, urls)


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Server | None:
    return request.getfixturevalue("postgres_server") if request.param == "postgresql" else None


def built(folder: Path, server: Server | None) -> tuple[Place, dict]:
    place = machine(folder, server, "old")
    for name in ("keys", "vault", "run"):
        (place.data / name).mkdir(parents=True, mode=0o700)
    (place.data / "keys" / "web.key").write_text("x" * 60)
    (place.data / "jium.toml").write_text('[institution]\nname = "한빛"\n', encoding="utf-8")
    marks = place.program("build")
    place.jium("audit", "seal")
    return place, marks


def test_the_drill_everything_is_back_and_what_was_destroyed_stays_destroyed(
    tmp_path: Path, server: Server | None
) -> None:
    old, marks = built(tmp_path, server)
    before = old.program("read")
    assert before["audit"] and before["objects"] >= 4 and any("jiumark" in one for one in before["details"])
    first = backup(old, tmp_path / "first")

    fresh = machine(tmp_path, server, "fresh")
    said = restore(fresh, first, old.key)
    assert "all files are there" in said
    assert fresh.program("read") == before
    assert fresh.program("next")["case"].endswith("-1001"), "no number is given out twice"
    assert (fresh.data / "jium.toml").read_text(encoding="utf-8").startswith("[institution]")
    assert "there is an installation already" in restore(fresh, first, old.key, expect=1)

    # Destroyed after the first copy of the data: with today's keys, or with the list alone, it does not come back.
    old.program("destroy", marks["case"][0])
    second = backup(old, tmp_path / "second")
    for name, keys, more in (
        ("later", second.keys, ()),
        ("listed", first.keys, ("--destroyed", second.keys / "destroyed.txt")),
    ):
        place = machine(tmp_path, server, name)
        said = restore(place, Backup(first.data, keys), old.key, *more)
        assert "1 destroyed case(s) had come back and were destroyed again" in said
        assert place.program("read")["cases"] == before["cases"][1:]
        assert found(marks["hers"], place.data) == set()


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, dict]:
    """An installation to be copied, on SQLite."""
    return built(tmp_path_factory.mktemp("origin"), None)


@pytest.fixture
def old(origin: tuple[Place, dict], tmp_path: Path) -> Place:
    return Place(Path(shutil.copytree(origin[0].data, tmp_path / "old")))


def test_neither_folder_tells_anything_without_the_other_and_the_master_key(
    origin: tuple[Place, dict], old: Place, tmp_path: Path
) -> None:
    marks = origin[1]
    made = backup(old, tmp_path)
    assert found(marks["hers"], old.data), "in the tables of the installation they can be found"
    key = old.key.read_bytes()
    wrapped = set(marks["hers"][-1:])
    assert found(marks["hers"], made.data) == set()
    assert not any(key in one for folder in (made.data, made.keys) for one in contents(folder))
    assert found(marks["hers"], made.keys) <= set(marks["hers"]) and len(found(marks["hers"], made.keys)) <= len(
        wrapped
    )
    for path in (*made.data.rglob("*"), *made.keys.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_what_cannot_be_done_is_said_in_words_and_nothing_is_left(old: Place, tmp_path: Path) -> None:
    for data, keys in ((tmp_path / "a", tmp_path / "a" / "keys"), (tmp_path / "a" / "b", tmp_path / "a")):
        said = old.jium("backup", "--to", data, "--keys-to", keys, expect=1)
        assert "the keys must not lie in or around the folder of the data" in said
        assert not data.exists() and not keys.exists()
    made = backup(old, tmp_path)
    (made.data / "tables.jium").write_bytes(b"x")
    fresh = Place(tmp_path / "fresh")
    assert "tables.jium is missing or not as it was written" in restore(fresh, made, old.key, expect=1)
    assert not fresh.data.exists()


def test_a_restore_that_was_cut_off_starts_nothing(old: Place, tmp_path: Path) -> None:
    made = backup(old, tmp_path)
    fresh = Place(tmp_path / "fresh")
    restore(fresh, made, old.key)
    (fresh.data / "restore-unfinished").touch()
    assert "was being brought back here and is not" in fresh.jium("migrate", expect=1)
    assert "was being brought back here and is not" in fresh.jium("doctor", expect=1)
    (fresh.data / "restore-unfinished").unlink()
    fresh.jium("migrate")


def test_a_wrong_key_is_refused_by_name_before_anything_is_written(old: Place, tmp_path: Path) -> None:
    made = backup(old, tmp_path)
    other = tmp_path / "other.key"
    other.write_bytes(b"k" * 32)
    fresh = Place(tmp_path / "fresh")
    assert "the master key is not the one of this backup" in restore(fresh, made, other, expect=1)
    assert "no master key in the file" in restore(fresh, made, tmp_path / "none.key", expect=1)
    assert not fresh.data.exists()


def test_a_second_backup_beside_the_first_links_what_is_there_already(old: Place, tmp_path: Path) -> None:
    first, said = backup(old, tmp_path), ""
    said = old.jium("backup", "--to", tmp_path / "disk", "--keys-to", tmp_path / "stick")
    assert "of them 0 new" in said
    second = max((tmp_path / "disk").iterdir())
    assert second != first.data
    shutil.rmtree(first.data)
    fresh = Place(tmp_path / "fresh")
    restore(fresh, Backup(second, first.keys), old.key)
    assert fresh.program("read") == old.program("read")


def test_after_the_master_key_was_changed_old_data_comes_back_with_the_new_keys(old: Place, tmp_path: Path) -> None:
    first = backup(old, tmp_path / "first")
    before, old_key = old.program("read"), old.key.read_bytes()
    assert "A new master key is in place" in old.jium("keys", "rotate")
    assert old.key.read_bytes() != old_key and old.program("read") == before
    second = backup(old, tmp_path / "second")
    fresh = Place(tmp_path / "fresh")
    restore(fresh, Backup(first.data, second.keys), old.key)
    assert fresh.program("read")["digest"] == before["digest"]
