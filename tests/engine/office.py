"""What the contract tests work with: a database, a process that plans, workers to start and kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
SWEEP = 0.3


def until(true: Callable[[], Any], what: str = "", seconds: float = PATIENCE) -> Any:
    """Wait until ``true()`` is, and give its value. Generous: only a broken engine runs into the end."""
    end = time.monotonic() + seconds
    while not (value := true()):
        if time.monotonic() > end:
            raise AssertionError(f"still waiting after {seconds} s: {what}")
        time.sleep(0.05)
    return value


class Asked:
    """A module of the test application that runs in a process of its own and does what it is asked."""

    def __init__(self, module: str, environ: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", module],
            cwd=REPOSITORY,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, function: str, *arguments: object) -> Any:
        """Let it do one of its functions; what that returned."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([function, *arguments]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


class WorkerProcess:
    """A real worker in a process of its own; what it says is in ``said()``."""

    def __init__(self, starter: Asked, log: Path, slot: str, sweep: float, given: Mapping[str, object]) -> None:
        self.slot, self._log, self._starter = slot, log, starter
        named = {name: str(value) for name, value in given.items()}
        self._pid: int = starter.ask("start", slot, sweep, str(log), named)
        self._status: int | None = None

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def ready(self) -> WorkerProcess:
        """Wait until it serves its queues."""
        until(lambda: "started" in self.said() or not self.alive(), "worker starts")
        assert self.alive(), self.said()
        return self

    def alive(self) -> bool:
        if self._status is None:
            self._status = self._starter.ask("ended", self._pid)
        return self._status is None

    def kill(self) -> None:
        """kill -9: nothing is tidied up."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end; its exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, with_signal: signal.Signals) -> int:
        if self.alive():
            os.kill(self._pid, with_signal)
            until(lambda: not self.alive(), "the worker ends")
        assert self._status is not None
        return self._status


class Office:
    """One database with the test application's tables, and the desk process that plans in it."""

    def __init__(self, room: Path, database_url: str) -> None:
        self.room = room
        self.postgres = bool(database_url)
        self._clock = room / "clock"
        self._workers: list[WorkerProcess] = []
        self._count = 0
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("JIUM_")} | {
            "DJANGO_SETTINGS_MODULE": "tests.engine.app.settings",
            "PYTHONPATH": f"{REPOSITORY / 'src'}{os.pathsep}{REPOSITORY}",
            "JIUM_DATA": str(room),
            "JIUM_DATABASE_URL": database_url,
            "JIUM_CLOCK_FILE": str(self._clock),
            "ERRANDS_ROOM": str(room),
        }
        self._desk = Asked("tests.engine.app.desk", self.environ)
        self._starter = Asked("tests.engine.app.worker", self.environ)
        self.ask = self._desk.ask
        self.ask("make")

    def new(self, count: int = 1) -> Any:
        """New rows; the key of the one, or the keys."""
        keys = self.ask("new", count)
        return keys[0] if count == 1 else keys

    def worker(self, slot: str = "1", *, sweep: float = SWEEP, **given: object) -> WorkerProcess:
        """Start a worker and wait until it serves its queues."""
        return self.launch(slot, sweep=sweep, **given).ready()

    def launch(self, slot: str = "1", *, sweep: float = SWEEP, **given: object) -> WorkerProcess:
        """Start a worker."""
        self._count += 1
        worker = WorkerProcess(self._starter, self.room / f"worker-{self._count}.log", slot, sweep, given)
        self._workers.append(worker)
        return worker

    def kinds(self, *keys: int) -> list[str]:
        """What happened to these rows, in order."""
        return [effect["kind"] for effect in self.ask("effects", *keys)]

    def rests(self, key: int) -> bool:
        """Nothing is planned for the row."""
        return self.ask("row", key)["next_action"] == ""

    def move_clock(self, seconds: float) -> None:
        from jium import clock

        clock.move(self._clock, seconds)

    def leave(self, name: str) -> None:
        """Leave word for an action."""
        (self.room / name).touch()

    def found(self, name: str) -> bool:
        """Whether an action has left word."""
        return (self.room / name).exists()

    def tidy(self) -> None:
        """Before and after each test: no workers, no rows, no word left, the machine's own time."""
        while self._workers:
            self._workers.pop().kill()
        for word in [self._clock, *self.room.glob("began-*"), self.room / "go-on"]:
            word.unlink(missing_ok=True)
        self.ask("clear")

    def close(self) -> None:
        self._desk.close()
        self._starter.close()
