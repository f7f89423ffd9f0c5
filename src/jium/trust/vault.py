"""The vault: every file of a case, encrypted under the case's key; deleting that key destroys them all.

The master key (a file, 0600) wraps the case keys (table ``CaseKey``, database ``keys``; AES key wrap,
RFC 3394); a case key wraps the key of each of its files, which are encrypted as :mod:`jium.trust.stream` says.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from django.conf import settings
from django.db import transaction

from jium import clock
from jium.config import Config
from jium.trust import erasing, keys_database, master_key
from jium.trust.master_key import sync_folder
from jium.trust.models import CaseKey, DeadCase, KeyCheck
from jium.trust.stream import CHUNK, HEADER, MAGIC, TAG, Damaged, Stored, decrypt, encrypt
from jium.trust.wrapping import KEY, MissingKey, NoMasterKey, VaultError, WrongMasterKey, unwrapped

__all__ = [
    "CHUNK",
    "HEADER",
    "KEY",
    "MAGIC",
    "TAG",
    "Damaged",
    "MissingKey",
    "NoMasterKey",
    "Stored",
    "Vault",
    "VaultError",
    "WrongMasterKey",
    "open_vault",
]


def open_vault(config: Config | None = None) -> Vault:
    """The vault of this installation. Raises :class:`MissingKey`, :class:`WrongMasterKey`."""
    return Vault(config or settings.CONFIG)


class Vault:
    """Stores and reads files under case keys. Cheap to open; threads and processes may share it."""

    def __init__(self, config: Config) -> None:
        self._root = config.vault
        self._master = master_key.opened(config)

    # -- keys of cases

    def create_case_key(self, case_id: UUID) -> None:
        """Make the case's key, once; a second call changes nothing. Raises :class:`MissingKey` for a destroyed case."""
        if DeadCase.objects.filter(case_id=case_id).exists():
            raise MissingKey(f"case {case_id} was destroyed")
        if CaseKey.objects.filter(case_id=case_id).exists():
            return
        wrapped = aes_key_wrap(self._master, secrets.token_bytes(KEY))
        with transaction.atomic(using=keys_database.ALIAS):
            # The master key may be changed in this moment: a key that it wraps has to be known to the new one.
            known = KeyCheck.objects.select_for_update().get()
            unwrapped(self._master, known.wrapped)
            CaseKey.objects.get_or_create(case_id=case_id, defaults={"wrapped": wrapped, "created_at": clock.now()})

    def destroy_case(self, case_id: UUID) -> None:
        """Delete the case's key, then its files: from the first moment none can be read. Repeatable.

        Its id stays with the keys, so that nothing of it is ever kept again.
        Raises :class:`jium.trust.erasing.StillRead`.
        """
        with transaction.atomic(using=keys_database.ALIAS):
            DeadCase.objects.get_or_create(case_id=case_id, defaults={"at": clock.now()})
            CaseKey.objects.filter(case_id=case_id).delete()
        folder = self._folder(case_id)
        if folder.exists():
            shutil.rmtree(folder)
            sync_folder(self._root)
        erasing.leave_nothing(keys_database.ALIAS, [CaseKey._meta.db_table])

    def dead(self) -> set[UUID]:
        """The cases that were destroyed."""
        return set(DeadCase.objects.values_list("case_id", flat=True))

    def _case_key(self, case_id: UUID) -> bytes:
        row = CaseKey.objects.filter(case_id=case_id).first()
        if row is None:
            raise MissingKey(f"case {case_id} has no key: it was destroyed, or its key was lost")
        return unwrapped(self._master, row.wrapped)

    # -- files

    def put(self, case_id: UUID, source: BinaryIO) -> Stored:
        """Encrypt everything ``source`` has into a new object. Raises :class:`MissingKey`, OSError."""
        case_key = self._case_key(case_id)
        object_id = secrets.token_hex(16)
        path = self._path(case_id, object_id)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".{object_id}.new")
        try:
            with fresh.open("xb") as target:
                stored = encrypt(source, target, case_key, case_id, object_id)
                target.flush()
                os.fsync(target.fileno())
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
        if not CaseKey.objects.filter(case_id=case_id).exists():  # destroyed while we wrote
            path.unlink(missing_ok=True)
            raise MissingKey(f"case {case_id} was destroyed")
        return stored

    def put_bytes(self, case_id: UUID, content: bytes) -> Stored:
        """:meth:`put` for content in memory."""
        return self.put(case_id, io.BytesIO(content))

    def read(self, case_id: UUID, object_id: str) -> bytes:
        """The clear content. Raises :class:`MissingKey`, :class:`Damaged`."""
        return b"".join(self._chunks(case_id, object_id))

    def open_memfd(self, case_id: UUID, object_id: str) -> int:
        """The clear content as a sealed memory file at position 0, which the caller closes.

        Nothing is handed out before every chunk has been verified; the clear bytes never touch the disk.
        Raises as :meth:`read`.
        """
        descriptor = os.memfd_create("vault", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            with os.fdopen(os.dup(descriptor), "wb") as memory:
                for chunk in self._chunks(case_id, object_id):
                    memory.write(chunk)
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
            os.lseek(descriptor, 0, os.SEEK_SET)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def delete(self, case_id: UUID, object_id: str) -> None:
        """Remove one object; nothing happens when it is gone already."""
        self._path(case_id, object_id).unlink(missing_ok=True)

    # -- what there is

    def unreadable_keys(self) -> list[UUID]:
        """The cases whose key the master key does not open."""
        return [row.case_id for row in CaseKey.objects.iterator() if not self._opens(row.wrapped)]

    def without_key(self, case_ids: Iterable[UUID]) -> list[UUID]:
        """Of these cases those that have no key."""
        there = set(CaseKey.objects.values_list("case_id", flat=True))
        return [case_id for case_id in case_ids if case_id not in there]

    def _opens(self, wrapped: bytes | memoryview) -> bool:
        try:
            return bool(unwrapped(self._master, wrapped))
        except WrongMasterKey:
            return False

    def missing(self, case_id: UUID, object_ids: Iterable[str]) -> list[str]:
        """Of these objects of a case those that are not there, or not as long as the least there can be."""
        return [one for one in object_ids if not self._is_there(self._path(case_id, one))]

    @staticmethod
    def _is_there(path: Path) -> bool:
        try:
            return path.stat().st_size >= HEADER + TAG
        except OSError:
            return False

    def left_over(self, case_id: UUID, object_ids: Collection[str], older_than: float) -> list[Path]:
        """Files of a case that are none of these objects, of an interrupted upload for instance; older than so many
        seconds by the machine's clock, as the files' times are.
        """
        folder, before = self._folder(case_id), time.time() - older_than
        names = os.listdir(folder) if folder.is_dir() else []
        found = [folder / name for name in names if name not in object_ids]
        return [path for path in found if path.exists() and path.stat().st_mtime < before]

    # -- small things kept in tables

    def seal(self, case_id: UUID, label: str, content: bytes) -> bytes:
        """``content`` encrypted as a file of the case would be; ``label`` (ASCII) says what it belongs to.

        Raises :class:`MissingKey`.
        """
        target = io.BytesIO()
        encrypt(io.BytesIO(content), target, self._case_key(case_id), case_id, label)
        return target.getvalue()

    def unseal(self, case_id: UUID, label: str, sealed: bytes) -> bytes:
        """What was sealed under this very label. Raises :class:`MissingKey`, :class:`Damaged`."""
        return self.unsealer(case_id)(label, sealed)

    def unsealer(self, case_id: UUID) -> Callable[[str, bytes], bytes]:
        """:meth:`unseal` for many things of a case: its key is looked up once. Raises :class:`MissingKey`."""
        key = self._case_key(case_id)
        return lambda label, sealed: b"".join(decrypt(io.BytesIO(sealed), key, case_id, label))

    # -- streams of others

    def encrypt(self, case_id: UUID, label: str, source: BinaryIO, target: BinaryIO) -> Stored:
        """:meth:`seal` for what is too large for memory. Raises :class:`MissingKey`, OSError."""
        return encrypt(source, target, self._case_key(case_id), case_id, label)

    def decrypt(self, case_id: UUID, label: str, source: BinaryIO) -> Iterator[bytes]:
        """What was encrypted so, part by part, each verified. Raises :class:`MissingKey`, :class:`Damaged`."""
        return decrypt(source, self._case_key(case_id), case_id, label)

    def _chunks(self, case_id: UUID, object_id: str) -> Iterator[bytes]:
        case_key = self._case_key(case_id)
        try:
            with self._path(case_id, object_id).open("rb") as source:
                yield from decrypt(source, case_key, case_id, object_id)
        except FileNotFoundError:
            raise Damaged(f"object {object_id} is missing from the vault") from None

    def _folder(self, case_id: UUID) -> Path:
        """A name that says nothing to someone who holds only the disk."""
        return self._root / hashlib.sha256(b"jium vault folder" + case_id.bytes).hexdigest()[:32]

    def _path(self, case_id: UUID, object_id: str) -> Path:
        if not (len(object_id) == 32 and object_id.isalnum() and object_id.isascii()):
            raise Damaged("this is not the id of an object in the vault")
        return self._folder(case_id) / object_id
