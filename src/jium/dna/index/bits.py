"""Codes, descriptors and owners as the arrays the index works on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

OWNER_BYTES = 16
_ROOM = 1 << 16
Owners = Sequence[int] | NDArray[np.uint8]
Words = NDArray[np.uint64]


def as_words(codes: NDArray[np.uint8], width: int, name: str) -> Words:
    """``codes`` (n × ``width`` bytes) as n × ``width``/8 words; ValueError for another type or shape."""
    if not isinstance(codes, np.ndarray) or codes.dtype != np.uint8 or codes.ndim != 2 or codes.shape[1] != width:
        raise ValueError(f"{name} are n × {width} bytes of uint8")
    return np.ascontiguousarray(codes).view(np.uint64)


def owner_words(owners: Owners) -> Words:
    """128-bit numbers, or n × 16 bytes as ``UUID.bytes`` has them, as n × 2 words; ValueError if they are not."""
    if isinstance(owners, np.ndarray):
        return as_words(owners, OWNER_BYTES, "owners")
    try:
        packed = b"".join([owner.to_bytes(OWNER_BYTES, "big") for owner in owners])
    except (OverflowError, AttributeError, TypeError) as error:
        raise ValueError("owners are numbers of 128 bits") from error
    return np.frombuffer(packed, np.uint64).reshape(-1, 2)


def owner_numbers(owners: NDArray[Any]) -> list[int]:
    """The reverse of :func:`owner_words`."""
    packed = np.ascontiguousarray(owners).tobytes()
    return [int.from_bytes(packed[at : at + OWNER_BYTES], "big") for at in range(0, len(packed), OWNER_BYTES)]


def of_owner(owners: Words, owner: Words) -> NDArray[np.intp]:
    """Positions in ``owners`` (n × 2) of the one ``owner`` (1 × 2)."""
    where = np.flatnonzero(owners[:, 0] == owner[0, 0])
    return np.compress(owners[where, 1] == owner[0, 1], where)


@cache
def scramble_tables(bits: int) -> Words:
    """One fixed permutation of ``bits`` bits as tables: ``bits``/8 × 256 × ``bits``/64 words.

    The words for each byte of a code, joined by OR, are the permuted code. Neighbouring bits of a PDQ code or of a
    descriptor depend on each other; permuted, a band of them is close to uniform. The order is that of SHA-256
    digests, so that snapshots mean the same with every version of every library.
    """
    order = np.array(sorted(range(bits), key=lambda bit: sha256(f"{bits}/{bit}".encode()).digest()))
    place = np.argsort(order)
    values = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    tables = np.zeros((bits // 8, 256, bits), np.uint8)
    for byte in range(bits // 8):
        tables[byte][:, place[8 * byte : 8 * byte + 8]] = values
    return np.packbits(tables, axis=2).view(np.uint64)


def filled(columns: int, search: Callable[[NDArray[np.uint32]], int]) -> NDArray[np.uint32]:
    """What ``search`` writes into an array of ``columns``, given as many rows as it says it found."""
    out = np.empty((_ROOM, columns), np.uint32)
    count = search(out)
    if count > len(out):
        out = np.empty((count, columns), np.uint32)
        count = min(count, search(out))
    return out[:count]
