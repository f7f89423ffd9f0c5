"""The system under demonstration, run as an operator runs it: in processes of its own that can be killed."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jium.demoweb.ports import Port
from jium.language import _, terminal_language

START_SECONDS = 90
STOP_SECONDS = 20

SETTINGS = """\
[institution]
name = "한빛 디지털성범죄 피해자 지원센터"
name_en = "Hanbit Digital Sex Crime Victim Support Centre"
email = "support@hanbit-centre.example"
phone = "02-123-4567"

[mail]
host = "127.0.0.1"
port = {mail_port}
starttls = false
sender = "support@hanbit-centre.example"

[accounts]
second_factor = false
"""


class DidNotStart(Exception):
    """A process of the system ended or stayed silent instead of starting; its last lines are the message."""


@dataclass
class _Running:
    process: subprocess.Popen[str]
    lines: queue.SimpleQueue[str | None]


class System:
    """``jium up`` on a data directory of its own; with ``split`` also ``jium worker``, each killable alone.

    ``port`` 0: any free one, kept over kills until :meth:`stop`.
    """

    def __init__(self, data: Path, environment: Mapping[str, str], *, port: int = 0, split: bool = False) -> None:
        self.data = data
        self._held = None if port else Port()
        self.port = self._held.number if self._held else port
        self.split = split
        self.welcome = ""
        self._environment = {
            **os.environ,
            **environment,
            "JIUM_DATA": str(data),
            "PYTHONUNBUFFERED": "1",
            "JIUM_LANGUAGE": terminal_language(),
        }
        self._running: dict[str, _Running] = {}
        self._turn = threading.RLock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def roles(self) -> tuple[str, ...]:
        return ("web", "worker") if self.split else ("web",)

    def start(self) -> None:
        """Start every process; the first start also learns the first administrator's link."""
        for role in self.roles:
            self._start(role)

    def kill(self, role: str) -> None:
        """End one process as a power cut would, and start it again."""
        with self._turn:
            running = self._running.pop(role)
            running.process.send_signal(signal.SIGKILL)
            running.process.wait()
            self._start(role)

    def stop(self) -> None:
        """Stop in good order; what does not stop in time is killed."""
        with self._turn:
            for running in self._running.values():
                running.process.send_signal(signal.SIGTERM)
            for running in self._running.values():
                try:
                    running.process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    running.process.kill()
                    running.process.wait()
            self._running.clear()
        if self._held:
            self._held.close()

    def memory_mb(self, role: str = "web") -> float:
        """Resident memory of one process, in MB."""
        status = Path(f"/proc/{self._running[role].process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    def _start(self, role: str) -> None:
        command = [sys.executable, "-m", "jium", *self._arguments(role)]
        process = subprocess.Popen(
            command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        running = _Running(process, queue.SimpleQueue())
        log = self.data.parent / f"{role}.log"
        threading.Thread(target=_drain, args=(running, log), daemon=True).start()
        self._running[role] = running
        self._await_start(running)

    def _arguments(self, role: str) -> list[str]:
        if role == "worker":
            return ["worker", "--slot", "1"]
        return ["up", "--port", str(self.port), *(["--web-only"] if self.split else [])]

    def _await_start(self, running: _Running) -> None:
        """Read what the process says until it says how to stop it; at the first start the welcome link lies there."""
        told: list[str] = []
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                line = running.lines.get(timeout=1)
            except queue.Empty:
                continue
            if line is None:
                break
            told.append(line.rstrip())
            if _("Stop it with Ctrl+C.") in line:  # the last thing a process says when it starts
                with contextlib.suppress(FileNotFoundError):
                    self.welcome = (self.data / "run" / "first-link").read_text(encoding="ascii").strip()
                return
        raise DidNotStart("\n".join(told[-12:]))


def _drain(running: _Running, log: Path) -> None:
    """Keep what the process says, in memory for its start and in a file beside its data."""
    with running.process, log.open("a", encoding="utf-8") as kept:
        for line in running.process.stdout or ():
            kept.write(line)
            kept.flush()
            running.lines.put(line)
    running.lines.put(None)
