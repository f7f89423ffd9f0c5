"""Many references: none is missed, what is withdrawn is gone at once."""

from __future__ import annotations

import pytest

from jium import dna
from jium.dna import Fingerprint
from jium.dna.search import Search
from jium.media.sandbox import Sandbox
from tests.dna.pictures import cropped, jpeg, scene, turned

COUNT = 24


@pytest.fixture(scope="module")
def references(decoder: Sandbox) -> list[Fingerprint]:
    return [dna.fingerprint(jpeg(scene(100 + number, (480, 360))), decoder) for number in range(COUNT)]


@pytest.fixture
def search(references: list[Fingerprint]) -> Search[int]:
    full: Search[int] = Search()
    for number, one in enumerate(references):
        full.add(number, one)
    return full


def copies(number: int, decoder: Sandbox) -> list[Fingerprint]:
    original = scene(100 + number, (480, 360))
    altered = (cropped(original, 0.3, 0.2, 0.95, 0.9), turned(original, 25), original.resize((200, 150)))
    return [dna.fingerprint(jpeg(one), decoder) for one in altered]


@pytest.mark.parametrize("number", [0, 7, 23])
def test_altered_copies_are_found_among_all(number: int, search: Search[int], decoder: Sandbox) -> None:
    for seen in copies(number, decoder):
        assert [name for name, _found in search.matches(seen)] == [number]


def test_what_is_withdrawn_is_gone_at_once(search: Search[int], references, decoder: Sandbox) -> None:
    search.remove(7)
    search.remove(7)
    assert len(search) == COUNT - 1
    assert not any(list(search.matches(seen)) for seen in [references[7], *copies(7, decoder)])


def test_a_name_used_again_stands_for_the_new_file_only(search: Search[int], references) -> None:
    search.add(3, references[4])
    assert [name for name, _found in search.matches(references[4])] == [4, 3]
    assert list(search.matches(references[3])) == []


def test_it_says_what_comparing_one_by_one_says(search: Search[int], references, decoder: Sandbox) -> None:
    for seen in copies(5, decoder):
        one_by_one = {number for number, known in enumerate(references) if dna.compare(known, seen).match}
        assert {name for name, _found in search.matches(seen)} == one_by_one


def test_many_at_once_are_told_what_one_by_one_is(search: Search[int], references, decoder: Sandbox) -> None:
    asked = [*references, *(reference.kept() for reference in references)]
    together = [(number, name, found.score) for number, name, found in search.matches_each(asked)]
    singly = [(number, name, found.score) for number, one in enumerate(asked) for name, found in search.matches(one)]
    assert together == singly
    assert {number for number, _name, _score in together} == set(range(len(asked)))
    assert list(search.matches_each([])) == []


def test_nothing_is_found_in_nothing(references) -> None:
    assert list(Search[str]().matches(references[0])) == []
