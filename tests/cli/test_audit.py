"""``jium audit``: on an installation of its own, attacked through its database as somebody with its password would."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import jium


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with six entries, the first four of them sealed."""
    here = tmp_path_factory.mktemp("audited")
    (here / "home").mkdir()
    assert jium(here, "migrate").returncode == 0
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
