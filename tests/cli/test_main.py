"""The command line as a newcomer meets it."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

COMMANDS = ("up", "worker", "migrate", "doctor", "demo", "fingerprint", "compare", "find", "evidence", "bench")


def jium(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jium", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "JIUM_LANGUAGE": "en", **environment},
        timeout=60,
    )


def test_help_names_every_command() -> None:
    told = jium("--help")
    assert told.returncode == 0
    assert all(command in told.stdout for command in COMMANDS)


def test_help_speaks_korean() -> None:
    told = jium("--help", JIUM_LANGUAGE="ko")
    assert "모든 부분을 점검" in told.stdout


def test_an_unknown_command_is_a_usage_error() -> None:
    assert jium("erase").returncode == 2


def test_a_port_is_a_number_in_range() -> None:
    told = jium("up", "--port", "70000")
    assert told.returncode == 2
    assert "65535" in told.stderr


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from jium.cli.main import parser; parser(); "
        "heavy = {'django', 'numpy', 'PIL', 'av', 'dbos', 'rich', 'scrapy'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_a_crash_leaves_no_image_of_memory(tmp_path: Path) -> None:
    """Of the process itself, nor of a child that it starts: in no file, and at a limit of one no program gets it."""
    crash = "import os, resource, signal; print(resource.getrlimit(4)); os.kill(os.getpid(), signal.SIGSEGV)"
    code = f"""
import subprocess, sys
from jium.cli import main
try:
    main.main(["--version"])
except SystemExit:
    pass
subprocess.run([sys.executable, "-u", "-c", {crash!r}])
{crash}
"""

    def allow_images() -> None:
        with contextlib.suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    crashed = subprocess.run(
        [sys.executable, "-u", "-c", code],
        cwd=tmp_path,
        preexec_fn=allow_images,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert resource.RLIMIT_CORE == 4
    assert crashed.stdout.splitlines()[1:] in (["(1, 1)"] * 2, ["(0, 0)"] * 2)
    assert crashed.returncode == -signal.SIGSEGV
    assert list(tmp_path.iterdir()) == []
