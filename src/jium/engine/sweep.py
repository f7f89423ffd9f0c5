"""What is due is started, what a dead worker held is given to others, what is old is forgotten.

Everything here may run in several workers at once: starting is idempotent by name, the rest by effect.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Min, QuerySet

from jium import clock
from jium.engine import jobs, link, registry
from jium.engine.models import Heartbeat, Work

# A job whose worker died again and again while carrying it out; the library gives it up.
GIVEN_UP = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
FINISHED = ("SUCCESS", "ERROR", "CANCELLED", GIVEN_UP)
BATCH = 500
KEEP = timedelta(days=7)


def due(model: type[Work]) -> QuerySet[Any]:
    """The rows of a table whose action is due, the longest due first."""
    rows = model._default_manager.exclude(next_action="").filter(next_action_at__lte=clock.now())
    return rows.order_by("next_action_at")


def due_count() -> int:
    """How many rows are due, over all tables."""
    return sum(due(model).count() for model in registry.tables())


def next_due() -> datetime | None:
    """The earliest moment at which something is due."""
    moments = [
        model._default_manager.exclude(next_action="").aggregate(first=Min("next_action_at"))["first"]
        for model in registry.tables()
    ]
    return min((moment for moment in moments if moment), default=None)


def start_due() -> int:
    """Start whatever is due; how many were handed over.

    A row that is due although the library calls its job finished was left in between (its last write failed):
    it gets a new turn, so that it runs again. One that kills its worker each time is put off like a failure.
    """
    started = 0
    for model in registry.tables():
        rows = due(model).filter(next_action__in=registry.names(model))
        planned = list(rows.values_list("pk", "next_action", "turn"))
        # All of them: what waits in a busy queue must not hide what is due behind it.
        for first in range(0, len(planned), BATCH):
            started += _start(model, planned[first : first + BATCH])
    return started


def _start(model: type[Work], planned: list[tuple[Any, str, int]]) -> int:
    started = 0
    states = _states([model.job_id(*plan) for plan in planned])
    for pk, name, turn in planned:
        state = states.get(model.job_id(pk, name, turn))
        if state == GIVEN_UP:
            jobs.put_off(model, pk, name, turn, "WorkerDied")
        elif state in FINISHED:
            if model._default_manager.filter(pk=pk, turn=turn).update(turn=F("turn") + 1):
                jobs.start(model, pk, name, turn + 1)
                started += 1
        elif state is None:
            jobs.start(model, pk, name, turn)
            started += 1
    return started


def _states(job_ids: list[str]) -> dict[str, str]:
    if not job_ids:
        return {}
    known = link.client().list_workflows(workflow_ids=job_ids, load_input=False, load_output=False)
    return {job.workflow_id: job.status for job in known}


def rescue(me: str, dead_after: float) -> int:
    """Free the running jobs of workers without a heartbeat in the last ``dead_after`` seconds; how many.

    One worker does it for all, the first of the living by name, so that no job is freed twice. Each job goes
    back to its own queue: the library's default would be one that every worker serves, at any width.
    """
    since = datetime.now(UTC) - timedelta(seconds=dead_after)
    living = set(Heartbeat.objects.filter(beat_at__gte=since).values_list("executor", flat=True))
    if min(living, default="") != me:
        return 0
    running = link.client().list_workflows(status="PENDING", load_input=False, load_output=False)
    held = [job for job in running if job.executor_id not in living]
    _free(held)
    Heartbeat.objects.filter(beat_at__lt=since).delete()
    return len(held)


def free_lost(me: str, missing_before: set[str]) -> set[str]:
    """Free the jobs that the library counts as running here though nobody runs them; those to look at next time.

    The library marks a job as running before it starts it; what goes wrong in between loses the job while its
    worker lives. Missed twice in a row means lost: in between, a job may just be about to begin or to end.
    """
    held = link.client().list_workflows(status="PENDING", executor_id=me, load_input=False, load_output=False)
    missing = [job for job in held if job.workflow_id not in jobs.running]
    _free([job for job in missing if job.workflow_id in missing_before])
    return {job.workflow_id for job in missing} - missing_before


def _free(held: list[Any]) -> None:
    """Put jobs back into their own queues."""
    queues: dict[str | None, list[str]] = {}
    for job in held:
        queues.setdefault(job.queue_name, []).append(job.workflow_id)
    for queue, job_ids in queues.items():
        link.client().resume_workflows(job_ids, queue_name=queue)


def prune() -> int:
    """Forget finished jobs after a week; the rows themselves say what was done."""
    before = (datetime.now(UTC) - KEEP).isoformat()
    pruned = 0
    while True:
        old = link.client().list_workflows(
            status=list(FINISHED), completed_before=before, limit=BATCH, load_input=False, load_output=False
        )
        if not old:
            return pruned
        link.client().delete_workflows([job.workflow_id for job in old])
        pruned += len(old)
