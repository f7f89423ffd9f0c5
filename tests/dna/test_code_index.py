"""The large index of codes finds exactly what looking at every code finds, whatever was added and removed before."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jium.dna.index import CodeIndex, Matches, SnapshotDamaged, segment
from jium.dna.index.bits import scramble_tables
from jium.dna.index.merging import Sizes, groups

SMALL = Sizes(first=40, tail=25, merge=100, segment=150)
Row = tuple[int, int, int, int]


def codes_of(seed: int, count: int) -> np.ndarray:
    """``count`` codes in a few clusters, so that many are 0..40 bits from each other, some the same."""
    rng = np.random.default_rng(seed)
    centres = rng.integers(0, 256, (max(1, count // 8), 32), np.uint8)
    return np.stack([flipped(rng, centres[int(rng.integers(len(centres)))]) for _ in range(count)])


def flipped(rng: np.random.Generator, code: np.ndarray, bits: int | None = None) -> np.ndarray:
    changed = np.unpackbits(code)
    changed[rng.permutation(256)[: int(rng.integers(0, 21)) if bits is None else bits]] ^= 1
    return np.packbits(changed)


def rows_of(matches: Matches) -> list[Row]:
    assert len(matches) == len(matches.query) == len(matches.owners) == len(matches.tag) == len(matches.distance)
    return [
        (int(query), owner, int(tag), int(distance))
        for query, owner, tag, distance in zip(
            matches.query, matches.owner_numbers(), matches.tag, matches.distance, strict=True
        )
    ]


def brute(kept: list[tuple[int, int, np.ndarray]], queries: np.ndarray, radius: int) -> list[Row]:
    return [
        (number, owner, tag, bits)
        for number, query in enumerate(queries)
        for owner, tag, code in kept
        if (bits := int(np.bitwise_count(query ^ code).sum())) <= radius
    ]


def filled(count: int, sizes: Sizes | None = None, seed: int = 0) -> tuple[CodeIndex, np.ndarray]:
    index = CodeIndex(sizes)
    codes = codes_of(seed, count)
    index.add(range(1, count + 1), codes, np.arange(count, dtype=np.uint8))
    return index, codes


def parts_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def traces(code: np.ndarray) -> list[bytes]:
    """The code as it was given, and as segments have it."""
    permuted = np.bitwise_or.reduce(scramble_tables(256)[np.arange(32), code], axis=0)
    return [code.tobytes(), permuted.tobytes()]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    steps=st.lists(st.tuples(st.sampled_from(["add", "add", "remove", "save"]), st.integers(1, 70)), max_size=12),
    radius=st.sampled_from([0, 1, 7, 15, 16, 17, 24, 30, 31, 32, 40, 256]),
)
def test_it_equals_brute_force_however_it_came_to_be(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: list[tuple[str, int]], radius: int
) -> None:
    folder = tmp_path_factory.mktemp("codes")
    codes, rng = codes_of(seed, 900), np.random.default_rng(seed)
    index, kept, used = CodeIndex(SMALL), [], 0
    for step, amount in steps:
        if step == "add":
            owners = [int(owner) << 100 | 5 for owner in rng.integers(0, 60, amount)]
            more, tags = codes[used : used + amount], rng.integers(0, 256, amount, np.uint8)
            index.add(owners, more, tags)
            kept += [(owner, int(tag), code) for owner, tag, code in zip(owners, tags, more, strict=True)]
            used += amount
        elif step == "remove":
            owner = (amount % 60) << 100 | 5
            assert index.remove(owner) == sum(one == owner for one, _tag, _code in kept)
            kept = [row for row in kept if row[0] != owner]
        else:
            index.save(folder)
            index = CodeIndex.open(folder, SMALL, thorough=True)
        assert len(index) == len(kept)
    assert rows_of(index.search(codes[:12], radius)) == brute(kept, codes[:12], radius)


def test_every_distance_is_found_in_large_segments() -> None:
    index, codes = filled(3000, Sizes(first=2000, tail=500, merge=4000, segment=5000))
    rng = np.random.default_rng(5)
    queries = np.stack([flipped(rng, codes[number], number % 36) for number in range(0, 3000, 5)])
    kept = [(number + 1, number % 256, code) for number, code in enumerate(codes)]
    assert rows_of(index.search(queries)) == brute(kept, queries, 31)


@pytest.mark.parametrize("sizes", [None, Sizes(first=1, tail=1, merge=10, segment=10)])
def test_an_index_of_one_code_finds_it_also_after_a_snapshot(tmp_path: Path, sizes: Sizes | None) -> None:
    owner = UUID("00000000-0000-4000-8000-000000000001")
    code = np.arange(32, dtype=np.uint8)[None]
    index = CodeIndex(sizes)
    index.add([owner.int], code, np.array([7], np.uint8))
    index.save(tmp_path)
    for one in (index, CodeIndex.open(tmp_path, sizes)):
        found = one.search(code)
        assert rows_of(found) == [(0, owner.int, 7, 0)]
        assert UUID(bytes=found.owners[0].tobytes()) == UUID(int=found.owner(0)) == owner


def test_an_empty_index_finds_nothing_also_after_a_snapshot(tmp_path: Path) -> None:
    index = CodeIndex()
    index.save(tmp_path)
    for one in (index, CodeIndex.open(tmp_path)):
        assert len(one) == len(one.search(np.zeros((3, 32), np.uint8), 256)) == 0
        assert one.remove(1) == 0


@pytest.mark.parametrize("sizes", [None, SMALL])
def test_no_queries_find_nothing(sizes: Sizes | None) -> None:
    index, _codes = filled(100, sizes)
    assert rows_of(index.search(np.zeros((0, 32), np.uint8))) == []


def test_more_matches_than_expected_are_all_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from jium.dna.index import bits

    monkeypatch.setattr(bits, "_ROOM", 4)
    index = CodeIndex(SMALL)
    index.add([3] * 140, np.full((140, 32), 9, np.uint8))
    found = index.search(np.full((2, 32), 9, np.uint8))
    assert rows_of(found) == [(number, 3, 0, 0) for number in (0, 1) for _ in range(140)]


def test_a_large_tail_is_scanned_compiled_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    index, codes = filled(500)
    plain = rows_of(index.search(codes[:50]))
    monkeypatch.setattr(segment, "COMPILED_FROM", 1)
    assert rows_of(index.search(codes[:50])) == plain


@pytest.mark.parametrize("sizes", [None, SMALL])
def test_what_is_removed_leaves_no_trace(tmp_path: Path, sizes: Sizes | None) -> None:
    index, codes = filled(130, sizes)
    index.save(tmp_path)
    gone = traces(codes[20])
    assert any(trace in parts_of(tmp_path) for trace in gone)
    opened = CodeIndex.open(tmp_path, sizes)
    for one in (index, opened):
        assert one.remove(21) == 1
        assert 21 not in one.search(codes[20:21]).owner_numbers()
        in_memory = b"".join(
            array.tobytes()
            for layer in (one._tail.rows, *(part.rows for part in one._segments))
            for array in layer_of(layer)
        )
        assert not any(trace in in_memory for trace in gone)
    opened.save(tmp_path)
    assert not any(trace in parts_of(tmp_path) for trace in gone)
    assert len(CodeIndex.open(tmp_path, sizes)) == 129


def layer_of(rows: segment.Rows) -> tuple[np.ndarray, ...]:
    return rows.codes, rows.owners, rows.tags


def test_buckets_keep_no_trace_of_what_is_removed() -> None:
    index, codes = filled(40, SMALL)
    (only,) = index._segments
    for owner in range(2, 41):
        index.remove(owner)
    assert (only.entries != 0xFFFFFFFF).sum() == 16
    assert set(only.entries[only.entries != 0xFFFFFFFF]) == {0}
    assert (only.filters != 0).sum() <= 48
    assert index.search(codes[:1]).owner_numbers() == [1]


def test_a_snapshot_is_replaced_and_unchanged_segments_are_kept(tmp_path: Path) -> None:
    index, codes = filled(150, SMALL)
    index.save(tmp_path)
    before = {path.name for path in tmp_path.glob("*.part")}
    opened = CodeIndex.open(tmp_path, SMALL)
    opened.add([999], codes[:1])
    opened.save(tmp_path)
    after = {path.name for path in tmp_path.glob("*.part")}
    assert before < after and len(after) == 2
    assert 999 in CodeIndex.open(tmp_path, SMALL).search(codes[:1]).owner_numbers()
    assert len(index.search(codes[:1])) + 1 == len(opened.search(codes[:1]))
    opened.save(tmp_path / "elsewhere")
    assert rows_of(CodeIndex.open(tmp_path / "elsewhere").search(codes)) == rows_of(opened.search(codes))


def damaged_manifest(folder: Path) -> None:
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace('"rows": 150', '"rows": 149'))


def cut(folder: Path) -> None:
    largest = max(folder.glob("*.part"), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-1])


def emptied(folder: Path) -> None:
    next(folder.glob("*.part")).write_bytes(b"")


def lost(folder: Path) -> None:
    next(folder.glob("*.part")).unlink()


def one_bit(folder: Path) -> None:
    path = next(folder.glob("*.part"))
    data = bytearray(path.read_bytes())
    data[9] ^= 1
    path.write_bytes(data)


def no_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def half_a_manifest(folder: Path) -> None:
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text[: len(text) // 2])


def binary_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"\xff\xfe\x00")


@pytest.mark.parametrize(
    "damage", [damaged_manifest, cut, emptied, lost, one_bit, no_manifest, half_a_manifest, binary_manifest]
)
def test_a_damaged_snapshot_is_refused(tmp_path: Path, damage: object) -> None:
    filled(150, SMALL)[0].save(tmp_path)
    damage(tmp_path)  # type: ignore[operator]
    with pytest.raises(SnapshotDamaged):
        CodeIndex.open(tmp_path, SMALL)


def rewritten(folder: Path, change: object) -> None:
    """A manifest whose checksum is right, but whose content is not."""
    from jium.dna.index.snapshot import _canonical, zlib

    told = json.loads((folder / "manifest.json").read_text())["snapshot"]
    change(told)  # type: ignore[operator]
    text = json.dumps({"crc32": zlib.crc32(_canonical(told)), "snapshot": told})
    (folder / "manifest.json").write_text(text)


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(kind="another"),
        lambda told: told.update(version=2),
        lambda told: told.update(parts=3),
        lambda told: told["parts"].append({}),
        lambda told: told["parts"][0].update(name="../" + told["parts"][0]["name"]),
        lambda told: told["parts"].pop(),
        lambda told: told["facts"].clear(),
        lambda told: told["parts"][0]["arrays"].pop("tags"),
        lambda told: told["parts"][0]["arrays"]["codes"].update(type="<u4"),
        lambda told: told["parts"][0]["arrays"]["codes"].update(type="O"),
        lambda told: told["parts"][0]["arrays"]["codes"].update(shape=[10**12, 4]),
        lambda told: told["parts"][0]["arrays"]["codes"].update(shape=[-1, 4]),
        lambda told: told["parts"][0]["arrays"]["codes"].update(at=1 << 40),
        lambda told: told["parts"][0]["arrays"]["starts"].update(told["parts"][0]["arrays"]["entries"]),
        lambda told: told["parts"][0]["arrays"].update(entries=told["parts"][0]["arrays"]["filters"]),
    ],
)
def test_a_snapshot_that_contradicts_itself_is_refused(tmp_path: Path, change: object) -> None:
    filled(150, SMALL)[0].save(tmp_path)
    rewritten(tmp_path, change)
    with pytest.raises(SnapshotDamaged):
        CodeIndex.open(tmp_path, SMALL)


def test_a_directory_that_does_not_rise_is_refused() -> None:
    (only,) = filled(40, SMALL)[0]._segments
    arrays = only.arrays()
    arrays["starts"][3, 100] = 41
    with pytest.raises(SnapshotDamaged, match="rise"):
        segment.Segment.from_arrays(arrays)


def test_bucket_entries_outside_are_not_followed() -> None:
    index, codes = filled(40, SMALL)
    (only,) = index._segments
    only.entries[:] = 40
    assert len(index.search(codes)) == 0


def test_threads_and_processes_give_the_same_answer(tmp_path: Path) -> None:
    index, codes = filled(150, SMALL)
    index.save(tmp_path)
    np.save(tmp_path / "queries.npy", codes)
    expected = rows_of(index.search(codes))
    answers: list[list[Row]] = []
    threads = [threading.Thread(target=lambda: answers.append(rows_of(index.search(codes)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    script = (
        "import sys, numpy, pathlib; from jium.dna.index import CodeIndex; folder = pathlib.Path(sys.argv[1]);"
        "found = CodeIndex.open(folder).search(numpy.load(folder / 'queries.npy'));"
        "print([(int(q), o, int(t), int(d)) for q, o, t, d in"
        " zip(found.query, found.owner_numbers(), found.tag, found.distance)])"
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


def test_searching_while_adding_and_removing_never_shows_what_was_never_there() -> None:
    index, codes = filled(150, SMALL)
    kept = set(range(1, 151))
    stop, wrong = threading.Event(), []

    def search() -> None:
        while not stop.is_set():
            found = index.search(np.concatenate((codes[:20], np.zeros((1, 32), np.uint8))))
            wrong.extend(owner for owner in found.owner_numbers() if owner not in kept)
            wrong.extend(int(query) for query in found.query if query == 20)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(300):
        owner = number % 150 + 1
        index.remove(owner)
        assert owner not in index.search(codes[owner - 1 : owner]).owner_numbers()
        index.add([owner], codes[owner - 1 : owner])
        assert owner in index.search(codes[owner - 1 : owner]).owner_numbers()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    "codes", [np.zeros((2, 31), np.uint8), np.zeros(32, np.uint8), np.zeros((2, 32), np.int64), [[0] * 32]]
)
def test_codes_of_another_shape_are_refused(codes: np.ndarray) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        CodeIndex().search(codes)
    with pytest.raises(ValueError, match="32 bytes"):
        CodeIndex().add([1, 2], codes)


@pytest.mark.parametrize(
    ("owners", "tags"),
    [
        ([1], None),
        ([1, -1], None),
        ([1, 1 << 128], None),
        ([1, "2"], None),
        (np.zeros((2, 15), np.uint8), None),
        ([1, 2], np.zeros(1, np.uint8)),
        ([1, 2], np.zeros(2, np.int64)),
    ],
)
def test_what_does_not_pair_up_is_refused(owners: list[int], tags: np.ndarray | None) -> None:
    index = CodeIndex()
    with pytest.raises(ValueError):
        index.add(owners, np.zeros((2, 32), np.uint8), tags)
    assert len(index) == 0


@pytest.mark.parametrize("radius", [-1, 257])
def test_a_radius_that_is_none_is_refused(radius: int) -> None:
    with pytest.raises(ValueError, match="radius"):
        CodeIndex().search(np.zeros((1, 32), np.uint8), radius)


def test_codes_that_are_a_view_are_taken_as_they_look() -> None:
    whole = codes_of(3, 40)
    index = CodeIndex(SMALL)
    index.add(range(20), whole[::2])
    assert set(index.search(whole[::-2], 0).owner_numbers()) <= set(range(20))
    assert index.search(whole[2:3], 0).owner_numbers()[0] in range(20)


def test_permuting_is_one_to_one() -> None:
    tables = scramble_tables(256)
    singles = np.eye(256, dtype=np.uint8)
    packed = np.packbits(singles, axis=1)
    permuted = np.bitwise_or.reduce(tables[np.arange(32), packed], axis=1)
    assert (np.bitwise_count(permuted).sum(axis=1) == 1).all()
    assert len(np.unique(permuted, axis=0)) == 256


def test_neighbours_are_merged_to_a_limit() -> None:
    assert groups([], 100, 2) == []
    assert groups([10, 10, 10], 100, 2) == [slice(0, 3)]
    assert groups([60, 30, 30], 100, 2) == [slice(0, 2), slice(2, 3)]
    assert groups([90, 10], 100, 2) == [slice(0, 1), slice(1, 2)]
    assert groups([90, 10], 100, 9) == [slice(0, 2)]


def test_importing_it_and_small_searches_load_no_compiler() -> None:
    script = (
        "import sys, numpy, jium.dna.inside; from jium.dna.index import CodeIndex, LocalIndex;"
        "codes = CodeIndex(); codes.add([1], numpy.zeros((1, 32), numpy.uint8));"
        "assert len(codes.search(numpy.zeros((9, 32), numpy.uint8))) == 9;"
        "local = LocalIndex(); local.add(1, numpy.zeros((50, 16), numpy.uint8));"
        "assert local.search(numpy.zeros((50, 16), numpy.uint8));"
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
