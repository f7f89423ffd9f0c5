"""How a file of the vault is encrypted: any stream of bytes, in constant memory, without tables.

It is cut into chunks of 1 MiB, each AES-256-GCM; the nonce is prefix ‖ counter ‖ last-flag (the STREAM construction of
Hoang, Reyhanitabar, Rogaway and Vizár, 2015) and the associated data is the case's and the object's id, so a changed,
cut, swapped or moved chunk is refused.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from jium.trust.wrapping import KEY, VaultError

CHUNK = 1024 * 1024
TAG = 16
MAGIC = b"jium-v1\n"
WRAPPED = KEY + 8
PREFIX = 7
HEADER = len(MAGIC) + WRAPPED + PREFIX


class Damaged(VaultError):
    """A stored file is missing, cut, changed or not where it belongs."""


@dataclass(frozen=True)
class Stored:
    """A file in the vault. ``sha256`` and ``size`` (bytes) are of the clear content."""

    object_id: str
    sha256: str
    size: int


def _associated(case_id: UUID, object_id: str) -> bytes:
    return MAGIC + case_id.bytes + object_id.encode("ascii")


def _nonce(prefix: bytes, counter: int, last: bool) -> bytes:
    return prefix + counter.to_bytes(4, "big") + bytes([last])


def encrypt(source: BinaryIO, target: BinaryIO, case_key: bytes, case_id: UUID, object_id: str) -> Stored:
    """All of ``source`` into ``target``, under a key of its own that the case's key wraps."""
    key, prefix = secrets.token_bytes(KEY), secrets.token_bytes(PREFIX)
    target.write(MAGIC + aes_key_wrap(case_key, key) + prefix)
    cipher, associated = AESGCM(key), _associated(case_id, object_id)
    digest, size, counter = hashlib.sha256(), 0, 0
    chunk = _read_full(source, CHUNK)
    while True:
        following = _read_full(source, CHUNK)
        digest.update(chunk)
        size += len(chunk)
        target.write(cipher.encrypt(_nonce(prefix, counter, not following), chunk, associated))
        if not following:
            return Stored(object_id, digest.hexdigest(), size)
        chunk, counter = following, counter + 1


def decrypt(source: BinaryIO, case_key: bytes, case_id: UUID, object_id: str) -> Iterator[bytes]:
    """The clear content chunk by chunk, each verified before it is handed out. Raises :class:`Damaged`."""
    header = _read_full(source, HEADER)
    wrapped, prefix = header[len(MAGIC) : len(MAGIC) + WRAPPED], header[-PREFIX:]
    try:
        if len(header) != HEADER or not header.startswith(MAGIC):
            raise InvalidTag
        cipher, associated = AESGCM(aes_key_unwrap(case_key, wrapped)), _associated(case_id, object_id)
        chunk, counter = _read_full(source, CHUNK + TAG), 0
        while True:
            following = _read_full(source, CHUNK + TAG)
            yield cipher.decrypt(_nonce(prefix, counter, not following), chunk, associated)
            if not following:
                return
            chunk, counter = following, counter + 1
    except (InvalidTag, InvalidUnwrap):
        raise Damaged(f"object {object_id} is damaged or not where it belongs") from None


def _read_full(source: BinaryIO, size: int) -> bytes:
    """``size`` bytes, fewer only at the end: a pipe or an upload may hand out less at a time."""
    parts = []
    while size and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
