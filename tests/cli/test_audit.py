"""``jium audit``: on an installation of its own, attacked through its database as somebody with its password would."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests import made as tables
from tests.cli.running import jium


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with six entries, the first four of them sealed."""
    here = tmp_path_factory.mktemp("audited")
    (here / "home").mkdir()
    shutil.copytree(tables.migrated(), here / "data")
    for accounts, sealed in ((4, True), (2, False)):
        code = "from jium import web; web.set_up(); from jium.trust import audit\n"
        code += f"for number in range({accounts}): audit.record('system', 'case.opened', number=number)"
        python(here, code)
        if sealed:
            assert jium(here, "audit", "seal").stdout.startswith("4:")
    return here


def python(folder: Path, code: str) -> None:
    done = jium(
        folder, through=("env", f"JIUM_CODE={code}"), program=("-c", "import os; exec(os.environ['JIUM_CODE'])")
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "here"))


def attack(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "data" / "jium.sqlite") as link:
        for statement in statements:
            link.execute(statement)


def verify(folder: Path, *more: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    return jium(folder, "audit", "verify", *more, language=language)


def test_a_whole_log_is_said_to_be_whole_and_where_it_was_sealed(folder: Path) -> None:
    done = verify(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 entries" in done.stdout and "entry 4" in done.stdout
    assert "whole; sealed at entry 4" in jium(folder, "doctor").stdout


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE trust_auditentry SET act = 'case.closed' WHERE seq = 2", "entry 2 is not as it was written"),
        ("DELETE FROM trust_auditentry WHERE seq = 3", "before entry 4 entries are missing"),
        ("DELETE FROM trust_auditentry WHERE seq > 2", "cut off: entry 4 was sealed"),
        ("DELETE FROM trust_auditentry", "emptied: entry 4 was sealed"),
        ("UPDATE trust_auditentry SET seq = seq + 100 WHERE seq > 0", "is not as it was written"),
    ],
)
def test_every_attack_is_named(folder: Path, statement: str, said: str) -> None:
    attack(folder, statement)
    done = verify(folder)
    assert done.returncode == 1 and said in done.stdout and "Touch nothing" in done.stderr
    told = jium(folder, "doctor")
    assert told.returncode == 1 and said.split(":")[0] in told.stdout.replace("\n", " ")


def test_korean_is_whole(folder: Path) -> None:
    attack(folder, "DELETE FROM trust_auditentry WHERE seq > 2")
    done = verify(folder, language="ko")
    assert "봉인" in done.stdout and not [word for word in done.stdout.split() if word.isascii() and word.isalpha()]


def test_what_is_no_seal_and_where_nothing_is_installed_is_said(folder: Path, tmp_path: Path) -> None:
    assert verify(folder, "--seal", "nonsense").returncode == 2
    done = verify(folder, "--data", str(tmp_path / "nowhere"))
    assert done.returncode == 1 and "no installation" in done.stderr


def test_a_seal_that_was_written_down_is_compared_too(folder: Path) -> None:
    done = verify(folder, "--seal", f"5:{'a' * 64}")
    assert done.returncode == 1 and "entry 5 is another one than was sealed" in done.stdout


def test_with_another_master_key_it_is_the_key_that_is_named(folder: Path) -> None:
    (folder / "data" / "keys" / "master.key").write_bytes(b"k" * 32)
    done = verify(folder)
    assert done.returncode == 1 and "master key" in done.stderr and "forged" not in done.stdout


def test_an_exported_log_is_checked_where_there_is_no_installation(folder: Path, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "log.jsonl", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "home").mkdir()
    said = jium(folder, "audit", "export", str(file), language="en").stdout
    assert "6 entries are written" in said
    seal = said.strip().rsplit(" ", 1)[1]
    assert seal.startswith("6:") and file.stat().st_mode & 0o077 == 0
    again = jium(folder, "audit", "export", str(file), language="en")
    assert again.returncode == 1 and "cannot be written" in again.stderr

    done = verify(elsewhere, "--file", str(file))
    assert done.returncode == 0 and "6 entries" in done.stdout and "compare with a mailed seal" in done.stdout
    assert verify(elsewhere, "--file", str(file), "--seal", seal).returncode == 0
    shorter = verify(elsewhere, "--file", str(file), "--seal", f"9{seal[1:]}")
    assert shorter.returncode == 1 and "cut off" in shorter.stdout
    assert not (elsewhere / "data").exists(), "checking needs nothing and leaves nothing"

    text = file.read_text()
    file.chmod(0o600)
    file.write_text(text.replace('"number":1', '"number":7', 1))
    changed = verify(elsewhere, "--file", str(file))
    assert changed.returncode == 1 and "not as it was written" in changed.stdout
    file.write_text(text[: len(text) // 2])
    cut = verify(elsewhere, "--file", str(file))
    assert cut.returncode == 1 and "of the file is not what an exported audit log has there" in cut.stderr
    missing = verify(elsewhere, "--file", str(tmp_path / "none"))
    assert missing.returncode == 1 and "cannot be read" in missing.stderr
    assert verify(elsewhere, "--tsa-roots", str(file)).returncode == 2
