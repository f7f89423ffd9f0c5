"""Copies of known files: an exact search narrows down, a comparison decides."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jium import dna
from jium.dna.fingerprint import Fingerprint
from jium.dna.index import Index


class Search:
    """Add what is looked for, then ask of each file whether it is a copy."""

    def __init__(self) -> None:
        self._references: list[tuple[str, Fingerprint]] = []
        self._index = Index()

    def __len__(self) -> int:
        return len(self._references)

    def add(self, name: str, fingerprint: Fingerprint) -> None:
        """Look for this file from now on."""
        codes = b"".join(form for frame in fingerprint.frames for form in frame.dihedral)
        if codes:
            rows = np.frombuffer(codes, np.uint8).reshape(-1, 32)
            self._index.add([len(self._references)] * len(rows), rows)
        self._references.append((name, fingerprint))

    def matches(self, seen: Fingerprint) -> Iterator[tuple[str, dna.Comparison]]:
        """(name, comparison) of every reference that ``seen`` is a copy of, in the order of adding."""
        near = {number for number, (_name, known) in enumerate(self._references) if known.sha256 == seen.sha256}
        if seen.frames:
            codes = np.frombuffer(b"".join(frame.code for frame in seen.frames), np.uint8).reshape(-1, 32)
            near |= {hit.key for hit in self._index.search(codes)}
        for number in sorted(near):
            name, known = self._references[number]
            found = dna.compare(known, seen)
            if found.match:
                yield name, found
