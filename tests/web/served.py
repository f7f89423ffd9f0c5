"""The stand (:mod:`tests.web.stand`) in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jium.demoweb.ports import Port
from tests import made

SETTINGS = "[accounts]\nsecond_factor = false\n"
# The centre has a log-in of its own, at which nobody answers.
LOG_IN = '[oidc]\nissuer = "http://127.0.0.1:{port}"\nclient_id = "jium"\n'
ROOT = Path(__file__).resolve().parents[2]


def world() -> Path:
    """A folder with ``data``, the stand's data directory, and ``pages``, the addresses of its pages."""
    return made.once("world", _make)


def _make(folder: Path) -> None:
    data = Path(shutil.copytree(made.empty_tables(), folder / "data"))
    (data / "vault").mkdir(mode=0o700)
    (data / "keys" / "web.key").write_text("x" * 60)
    (data / "jium.toml").write_text(SETTINGS, encoding="ascii")
    (folder / "pages").write_text(made.program(data, "-m", "tests.web.stand", "build"), encoding="utf-8")


@contextmanager
def served(data: Path, log: Path | None = None, **more: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Where the pages of a small world are served, on an empty folder, and the address of each by its name.

    A ``jium.toml`` that is there already is used. ``log``: where what it says is kept; ``more``: of the environment.
    The process is killed in the end.
    """
    nobody = Port()
    given = (data / "jium.toml").read_text("utf-8") if (data / "jium.toml").exists() else ""
    shutil.copytree(world() / "data", data, dirs_exist_ok=True)
    (data / "jium.toml").write_text(given or SETTINGS + LOG_IN.format(port=nobody.number), encoding="utf-8")
    environment = {**os.environ, "JIUM_DATA": str(data), "DJANGO_SETTINGS_MODULE": "jium.web.settings"}
    environment |= more
    environment["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'src'}"
    said = log.open("w") if log else None
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.web.stand", "serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=said,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), json.loads((world() / "pages").read_text(encoding="utf-8"))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        nobody.close()
        if said:
            said.close()
