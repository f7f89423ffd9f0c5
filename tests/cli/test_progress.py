"""The progress bar stands on the terminal only: what a command prints arrives unbroken, wherever it goes."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

LINES = [f"{number} {'long ' * 40}end" for number in range(30)]
SCRIPT = """
import time
from jium.cli import progress
progress.PATIENCE_SECONDS = 0.0
for number in progress.watched(range(30), 30, "reading files"):
    print(f"{number} {'long ' * 40}end", flush=True)
    time.sleep(0.01)
"""


def shown(on_terminal: bool) -> tuple[str, str]:
    """(what came out of the pipe, what the terminal was given); standard error is the terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "JIUM_LANGUAGE": "en", "PYTHONIOENCODING": "utf-8", "TERM": "xterm", "COLUMNS": "80"}
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        stdout=theirs if on_terminal else subprocess.PIPE,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    terminal = b""
    try:
        while piece := os.read(ours, 65536):
            terminal += piece
    except OSError:
        # How a terminal says that nobody writes to it any more.
        pass
    finally:
        os.close(ours)
    piped = process.communicate(timeout=30)[0] or b""
    assert process.returncode == 0
    return piped.decode(), terminal.decode()


def test_lines_go_into_the_pipe_and_the_bar_to_the_terminal() -> None:
    piped, terminal = shown(on_terminal=False)
    assert piped.splitlines() == LINES
    assert "reading files" in terminal and "a second" in terminal and "/30" in terminal
    assert "long" not in terminal


def test_lines_on_the_terminal_itself_stand_unbroken_above_the_bar() -> None:
    _piped, terminal = shown(on_terminal=True)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal)
    assert [line for line in re.split(r"[\r\n]+", plain) if "long" in line] == LINES
    assert "reading files" in plain
