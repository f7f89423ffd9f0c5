"""Before the system acts for a case: may it, here and now? What may not waits, and is asked about again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from jium.cases import services as cases
from jium.engine.models import Work

# So long what may not be done waits before it is asked again; a consent given again is not acted on at once.
PAUSE = timedelta(hours=6)


def waits(row: Work, case_id: UUID) -> bool:
    """Whether nothing may be done for the case now: papers are lacking, or a consent was withdrawn. Then it waits."""
    if cases.may_act(case_id):
        return False
    wait(row)
    return True


def wait(row: Work) -> None:
    """What the row is to have done is asked about again after a while."""
    row.plan_in(row.next_action, PAUSE)
