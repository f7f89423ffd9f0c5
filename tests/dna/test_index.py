"""The index finds exactly what looking at every code would find."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jium.dna.index import Hit, Index
from jium.dna.pdq import distance


def near(rng: np.random.Generator, code: np.ndarray, bits: int) -> np.ndarray:
    """``code`` with ``bits`` bits changed."""
    flipped = np.unpackbits(code)
    flipped[rng.permutation(256)[:bits]] ^= 1
    return np.packbits(flipped)


def crowd(seed: int, count: int = 300) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Keys, codes, and queries 0..60 bits from some of them."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 256, (count, 32), np.uint8)
    keys = [f"key {number % (count // 2 + 1)}" for number in range(count)]
    queries = np.stack([near(rng, codes[int(rng.integers(count))], bits) for bits in range(0, 61, 3)])
    return keys, codes, queries


def brute(keys: list[str], codes: np.ndarray, queries: np.ndarray, radius: int) -> list[Hit]:
    return [
        Hit(number, key, bits)
        for number, query in enumerate(queries)
        for key, code in zip(keys, codes, strict=True)
        if (bits := distance(query.tobytes(), code.tobytes())) <= radius
    ]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), radius=st.sampled_from([0, 1, 31, 32, 128, 256]))
def test_a_search_equals_brute_force(seed: int, radius: int) -> None:
    keys, codes, queries = crowd(seed, 60)
    index = Index()
    index.add(keys, codes)
    assert index.search(queries, radius) == brute(keys, codes, queries, radius)


def test_31_bits_are_found_and_32_are_not() -> None:
    rng = np.random.default_rng(1)
    code = rng.integers(0, 256, 32, np.uint8)
    index = Index()
    index.add(["known"], code[None])
    queries = np.stack([near(rng, code, 31), near(rng, code, 32)])
    assert index.search(queries) == [Hit(0, "known", 31)]


def test_what_is_added_or_removed_counts_at_once() -> None:
    keys, codes, queries = crowd(2)
    index = Index()
    for start in range(0, 300, 37):
        index.add(keys[start : start + 37], codes[start : start + 37])
    assert index.search(queries) == brute(keys, codes, queries, 31)
    assert index.remove("key 3") == keys.count("key 3")
    left = [number for number, key in enumerate(keys) if key != "key 3"]
    rest = [keys[number] for number in left]
    assert len(index) == len(rest)
    assert index.search(queries) == brute(rest, codes[left], queries, 31)
    assert index.remove("never there") == 0
    index.add(["key 3"], codes[3:4])
    assert index.search(codes[3:4], 0) == [Hit(0, "key 3", 0)]


def test_an_index_of_one_code_finds_it() -> None:
    code = np.arange(32, dtype=np.uint8)[None]
    index = Index()
    index.add([7], code)
    assert index.search(code) == [Hit(0, 7, 0)]


def test_an_empty_index_finds_nothing() -> None:
    assert Index().search(np.zeros((2, 32), np.uint8)) == []


def test_large_indexes_are_searched_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    from jium.dna.index import small as module

    monkeypatch.setattr(module, "_BLOCK", 16)
    keys, codes, queries = crowd(4)
    index = Index()
    index.add(keys, codes)
    assert index.search(queries) == brute(keys, codes, queries, 31)


@pytest.mark.parametrize("codes", [np.zeros((2, 31), np.uint8), np.zeros(32, np.uint8), np.zeros((2, 32), np.int64)])
def test_codes_of_another_shape_are_refused(codes: np.ndarray) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Index().search(codes)


def test_keys_and_codes_must_pair_up() -> None:
    with pytest.raises(ValueError, match="1 keys for 2 codes"):
        Index().add(["one"], np.zeros((2, 32), np.uint8))
