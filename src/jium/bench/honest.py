"""What honest files say of themselves: how often does one bear the mark of a generator?

Looked at is every picture and film of the folders that the other benches use, of 100 pixels a side or more, each
content once; none is known to come from a generator. Only those count that carry any text beside their pixels: what
carries none can bear no mark.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.progress import track

from jium.bench import people
from jium.forensics.marks import Mark
from jium.forensics.signals.provenance.credentials import marks_in
from jium.forensics.signals.provenance.rules import of_texts
from jium.forensics.signals.provenance.texts import texts_in
from jium.media.errors import MediaError

KINDS = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".heic", ".avif", ".mp4", ".mov", ".webm", ".mkv"}
LEAST_SIDE = 100
# Thousands of drawings by one program.
DRAWN = "openclipart"
# What a decoder says of every file of its kind is no text of that file.
_EVERY = {
    *("jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "progressive", "progression", "adobe"),
    *("adobe_transform", "interlace", "gamma", "srgb", "chromaticity", "transparency", "background", "loop"),
    *("duration", "version", "extension", "aspect", "compression", "major_brand", "minor_version"),
    *("compatible_brands", "language", "handler_name", "primary", "bit_depth", "timestamp", "resolution"),
}


@dataclass(frozen=True)
class Said:
    """One file. ``fields``: in which it carries text."""

    file: str
    fields: frozenset[str]
    marks: frozenset[Mark]


def said(console: Console) -> list[Said]:
    """All honest files here that carry text."""
    found = list(_files())
    seen: set[bytes] = set()
    told = (_of(file, seen) for file in track(found, "honest files", console=console))
    return [one for one in told if one and one.fields]


def _files() -> Iterator[Path]:
    media = [Path(root) for root in os.environ.get("JIUM_BENCH_MEDIA", "").split(":") if root]
    for root in (people.LABELLED.parent, people.STRANGERS, *media):
        found = (path for path in sorted(root.rglob("*")) if path.suffix.lower() in KINDS and path.is_file())
        yield from (path for path in found if DRAWN not in path.parts)


def _of(file: Path, seen: set[bytes]) -> Said | None:
    with file.open("rb") as opened:
        content = hashlib.file_digest(opened, "sha256").digest()
        if content in seen or _small(file):
            return None
        seen.add(content)
        try:
            texts = texts_in(opened)
        except MediaError:
            return None
        fields = frozenset(name for name, text in texts.items() if text and name not in _EVERY)
        return Said(file.name, fields, of_texts(texts) | marks_in(opened))


def _small(file: Path) -> bool:
    try:
        with Image.open(file) as picture:
            return min(picture.size) < LEAST_SIDE
    except OSError:
        return False  # a film
