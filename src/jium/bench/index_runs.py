"""One contender of ``jium bench index``, run as ``python -m jium.bench.index_runs NAME FOLDER COUNT``.

Prints one JSON object. Memory is what the process gained in private memory, in MB; times are CPU seconds unless said
otherwise.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jium.bench.index_data import Bits, flipped
from jium.dna.index import CodeIndex, LocalIndex
from jium.dna.index.merging import Sizes

PASSES = 3
FRESH_ADDS = 7000
FRESH_AT_ONCE = 10
WITHDRAWN = 50
DESCRIPTORS = 50
QUERY = 400
SURVIVORS = 12
FLIPPED = 12
LOCAL_QUERIES = 40
CAPTIONS = 20
Codes = NDArray[np.uint8]


def private_mb() -> float:
    """Megabytes of this process's private memory, mapped files not counted."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


def peak_mb() -> float:
    """The most megabytes this process had at once."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def cpu_seconds(work: Callable[[], Any], passes: int = PASSES) -> float:
    """Median CPU seconds of ``work``."""
    spent = []
    for _pass in range(passes):
        before = time.process_time()
        work()
        spent.append(time.process_time() - before)
    return median(spent)


def numbered(count: int, first: int = 0) -> Codes:
    """Owners first, first + 1, … as 16 bytes each."""
    owners = np.zeros((count, 2), ">u8")
    owners[:, 1] = np.arange(first, first + count)
    return owners.view(np.uint8).reshape(count, 16)


def jium(folder: Path, count: int) -> dict[str, float]:
    """Our index: built, saved, opened, searched, added to, removed from; its truth is a look at every code."""
    codes, lookups, planted = _codes(folder, count)
    compiled = CodeIndex(Sizes(1, 1, 2, 2))
    compiled.add([1, 2, 3], codes[:3])
    compiled.search(codes[:1])
    compiled.remove(1)
    before, spent = private_mb(), time.process_time()
    index = CodeIndex()
    index.add(numbered(count), codes)
    told = {"build": time.process_time() - spent, "memory": private_mb() - before}
    index.save(folder / "snapshot")
    del index
    started = time.perf_counter()
    index = CodeIndex.open(folder / "snapshot")
    index.search(lookups[:1])
    told["opens"] = time.perf_counter() - started
    index.search(lookups)
    told["rate"] = len(lookups) / cpu_seconds(lambda: index.search(lookups))
    found = index.search(planted)
    pairs = set(zip(found.query.tolist(), found.owner_numbers(), strict=True))
    truth = brute(codes, planted)
    np.save(folder / "truth.npy", np.array(sorted(truth)))
    told["recall"] = len(truth & pairs) / len(truth)
    told["wrong"] = len(pairs - truth)
    told["slowest_new"] = _slowest_new(index, count)
    told["slowest_gone"] = _slowest_gone(index, codes)
    return told


def _slowest_new(index: CodeIndex, count: int) -> float:
    """Wall seconds until a code that is added is found; some adds sort the tail and merge segments."""
    fresh = np.random.default_rng(1).integers(0, 256, (FRESH_ADDS, FRESH_AT_ONCE, 32), np.uint8)
    slowest = 0.0
    for number, some in enumerate(fresh):
        owners = numbered(FRESH_AT_ONCE, count + number * FRESH_AT_ONCE)
        started = time.perf_counter()
        index.add(owners, some)
        if count + number * FRESH_AT_ONCE not in index.search(some[:1]).owner_numbers():
            raise RuntimeError("a code that was added is not found")
        slowest = max(slowest, time.perf_counter() - started)
    return slowest


def _slowest_gone(index: CodeIndex, codes: Codes) -> float:
    slowest = 0.0
    for number in np.random.default_rng(2).integers(0, len(codes), WITHDRAWN).tolist():
        started = time.perf_counter()
        index.remove(number)
        if number in index.search(codes[number : number + 1]).owner_numbers():
            raise RuntimeError("a code that was removed is found")
        slowest = max(slowest, time.perf_counter() - started)
    return slowest


def brute(codes: Codes, queries: Codes) -> set[tuple[int, int]]:
    """(query, row) of every code within 31 bits, by our compiled loop over all codes."""
    from jium.dna.index import code_kernels

    out = np.empty((1 << 20, 3), np.uint32)
    found = code_kernels.scan(codes.view(np.uint64), np.ascontiguousarray(queries).view(np.uint64), 31, out)
    return set(zip(out[:found, 0].tolist(), out[:found, 1].tolist(), strict=True))


def every(folder: Path, count: int) -> dict[str, float]:
    """Looking at every code: what memory and arithmetic allow."""
    codes, lookups, _planted = _codes(folder, count)
    brute(codes[:10], lookups[:1])
    some = lookups[:64]
    return {"rate": len(some) / cpu_seconds(lambda: brute(codes, some), 2), "memory": codes.nbytes / 2**20}


def flat(folder: Path, count: int) -> dict[str, float]:
    """faiss, looking at every code."""
    import faiss

    faiss.omp_set_num_threads(1)
    codes, lookups, planted = _codes(folder, count)
    index = faiss.IndexBinaryFlat(256)
    index.add(codes)
    some = lookups[:64]
    told = {"rate": len(some) / cpu_seconds(lambda: index.range_search(some, 32), 2)}
    limits, _distances, rows = index.range_search(planted, 32)
    pairs = {(query, int(row)) for query in range(len(planted)) for row in rows[limits[query] : limits[query + 1]]}
    return {**told, "recall": _recall(folder, pairs), "memory": codes.nbytes / 2**20}


def peer_build(folder: Path, count: int) -> dict[str, float]:
    """threatexchange's index, built and written as its server does."""
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex

    codes, _lookups, _planted = _codes(folder, count)
    spent = time.process_time()
    index = PDQIndex((code.tobytes().hex(), row) for row, code in enumerate(codes))
    built = time.process_time() - spent
    with (folder / "peer.pickle").open("wb") as file:
        index.serialize(file)
    return {"build": built, "peak": peak_mb()}


def peer_search(folder: Path, count: int) -> dict[str, float]:
    """threatexchange's index as its server has it: read back, asked code by code."""
    import faiss
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex

    faiss.omp_set_num_threads(1)
    _all, lookups, planted = _codes(folder, count)
    before, started = private_mb(), time.perf_counter()
    with (folder / "peer.pickle").open("rb") as file:
        index: Any = PDQIndex.deserialize(file)
    told = {"opens": time.perf_counter() - started, "memory": private_mb() - before}
    some = [code.tobytes().hex() for code in lookups[: 1000 if count <= 1_000_000 else 300]]
    told["rate"] = len(some) / cpu_seconds(lambda: [index.query(code) for code in some], 2)
    pairs = {
        (number, match.metadata) for number, code in enumerate(planted) for match in index.query(code.tobytes().hex())
    }
    return {**told, "recall": _recall(folder, pairs)}


def local(_folder: Path, pictures: int) -> dict[str, float]:
    """Our index of local descriptors: copies of which few descriptors survive, in a crowd with shared captions."""
    rng = np.random.default_rng(128)
    bits = Bits.of(rng, 128)
    descriptors = bits.draw(rng, pictures * DESCRIPTORS).reshape(pictures, DESCRIPTORS, 16)
    captions = bits.draw(rng, CAPTIONS * 8).reshape(CAPTIONS, 8, 16)
    captioned = np.flatnonzero(rng.random(pictures) < 0.05)
    descriptors[captioned, :8] = captions[rng.integers(0, CAPTIONS, len(captioned))]
    compiled = LocalIndex(Sizes(1, 1, 2, 2))
    compiled.add(1, descriptors[0])
    compiled.search(descriptors[0])
    index, spent = LocalIndex(), time.process_time()
    index.add_many(numbered(pictures), [DESCRIPTORS] * pictures, descriptors.reshape(-1, 16))
    told = {"build": time.process_time() - spent, "memory": index.nbytes / 2**20, "bytes": index.nbytes / len(index)}
    times, first, among = [], 0, 0
    for picture in rng.integers(0, pictures, LOCAL_QUERIES).tolist():
        query = bits.draw(rng, QUERY)
        query[SURVIVORS : SURVIVORS + 8] = captions[picture % CAPTIONS]
        survivors = DESCRIPTORS - 1 - np.arange(SURVIVORS)
        query[:SURVIVORS] = [flipped(rng, descriptors[picture, at], int(rng.integers(FLIPPED + 1))) for at in survivors]
        before = time.process_time()
        found = [candidate.owner for candidate in index.search(query)]
        times.append(time.process_time() - before)
        first += found[:1] == [picture]
        among += picture in found
    return {**told, "seconds": median(times), "first": first / LOCAL_QUERIES, "recall": among / LOCAL_QUERIES}


def _codes(folder: Path, count: int) -> tuple[Codes, Codes, Codes]:
    whole = np.load(folder / "codes.npy", mmap_mode="r")
    return np.array(whole[:count]), np.load(folder / "lookups.npy"), np.load(folder / "planted.npy")


def _recall(folder: Path, pairs: set[tuple[int, int]]) -> float:
    truth = {(int(query), int(row)) for query, row in np.load(folder / "truth.npy")}
    return len(truth & pairs) / len(truth)


RUNS = {run.__name__: run for run in (jium, every, flat, peer_build, peer_search, local)}

if __name__ == "__main__":
    name, place, size = sys.argv[1:]
    sys.stdout.write(json.dumps(RUNS[name](Path(place), int(size))) + "\n")
