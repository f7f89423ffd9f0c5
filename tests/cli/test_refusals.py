"""``jium up`` refuses to start when something is wrong: it says what, how to mend it, and harms nothing."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jium.demoweb.ports import Port
from tests import made


def jium(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jium", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "JIUM_LANGUAGE": "en", "JIUM_DATA": str(data), **environment},
        timeout=120,
    )


def refused(told: subprocess.CompletedProcess[str], *words: str) -> None:
    assert told.returncode == 1, told.stdout + told.stderr
    assert "cannot start" in told.stderr
    assert "What to do:" in told.stderr
    assert "Traceback" not in told.stderr
    for word in words:
        assert word in told.stderr


@pytest.fixture(scope="module", autouse=True)
def port_of_its_own() -> Iterator[None]:
    """Where ``jium up`` would listen: what is wrong shall be what the test made wrong, whoever else runs here."""
    held = Port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JIUM_PORT", str(held.number))
        yield
    held.close()


@pytest.fixture(scope="module")
def prepared() -> Path:
    """A data directory that ``jium migrate`` made."""
    return made.migrated()


@pytest.fixture
def installation(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared directory that a test may spoil."""
    return Path(shutil.copytree(prepared, tmp_path / "data"))


def tables(data: Path) -> bytes:
    """The content of the tables, to see that nothing was changed."""
    link = sqlite3.connect(data / "jium.sqlite")
    try:
        return "\n".join(link.iterdump()).encode()
    finally:
        link.close()


def test_a_taken_port(installation: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused(jium(installation, "up", "--port", port), port, "--port")


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    refused(jium(tmp_path / "file" / "data", "up"), "cannot write", "--data")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this user may not mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    (small_disk / "data").mkdir()
    refused(jium(small_disk / "data", "up"), "disk", "full", "300 MB")
    assert not (small_disk / "data" / "jium.sqlite").exists()


def test_a_locked_database(installation: Path) -> None:
    before = tables(installation)
    link = sqlite3.connect(installation / "jium.sqlite", isolation_level=None)
    link.execute("BEGIN EXCLUSIVE")
    try:
        refused(jium(installation, "up"), "locked", "close whatever")
    finally:
        link.execute("ROLLBACK")
        link.close()
    assert tables(installation) == before


def test_a_damaged_database(installation: Path) -> None:
    database = installation / "jium.sqlite"
    for leftover in installation.glob("jium.sqlite-*"):
        leftover.unlink()
    database.write_bytes(b"this is not a database" * 1000)
    refused(jium(installation, "up"), "damaged", "backup")
    assert database.read_bytes().startswith(b"this is not")


def test_another_master_key(installation: Path) -> None:
    before = tables(installation)
    key = installation / "keys" / "master.key"
    size = len(key.read_bytes())
    key.write_bytes(os.urandom(size))
    refused(jium(installation, "up"), "not the master key", "nothing was changed")
    assert tables(installation) == before


def test_a_missing_master_key(installation: Path) -> None:
    (installation / "keys" / "master.key").unlink()
    refused(jium(installation, "up"), "missing", "safe copy")
    assert not (installation / "keys" / "master.key").exists()


def test_a_clock_before_the_last_entry(installation: Path, tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text(str(-400 * 24 * 3600))
    refused(jium(installation, "up", JIUM_CLOCK_FILE=str(clock)), "clock", "timedatectl")


def test_settings_that_cannot_be_read(installation: Path) -> None:
    (installation / "jium.toml").write_text("[mail\nhost = 1")
    refused(jium(installation, "up"), "jium.toml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("places_days = 0", "[archive] places_days"),
        ("places_days = 90\ncodes_days = 30", "[archive] codes_days"),
        ("place_days = 90", "[archive] place_days"),
        ('places_days = "long"', "[archive] places_days"),
    ],
)
def test_times_for_which_nothing_can_be_kept(installation: Path, text: str, told: str) -> None:
    (installation / "jium.toml").write_text(f"[archive]\n{text}\n")
    refused(jium(installation, "up"), told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('issuer = "http://login.centre.example"\nclient_id = "jium"', "[oidc] issuer"),
        ('issuer = "login.centre.example"\nclient_id = "jium"', "[oidc] issuer"),
        ('issuer = "https://[/"\nclient_id = "jium"', "[oidc] issuer"),
        ('issuer = "https://login.centre.example"', "client_id"),
        ('client_id = "jium"', "issuer"),
        ('isuer = "https://login.centre.example"', "[oidc] isuer"),
    ],
)
def test_a_centre_log_in_that_cannot_be_asked_safely(installation: Path, text: str, told: str) -> None:
    (installation / "jium.toml").write_text(f"[oidc]\n{text}\n")
    refused(jium(installation, "up"), told)


def test_two_on_one_directory(installation: Path) -> None:
    import fcntl

    (installation / "run").mkdir(exist_ok=True)
    with (installation / "run" / "web.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused(jium(installation, "up"), "already runs")


def test_the_doctor_names_every_part_and_what_to_do(installation: Path) -> None:
    told = jium(installation, "doctor")
    for part in (
        "data directory",
        "disk space",
        "database",
        "vault key",
        "clock",
        "sandbox",
        "browser",
        "fonts",
        "mail",
    ):
        assert part in told.stdout
    assert "jium.toml" in told.stdout
    assert "Traceback" not in told.stderr


def test_the_doctor_asks_the_centres_own_log_in(installation: Path) -> None:
    """Whether it answers, and whether it knows this installation by its secret."""
    from tests.trust import centre

    with centre.serving() as issuer:
        told = f'issuer = "{issuer}"\nclient_id = "jium"\n'
        secret = installation / "secret"
        secret.write_text("not for everybody")
        for known, state in ((f'client_secret_file = "{secret}"', "✓"), ("", "✗")):
            (installation / "jium.toml").write_text(f"[oidc]\n{told}{known}\n")
            found = jium(installation, "doctor")
            (line,) = [line for line in found.stdout.splitlines() if "centre's own log-in" in line]
            assert line.startswith(state)
            assert issuer in found.stdout.replace("\n", "").replace(" ", "")


def test_the_doctor_finds_what_is_broken(installation: Path) -> None:
    told = jium(installation, "doctor", JIUM_CHROMIUM="/nowhere/chromium")
    assert told.returncode == 1
    assert "apt install chromium" in told.stdout
