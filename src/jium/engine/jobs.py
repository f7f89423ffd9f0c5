"""One planned action: handed over under its one name, carried out for its turn, planned again if it fails."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, wait
from datetime import timedelta
from typing import Any

from django.db import connections, transaction

from jium import clock
from jium.engine import link, registry
from jium.engine.models import Work

log = logging.getLogger("jium.engine")

LONGEST_PAUSE = timedelta(hours=6)
# Set while this process's worker ends.
stopping = threading.Event()
# The names of the jobs that this process carries out at this moment.
running: set[str] = set()


def start(model: type[Work], pk: Any, name: str, turn: int) -> None:
    """Hand over; the name makes it run once however often it is handed over. Never raises."""
    label = model._meta.label_lower
    action = registry.find(label, name)
    if action is None:
        return  # this process does not run jobs; the sweep of one that does starts it
    options: Any = {
        "workflow_name": link.JOB,
        "queue_name": action.queue,
        "workflow_id": model.job_id(pk, name, turn),
        "app_version": link.VERSION,
    }
    try:
        link.client().enqueue(options, label, str(pk), name, turn)
    except Exception as problem:
        log.warning("not started, the sweep will: %s %s %s", label, name, type(problem).__name__)


def carry_out(label: str, pk: str, name: str, turn: int) -> None:
    """Carry out one planned action, if it is still what the row wants.

    In a thread that does not hold up the end of the process: once ``stopping`` is set, the job is left as it
    is, unfinished for the library, and is carried out after the next start.
    """
    action = registry.find(label, name)
    if action is None:
        return
    outcome: Future[None] = Future()
    job = action.model.job_id(pk, name, turn)
    running.add(job)
    try:
        threading.Thread(target=_carry_out_alone, args=(outcome, action, pk, turn), daemon=True).start()
        while not wait([outcome], timeout=0.2).done:
            if stopping.is_set():
                raise SystemExit  # the one ending that the library does not take for the job's
        outcome.result()
    finally:
        running.discard(job)


def _carry_out_alone(outcome: Future[None], action: registry.Action, pk: str, turn: int) -> None:
    try:
        _carry_out(action, pk, turn)
    except BaseException as problem:
        outcome.set_exception(problem)
    else:
        outcome.set_result(None)
    finally:
        connections.close_all()


def _carry_out(action: registry.Action, pk: str, turn: int) -> None:
    row = action.model._default_manager.filter(pk=pk, next_action=action.name, turn=turn).first()
    if row is None:
        return  # planned otherwise meanwhile, or gone
    try:
        action.run(row)
    except (Exception, SystemExit) as problem:
        if stopping.is_set():
            raise  # not the action's failure: what it stood on is being taken down
        log.warning("failed: %s %s %s %s", action.model._meta.label_lower, action.name, pk, type(problem).__name__)
        _plan_again(action, pk, turn, type(problem).__name__)
    else:
        _rest_unless_planned(action, pk, turn)


def put_off(model: type[Work], pk: Any, name: str, turn: int, failure: str) -> None:
    """Count a failure of a planned action that could not say so itself."""
    action = registry.find(model._meta.label_lower, name)
    if action:
        _plan_again(action, pk, turn, failure)


def _rest_unless_planned(action: registry.Action, pk: str, turn: int) -> None:
    """What planned nothing new is done. One statement, so that a plan made meanwhile is not lost."""
    mine = action.model._default_manager.filter(pk=pk, turn=turn)
    mine.update(next_action="", next_action_at=None, turn=turn + 1, failures=0, last_failure="")


def _plan_again(action: registry.Action, pk: Any, turn: int, failure: str) -> None:
    """The same action later; only the kind of failure is kept, its text may hold personal data."""
    with transaction.atomic():
        row = action.model._default_manager.select_for_update().filter(pk=pk, turn=turn).first()
        if row is None:
            return
        failures = row.failures + 1
        action.model._default_manager.filter(pk=pk).update(
            failures=failures,
            last_failure=failure[:80],
            turn=turn + 1,
            next_action_at=clock.now() + pause(failures),
        )


def pause(failures: int) -> timedelta:
    """2, 4, 8 … minutes, at most six hours."""
    return min(timedelta(minutes=2 ** min(failures, 12)), LONGEST_PAUSE)
