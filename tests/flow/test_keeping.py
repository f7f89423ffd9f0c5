"""The vault against the tables: what is missing is named, and what an interrupted upload left is swept."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from jium.flow import keeping
from jium.trust import audit
from jium.trust.models import AuditEntry, CaseKey
from tests.web.conftest import staff, world  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def files(settings) -> set[Path]:
    return {path for path in settings.CONFIG.vault.rglob("*") if path.is_file()}


def left(world, settings, name: str, age_hours: float) -> Path:  # noqa: F811
    """A file that no row names."""
    folder = next(path for path in settings.CONFIG.vault.iterdir() if path.is_dir())
    path = folder / name
    path.write_bytes(b"x" * 100)
    old = time.time() - age_hours * 3600
    os.utime(path, (old, old))
    return path


def test_all_is_there(world, settings) -> None:  # noqa: F811
    assert keeping.look() == keeping.Found(0, 0, 0, 0)
    before = files(settings)
    assert keeping.sweep() == 0
    assert files(settings) == before


@pytest.mark.parametrize("name", [".0123456789abcdef0123456789abcdef.new", "0123456789abcdef0123456789abcdef"])
def test_what_an_interrupted_upload_left_is_swept_once_it_is_a_day_old(world, settings, name: str) -> None:  # noqa: F811
    before = files(settings)
    left(world, settings, name, 23)
    assert keeping.sweep() == 0
    old = left(world, settings, name, 25)
    assert keeping.look().left_over == 1
    assert keeping.sweep() == 1
    assert not old.exists()
    assert files(settings) == before
    assert AuditEntry.objects.get(act="vault.swept").body == {"files": 1}
    assert audit.verify().whole


def test_missing_and_cut_files_are_counted(world, settings) -> None:  # noqa: F811
    first, second, *_rest = sorted(files(settings))
    first.unlink()
    second.write_bytes(b"")
    found = keeping.look()
    assert found.missing >= 2
    assert not found.whole


def test_cases_without_a_key_and_keys_of_another_master_are_counted(world) -> None:  # noqa: F811
    CaseKey.objects.filter(case_id=world.case.pk).delete()
    assert keeping.look().keyless == 1
    CaseKey.objects.create(case_id=world.case.pk, wrapped=b"x" * 40, created_at=world.case.opened_at)
    assert keeping.look().unreadable == 1
