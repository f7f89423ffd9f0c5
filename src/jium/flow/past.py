"""What was seen before references came is looked through for them: once for all that wait for it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from jium.dna.comparison import Comparison
from jium.dna.fingerprint import Fingerprint
from jium.dna.search import Search
from jium.flow.search import references
from jium.watch import services as watch
from jium.watch.services import Sighting

# So many sightings are looked up together, and held in memory meanwhile.
AT_ONCE = 250

Name = TypeVar("Name", bound=Hashable)


def look_through(sought: Mapping[Name, Fingerprint]) -> Iterator[tuple[Name, Sighting, Comparison]]:
    """Every sighting that is a copy of one of these, with which one and how."""
    search: Search[Name] = Search(references.known())
    for name, fingerprint in sought.items():
        search.add(name, fingerprint)
    past = watch.fingerprints()
    while some := list(islice(past, AT_ONCE)):
        for number, name, comparison in search.matches_each([seen for _sighting, seen in some]):
            yield name, some[number][0], comparison
