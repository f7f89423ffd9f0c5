"""What every row with work ahead of it carries, and the heartbeats of the processes that do the work.

Our own tables are the truth, the job library only runs. A row of a :class:`Work` table says its next action
and when it is due. ``turn`` counts the actions ever planned for the row, so ``label:pk:action:turn`` names one
planned action for all time: the same job can be handed to the job library any number of times and runs once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import models, transaction

from jium import clock


class Work(models.Model):
    """A row whose next action is carried out by the engine (see :func:`jium.engine.action`)."""

    next_action = models.CharField(max_length=32, blank=True, default="")
    next_action_at = models.DateTimeField(null=True, blank=True)
    turn = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    last_failure = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        abstract = True
        # Every minute the sweep asks each table what is due.
        indexes = [models.Index(fields=["next_action_at"], name="%(class)s_due")]

    def plan(self, action: str, at: datetime | None = None) -> None:
        """Save ``action`` as the next thing to do with this row, at ``at`` (default: now, started at once)."""
        self._set_next(action, at or clock.now())
        if at is None or at <= clock.now():
            from jium import engine

            # Values of this moment: the copy may be planned again before the transaction ends.
            transaction.on_commit(partial(engine.start, type(self), self.pk, action, self.turn))

    def rest(self) -> None:
        """Save that nothing is planned for this row."""
        self._set_next("", None)

    def plan_in(self, action: str, delay: timedelta) -> None:
        """:meth:`plan` at ``delay`` from now."""
        self.plan(action, clock.now() + delay)

    def _set_next(self, action: str, at: datetime | None) -> None:
        """Count the turn in the table, not on a possibly stale copy of the row."""
        planned = {"next_action": action, "next_action_at": at, "failures": 0, "last_failure": ""}
        with transaction.atomic():
            rows = type(self)._default_manager.select_for_update().filter(pk=self.pk)
            self.turn = rows.values_list("turn", flat=True).get() + 1
            rows.update(turn=self.turn, **planned)
        for name, value in planned.items():
            setattr(self, name, value)

    @classmethod
    def job_id(cls, pk: Any, action: str, turn: int) -> str:
        """The one name of one planned action."""
        return f"{cls._meta.label_lower}:{pk}:{action}:{turn}"


class Chore(Work):
    """Something of the whole house that is done again and again; ``name`` is its planned action."""

    name = models.CharField(max_length=32, primary_key=True)

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """A process that runs jobs says here that it lives (machine time: it measures processes, not cases)."""

    executor = models.CharField(max_length=80, primary_key=True)
    beat_at = models.DateTimeField()
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.executor
