"""Before a backup is brought back: is all of it there, does it fit together and with the master key, is the place free?

Nothing of this needs tables, for there are none yet.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from jium.backup import manifest, tables
from jium.backup.manifest import DEAD, SETTINGS, Incomplete, Manifest
from jium.config import Config
from jium.trust import wrapping
from jium.trust.wrapping import KNOWN, WrongMasterKey

_DEAD_LINE = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?: \S+)?")


@dataclass(frozen=True)
class Backup:
    """Two folders and the master key, checked by :func:`opened`."""

    data: Path
    keys: Path
    key: bytes
    told: Manifest


def opened(data: Path, keys: Path, key_file: Path, each: Callable[[], object] = lambda: None) -> Backup:
    """Whether all of it is there and fits together; ``each`` is called for every file.

    Raises :class:`jium.backup.manifest.NotABackup`, :class:`jium.backup.manifest.Incomplete`,
    NoMasterKey, WrongMasterKey, OSError.
    """
    told, with_keys = manifest.read(data, "data"), manifest.read(keys, "keys")
    key = wrapping.read(key_file)
    if wrapping.unwrapped(key, _hex(with_keys.check, keys)) != KNOWN:
        raise WrongMasterKey(wrapping.WRONG)
    for folder, known in ((keys, with_keys), (data, told)):
        manifest.check(folder, known, each)
    return Backup(data, keys, key, told)


def _hex(text: str, folder: Path) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Incomplete(folder / manifest.NAME) from None


def settings(backup: Backup, target: Path) -> None:
    """The settings file, where the new place has none: it says where the databases are."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (backup.data / SETTINGS).is_file() and not (target / SETTINGS).exists():
        copy(backup.data / SETTINGS, target / SETTINGS)


def insist_on_nothing(config: Config, backup: Backup) -> None:
    """Nothing is brought back onto an installation. Raises :class:`jium.backup.tables.NotEmpty`, OtherDatabase,
    NotCopied.
    """
    kinds = (backup.told.database, manifest.read(backup.keys, "keys").database)
    for database, kind in zip(tables.databases(config), kinds, strict=True):
        if database.kind != kind:
            raise tables.OtherDatabase
        if not tables.is_empty(database):
            raise tables.NotEmpty
    if config.key_file.exists() and config.key_file.read_bytes() != backup.key:
        raise tables.NotEmpty


def dead(lists: Iterable[Path]) -> set[UUID]:
    """The cases on lists of destroyed ones, as backups hold them. Raises ValueError for another file, OSError."""
    found: set[UUID] = set()
    for path in lists:
        for line in path.read_text(encoding="ascii", errors="replace").splitlines():
            told = _DEAD_LINE.fullmatch(line.strip())
            if told is None:
                raise ValueError(str(path))
            found.add(UUID(told[1]))
    return found


def dead_of(backup: Backup) -> Path:
    """The list that lies with the keys of a backup."""
    return backup.keys / DEAD


def copy(source: Path, target: Path) -> None:
    """A file for this user alone, whole or not at all."""
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    part.chmod(0o600)
    part.replace(target)
