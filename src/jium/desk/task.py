"""One thing for a person to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Task:
    """One thing for a person: ``kind`` in a word, ``what`` it is, ``why`` it is here, since when, where to do it.

    ``case``: in which case; None for what belongs to none, or to several. ``stands_for``: of how many things of its
    kind it is the only line.
    """

    kind: str
    what: str
    why: str
    url: str
    since: datetime | None = None
    pressing: bool = False
    case: UUID | None = None
    stands_for: int = 1
