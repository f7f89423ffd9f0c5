"""Durable work: what a row's next action is stands in the row, and is carried out even after kill -9.

    @engine.action(Notice, "send", queue="mail")     says what to do for a kind of row and action
    row.plan("send")                                 plans it, see :class:`jium.engine.models.Work`
    engine.Worker(config, slot="1").start()          runs what is planned, in this process

registry  what is known: actions, queues, tables with work
jobs      one planned action, carried out once for its turn
link      the job library's database and client (with ``worker``, the only places that know the library)
worker    the process that runs jobs: queues, heartbeat, sweep
sweep     what is due is started, what a dead worker held is given to others, what is old is forgotten
overview  what the status page shows: ``overview.look(limit)``
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jium.engine.registry import action

if TYPE_CHECKING:
    from datetime import datetime

    from jium.config import Config
    from jium.engine.models import Work

__all__ = ["Worker", "action", "due_count", "migrate", "next_due", "start"]


def start(model: type[Work], pk: Any, name: str, turn: int) -> None:
    """Hand one planned action to the job library now. Never raises: what is missed here, the sweep starts."""
    from jium.engine.jobs import start as start_job

    start_job(model, pk, name, turn)


def due_count() -> int:
    """How many rows have an action that is due and not finished."""
    from jium.engine.sweep import due_count as count

    return count()


def next_due() -> datetime | None:
    """When the next planned action is due; None when nothing is planned."""
    from jium.engine.sweep import next_due as moment

    return moment()


def migrate(config: Config) -> None:
    """Bring the job library's tables up to date."""
    from jium.engine.link import migrate as migrate_library

    migrate_library(config)


def __getattr__(name: str) -> Any:
    if name == "Worker":
        from jium.engine.worker import Worker

        return Worker
    raise AttributeError(name)
