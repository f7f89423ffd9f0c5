"""The audit log: every act that matters, in a chain of SHA-256 digests, so that nothing is changed unseen.

An entry holds ids and codes, never personal data: erasing a person must not break the chain, and the log may
be read by people who may not see the case. :func:`record` refuses everything else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from jium import clock
from jium.trust.models import Account, AuditEntry
from jium.trust.turns import take_turn

START = "0" * 64
_ACT = re.compile(r"[a-z_]+\.[a-z_]+")
_CODE = re.compile(r"[A-Za-z0-9_.:,+-]{0,80}")  # no blank, no @, no slash: no name, mail address or URL fits

Plain = str | int | bool | UUID | None


# How a chain may be broken: an entry is not as it was written; it does not follow the one before it (put in, taken
# from elsewhere, out of order); entries are gone.
Break = Literal["changed", "unlinked", "missing"]


@dataclass(frozen=True)
class Verdict:
    """What :func:`verify` found. ``first_broken``: seq of the first entry that does not fit, else None, and ``how``.

    ``backwards``: entries at which time ran backwards by more than :data:`TOLERATED`; the clock was set, no entry is
    wrong for that.
    """

    whole: bool
    checked: int
    first_broken: int | None = None
    how: Break | None = None
    backwards: tuple[int, ...] = ()


# Clocks are corrected by fractions of a second all the time.
TOLERATED = timedelta(seconds=2)
# So many are named; whoever needs more has another problem.
_MOST_BACKWARDS = 100


def record(actor: Account | str, act: str, subject: str = "", **body: Plain) -> AuditEntry:
    """Append an entry in the caller's transaction: both are kept or neither.

    ``act`` is ``thing.done``; ``subject`` and the values of ``body`` are ids, codes, numbers. Raises
    ValueError for anything that could be a person's data.
    """
    who = _code("actor", actor if isinstance(actor, str) else f"account:{actor.pk}")
    if not _ACT.fullmatch(act):
        raise ValueError(f"an act is written thing.done, not {act!r}")
    said = {name: _plain(name, value) for name, value in body.items()}
    with transaction.atomic():
        take_turn("audit")
        last = AuditEntry.objects.order_by("-seq").first()
        entry = AuditEntry(
            seq=last.seq + 1 if last else 1,
            at=clock.now(),
            actor=who,
            act=act,
            subject=_code("subject", subject),
            body=said,
            previous=last.digest if last else START,
        )
        entry.digest = _digest(entry)
        entry.save(force_insert=True)
    return entry


def last_time() -> datetime | None:
    """When the newest entry was made: a clock that stands before it is wrong."""
    return AuditEntry.objects.order_by("-seq").values_list("at", flat=True).first()


def head() -> AuditEntry | None:
    """The newest entry."""
    return AuditEntry.objects.order_by("-seq").first()


def count() -> int:
    """How many entries there are."""
    return AuditEntry.objects.count()


def digests(numbers: Iterable[int]) -> dict[int, str]:
    """Of those of the entries that there are their digests, by number."""
    wanted = sorted(set(numbers))
    found: dict[int, str] = {}
    for first in range(0, len(wanted), 500):
        rows = AuditEntry.objects.filter(seq__in=wanted[first : first + 500])
        found.update(rows.values_list("seq", "digest"))
    return found


def entries() -> Iterator[AuditEntry]:
    """All of them in their order, a few at a time."""
    return AuditEntry.objects.order_by("seq").iterator(chunk_size=1000)


def verify(read: Iterable[AuditEntry] | None = None) -> Verdict:
    """Recompute the whole chain, in constant memory. ``read``: :func:`entries`, where somebody watches them.

    Finds every changed, inserted, reordered or removed entry, but not that the newest ones were cut off or that the
    whole chain was written anew: against that :mod:`jium.trust.seals` keeps digests outside the database.
    """
    previous, checked, last = START, 0, None
    backwards: list[int] = []
    for entry in entries() if read is None else read:
        if how := _break(entry, checked + 1, previous):
            return Verdict(False, checked, entry.seq, how, tuple(backwards))
        if last and entry.at < last - TOLERATED and len(backwards) < _MOST_BACKWARDS:
            backwards.append(entry.seq)
        previous, checked, last = entry.digest, checked + 1, entry.at
    return Verdict(True, checked, backwards=tuple(backwards))


def _break(entry: AuditEntry, expected: int, previous: str) -> Break | None:
    if entry.digest != _digest(entry):
        return "changed"
    if entry.seq > expected:
        return "missing"
    return "unlinked" if entry.seq < expected or entry.previous != previous else None


def _digest(entry: AuditEntry) -> str:
    text = json.dumps(
        {
            "seq": entry.seq,
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": entry.actor,
            "act": entry.act,
            "subject": entry.subject,
            "body": entry.body,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return hashlib.sha256(f"{entry.previous}\n{text}".encode()).hexdigest()


def _code(name: str, value: str) -> str:
    if not _CODE.fullmatch(value):
        # The value itself may be what must not be written down anywhere.
        raise ValueError(f"audit {name}: only ids and codes of at most 80 plain characters")
    return str(value)


def _plain(name: str, value: Any) -> str | int | bool | None:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str | UUID):
        return _code(name, str(value))
    raise ValueError(f"audit {name}: {type(value).__name__} is not an id, a code or a whole number")
