"""The stand (:mod:`tests.web.stand`) in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The centre has a log-in of its own, at which nobody answers.
SETTINGS = """
[accounts]
second_factor = false
[oidc]
issuer = "http://127.0.0.1:9"
client_id = "jium"
"""
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def served(data: Path, log: Path | None = None, **more: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Where the pages of a small world are served, on an empty folder, and the address of each by its name.

    ``log``: where what it says is kept; ``more``: of the environment. The process is killed in the end.
    """
    for name in ("keys", "vault"):
        (data / name).mkdir(mode=0o700)
    (data / "keys" / "web.key").write_text("x" * 60)
    if not (data / "jium.toml").exists():
        (data / "jium.toml").write_text(SETTINGS, encoding="ascii")
    environment = {**os.environ, "JIUM_DATA": str(data), "DJANGO_SETTINGS_MODULE": "jium.web.settings"}
    environment |= more
    environment["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'src'}"
    said = log.open("w") if log else None
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.web.stand"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=said,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        if said:
            said.close()
