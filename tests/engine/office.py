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


def until(true: Callable[[], Any], what: str = "", seconds: float = PATIENCE) -> Any:
    """Wait until ``true()`` is, and give its value. Generous: only a broken engine runs into the end."""
    end = time.monotonic() + seconds
    while not (value := true()):
        if time.monotonic() > end:
            raise AssertionError(f"still waiting after {seconds} s: {what}")
        time.sleep(0.05)
    return value


class WorkerProcess:
    """A real worker in a process of its own; what it says is in ``said()``."""

    def __init__(self, environ: Mapping[str, str], log: Path, slot: str, given: Mapping[str, object]) -> None:
        self.slot, self._log = slot, log
        command = [sys.executable, "-W", "error", "-m", "tests.engine.app.worker", slot]
        command += [f"{name}={value}" for name, value in given.items()]
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                command, cwd=REPOSITORY, env=dict(environ), stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def ready(self) -> WorkerProcess:
        """Wait until it serves its queues."""
        until(lambda: "started" in self.said() or not self.alive(), "worker starts")
        assert self.alive(), self.said()
        return self

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """kill -9: nothing is tidied up."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Ask it to end; its exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE)


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
            "JIUM_SWEEP_SECONDS": "0.3",
            "ERRANDS_ROOM": str(room),
        }
        desk = [sys.executable, "-W", "error", "-m", "tests.engine.app.desk"]
        subprocess.run([*desk, "make"], cwd=REPOSITORY, env=self.environ, check=True)
        self._desk = subprocess.Popen(
            desk, cwd=REPOSITORY, env=self.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, function: str, *arguments: object) -> Any:
        """Let the desk do one of its functions."""
        assert self._desk.stdin and self._desk.stdout
        self._desk.stdin.write(json.dumps([function, *arguments]) + "\n")
        self._desk.stdin.flush()
        return json.loads(self._desk.stdout.readline())

    def new(self, count: int = 1) -> Any:
        """New rows; the key of the one, or the keys."""
        keys = self.ask("new", count)
        return keys[0] if count == 1 else keys

    def worker(self, slot: str = "1", *, sweep: float | None = None, **given: object) -> WorkerProcess:
        """Start a worker and wait until it serves its queues."""
        return self.launch(slot, sweep=sweep, **given).ready()

    def launch(self, slot: str = "1", *, sweep: float | None = None, **given: object) -> WorkerProcess:
        """Start a worker."""
        self._count += 1
        environ = self.environ | ({"JIUM_SWEEP_SECONDS": str(sweep)} if sweep else {})
        worker = WorkerProcess(environ, self.room / f"worker-{self._count}.log", slot, given)
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
        assert self._desk.stdin and self._desk.stdout
        self._desk.stdin.close()
        self._desk.wait(PATIENCE)
        self._desk.stdout.close()
