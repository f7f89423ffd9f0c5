"""The demo itself is the end-to-end test: the whole system in its own processes, to every copy's true end."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

pytestmark = [pytest.mark.river, pytest.mark.xdist_group("river")]


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JIUM_")}
    return subprocess.run(
        [sys.executable, "-m", "jium", "demo", "--headless", *arguments],
        capture_output=True,
        text=True,
        env={**environment, "JIUM_LANGUAGE": "en", "COLUMNS": "160"},
        timeout=900,
    )


def went_well(told: subprocess.CompletedProcess[str]) -> None:
    report = told.stdout + told.stderr
    assert told.returncode == 0, report[-6000:]
    assert "Traceback" not in report
    assert "Warning" not in report
    assert "false matches 0" in report
    assert "received twice 0" in report
    assert "records without the file 0" in report
    assert "inside addresses 0" in report
    lines = told.stdout.splitlines()
    ended = Counter(line.split()[0] for line in lines if re.match(r"\S+\.example .* removed +✓", line))
    removed: Counter[str] = Counter()
    for host, count in re.findall(r"(\S+\.example) removes (\d+)$", told.stdout, re.MULTILINE):
        removed[host] += int(count)
    assert ended and removed == ended
    standing = re.findall(r"\d+ demanded, .*", told.stdout)[:-1]  # the last is the stage's
    assert all(before != after for before, after in itertools.pairwise(standing))


@pytest.mark.timeout(1000)
def test_every_planted_copy_reaches_its_true_end_though_web_and_worker_are_killed_once_each(tmp_path: Path) -> None:
    kept = tmp_path / "demo"
    told = demo("--kill", "2", "--seed", "7", "--data", str(kept))
    went_well(told)
    assert "kill -9 web" in told.stdout
    assert "kill -9 worker" in told.stdout
    read = every_page(kept)
    assert read.returncode == 0, read.stderr[-6000:]
    number, *disagreements = read.stdout.splitlines()
    assert int(number) > 30
    assert disagreements == []


def every_page(kept: Path) -> subprocess.CompletedProcess[str]:
    """Every page of the installation that a demo left behind."""
    places = {"JIUM_DATA": str(kept / "data"), "JIUM_CLOCK_FILE": str(kept / "clock")}
    return subprocess.run(
        [sys.executable, "-m", "tests.river.every_page"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, **places},
        timeout=300,
    )


@pytest.mark.soak
@pytest.mark.timeout(1000)
def test_ten_kills_of_web_and_worker_change_nothing_in_the_outcome() -> None:
    told = demo("--kill", "10", "--seed", "7")
    went_well(told)
    assert told.stdout.count("kill -9") == 10
