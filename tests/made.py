"""What takes long to make and many tests begin from: made once for a whole run, however many workers; to be copied."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

# Workers have it from the process that started them, and so have the programs that tests run.
_PLACE = "MADE_FOR_TESTS"
_own: list[tempfile.TemporaryDirectory[str]] = []

TABLES = """
import django
django.setup()
from django.core.management import call_command
for database in ("default", "keys"):
    call_command("migrate", database=database, run_syncdb=True, verbosity=0)
"""


def place() -> Path:
    """The folder for it: of the run, or of this process where there is none. Gone when the first of them ends."""
    if _PLACE not in os.environ:
        _own.append(tempfile.TemporaryDirectory(prefix="jium-made-"))
        os.environ[_PLACE] = _own[0].name
    return Path(os.environ[_PLACE])


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name; ``make`` fills it where it is not there yet."""
    made, being_made = place() / name, place() / f"{name}.new"
    with (place() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            being_made.mkdir(mode=0o700)
            make(being_made)
            being_made.rename(made)
    return made


def empty_tables() -> Path:
    """A data directory with the tables of today, empty, on SQLite; nothing else but a web key."""
    return once("tables", _tables)


def _tables(data: Path) -> None:
    (data / "keys").mkdir(mode=0o700)
    (data / "keys" / "web.key").write_text("a secret of this installation", encoding="ascii")
    program(data, "-c", TABLES)


def migrated() -> Path:
    """A data directory that ``jium migrate`` made."""
    return once("migrated", lambda data: program(data, "-m", "jium", "migrate"))


def program(data: Path, *arguments: str) -> str:
    """Run Python on the data directory; what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIUM_")}
    kept |= {"JIUM_DATA": str(data), "DJANGO_SETTINGS_MODULE": "jium.web.settings"}
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    return subprocess.run([sys.executable, *arguments], env=kept, check=True, stdout=subprocess.PIPE, text=True).stdout
