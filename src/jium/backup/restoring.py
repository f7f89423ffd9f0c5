"""A backup is brought back onto a fresh machine, after :mod:`jium.backup.opening`: keys, files, and the tables last.

What the tables bring back of a case that is on the list of the dead is for :mod:`jium.flow.destroying`, before anything
runs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jium.backup import tables
from jium.backup.manifest import BACKUPS_KEY, KEYS, TABLES, UNFINISHED, VAULT, WEB_KEY, NotTogether
from jium.backup.opening import Backup, copy
from jium.config import Config
from jium.trust import master_key, seals, stamps, vault


def begin(config: Config) -> None:
    """From here on until :func:`end` nothing may be started here."""
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    (config.data / UNFINISHED).touch(mode=0o600)


def end(config: Config) -> None:
    """All is back, and what had to be destroyed again is destroyed."""
    (config.data / UNFINISHED).unlink(missing_ok=True)


def keys(config: Config, backup: Backup) -> None:
    """The keys, and the master key where the settings say. Raises as :func:`jium.backup.tables.load`."""
    for folder in (config.keys, config.vault, config.run, config.key_file.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not config.key_file.exists():
        master_key.write_durably(config.key_file, backup.key)
    if (backup.keys / WEB_KEY).is_file() and not (config.keys / WEB_KEY).exists():
        copy(backup.keys / WEB_KEY, config.keys / WEB_KEY)
    with (backup.keys / KEYS).open("rb") as source:
        tables.load(tables.databases(config)[1], iter(lambda: source.read(1 << 20), b""))


def files(config: Config, backup: Backup, each: Callable[[], object] = lambda: None) -> None:
    """The vault's files, and the seals of the audit log; what is there already stays. Raises OSError."""
    for name in backup.told.objects:
        target = config.vault / Path(name).relative_to(VAULT)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            copy(backup.data / name, target)
        each()
    for target in (seals.path(config), stamps.path(config)):
        if (backup.data / target.name).is_file() and not target.exists():
            copy(backup.data / target.name, target)


def bring_back_tables(config: Config, backup: Backup) -> None:
    """The tables, decrypted with the keys that were brought back before.

    Raises :class:`NotTogether`, and as :func:`jium.backup.tables.load`.
    """
    box = vault.open_vault(config)
    try:
        with (backup.data / TABLES).open("rb") as source:
            tables.load(tables.databases(config)[0], box.decrypt(BACKUPS_KEY, TABLES, source))
    except (vault.Damaged, vault.MissingKey):
        raise NotTogether from None
