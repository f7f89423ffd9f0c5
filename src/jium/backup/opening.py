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
from jium.backup.manifest import BACKUPS_KEY, DEAD, SETTINGS, TABLES, Incomplete, Manifest, NotTogether
from jium.config import Config
from jium.trust import stream, wrapping
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
    :class:`jium.backup.manifest.NotTogether`, NoMasterKey, WrongMasterKey, OSError.
    """
    told, with_keys = manifest.read(data, "data"), manifest.read(keys, "keys")
    key = wrapping.read(key_file)
    if wrapping.unwrapped(key, _hex(with_keys.check, keys)) != KNOWN:
        raise WrongMasterKey(wrapping.WRONG)
    for folder, known in ((keys, with_keys), (data, told)):
        manifest.check(folder, known, each)
    _insist_on_one_installation(data, wrapping.unwrapped(key, _hex(with_keys.tables_key, keys)))
    return Backup(data, keys, key, told)


def _insist_on_one_installation(data: Path, tables_key: bytes) -> None:
    """The tables begin with something that this key opens."""
    try:
        with (data / TABLES).open("rb") as source:
            next(stream.decrypt(source, tables_key, BACKUPS_KEY, TABLES))
    except stream.Damaged:
        raise NotTogether from None


def _hex(text: str, folder: Path) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Incomplete(folder / manifest.NAME) from None


def settings(backup: Backup, target: Path) -> None:
    """The settings file, where the new place has none: it says where the databases are."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (backup.keys / SETTINGS).is_file() and not (target / SETTINGS).exists():
        copy(backup.keys / SETTINGS, target / SETTINGS)


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
