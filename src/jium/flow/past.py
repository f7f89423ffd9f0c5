"""What was seen before a reference came is looked through for it."""

from __future__ import annotations

from collections.abc import Iterator

from jium.dna.comparison import Comparison
from jium.dna.fingerprint import Fingerprint
from jium.dna.search import Search
from jium.flow.search import references
from jium.watch import services as watch
from jium.watch.services import Sighting


def look_through(sought: Fingerprint) -> Iterator[tuple[Sighting, Comparison]]:
    """Every sighting that is a copy of it."""
    search: Search[None] = Search(references.known())
    search.add(None, sought)
    for sighting in watch.sightings():
        for _name, comparison in search.matches(watch.to_fingerprint(sighting)):
            yield sighting, comparison
