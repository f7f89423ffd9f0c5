"""The command as a person runs it: a process of its own, in a folder, with a home and data of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def jium(
    folder: Path,
    *arguments: str,
    language: str = "en",
    through: Sequence[str] = (),
    program: Sequence[str] = ("-m", "jium"),
    **more: str,
) -> subprocess.CompletedProcess[str]:
    """``folder`` holds ``home``, where nothing should be left, and ``data``. ``through``: a command that runs
    it. ``program``: what Python runs in its place. ``more``: of the environment.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIUM_")}
    home = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "home"), "JIUM_DATA": str(folder / "data")}
    return subprocess.run(
        [*through, sys.executable, "-W", "error", *program, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**kept, **home, "JIUM_LANGUAGE": language, "PYTHONIOENCODING": "utf-8", "COLUMNS": "200", **more},
        timeout=250,
    )
