"""The audit log as a file, and checking it where there is neither database nor key: at an auditor's, at a court's.

JSON Lines: what it is; the seals and the time stamps kept beside the log; every entry in its order; how it ends. The
chain, the seals and (with the authority's root certificates) the time stamps are checked from the file alone. That a
seal's code was made with our key is not: whoever wants to be sure of the newest entries compares with a seal that was
mailed, or trusts the time stamps.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jium import clock
from jium.config import Config
from jium.trust import audit, seals, stamps
from jium.trust.models import AuditEntry
from jium.trust.seals import Checked, Seal

KIND, VERSION = "jium audit log", 1
_FIELDS = ("seq", "actor", "act", "subject", "body", "previous", "digest")


class NotAnExport(Exception):
    """The file is no exported audit log, or of a later version, or cut off; ``line``: where that is seen."""

    def __init__(self, line: int) -> None:
        super().__init__(str(line))
        self.line = line


@dataclass(frozen=True)
class _Head:
    """What stands before the entries."""

    seals: tuple[str, ...]
    stamps: tuple[str, ...]


def lines(config: Config, entries: Iterable[AuditEntry] | None = None) -> Iterator[str]:
    """The file, a line at a time, each with its end. ``entries``: of :func:`jium.trust.audit.entries`."""
    kept = {"seals": seals.lines_of(seals.path(config)), "stamps": seals.lines_of(stamps.path(config))}
    yield _line({"kind": KIND, "version": VERSION, "at": clock.now().isoformat(timespec="seconds"), **kept})
    last = None
    for last in audit.entries() if entries is None else entries:
        told = {name: getattr(last, name) for name in _FIELDS}
        yield _line({**told, "at": last.at.astimezone(UTC).isoformat(timespec="microseconds")})
    yield _line({"entries": last.seq if last else 0, "digest": last.digest if last else audit.START})


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True) + "\n"


def check(source: Iterable[str], more: Sequence[Seal] = (), roots: Path | None = None) -> Checked:
    """What the file tells of itself, and held against ``more`` seals; its time stamps only with ``roots``.

    Raises :class:`NotAnExport`, :class:`jium.trust.stamps.NoRoots`.
    """
    reading = _Reading(source)
    head = reading.head()
    stamped, false = stamps.read_lines(head.stamps, stamps.roots_of(roots)) if roots else ([], [])
    kept = [seal for line in head.seals if (seal := seals.written(line))]
    forged = [number for number, line in enumerate(head.seals, 1) if seals.written(line) is None]
    known = [*kept, *more, *stamped]
    digests: dict[int, str] = {}
    chain = audit.verify(_noting(reading.entries(), {seal.number for seal in known}, digests))
    told = [("forged", number) for number in forged] + [("unstamped", number) for number in false]
    told += seals.against(known, digests, reading.last)
    checked = Checked(chain, tuple(told), kept[-1] if kept else None)  # type: ignore[arg-type]
    return replace(checked, stamped=stamped[-1] if stamped else None)


def _noting(entries: Iterable[AuditEntry], wanted: set[int], digests: dict[int, str]) -> Iterator[AuditEntry]:
    for entry in entries:
        if entry.seq in wanted:
            digests[entry.seq] = entry.digest
        yield entry


class _Reading:
    """The lines of a file, one after the other; ``last``: the number of the last entry read."""

    def __init__(self, source: Iterable[str]) -> None:
        self._lines = enumerate(source, 1)
        self._number = 0
        self.last = 0

    def _next(self) -> dict[str, Any]:
        self._number, line = next(self._lines, (self._number + 1, ""))
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            raise NotAnExport(self._number) from None
        if not isinstance(value, dict):
            raise NotAnExport(self._number)
        return value

    def head(self) -> _Head:
        told = self._next()
        lists = [told.get(name) for name in ("seals", "stamps")]
        if (told.get("kind"), told.get("version")) != (KIND, VERSION) or not all(map(_texts, lists)):
            raise NotAnExport(self._number)
        return _Head(*(tuple(one or ()) for one in lists))

    def entries(self) -> Iterator[AuditEntry]:
        while "entries" not in (told := self._next()):
            entry = self._entry(told)
            self.last = entry.seq
            yield entry
        if told.get("entries") != self.last:
            raise NotAnExport(self._number)

    def _entry(self, told: dict[str, Any]) -> AuditEntry:
        try:
            at = datetime.fromisoformat(told["at"])
            entry = AuditEntry(at=at, **{name: told[name] for name in _FIELDS})
        except (KeyError, TypeError, ValueError):
            raise NotAnExport(self._number) from None
        texts = (entry.actor, entry.act, entry.subject, entry.previous, entry.digest)
        if at.tzinfo is None or type(entry.seq) is not int or not all(isinstance(one, str) for one in texts):
            raise NotAnExport(self._number)
        return entry


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
