"""Time stamps of the seals (RFC 3161): somebody outside signs that the log's newest entry was this one at that time.

Beside the seals lies a file with a line for each: the seal, and the authority's signed answer to its digest. The answer
is checked against the authority's root certificate, so that a line can be lost but not made up, whoever holds the keys.
What is sent is a digest of a digest: it says nothing about anybody.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from jium.config import Config
from jium.trust import seals
from jium.trust.models import AuditEntry
from jium.trust.seals import Checked, NotASeal, Seal

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class NotStamped(Exception):
    """The answer is no time stamp of what was asked, or none by this authority."""


class NoRoots(NotStamped):
    """There is no root certificate at the path that ``[audit] tsa_roots`` names."""


@dataclass(frozen=True)
class Asked:
    """What is asked of the authority about ``seal``: :attr:`content` is sent as :data:`QUERY`."""

    seal: Seal
    request: TimeStampRequest

    @property
    def content(self) -> bytes:
        return self.request.as_bytes()


def path(config: Config) -> Path:
    """Where the stamps are kept: beside the seals."""
    kept = seals.path(config)
    return kept.with_name(f"{kept.stem}.stamps")


def ask(seal: Seal) -> Asked:
    """A question with a number of its own, so that no earlier answer can be given to it."""
    asked = TimestampRequestBuilder().data(seal.short.encode("ascii")).hash_algorithm(HashAlgorithm.SHA256)
    return Asked(seal, asked.nonce(nonce=True).cert_request(cert_request=True).build())


def keep(config: Config, asked: Asked, answer: bytes) -> Seal:
    """Check the authority's answer and keep it; the seal, at the time that it says. Raises NotStamped, OSError."""
    verifier = VerifierBuilder.from_request(asked.request)
    stamped = _checked(verifier, roots_of(Path(config.audit.tsa_roots)), asked.seal, answer)
    seals.append(path(config), f"{asked.seal.short} {base64.b64encode(answer).decode('ascii')}")
    return stamped


def read(config: Config) -> tuple[list[Seal], list[int]]:
    """The stamped seals, and the lines of the file that are no stamps by this authority. Raises NoRoots, OSError."""
    lines = seals.lines_of(path(config))
    return read_lines(lines, roots_of(Path(config.audit.tsa_roots))) if lines else ([], [])


def read_lines(lines: Iterable[str], roots: list[x509.Certificate]) -> tuple[list[Seal], list[int]]:
    """:func:`read`, of lines from anywhere."""
    stamped, false = [], []
    for number, line in enumerate(lines, 1):
        told, _space, answer = line.partition(" ")
        try:
            content = base64.b64decode(answer, validate=True)
            stamped.append(_checked(VerifierBuilder(), roots, seals.given(told), content))
        except (NotASeal, NotStamped, ValueError):
            false.append(number)
    return stamped, false


def check(config: Config, more: Sequence[Seal] = (), read_as: Iterable[AuditEntry] | None = None) -> Checked:
    """As :func:`jium.trust.seals.check`, against the stamps as well. Raises NoRoots, OSError, VaultError."""
    stamped, false = read(config)
    checked = seals.check(config, [*more, *stamped], read_as)
    told = (*checked.told, *(("unstamped", number) for number in false))
    return replace(checked, told=told, stamped=stamped[-1] if stamped else None)


def _checked(builder: VerifierBuilder, roots: list[x509.Certificate], seal: Seal, answer: bytes) -> Seal:
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        response: TimeStampResponse = decode_timestamp_response(_in_order(answer))
        builder.build().verify_message(response, seal.short.encode("ascii"))
    except (VerificationError, ValueError, IndexError) as problem:
        raise NotStamped from problem
    at = response.tst_info.gen_time.astimezone(UTC)
    return Seal(at.isoformat(timespec="seconds"), seal.number, seal.digest)


def roots_of(path: Path) -> list[x509.Certificate]:
    """The certificates in a PEM file. Raises :class:`NoRoots`."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as problem:
        raise NoRoots from problem


# The path to the certificates in an answer (RFC 3161, RFC 5652): the token, its content, the signed data, and there
# what is tagged [0].
_TOKEN, _CONTENT, _SIGNED, _CERTIFICATES = 1, 1, 0, 0xA0


def _in_order(answer: bytes) -> bytes:
    """The answer with its certificates in the order that DER asks of a set: OpenSSL's authorities do not keep it, and
    the library insists. They are not among what is signed. Raises ValueError where it is no such answer.
    """
    response = _parts(answer, 0, len(answer))[0]
    token = _parts(answer, *response[1:])[_TOKEN]
    content = _parts(answer, *token[1:])[_CONTENT]
    signed = _parts(answer, *content[1:])[_SIGNED]
    for tag, start, end in _parts(answer, *signed[1:]):
        if tag == _CERTIFICATES:
            borders = [start, *(part[2] for part in _parts(answer, start, end))]
            certificates = sorted(answer[first:last] for first, last in pairwise(borders))
            return answer[:start] + b"".join(certificates) + answer[end:]
    return answer


def _parts(content: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    """Tag, first and last byte of each value in DER from ``start`` to ``end``. Raises ValueError, IndexError."""
    parts = []
    while start < end:
        tag, length = content[start], content[start + 1]
        start += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(content[start : start + size], "big")
            start += size
        if start + length > end:
            raise ValueError("cut off")
        parts.append((tag, start, start + length))
        start += length
    return parts
