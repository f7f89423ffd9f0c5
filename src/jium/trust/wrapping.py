"""What wraps keys (AES key wrap, RFC 3394), and the file of a master key: without tables, for whoever has none yet."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

KEY = 32
KNOWN = b"jium master key check, version 1"  # 32 bytes, wrapped by the right master key
WRONG = "the master key is not the one this installation was set up with: put the right one back"


class VaultError(Exception):
    """The vault refuses; the message holds no personal data."""


class WrongMasterKey(VaultError):
    """The master key is not the one that this installation's case keys were wrapped with."""


class MissingKey(VaultError):
    """There is no master key file, or the case's key is gone (the case was destroyed)."""


class NoMasterKey(MissingKey):
    """There is no master key file."""


def read(path: Path) -> bytes:
    """What a file of a master key holds. Raises :class:`NoMasterKey`, :class:`WrongMasterKey`."""
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        raise NoMasterKey(f"there is no master key at {path}") from None
    if len(key) != KEY:
        raise WrongMasterKey(f"{path} is not a master key: it must hold {KEY} bytes")
    return key


def unwrapped(key: bytes, wrapped: bytes | memoryview) -> bytes:
    """What ``key`` wrapped. Raises :class:`WrongMasterKey`."""
    try:
        return aes_key_unwrap(key, bytes(wrapped))
    except InvalidUnwrap:
        raise WrongMasterKey(WRONG) from None
