"""A backup is made while everything runs: the vault's files, then the tables, then the keys, then what came since.

So every row of the copy has its files, and every case of it its key or its place in the list of the dead. A file of the
vault never changes: what an earlier backup beside it holds already is linked, not copied.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from jium import clock
from jium.backup import manifest, tables
from jium.backup.manifest import BACKUPS_KEY, DEAD, KEYS, SETTINGS, TABLES, VAULT, WEB_KEY, Kind, Manifest, NotApart
from jium.backup.tables import databases
from jium.config import Config
from jium.trust import seals, stamps, vault
from jium.trust.models import CaseKey, DeadCase, KeyCheck


@dataclass(frozen=True)
class Made:
    """Where the two folders lie, and how many files of the vault are in the one, of them so many new."""

    data: Path
    keys: Path
    objects: int
    fresh: int


def make(config: Config, data_to: Path, keys_to: Path, each: Callable[[], object] = lambda: None) -> Made:
    """Make one; ``each`` is called for every file of the vault.

    Raises :class:`NotApart`, :class:`jium.backup.tables.NotCopied`, VaultError, OSError. What is not finished stays
    behind under a name that ends in ``.part``.
    """
    data_to, keys_to = data_to.resolve(), keys_to.resolve()
    if data_to.is_relative_to(keys_to) or keys_to.is_relative_to(data_to):
        raise NotApart
    tables.clear(config.run)
    box = vault.open_vault(config)
    box.create_case_key(BACKUPS_KEY)
    name = f"{clock.now():%Y%m%dT%H%M%S%f}Z"
    data, keys = _begun(data_to, "data", name), _begun(keys_to, "keys", name)
    before = _newest(data_to)
    fresh = _copy_vault(config.vault, data / VAULT, before, each)
    # Before the tables: a seal must not name an entry that they lack.
    for path in (seals.path(config), stamps.path(config)):
        if path.is_file():
            shutil.copyfile(path, data / path.name)
    _copy_tables(config, box, data)
    wrapped = _copy_keys(config, keys)
    fresh += _copy_vault(config.vault, data / VAULT, before, lambda: None)
    _leave_out_the_gone(config.vault, data / VAULT)
    _list_the_dead(keys)
    objects = _objects(data)
    os.sync()
    of_data, of_keys = databases(config)
    _finish(keys, Manifest("keys", _now(), of_keys.kind, wrapped.check, tables_key=wrapped.tables_key))
    _finish(data, Manifest("data", _now(), of_data.kind, wrapped.check, objects=objects))
    return Made(data.with_suffix(""), keys.with_suffix(""), len(objects), fresh)


def _begun(folder: Path, kind: Kind, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = folder / f"jium-{kind}-{name}.part"
    made.mkdir(mode=0o700)
    return made


def _newest(folder: Path) -> Path | None:
    """The latest finished backup of the data beside which another one is made."""
    finished = (path for path in folder.glob("jium-data-*") if (path / manifest.NAME).is_file())
    return max(finished, default=None)


def _files(folder: Path) -> Iterator[Path]:
    """The finished files of a vault; what begins with a dot is being written."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and not path.name.startswith("."):
            yield path


def _copy_vault(source: Path, target: Path, before: Path | None, each: Callable[[], object]) -> int:
    """Copy what is not there yet, by link where an earlier backup has it; how many were copied."""
    fresh = 0
    target.mkdir(exist_ok=True, mode=0o700)
    for path in _files(source):
        name = path.relative_to(source)
        if not (target / name).exists():
            (target / name).parent.mkdir(exist_ok=True, mode=0o700)
            fresh += _copied(path, target / name, before / VAULT / name if before else None)
        each()
    return fresh


def _copied(path: Path, target: Path, earlier: Path | None) -> bool:
    try:
        if earlier and earlier.is_file() and earlier.stat().st_size == path.stat().st_size:
            os.link(earlier, target)
            return False
    except OSError:
        pass  # another disk, or a file system without links: it is copied
    try:
        shutil.copyfile(path, target)
    except FileNotFoundError:  # deleted in this moment
        target.unlink(missing_ok=True)
        return False
    return True


def _leave_out_the_gone(source: Path, target: Path) -> None:
    """A case that was destroyed meanwhile is not in the copy."""
    for folder in target.iterdir():
        if not (source / folder.name).is_dir():
            shutil.rmtree(folder)


def _copy_tables(config: Config, box: vault.Vault, folder: Path) -> None:
    with tables.snapshot(databases(config)[0], config.run) as source, (folder / TABLES).open("xb") as target:
        box.encrypt(BACKUPS_KEY, TABLES, cast("BinaryIO", source), target)


class _Wrapped(NamedTuple):
    """What the present master key wraps, in hex: see :class:`jium.backup.manifest.Manifest`."""

    check: str
    tables_key: str


def _wrapped() -> _Wrapped:
    known, key = KeyCheck.objects.get(), CaseKey.objects.get(case_id=BACKUPS_KEY)
    return _Wrapped(bytes(known.wrapped).hex(), bytes(key.wrapped).hex())


def _copy_keys(config: Config, folder: Path) -> _Wrapped:
    """Copy them, as one master key wraps them: where it is changed meanwhile, again."""
    known = None
    while known != (now := _wrapped()):
        known = now
        with tables.snapshot(databases(config)[1], config.run) as source, (folder / KEYS).open("wb") as target:
            shutil.copyfileobj(source, target)
    # Settings may hold the password of a database, and the web key opens sessions: they go with the keys.
    for path in (config.keys / WEB_KEY, config.data / SETTINGS):
        if path.is_file():
            shutil.copyfile(path, folder / path.name)
    return now


def _list_the_dead(folder: Path) -> None:
    dead = DeadCase.objects.order_by("at", "pk").values_list("case_id", "at")
    (folder / DEAD).write_text("".join(f"{case} {at:%Y-%m-%dT%H:%M:%SZ}\n" for case, at in dead), encoding="ascii")


def _objects(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_size for path in _files(folder / VAULT)}


def _finish(folder: Path, told: Manifest) -> None:
    """Nobody else reads it; and it is one, from here on."""
    beside = [path for path in sorted(folder.iterdir()) if path.is_file()]
    for path in (*beside, *(folder / name for name in told.objects)):
        path.chmod(0o600)
    manifest.write(folder, replace(told, files={path.name: manifest.digest_of(path) for path in beside}))
    folder.rename(folder.with_suffix(""))


def _now() -> str:
    return clock.now().isoformat(timespec="seconds")
