"""The vault against the tables: keys and files that are missing are named, and what an interruption left is swept."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from jium import engine
from jium.cases import services as cases
from jium.engine.models import Chore
from jium.evidence import services as evidence
from jium.review import services as review
from jium.trust import audit, vault

SWEEP = "sweep vault"
SWEEPING = timedelta(days=1)
# What is younger may be under way: a file is put into the vault before its row is written.
YOUNG = timedelta(days=1)


@dataclass(frozen=True)
class Found:
    """How many cases have no key, or one that the master key does not open; how many files are missing; how many are
    left over.
    """

    keyless: int
    unreadable: int
    missing: int
    left_over: int

    @property
    def whole(self) -> bool:
        return not (self.keyless or self.unreadable or self.missing)


def look() -> Found:
    """Compare, and change nothing. Raises VaultError where there is no master key, or another one."""
    box, objects = vault.open_vault(), _objects()
    ids = cases.case_ids()
    return Found(
        len(box.without_key(ids)),
        len(box.unreadable_keys()),
        sum(len(box.missing(case_id, kept)) for case_id, kept in objects.items()),
        sum(len(box.left_over(case_id, objects.get(case_id, ()), YOUNG.total_seconds())) for case_id in ids),
    )


def sweep() -> int:
    """Delete what no row names and is old enough not to be under way; how many files."""
    box, objects, swept = vault.open_vault(), _objects(), 0
    for case_id in cases.case_ids():
        old = box.left_over(case_id, objects.get(case_id, ()), YOUNG.total_seconds())
        for path in old:
            path.unlink(missing_ok=True)
        if old:
            audit.record("system", "vault.swept", str(case_id), files=len(old))
        swept += len(old)
    return swept


def keep_swept() -> None:
    """From now on it is swept day by day."""
    chore, _fresh = Chore.objects.get_or_create(pk=SWEEP)
    if not chore.next_action:
        chore.plan(SWEEP)


@engine.action(Chore, SWEEP, queue="desk")
def sweep_again(chore: Chore) -> None:
    """Sweep, and come back tomorrow."""
    sweep()
    chore.plan_in(SWEEP, SWEEPING)


def _objects() -> dict[UUID, set[str]]:
    """What the rows name, by case."""
    kept: dict[UUID, set[str]] = defaultdict(set)
    for room in (cases, review, evidence):
        for case_id, one in room.kept_objects():
            kept[case_id].add(one)
    return kept
