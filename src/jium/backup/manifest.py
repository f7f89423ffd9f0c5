"""What a folder of a backup holds: written last, so that a folder without one is none; checked before anything else."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal
from uuid import UUID

NAME = "manifest.json"
# A file of the vault: its case's folder, its own name.
_OBJECT = re.compile(r"vault/[0-9a-f]{32}/[0-9a-f]{32}")
VERSION = 1
Kind = Literal["data", "keys"]


# The files of a backup's folders.
TABLES, KEYS, DEAD = "tables.jium", "keys.copy", "destroyed.txt"
SETTINGS, WEB_KEY, VAULT = "jium.toml", "web.key", "vault"


# The tables of a backup are encrypted under a key of their own, which lies with the keys of cases.
BACKUPS_KEY = UUID("5d0b1f0e-6b5f-4c53-9d0c-6a1f5f0c7b11")
# Lies in a data directory into which a backup is being brought back.
UNFINISHED = "restore-unfinished"


class NotApart(Exception):
    """The keys would lie in or around the data."""


class NotTogether(Exception):
    """The two folders are of two installations."""


class NotABackup(Exception):
    """There is no finished backup of that kind in the folder, or one of a later version; ``folder`` says where."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


class Incomplete(Exception):
    """A file of the backup is missing or not as it was written; ``file`` says which."""

    def __init__(self, file: Path) -> None:
        super().__init__(str(file))
        self.file = file


@dataclass(frozen=True)
class Manifest:
    """``made_at``: by the clock of where it was made; ``database``: of what kind; ``check``: a known value wrapped by
    the master key (hex); ``files``: of each file beside the vault's its SHA-256; ``objects``: the sizes of the vault's;
    ``tables_key``: what the tables are encrypted with, wrapped by the master key (hex), beside the keys alone.
    """

    kind: Kind
    made_at: str
    database: str
    check: str
    files: Mapping[str, str] = field(default_factory=dict)
    objects: Mapping[str, int] = field(default_factory=dict)
    tables_key: str = ""
    version: int = VERSION


def write(folder: Path, manifest: Manifest) -> None:
    """The last thing that is written into a backup."""
    path = folder / NAME
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n", encoding="ascii")


def read(folder: Path, kind: Kind) -> Manifest:
    """Of a backup's folder. Raises :class:`NotABackup`."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="ascii"))
        known = Manifest(**told)
    except (OSError, ValueError, TypeError, RecursionError):
        raise NotABackup(folder) from None
    texts = (known.made_at, known.database, known.check, known.tables_key)
    if (known.kind, known.version) != (kind, VERSION) or not all(isinstance(one, str) for one in texts):
        raise NotABackup(folder)
    if not isinstance(known.files, dict) or not isinstance(known.objects, dict):
        raise NotABackup(folder)
    return known


def check(folder: Path, manifest: Manifest, each: Callable[[], object]) -> None:
    """Whether all is there as it was written. Raises :class:`Incomplete`, OSError."""
    for name, digest in manifest.files.items():
        path = _inside(folder, name)
        if not path.is_file() or digest_of(path) != digest:
            raise Incomplete(path)
        each()
    for name, size in manifest.objects.items():
        path = _inside(folder, name)
        if not _OBJECT.fullmatch(name):
            raise Incomplete(path)
        if not path.is_file() or path.stat().st_size != size:
            raise Incomplete(path)
        each()


def _inside(folder: Path, name: str) -> Path:
    """The path that a manifest names; nothing outside of the folder is one."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Incomplete(path)
    return path


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
