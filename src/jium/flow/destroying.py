"""A case is destroyed: its key first, then every row, then what the files of the database still hold. Beside the river.

From the moment in which the key is gone nothing sealed under it can be read, wherever a copy of it lies. Each step can
be done again: what an interruption left is destroyed by the next attempt, and only then the certificate says done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jium import engine, lists
from jium.backup import tables
from jium.cases import services as cases
from jium.cases.services import Destruction
from jium.engine.models import Chore
from jium.evidence import services as evidence
from jium.notices import services as notices
from jium.removal import services as removal
from jium.review import services as review
from jium.trust import assignments, erasing, four_eyes, vault
from jium.trust.turns import take_turn
from jium.watch import services as watch

RETENTION = "keep to the time"
LOOKED_AT = timedelta(hours=6)
# From what is demanded back to what was registered: a room never names what a later one still needs.
ROOMS = (removal, notices, evidence, review)


@engine.action(Destruction, "destroy", queue="desk")
def destroy(destruction: Destruction) -> None:
    """All of it. Raises where a step could not be done; it is done again then."""
    vault.open_vault().destroy_case(destruction.case_id)
    with transaction.atomic():
        cases.count_destroyed(destruction, _delete_rows(destruction))
    lists.forget_searches()
    tables.clear(settings.CONFIG.run)
    erasing.leave_nothing("default", _tables())
    cases.certify(destruction)


def destroy_again(dead: Collection[UUID]) -> int:
    """Of these and of all that the tables and the keys say were destroyed: what came back from a backup is destroyed
    again. How many cases came back.
    """
    box, back = vault.open_vault(), 0
    for case_id in sorted({*dead, *box.dead(), *cases.destroyed_before()}, key=str):
        if again := cases.begin_again(case_id):
            destroy(again)
            back += 1
        else:
            box.destroy_case(case_id)
    return back


def _delete_rows(destruction: Destruction) -> Counter[str]:
    """Every row about the case; how many of what. What was seen elsewhere goes where no other case is about it."""
    case_id, gone = destruction.case_id, Counter[str]()
    take_turn("cases")  # nobody joins it to another one meanwhile
    seen = {sighting for room in ROOMS for sighting in room.sightings_of(case_id)}
    for room in ROOMS:
        gone += room.forget_case(case_id)
    gone += watch.forget(seen)
    assignments.forget_case(case_id)
    four_eyes.forget_case(case_id)
    return gone + cases.forget_case(case_id)


def _tables() -> list[str]:
    """Of every room that held something of it."""
    beside = ["django_session", "trust_assignment", "trust_secondlook"]
    return [*(table for room in (*ROOMS, watch, cases) for table in room.tables()), *beside]


def keep_to_the_time() -> None:
    """From now on it is asked day by day whose time is over."""
    chore, _fresh = Chore.objects.get_or_create(pk=RETENTION)
    if not chore.next_action:
        chore.plan(RETENTION)


@engine.action(Chore, RETENTION, queue="desk")
def look_at_the_time(chore: Chore) -> None:
    """Announce what is destroyed within thirty days, begin with what is due, and come back."""
    cases.announce()
    cases.begin_due()
    chore.plan_in(RETENTION, LOOKED_AT)
