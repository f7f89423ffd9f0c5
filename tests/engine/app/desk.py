"""The process that plans: takes ``[function, arguments…]`` as lines of JSON, answers with a line each.

As the web process does it: Django and the job library's client, no worker.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

import django


def make() -> None:
    """All tables, Django's and the job library's."""
    from django.conf import settings
    from django.core.management import call_command

    from jium import engine

    call_command("migrate", run_syncdb=True, verbosity=0)
    engine.migrate(settings.CONFIG)


def clear() -> None:
    """As on the first day."""
    from jium.engine import link
    from jium.engine.models import Heartbeat
    from tests.engine.app.models import Errand

    Errand.objects.all().delete()
    Heartbeat.objects.all().delete()
    held = link.client().list_workflows(load_input=False, load_output=False)
    link.client().delete_workflows([job.workflow_id for job in held])


def new(count: int) -> list[int]:
    from tests.engine.app.models import Errand

    return [Errand.objects.create().pk for _ in range(count)]


def plan(pk: int, action: str, delay: float | None = None) -> int:
    """Plan as an application does; the turn."""
    from tests.engine.app.models import Errand

    row = Errand.objects.get(pk=pk)
    if delay is None:
        row.plan(action)
    else:
        row.plan_in(action, timedelta(seconds=delay))
    return row.turn


def write(pk: int, action: str) -> None:
    """Only the row: as if the process had died between its commit and handing the job over."""
    from django.db.models import F

    from jium import clock
    from tests.engine.app.models import Errand

    Errand.objects.filter(pk=pk).update(next_action=action, next_action_at=clock.now(), turn=F("turn") + 1)


def write_many(count: int, action: str) -> None:
    """New rows, due since long, that were never handed over."""
    from datetime import UTC, datetime

    from tests.engine.app.models import Errand

    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    Errand.objects.bulk_create([Errand(next_action=action, next_action_at=long_ago, turn=1) for _ in range(count)])


def mislay(pk: int, action: str, turn: int) -> None:
    """The library takes this job for running in the worker that had it, though nobody runs it."""
    from django.db import connection

    from tests.engine.app.models import Errand

    job = Errand.job_id(pk, action, turn)
    table = "dbos.workflow_status" if connection.vendor == "postgresql" else "workflow_status"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET status = 'PENDING', completed_at = NULL WHERE workflow_uuid = %s", [job])
    Errand.objects.filter(pk=pk).update(next_action=action, next_action_at="2020-01-01T00:00:00Z", turn=turn)


def plan_and_regret(pk: int, action: str) -> None:
    """Plan within a transaction that is rolled back."""
    from django.db import transaction

    from tests.engine.app.models import Errand

    with transaction.atomic():
        Errand.objects.get(pk=pk).plan(action)
        transaction.set_rollback(True)


def hand_over(pk: int, action: str, turn: int, times: int) -> None:
    from jium import engine
    from tests.engine.app.models import Errand

    for _ in range(times):
        engine.start(Errand, pk, action, turn)


def row(pk: int) -> dict[str, Any]:
    from tests.engine.app.models import Errand

    return Errand.objects.filter(pk=pk).values().get()


def effects(*pks: int) -> list[dict[str, Any]]:
    """What really happened to these rows, in order."""
    from tests.engine.app.models import Effect

    return list(Effect.objects.filter(errand__in=pks).order_by("pk").values("errand", "kind", "executor", "turn"))


def jobs() -> dict[str, list[str]]:
    """What the job library knows: status, executor and queue of each job."""
    from jium.engine import link

    held = link.client().list_workflows(load_input=False, load_output=False)
    return {job.workflow_id: [job.status, job.executor_id or "", job.queue_name or ""] for job in held}


def forget() -> int:
    """Delete all the library knows of jobs, as if its tables had been lost."""
    from jium.engine import link

    held = list(jobs())
    link.client().delete_workflows(held)
    return len(held)


def forget_heartbeats() -> None:
    from jium.engine.models import Heartbeat

    Heartbeat.objects.all().delete()


def stored() -> dict[str, list[dict[str, Any]]]:
    """Every table of the job library that holds something of jobs, as its rows lie there."""
    from django.db import connection

    if connection.vendor == "postgresql":
        query = "SELECT 'dbos.' || tablename FROM pg_tables WHERE schemaname = 'dbos'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'workflow_%'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {table.removeprefix("dbos."): _rows(cursor, table) for (table,) in cursor.fetchall()}


def _rows(cursor: Any, table: str) -> list[dict[str, Any]]:
    cursor.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def overview() -> dict[str, Any]:
    import dataclasses

    from jium import engine
    from jium.engine.overview import look

    return dataclasses.asdict(look(10)) | {"due": engine.due_count(), "next_due": engine.next_due()}


def main() -> None:
    django.setup()
    import tests.engine.app.actions  # noqa: F401

    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(globals()[name](*arguments), default=str), flush=True)


if __name__ == "__main__":
    main()
