"""The master key: a file that wraps the keys of all cases. It is made once, read at each use, and can be changed.

``KeyCheck`` holds a known value wrapped by it, so that another key is told before it does harm. Changing it wraps the
keys anew and touches nothing that is encrypted under them: cases of any size take the same time.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from django.db import IntegrityError, transaction

from jium import clock
from jium.config import Config
from jium.trust import erasing, keys_database
from jium.trust.models import CaseKey, DerivedKey, KeyCheck
from jium.trust.wrapping import KEY, KNOWN, WRONG, NoMasterKey, WrongMasterKey, read, unwrapped

# What is made of it beside the vault: kept as it was when the master key is changed.
SEALS = "audit seals"
PURPOSES = (SEALS,)


@dataclass(frozen=True)
class Rotated:
    """``keys``: how many were wrapped anew; ``old``: where the key of before lies, which old copies of them need."""

    keys: int
    old: Path


def create(config: Config) -> bool:
    """Make the master key of a new installation; True when this call made it.

    Nothing happens when there is one, nor when there is none though case keys exist: a new one would read
    nothing, and opening the vault says that the old one must be put back. The tables must exist. Two
    processes may call at once.
    """
    path = config.key_file
    if path.exists() or CaseKey.objects.exists() or KeyCheck.objects.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_durably(fresh, secrets.token_bytes(KEY))
    try:
        os.link(fresh, path)  # unlike rename, refuses when another process was first
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    sync_folder(path.parent)
    return True


def opened(config: Config) -> bytes:
    """The key, if it is the right one. Raises :class:`NoMasterKey`, :class:`WrongMasterKey`."""
    key = read(config.key_file)
    try:
        check(key)
    except WrongMasterKey:
        _finish(config)  # or another process does: the file is read anew
        key = read(config.key_file)
        check(key)
    return key


def check(key: bytes) -> None:
    """Whether it is the one of this installation, which an installation of before writes down. Raises
    :class:`WrongMasterKey`.
    """
    known = KeyCheck.objects.first()
    if known:
        if unwrapped(key, known.wrapped) != KNOWN:
            raise WrongMasterKey(WRONG)
        return
    one = CaseKey.objects.first()
    if one:
        unwrapped(key, one.wrapped)
    try:
        with transaction.atomic(using=keys_database.ALIAS):
            KeyCheck.objects.create(pk=1, wrapped=aes_key_wrap(key, KNOWN))
    except IntegrityError:  # another process wrote its check in this moment: it must agree with our key
        check(key)


def derived(config: Config, purpose: str) -> bytes:
    """A key of 32 bytes for something beside the vault, one of :data:`PURPOSES` (HKDF, RFC 5869).

    Raises :class:`NoMasterKey`, :class:`WrongMasterKey`.
    """
    key = opened(config)
    kept = DerivedKey.objects.filter(purpose=purpose).first()
    return unwrapped(key, kept.wrapped) if kept else _derive(key, purpose)


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), KEY, None, f"jium {purpose}".encode()).derive(key)


def rotate(config: Config, each: Callable[[], object] = lambda: None) -> Rotated:
    """Put a new master key in the place of the present one; ``each`` is called for every key that is wrapped anew.

    The new key lies beside the old one until the tables know it; what interrupts this leaves either the old key in
    force or the new one, and whoever opens the vault next puts the right file in place.

    Raises :class:`NoMasterKey`, :class:`WrongMasterKey`, OSError.
    """
    with _alone(config):
        old = opened(config)
        kept = config.key_file.with_name(f"{config.key_file.name}.until-{clock.now():%Y%m%dT%H%M%S%f}")
        os.link(config.key_file, kept)
        try:
            count = _rotate(config, old, each)
        except BaseException:
            with suppress(WrongMasterKey):  # the tables know the new one: then the old one stays where it is kept
                check(old)
                kept.unlink()
            raise
        check(read(config.key_file))
    return Rotated(count, kept)


def _rotate(config: Config, old: bytes, each: Callable[[], object]) -> int:
    fresh_path, fresh = _fresh(config), secrets.token_bytes(KEY)
    with transaction.atomic(using=keys_database.ALIAS):
        # From here on the tables are ours: what lies there is of an attempt that they never knew.
        known = KeyCheck.objects.select_for_update().get()
        unwrapped(old, known.wrapped)
        fresh_path.unlink(missing_ok=True)
        write_durably(fresh_path, fresh)
        sync_folder(fresh_path.parent)
        count = _wrap_anew(old, fresh, each)
        KeyCheck.objects.filter(pk=known.pk).update(wrapped=aes_key_wrap(fresh, KNOWN))
    _finish(config)
    return count


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    """No other rotation of this key meanwhile."""
    with config.key_file.with_name(f".{config.key_file.name}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def clean() -> None:
    """Of the keys as they were wrapped before nothing stays in the database's files. Raises
    :class:`jium.trust.erasing.StillRead`.
    """
    erasing.leave_nothing(keys_database.ALIAS, [model._meta.db_table for model in (CaseKey, DerivedKey, KeyCheck)])


def _wrap_anew(old: bytes, fresh: bytes, each: Callable[[], object]) -> int:
    there = set(DerivedKey.objects.values_list("purpose", flat=True))
    for purpose in set(PURPOSES) - there:
        DerivedKey.objects.create(purpose=purpose, wrapped=aes_key_wrap(old, _derive(old, purpose)))
    count = 0
    for model in (DerivedKey, CaseKey):
        for row in model._default_manager.all():
            model._default_manager.filter(pk=row.pk).update(wrapped=aes_key_wrap(fresh, unwrapped(old, row.wrapped)))
            count += 1
            each()
    return count


def _fresh(config: Config) -> Path:
    return config.key_file.with_name(f"{config.key_file.name}.new")


def _finish(config: Config) -> None:
    """Put the new key in its place where the tables know it already."""
    with suppress(NoMasterKey, WrongMasterKey, FileNotFoundError):  # there is none, or another process did it
        check(read(_fresh(config)))
        _fresh(config).replace(config.key_file)
        sync_folder(config.key_file.parent)


def write_durably(path: Path, content: bytes) -> None:
    """A file for this user alone, on the disk when this returns. Raises FileExistsError, OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """What was put into the folder, or taken out, is so after a power cut, too."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
