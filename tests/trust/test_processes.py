"""Several processes at once, each with its own connection to the same database files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import made

START = """
import json, os, sys, time
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from jium.trust import accounts, audit, brake, master_key, vault
open(os.environ["READY"] + sys.argv[1], "w").close()
while not os.path.exists(os.environ["GO"]):
    time.sleep(0.005)
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A new installation with empty tables."""
    return environment(Path(shutil.copytree(made.empty_tables(), tmp_path / "data")))


def environment(data: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "JIUM_DATA": str(data),
        "JIUM_DATABASE_URL": "",
        "JIUM_KEYS_URL": "",
        "DJANGO_SETTINGS_MODULE": "jium.web.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "READY": str(data / "ready."),
        "GO": str(data / "go"),
    }


def at_once(environ: dict[str, str], code: str, processes: int = 4) -> list[object]:
    """Run ``code`` in so many processes, all let go in the same moment; what each printed, as JSON."""
    for left in Path(environ["GO"]).parent.glob("ready.*"):
        left.unlink()
    Path(environ["GO"]).unlink(missing_ok=True)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", START + code, str(number)], env=environ, stdout=subprocess.PIPE, text=True
        )
        for number in range(processes)
    ]
    try:
        while any(not Path(environ["READY"] + str(number)).exists() for number in range(processes)):
            assert all(process.poll() is None for process in running)
        Path(environ["GO"]).touch()
        answers = [process.communicate(timeout=120)[0] for process in running]
        assert [process.returncode for process in running] == [0] * processes
    finally:
        for process in running:
            process.kill()
            process.wait()
    return [json.loads(answer) for answer in answers]


def test_processes_writing_at_once_cannot_fork_the_audit_chain(environ: dict[str, str]) -> None:
    at_once(environ, "for n in range(25): audit.record('system', 'case.opened', number=n)\nprint(1)")
    (verdict,) = at_once(environ, "v = audit.verify(); print(json.dumps([v.whole, v.checked]))", processes=1)
    assert verdict == [True, 100]


def test_processes_starting_at_once_agree_on_one_master_key(environ: dict[str, str]) -> None:
    code = """
made = master_key.create(settings.CONFIG)
vault.open_vault()
print(json.dumps([made, settings.CONFIG.key_file.read_bytes().hex()]))
"""
    answers = at_once(environ, code)
    assert len({key for _, key in answers}) == 1  # type: ignore[misc]
    assert Counter(made for made, _ in answers) == {True: 1, False: 3}  # type: ignore[misc]


def test_two_changes_of_the_master_key_at_once_lose_nothing(environ: dict[str, str]) -> None:
    begin = """
import uuid
master_key.create(settings.CONFIG)
box = vault.open_vault(); box.create_case_key(uuid.UUID(int=7))
print(json.dumps(box.put_bytes(uuid.UUID(int=7), b"hers").object_id))
"""
    (kept,) = at_once(environ, begin, processes=1)
    keys = at_once(environ, "print(json.dumps(master_key.rotate(settings.CONFIG).old.read_bytes().hex()))")
    assert len(set(keys)) == 4, "each came after the other, and names the key of before it"
    code = f"import uuid; print(json.dumps(vault.open_vault().read(uuid.UUID(int=7), {kept!r}).decode()))"
    assert at_once(environ, code) == ["hers"] * 4


def test_processes_starting_at_once_make_one_first_administrator(environ: dict[str, str]) -> None:
    tokens = at_once(environ, "print(json.dumps(accounts.first_administrator()))")
    code = """
from jium.trust.models import Account
good = 0
for token in json.load(sys.stdin):
    try:
        accounts.account_of(token); good += 1
    except accounts.LinkInvalid:
        pass
print(json.dumps([Account.objects.count(), good]))
"""
    counted = subprocess.run(
        [sys.executable, "-c", START + code, "0"],
        env=environ,
        input=json.dumps(tokens),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(counted.stdout) == [1, 1]


def test_guessing_in_parallel_gains_no_more_than_five_tries(environ: dict[str, str]) -> None:
    code = """
tried = 0
for n in range(4):
    try:
        accounts.log_in(None, "kim", f"guess {n}"); tried += 1
    except brake.LockedOut:
        pass
print(tried)
"""
    assert sum(at_once(environ, code)) == 5  # type: ignore[arg-type]


def test_a_destroyed_key_leaves_no_trace_in_the_database_files(environ: dict[str, str]) -> None:
    code = """
import uuid
from django.db import connections
from jium.trust.models import CaseKey
master_key.create(settings.CONFIG)
box = vault.open_vault()
case, other = uuid.uuid4(), uuid.uuid4()
box.create_case_key(case); box.create_case_key(other)
wrapped = bytes(CaseKey.objects.get(case_id=case).wrapped)
stays = bytes(CaseKey.objects.get(case_id=other).wrapped)
def traces(what):
    return sum(path.read_bytes().count(what) for path in settings.CONFIG.keys.iterdir())
before = traces(wrapped)
box.destroy_case(case)
print(json.dumps([before > 0, traces(wrapped), traces(stays) > 0]))
"""
    assert at_once(environ, code, processes=1) == [[True, 0, True]]
