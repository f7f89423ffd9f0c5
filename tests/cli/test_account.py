"""``jium account``: the way back in for whoever runs the machine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import made as tables
from tests.cli.running import jium

MAKE = """
from jium import web; web.set_up()
from jium.trust.models import Account
Account.objects.create_user("root", password="a long enough password", roles=["administrator"], display_name="Root")
Account.objects.create_user("bada", password="a long enough password", roles=["officer"], display_name="바다")
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("accounts")
    (here / "home").mkdir()
    shutil.copytree(tables.migrated(), here / "data")
    done = jium(here, through=("env", f"JIUM_CODE={MAKE}"), program=("-c", "import os; exec(os.environ['JIUM_CODE'])"))
    assert done.returncode == 0, done.stderr
    return here


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "here"))


def told(folder: Path, *words: str, status: int = 0, language: str = "en") -> str:
    done = jium(folder, "account", *words, language=language)
    assert done.returncode == status, done.stderr
    assert bool(done.stderr) == (status != 0)
    return str(done.stderr if status else done.stdout)


def test_accounts_are_listed_and_their_life_is_changed(folder: Path) -> None:
    assert "administrator" in told(folder, "list")
    told(folder, "close", "bada")
    assert "closed" in told(folder, "list")
    assert "open it first" in told(folder, "link", "bada", status=1)
    told(folder, "open", "BADA")
    assert "next log-in" in told(folder, "factors", "bada")
    assert "counsellor, auditor" in told(folder, "roles", "bada", "counsellor", "auditor")
    listed = told(folder, "roles", "bada")
    assert "* counsellor: counsellor; speaks with the victim" in listed
    assert "* auditor" in listed and "  officer" in listed
    assert "* counsellor: 상담원" in told(folder, "roles", "bada", language="ko")
    told(folder, "log-out", "bada")


def test_a_link_is_kept_out_of_whatever_keeps_what_is_printed(folder: Path) -> None:
    said = told(folder, "reset", "bada")
    assert "/welcome/" not in said
    kept = folder / "data" / "run" / "link-2"
    assert str(kept) in said and "/welcome/" in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "invited" in told(folder, "list")


def test_what_cannot_be_is_said_in_words(folder: Path) -> None:
    assert "no account of this name" in told(folder, "close", "nobody", status=1)
    assert "only administrator" in told(folder, "close", "root", status=1)
    assert "관리자가 이 계정뿐입니다" in told(folder, "roles", "root", "officer", status=1, language="ko")
    assert "a role is one of" in told(folder, "roles", "root", "king", status=2)
    assert "only administrator" in told(folder, "roles", "root", "auditor", status=1)
