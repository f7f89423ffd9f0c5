"""Near local descriptors by hashing, compiled. Descriptors here are permuted (n × 2 words, 128 bits).

Each of five tables sorts all descriptors by a key of up to 24 bits, no two tables by the same bits. A query looks
into the buckets whose key differs from its own in few bits, nearest first, until it has looked at as many descriptors
as it may. A bucket that is far too full holds what many pictures have (captions, frames, watermarks): it is skipped.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jium.dna.index.jit import compiled, popcount, prefetch

TABLES = 5
KEY_BYTES = 3
GONE = 0xFFFFFFFF
_PROBES_AHEAD = 24
_ROWS_AHEAD = 16

Words = NDArray[np.uint64]
Halves = NDArray[np.uint32]


@compiled
def _key(code: NDArray[np.uint8], row: Any, table: int, mask: Any) -> Any:
    at = KEY_BYTES * table
    return (np.intp(code[row, at]) | np.intp(code[row, at + 1]) << 8 | np.intp(code[row, at + 2]) << 16) & mask


@compiled
def fill_tables(descriptors: Words, starts: Halves, rows: Halves) -> None:
    """Sort every descriptor into its bucket of each table: ``starts`` (5 × 2^bits + 1), ``rows`` (5 × n)."""
    code = descriptors.view(np.uint8)
    count, mask = descriptors.shape[0], starts.shape[1] - 2
    for table in range(TABLES):
        first = starts[table]
        first[:] = 0
        for row in range(count):
            first[_key(code, row, table, mask) + 1] += np.uint32(1)
        for bucket in range(mask + 1):
            first[bucket + 1] += first[bucket]
        # Filled from the back of each bucket, whose start then is where the count got to.
        for row in range(count - 1, -1, -1):
            bucket = _key(code, row, table, mask) + 1
            first[bucket] -= np.uint32(1)
            rows[table, np.intp(first[bucket])] = np.uint32(row)
        for bucket in range(mask + 1):
            first[bucket] = first[bucket + 1]
        first[mask + 1] = np.uint32(count)


@compiled
def wipe(descriptors: Words, starts: Halves, rows: Halves, begin: int, end: int) -> None:
    """Overwrite every bit of the descriptors from ``begin`` to ``end``, and where their buckets were."""
    code = descriptors.view(np.uint8)
    mask = starts.shape[1] - 2
    for row in range(begin, end):
        for table in range(TABLES):
            bucket = _key(code, row, table, mask)
            for at in range(np.intp(starts[table, bucket]), np.intp(starts[table, bucket + 1])):
                if rows[table, at] == np.uint32(row):
                    rows[table, at] = np.uint32(GONE)
        descriptors[row, 0] = 0
        descriptors[row, 1] = 0


@compiled
def _near(descriptors: Words, row: Any, queries: Words, query: int) -> Any:
    return popcount(descriptors[row, 0] ^ queries[query, 0]) + popcount(descriptors[row, 1] ^ queries[query, 1])


@compiled
def scan(descriptors: Words, queries: Words, within: int, most: int, out: Halves) -> int:
    """Every (query, row) within so many bits in ``out`` as far as it goes; how many.

    A query that more than ``most`` rows are near to tells nothing and has none.
    """
    limit, found = np.uint64(within), 0
    for query in range(queries.shape[0]):
        before = found
        for row in range(descriptors.shape[0]):
            if _near(descriptors, row, queries, query) <= limit:
                if found < out.shape[0]:
                    out[found, 0], out[found, 1] = query, row
                found += 1
        if found - before > most:
            found = before
    return found


@compiled
def _gather(
    starts: Halves, rows: Halves, code: Any, query: int, flips: Halves, crowd: int, most: int, begin: Any, entries: Any
) -> Any:
    """Rows in the buckets nearest to a query's keys, at most ``most`` + ``crowd``, into ``entries``; how many."""
    mask = starts.shape[1] - 2
    probes, count = TABLES * flips.shape[0], 0
    taken: Any = 0
    for probe in range(probes):
        begin[probe] = _key(code, query, probe % TABLES, mask) ^ np.intp(flips[probe // TABLES])
    for probe in range(min(_PROBES_AHEAD, probes)):
        prefetch(starts[probe % TABLES], begin[probe])
    for probe in range(probes):
        if taken > most:
            break
        if probe + _PROBES_AHEAD < probes:
            prefetch(starts[(probe + _PROBES_AHEAD) % TABLES], begin[probe + _PROBES_AHEAD])
        table, bucket = probe % TABLES, begin[probe]
        start = np.intp(starts[table, bucket])
        length = np.intp(starts[table, bucket + 1]) - start
        if 0 < length <= crowd:
            prefetch(rows[table], start)
            begin[count], begin[probes + count] = table * rows.shape[1] + start, length
            count += 1
            taken += length
    taken = 0
    for chosen in range(count):
        table, start = begin[chosen] // rows.shape[1], begin[chosen] % rows.shape[1]
        for entry in range(begin[probes + chosen]):
            entries[taken] = rows[table, start + entry]
            taken += 1
    return taken


@compiled
def search_tables(
    descriptors: Words,
    starts: Halves,
    rows: Halves,
    queries: Words,
    flips: Halves,
    within: int,
    crowd: int,
    most: int,
    out: Halves,
) -> int:
    """(query, row) within so many bits, some of them repeatedly, in ``out`` as far as it goes; how many."""
    code = queries.view(np.uint8)
    limit, total, found = np.uint64(within), np.uint32(descriptors.shape[0]), 0
    begin = np.empty(2 * TABLES * flips.shape[0], np.intp)
    entries = np.empty(most + crowd, np.uint32)
    for query in range(queries.shape[0]):
        count = _gather(starts, rows, code, query, flips, crowd, most, begin, entries)
        for at in range(min(_ROWS_AHEAD, count)):
            prefetch(descriptors, 2 * np.intp(entries[at]))
        for at in range(count):
            if at + _ROWS_AHEAD < count:
                prefetch(descriptors, 2 * np.intp(entries[at + _ROWS_AHEAD]))
            row = entries[at]
            if row < total and _near(descriptors, row, queries, query) <= limit:
                if found < out.shape[0]:
                    out[found, 0], out[found, 1] = query, row
                found += 1
    return found
