"""The audit log: every act that matters, in a chain of SHA-256 digests, so that nothing is changed unseen.

An entry holds ids and codes, never personal data: erasing a person must not break the chain, and the log may
be read by people who may not see the case. :func:`record` refuses everything else.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from jium import clock
from jium.trust.models import Account, AuditEntry
from jium.trust.turns import take_turn

START = "0" * 64
_ACT = re.compile(r"[a-z_]+\.[a-z_]+")
_CODE = re.compile(r"[A-Za-z0-9_.:,+-]{0,80}")  # no blank, no @, no slash: no name, mail address or URL fits

Plain = str | int | bool | UUID | None


@dataclass(frozen=True)
class Verdict:
    """What :func:`verify` found. ``first_broken``: seq of the first entry that does not fit, else None."""

    whole: bool
    checked: int
    first_broken: int | None = None


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


def verify() -> Verdict:
    """Recompute the whole chain, in constant memory.

    Finds every changed, inserted, reordered or removed entry, but not that the newest ones were cut off or
    that the whole chain was written anew: against that, the last digest must be kept outside the database.
    """
    previous, checked = START, 0
    for entry in AuditEntry.objects.order_by("seq").iterator(chunk_size=1000):
        if entry.seq != checked + 1 or entry.previous != previous or entry.digest != _digest(entry):
            return Verdict(False, checked, entry.seq)
        previous, checked = entry.digest, checked + 1
    return Verdict(True, checked)


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
