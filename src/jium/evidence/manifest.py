"""The manifest of an evidence package: name, size and digests of every part, as canonical JSON.

Canonical: keys sorted, no blanks, UTF-8, so that one content has one form. It names ids and versions, never a
person or an address.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

SCHEMA = "jium-evidence/1"
NAME, SEAL_NAME = "manifest.json", "manifest.sha256"
REQUIRED = ("data.wacz", "facts.json", "page.html", "screenshot.png")


@dataclass(frozen=True)
class Part:
    """One file of the package: ``size`` in bytes, digests in hex."""

    name: str
    size: int
    sha256: str
    sha3_512: str


@dataclass(frozen=True)
class Label:
    """What a package is of. ``captured_at``: ISO 8601, UTC; ``tools``: name → version."""

    capture: str
    case: str
    captured_at: str
    tools: Mapping[str, str]


@dataclass(frozen=True)
class Manifest:
    """All that ``manifest.json`` says."""

    label: Label
    parts: tuple[Part, ...]


def write(label: Label, parts: Sequence[Part]) -> bytes:
    """The manifest's text."""
    listed = [asdict(part) for part in parts]
    return canonical({"schema": SCHEMA, "required": list(REQUIRED), "parts": listed, **asdict(label)})


def read(text: bytes) -> Manifest | None:
    """What a manifest says, or None when ``text`` is not one that :func:`write` wrote."""
    try:
        told = json.loads(text)
        manifest = Manifest(
            Label(_text(told["capture"]), _text(told["case"]), _text(told["captured_at"]), _texts(told["tools"])),
            tuple(_part(part) for part in told["parts"]),
        )
        same = write(manifest.label, manifest.parts) == text
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return manifest if same else None


def seal(text: bytes) -> bytes:
    """The digest of the manifest's text, in the form of ``sha256sum``."""
    return f"{hashlib.sha256(text).hexdigest()}  {NAME}\n".encode()


def canonical(value: object) -> bytes:
    """The one JSON form of ``value``."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _part(told: Any) -> Part:
    if type(told["size"]) is not int:
        raise TypeError
    return Part(_text(told["name"]), told["size"], _text(told["sha256"]), _text(told["sha3_512"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Any) -> dict[str, str]:
    return {_text(name): _text(text) for name, text in value.items()}
