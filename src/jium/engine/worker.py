"""The process that runs jobs: registers the queues, keeps a heartbeat, and sweeps."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from dbos import DBOS, DBOSConfig
from django.db import close_old_connections, connections

from jium.config import Config
from jium.engine import jobs, link, registry, sweep
from jium.engine.models import Heartbeat

log = logging.getLogger("jium.engine")

BEAT_SECONDS = 10.0
DEAD_AFTER_SECONDS = 60.0
PRUNE_SECONDS = 24 * 3600.0
POLL_SECONDS = 0.5
STOP_SECONDS = 5


class Worker:
    """Runs jobs in this process. One a process; never started before a fork.

    ``slot`` names the worker over restarts: after a crash the same slot picks up its own jobs at once,
    another worker after ``dead_after`` seconds. ``queues``: only these, default all.
    """

    def __init__(
        self,
        config: Config,
        slot: str = "embedded",
        queues: list[str] | None = None,
        *,
        beat_seconds: float = BEAT_SECONDS,
        dead_after: float = DEAD_AFTER_SECONDS,
    ) -> None:
        self.executor = f"{socket.gethostname()}:{slot}"
        self._config = config
        self._queues = queues
        self._stopped = threading.Event()
        self._missing: set[str] = set()
        # The heart beats in a thread of its own: a long sweep must not look like death.
        self._threads = [
            self._rounds("jium-heart", [(self._beat, beat_seconds)]),
            self._rounds(
                "jium-sweep",
                [
                    (sweep.start_due, config.sweep_seconds),
                    (lambda: sweep.rescue(self.executor, dead_after), max(beat_seconds, dead_after / 2)),
                    (self._free_lost, max(beat_seconds, dead_after / 2)),
                    (sweep.prune, PRUNE_SECONDS),
                ],
            ),
        ]

    def start(self) -> None:
        """Take up work; returns when the queues are served. If it raises, nothing runs."""
        jobs.stopping.clear()
        try:
            self._beat()
            self._launch()
        except BaseException:
            self.stop()
            raise
        for thread in self._threads:
            thread.start()

    def _launch(self) -> None:
        library: DBOSConfig = {
            "name": link.NAME,
            "system_database_url": link.database_url(self._config),
            "application_version": link.VERSION,
            "executor_id": self.executor,
            "serializer": link.JsonSerializer(),
            "log_level": "CRITICAL",
            "run_migrations": False,
            "use_listen_notify": bool(self._config.database_url),
        }
        DBOS(config=library)
        DBOS.workflow(name=link.JOB, max_recovery_attempts=link.DEATHS)(jobs.carry_out)
        if self._queues is not None:
            DBOS.listen_queues(self._queues)
        DBOS.launch()
        for name, width in registry.QUEUES.items():
            DBOS.register_queue(
                name, worker_concurrency=width, polling_interval_sec=POLL_SECONDS, on_conflict="always_update"
            )

    def stop(self) -> None:
        """Stop taking up work, wait a little for what runs; the rest is carried out after the next start."""
        self._stopped.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=STOP_SECONDS)
        jobs.stopping.set()
        link.close()

    def _rounds(self, name: str, acts: list[tuple[Callable[[], object], float]]) -> threading.Thread:
        """A thread that does each act at once and then every so many seconds."""
        return threading.Thread(target=self._keep_rounds, args=(acts,), name=name, daemon=True)

    def _keep_rounds(self, acts: list[tuple[Callable[[], object], float]]) -> None:
        due = [0.0] * len(acts)
        while not self._stopped.is_set():
            for number, (act, every) in enumerate(acts):
                if time.monotonic() >= due[number]:
                    self._try(act)
                    due[number] = time.monotonic() + every
            self._stopped.wait(max(0.05, min(due) - time.monotonic()))
        with contextlib.suppress(Exception):
            connections.close_all()

    @staticmethod
    def _try(act: Callable[[], object]) -> None:
        """A round that fails (a busy database) is tried again in its next turn."""
        try:
            close_old_connections()
            act()
        except Exception as problem:
            log.warning("a round failed: %s", type(problem).__name__)

    def _free_lost(self) -> None:
        self._missing = sweep.free_lost(self.executor, self._missing)

    def _beat(self) -> None:
        now = datetime.now(UTC)
        Heartbeat.objects.update_or_create(
            executor=self.executor,
            defaults={"beat_at": now},
            create_defaults={"beat_at": now, "started_at": now},
        )
