"""Pictures that share local descriptors are found, whatever was added and removed before."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import defaultdict
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jium.dna.index import Candidate, LocalIndex, SnapshotDamaged, local, pictures
from jium.dna.index.bits import scramble_tables
from jium.dna.index.jit import compiled
from jium.dna.index.merging import Sizes

SMALL = Sizes(first=60, tail=40, merge=150, segment=250)
# Keys of small segments have 8 bits: with 8 of them free every bucket is looked into.
EVERYTHING = 8
Kept = list[tuple[int, np.ndarray]]


def pool(seed: int, count: int) -> np.ndarray:
    """``count`` descriptors in clusters, 0..36 bits from each other."""
    rng = np.random.default_rng(seed)
    centres = rng.integers(0, 256, (max(1, count // 6), 16), np.uint8)
    return np.stack([changed(rng, centres[int(rng.integers(len(centres)))]) for _ in range(count)])


def changed(rng: np.random.Generator, descriptor: np.ndarray, bits: int | None = None) -> np.ndarray:
    flipped = np.unpackbits(descriptor)
    flipped[rng.permutation(128)[: int(rng.integers(0, 19)) if bits is None else bits]] ^= 1
    return np.packbits(flipped)


def brute(kept: Kept, queries: np.ndarray, within: int, known: int) -> list[Candidate]:
    votes: dict[int, float] = defaultdict(float)
    for query in queries:
        nearest: dict[int, int] = {}
        for owner, descriptors in kept:
            bits = int(np.bitwise_count(descriptors ^ query).sum(axis=1, dtype=int).min(initial=128))
            if bits <= within:
                nearest[owner] = min(bits, nearest.get(owner, bits))
        for owner, bits in nearest.items():
            votes[owner] += (1 - bits / 30) ** 2 * max(0.0, log((1 + known) / len(nearest)))
    ranked = sorted(votes.items(), key=lambda one: (-one[1], one[0]))
    return [Candidate(owner, weight) for owner, weight in ranked]


def same(ours: list[Candidate], theirs: list[Candidate]) -> bool:
    def rounded(candidates: list[Candidate]) -> list[tuple[float, int]]:
        return sorted((-round(one.votes, 6), one.owner) for one in candidates)

    return rounded(ours) == rounded(theirs)


def crowd(count: int, sizes: Sizes | None = None, each: int = 50, flipped: int = 2) -> tuple[LocalIndex, np.ndarray]:
    """``count`` unrelated pictures; the owner of the i-th is i + 1."""
    rng = np.random.default_rng(count)
    descriptors = rng.integers(0, 256, (count, each, 16), np.uint8)
    index = LocalIndex(sizes, flipped=flipped)
    index.add_many(range(1, count + 1), [each] * count, descriptors.reshape(-1, 16))
    return index, descriptors


def a_copy(descriptors: np.ndarray, survivors: int = 12, bits: int = 12) -> np.ndarray:
    """400 descriptors, some of which are a picture's own with so many bits changed."""
    rng = np.random.default_rng(9)
    query = rng.integers(0, 256, (400, 16), np.uint8)
    query[rng.permutation(400)[:survivors]] = [changed(rng, one, bits) for one in descriptors[:survivors]]
    return query


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    steps=st.lists(st.tuples(st.sampled_from(["add", "add", "remove", "save"]), st.integers(1, 9)), max_size=14),
    within=st.sampled_from([0, 12, 24, 28]),
)
def test_it_equals_brute_force_however_it_came_to_be(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: list[tuple[str, int]], within: int
) -> None:
    folder = tmp_path_factory.mktemp("local")
    rng, descriptors = np.random.default_rng(seed), pool(seed, 1500)
    index, kept, used = LocalIndex(SMALL, within=within, flipped=EVERYTHING), [], 0
    latest, leading = None, []
    for step, amount in steps:
        if step == "add":
            lengths = rng.integers(0, 20, amount)
            owners = [int(owner) << 90 | 3 for owner in rng.integers(0, 12, amount)]
            index.add_many(owners, lengths.tolist(), descriptors[used : used + lengths.sum()])
            for owner, length in zip(owners, lengths, strict=True):
                if length:
                    kept.append((owner, descriptors[used : used + length]))
                    leading += [owner] if owner != latest else []
                    used, latest = used + length, owner
        elif step == "remove":
            owner = amount << 90 | 3
            assert index.remove(owner) == sum(len(mine) for one, mine in kept if one == owner)
            kept = [one for one in kept if one[0] != owner]
            leading, latest = [one for one in leading if one != owner], None
        else:
            index.save(folder)
            index = LocalIndex.open(folder, SMALL, thorough=True)
            index._reach, latest = pictures.Reach(within, EVERYTHING, 1 << 12, 1 << 14), None
        assert len(index) == sum(len(mine) for _owner, mine in kept)
    queries = descriptors[:25]
    assert same(index.search(queries, 1000), brute(kept, queries, within, len(leading)))


@pytest.mark.parametrize("sizes", [None, SMALL, Sizes(first=1000, tail=1000, merge=4000, segment=4000)])
def test_a_copy_comes_first(sizes: Sizes | None) -> None:
    index, descriptors = crowd(200, sizes)
    for number in (0, 57, 199):
        first, *_others = index.search(a_copy(descriptors[number]))
        assert first.owner == number + 1
        assert first.votes > 8 * (1 - 12 / 30) ** 2 * log(201)


def test_an_owner_gets_one_vote_a_query_however_many_of_its_descriptors_are_near() -> None:
    index = LocalIndex()
    index.add(1, np.zeros((30, 16), np.uint8))
    index.add(1, np.zeros((3, 16), np.uint8))
    index.add(2, np.full((3, 16), 255, np.uint8))
    (only,) = index.search(np.zeros((2, 16), np.uint8))
    assert only == Candidate(1, pytest.approx(2 * log(3)))


def test_what_every_picture_shows_weighs_less_than_what_one_does() -> None:
    own, caption = np.random.default_rng(1).integers(0, 256, (100, 20, 16), np.uint8), pool(4, 200)
    index = LocalIndex()
    for owner in range(100):
        index.add(owner, own[owner])
        if owner != 7:
            index.add(owner, caption)
    assert index.search(np.concatenate((caption, own[7][:8])))[0].owner == 7


@pytest.mark.parametrize("sizes", [None, SMALL])
def test_a_query_that_is_near_to_too_many_says_nothing(monkeypatch: pytest.MonkeyPatch, sizes: Sizes | None) -> None:
    monkeypatch.setattr(local, "_MOST", 50)
    monkeypatch.setattr(local, "_CROWD", 50)
    index = LocalIndex(sizes)
    for owner in range(100):
        index.add(owner, np.zeros((1, 16), np.uint8))
    assert len(index.search(np.zeros((1, 16), np.uint8), 1000)) in (0, 100 - 60)


def test_a_large_tail_is_scanned_compiled_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    index, descriptors = crowd(50)
    query = a_copy(descriptors[3])
    plain = index.search(query)
    monkeypatch.setattr(pictures, "_COMPILED_FROM", 1)
    assert same(index.search(query), plain)


def test_the_best_come_first_and_no_more_than_asked() -> None:
    index, descriptors = crowd(30)
    query = np.concatenate((descriptors[4][:9], descriptors[2][:20], descriptors[8][:9]))
    assert [one.owner for one in index.search(query)] == [3, 5, 9]
    assert [one.owner for one in index.search(query, most=2)] == [3, 5]
    assert index.search(query, most=0) == []


@pytest.mark.parametrize("sizes", [None, SMALL])
def test_what_is_removed_leaves_no_trace(tmp_path: Path, sizes: Sizes | None) -> None:
    index, descriptors = crowd(12, sizes, each=20)
    mine = descriptors[4]
    permuted = np.bitwise_or.reduce(scramble_tables(128)[np.arange(16), mine[0]], axis=0)
    gone = [mine[0].tobytes(), permuted.tobytes()]
    index.save(tmp_path)
    assert any(trace in parts_of(tmp_path) for trace in gone)
    opened = LocalIndex.open(tmp_path, sizes)
    for one in (index, opened):
        assert one.remove(5) == 20
        assert one.search(mine) == []
        layers = (one._tail.pictures, *(part.pictures for part in one._segments))
        assert not any(trace in layer.descriptors.tobytes() for layer in layers for trace in gone)
        assert one.remove(5) == 0
    opened.save(tmp_path)
    assert not any(trace in parts_of(tmp_path) for trace in gone)
    assert len(LocalIndex.open(tmp_path)) == 220


def parts_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_tables_keep_no_trace_of_what_is_removed() -> None:
    index, _descriptors = crowd(6, SMALL, each=20)
    (only,) = index._segments
    for owner in range(2, 7):
        index.remove(owner)
    left = only.entries[only.entries != 0xFFFFFFFF]
    assert sorted(left) == sorted(list(range(20)) * 5)


def test_an_index_of_one_descriptor_finds_it_also_after_a_snapshot(tmp_path: Path) -> None:
    only = np.arange(16, dtype=np.uint8)[None]
    for sizes in (None, Sizes(first=1, tail=1, merge=10, segment=10)):
        index = LocalIndex(sizes)
        index.add(9, only)
        index.save(tmp_path)
        for one in (index, LocalIndex.open(tmp_path, sizes)):
            assert one.search(only) == [Candidate(9, pytest.approx(log(2)))]


def test_an_empty_index_finds_nothing_also_after_a_snapshot(tmp_path: Path) -> None:
    index = LocalIndex()
    index.add(1, np.zeros((0, 16), np.uint8))
    index.save(tmp_path)
    for one in (index, LocalIndex.open(tmp_path)):
        assert one.search(np.zeros((3, 16), np.uint8)) == [] == one.search(np.zeros((0, 16), np.uint8))
        assert len(one) == 0


def test_no_descriptors_find_nothing() -> None:
    assert crowd(12, SMALL)[0].search(np.zeros((0, 16), np.uint8)) == []


def test_damage_is_refused(tmp_path: Path) -> None:
    index, _descriptors = crowd(20, SMALL)
    index.save(tmp_path)
    largest = max(tmp_path.glob("*.part"), key=lambda path: path.stat().st_size)
    whole = largest.read_bytes()
    for damaged in (whole[:-1], b"", whole[:100] + bytes([whole[100] ^ 4]) + whole[101:]):
        largest.write_bytes(damaged)
        with pytest.raises(SnapshotDamaged):
            LocalIndex.open(tmp_path)
    largest.write_bytes(whole)
    assert len(LocalIndex.open(tmp_path)) == 1000


@pytest.mark.parametrize("name", ["descriptors", "first", "owners", "leads", "starts", "entries"])
def test_arrays_that_do_not_fit_are_refused(name: str) -> None:
    (only, *_rest) = crowd(20, SMALL)[0]._segments
    arrays = only.arrays()
    for wrong in (arrays[name][..., :-1], arrays[name].astype(np.int16)):
        with pytest.raises(SnapshotDamaged):
            pictures.PictureSegment.from_arrays({**arrays, name: wrong})


def test_table_entries_outside_are_not_followed() -> None:
    index, descriptors = crowd(4, SMALL)
    (only,) = index._segments
    only.entries[:] = len(only)
    assert index.search(descriptors[0]) == []


def test_the_other_large_index_is_not_mistaken_for_it(tmp_path: Path) -> None:
    from jium.dna.index import CodeIndex

    CodeIndex().save(tmp_path)
    with pytest.raises(SnapshotDamaged, match="descriptors"):
        LocalIndex.open(tmp_path)


def test_threads_and_processes_give_the_same_answer(tmp_path: Path) -> None:
    index, descriptors = crowd(60, SMALL)
    query = a_copy(descriptors[30])
    index.save(tmp_path)
    np.save(tmp_path / "query.npy", query)
    expected = index.search(query)
    answers: list[list[Candidate]] = []
    threads = [threading.Thread(target=lambda: answers.append(index.search(query))) for _ in range(4)]
    for thread in threads:
        thread.start()
    script = (
        "import sys, numpy, pathlib; from jium.dna.index import LocalIndex; folder = pathlib.Path(sys.argv[1]);"
        "print(LocalIndex.open(folder).search(numpy.load(folder / 'query.npy')))"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [process.communicate(timeout=120)[0] for process in processes]
    for thread in threads:
        thread.join()
    assert answers == [expected] * 4
    assert told == [f"{expected}\n"] * 2


@pytest.mark.parametrize("descriptors", [np.zeros((2, 15), np.uint8), np.zeros(16, np.uint8), np.zeros((2, 16))])
def test_descriptors_of_another_shape_are_refused(descriptors: np.ndarray) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        LocalIndex().search(descriptors)
    with pytest.raises(ValueError, match="16 bytes"):
        LocalIndex().add(1, descriptors)


@pytest.mark.parametrize(("owners", "lengths"), [([1], [2, 1]), ([1, 2], [2, 2]), ([1, 2], [4, -1]), ([-1, 2], [1, 2])])
def test_what_does_not_fit_is_refused(owners: list[int], lengths: list[int]) -> None:
    index = LocalIndex()
    with pytest.raises(ValueError):
        index.add_many(owners, lengths, np.zeros((3, 16), np.uint8))
    assert len(index) == 0


def test_what_cannot_be_kept_on_disk_is_compiled_all_the_same() -> None:
    namespace: dict[str, object] = {}
    exec("def twice(number):\n    return 2 * number", namespace)
    assert compiled(namespace["twice"])(4) == 8  # type: ignore[arg-type, operator]
