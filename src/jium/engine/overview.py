"""What the status page shows of the work: counts, what is due, what failed, who works."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Min

from jium.engine import link, registry, sweep
from jium.engine.models import Heartbeat
from jium.engine.worker import DEAD_AFTER_SECONDS

log = logging.getLogger("jium.engine")


@dataclass(frozen=True)
class Waiting:
    """One action of one table: how many rows are due, how many planned for later."""

    table: str
    action: str
    due: int
    planned: int


@dataclass(frozen=True)
class Failure:
    """A row whose action failed, tried again at ``again_at``; ``kind`` is the failure's class, never its text."""

    table: str
    row: str
    action: str
    kind: str
    times: int
    again_at: datetime | None


@dataclass(frozen=True)
class Running:
    """A job that a worker carries out. ``job``: table, row, action and turn in one name."""

    job: str
    worker: str


@dataclass(frozen=True)
class WorkerState:
    """A process that runs jobs."""

    name: str
    alive: bool
    beat_at: datetime


@dataclass(frozen=True)
class Overview:
    """Everything of the status page."""

    waiting: tuple[Waiting, ...]
    running: tuple[Running, ...]
    failures: tuple[Failure, ...]
    workers: tuple[WorkerState, ...]
    oldest_due_at: datetime | None


def look(limit: int) -> Overview:
    """Look at all tables with work; at most ``limit`` failures a table."""
    waiting: list[Waiting] = []
    failures: list[Failure] = []
    oldest: list[datetime] = []
    for model in registry.tables():
        table = str(model._meta.verbose_name)
        planned = model._default_manager.exclude(next_action="")
        first = sweep.due(model).aggregate(first=Min("next_action_at"))["first"]
        oldest += [first] if first else []
        for name in planned.order_by("next_action").values_list("next_action", flat=True).distinct():
            due = sweep.due(model).filter(next_action=name).count()
            waiting.append(Waiting(table, name, due, planned.filter(next_action=name).count() - due))
        for row in planned.filter(failures__gt=0).order_by("-failures")[:limit]:
            failures.append(
                Failure(table, str(row.pk), row.next_action, row.last_failure, row.failures, row.next_action_at)
            )
    return Overview(tuple(waiting), _running(), tuple(failures), _workers(), min(oldest, default=None))


def _running() -> tuple[Running, ...]:
    """What the library calls running; nothing where it cannot say."""
    try:
        jobs = link.client().list_workflows(status="PENDING", load_input=False, load_output=False)
    except Exception as problem:
        log.warning("running jobs unknown: %s", type(problem).__name__)
        return ()
    return tuple(Running(job.workflow_id, job.executor_id or "") for job in jobs)


def _workers() -> tuple[WorkerState, ...]:
    alive_since = datetime.now(UTC) - timedelta(seconds=DEAD_AFTER_SECONDS)
    return tuple(
        WorkerState(beat.executor, beat.beat_at >= alive_since, beat.beat_at)
        for beat in Heartbeat.objects.order_by("executor")
    )
