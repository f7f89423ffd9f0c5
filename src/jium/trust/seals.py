"""The head of the audit log, kept outside the database: a log cut off, emptied or written anew is found out.

A seal is a line in a file: when, the newest entry's number and digest, and a code over it and the seal before it, by a
key that is made of the master key. Who holds the database and this file, but not that key, can forge neither. What goes
by mail as well holds against those who hold everything.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Literal

from jium import clock
from jium.config import Config
from jium.trust import audit, master_key
from jium.trust.audit import Verdict
from jium.trust.models import AuditEntry

_LINE = re.compile(r"(\S{20,40}) ([1-9][0-9]{0,17}) ([0-9a-f]{64}) ([0-9a-f]{64})")
_GIVEN = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")

# What seals tell beyond the chain: the log ends before a sealed entry; it has none left; a sealed entry is another one;
# a line of the file is not one of ours; a line of the stamps' file is no stamp by the authority.
Told = Literal["truncated", "emptied", "rewritten", "forged", "unstamped"]


class NotASeal(ValueError):
    """This is not a number and a digest with a colon between them."""


@dataclass(frozen=True)
class Seal:
    """Entry ``number`` of the log has this ``digest``; said at ``at``."""

    at: str
    number: int
    digest: str

    @property
    def short(self) -> str:
        """To be written down or mailed, and given to ``jium audit verify --seal``."""
        return f"{self.number}:{self.digest}"


@dataclass(frozen=True)
class Checked:
    """The log against its seals. ``told``: what is wrong beyond the chain, and at which entry (of a forged line: its
    number in the file). ``last``: the newest seal, if any; ``stamped``: the newest that an authority time-stamped.
    """

    chain: Verdict
    told: tuple[tuple[Told, int], ...]
    last: Seal | None
    stamped: Seal | None = None

    @property
    def whole(self) -> bool:
        return self.chain.whole and not self.told


def path(config: Config) -> Path:
    """Where the seals are kept."""
    return Path(config.audit.seals) if config.audit.seals else config.data / "audit-seals.txt"


def seal(config: Config) -> Seal | None:
    """Seal the newest entry; None where there is nothing new. Raises OSError, VaultError."""
    head, lines = audit.head(), lines_of(path(config))
    if head is None or (lines and lines[-1].split(" ")[1:3] == [str(head.seq), head.digest]):
        return None
    fresh = Seal(clock.now().astimezone(UTC).isoformat(timespec="seconds"), head.seq, head.digest)
    line = f"{fresh.at} {fresh.number} {fresh.digest}"
    code = _code(_key(config), lines[-1] if lines else "", line)
    append(path(config), f"{line} {code}")
    return fresh


def append(kept: Path, line: str) -> None:
    """One more line, on the disk when this returns. Raises OSError."""
    handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="ascii") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


def lines_of(kept: Path) -> list[str]:
    """None where there is no such file. Raises OSError."""
    try:
        return kept.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return []


def given(text: str) -> Seal:
    """One that was written down or came by mail. Raises :class:`NotASeal`."""
    found = _GIVEN.fullmatch(text.strip())
    if not found:
        raise NotASeal(text)
    return Seal("", int(found[1]), found[2])


def last(config: Config) -> Seal | None:
    """The newest one kept, whether or not the log agrees. Raises OSError, VaultError."""
    kept, _forged = _read(config)
    return kept[-1] if kept else None


def check(config: Config, more: Sequence[Seal] = (), read: Iterable[AuditEntry] | None = None) -> Checked:
    """The whole log, against the seals kept and ``more``. Raises OSError, VaultError. ``read``: of ``audit.verify``."""
    kept, forged = _read(config)
    chain = audit.verify(read)
    known = [*kept, *more]
    head = audit.head()
    told: list[tuple[Told, int]] = [("forged", number) for number in forged]
    told += against(known, audit.digests(one.number for one in known), head.seq if head else 0)
    return Checked(chain, tuple(told), kept[-1] if kept else None)


def against(known: Sequence[Seal], digests: Mapping[int, str], last: int) -> list[tuple[Told, int]]:
    """What seals tell of a log whose entries have these ``digests`` (of the sealed ones) and which ends at ``last``; 0
    for an empty one. Pure.
    """
    told: list[tuple[Told, int]] = []
    if gone := [one.number for one in known if one.number > last]:
        told.append(("truncated" if last else "emptied", max(gone)))
    other = [one.number for one in known if one.number in digests and digests[one.number] != one.digest]
    if other:
        told.append(("rewritten", min(other)))
    return told


def written(line: str) -> Seal | None:
    """The seal that a line of a file of seals tells, whoever wrote it."""
    found = _LINE.fullmatch(line)
    return Seal(found[1], int(found[2]), found[3]) if found else None


def _read(config: Config) -> tuple[list[Seal], list[int]]:
    """The seals of the file, and the lines in it that are none of ours."""
    lines = lines_of(path(config))
    key, before = _key(config) if lines else b"", ""
    seals, forged = [], []
    for number, line in enumerate(lines, 1):
        found = _LINE.fullmatch(line)
        if found and hmac.compare_digest(found[4], _code(key, before, line.rpartition(" ")[0])):
            seals.append(Seal(found[1], int(found[2]), found[3]))
        else:
            forged.append(number)
        before = line
    return seals, forged


def _key(config: Config) -> bytes:
    return master_key.derived(config, master_key.SEALS)


def _code(key: bytes, before: str, line: str) -> str:
    return hmac.new(key, f"{before}\n{line}".encode("ascii", "replace"), hashlib.sha256).hexdigest()
