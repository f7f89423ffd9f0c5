"""``jium up`` stops in good order, however often it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jium.demoweb.ports import Port


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_does_not_cut_the_stop_short(first: int, second: int, tmp_path: Path) -> None:
    held = Port()
    process = subprocess.Popen(
        [sys.executable, "-m", "jium", "up", "--data", str(tmp_path / "data"), "--port", str(held.number)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "JIUM_LANGUAGE": "en", "PYTHONUNBUFFERED": "1"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    with process:
        try:
            assert process.stdout is not None
            heard = iter(process.stdout)
            assert any("Stop it with" in line for line in heard)
            process.send_signal(first)
            assert any("Stopping" in line for line in heard)
            process.send_signal(second)
            rest = "".join(heard)
            assert (process.wait(timeout=60), rest) == (0, "")
        finally:
            process.kill()
            held.close()
