"""Multi-index hashing of 256-bit codes, compiled.

Codes here are permuted (:func:`jium.dna.index.bits.scramble_tables`). A code has 16 bands of 16 bits. Two codes within
31 bits of each other differ by at most one bit in some band (were it two or more in each of 16, they would differ by
32), so the 17 buckets around a query's value in each band hold every code it can match. Beside its row each bucket
entry has 96 further bits of its code, looked at sixteen entries at a time; of unrelated codes 4 in 10,000 pass, and
only for them is the whole code fetched. Generalised pigeonhole: M. Norouzi, A. Punjani, D. Fleet, "Fast exact search
in Hamming space with multi-index hashing", 2014.

A bucket of k entries that starts at entry s has its filter at 3 s: k first words, k second words, k third words.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jium.dna.index.jit import compiled, lowest_bit, popcount, prefetch, sixteen_near

BANDS = 16
BUCKETS = 1 << 16
FILTER_WORDS = 3
# Words that may be read, never used, behind the last filter.
PADDING = 64
GONE = 0xFFFFFFFF
_PROBES = BANDS * 17
_LANES = 16
_LINE = 16
_LINES_AHEAD = 12
_PROBES_AHEAD = 3
_BLOCK = 1 << 13
_LOW = np.uint32(0xFFFF)
_LOW_WIDE = np.uint64(0xFFFF)

Words = NDArray[np.uint64]
Halves = NDArray[np.uint32]


@compiled
def scramble(codes: NDArray[np.uint8], tables: Words, out: Words) -> None:
    """Permute the bits of ``codes`` (n × width bytes) into ``out`` (n × width/8 words)."""
    words = out.shape[1]
    for row in range(codes.shape[0]):
        for word in range(words):
            out[row, word] = 0
        for byte in range(codes.shape[1]):
            for word in range(words):
                out[row, word] |= tables[byte, codes[row, byte], word]


@compiled
def _value(halves: Halves, row: int, band: int) -> Any:
    return np.intp((halves[row, band >> 1] >> np.uint32((band & 1) * 16)) & _LOW)


@compiled
def fill_bands(codes: Words, starts: Halves, rows: Halves, filters: Halves) -> None:
    """Sort every code into its bucket of each band: ``starts`` (16 × 65,537), ``rows`` (16 × n), ``filters``."""
    halves = codes.view(np.uint32)
    count = codes.shape[0]
    room = np.empty(BUCKETS, np.uint32)
    for band in range(BANDS):
        first = starts[band]
        first[:] = 0
        for row in range(count):
            first[_value(halves, row, band) + 1] += np.uint32(1)
        for bucket in range(BUCKETS):
            first[bucket + 1] += first[bucket]
        room[:] = first[:BUCKETS]
        for row in range(count):
            bucket = _value(halves, row, band)
            at = np.intp(room[bucket])
            room[bucket] = np.uint32(at + 1)
            start = np.intp(first[bucket])
            length = np.intp(first[bucket + 1]) - start
            rows[band, at] = np.uint32(row)
            place = 2 * start + at
            for word in range(FILTER_WORDS):
                filters[band, place + word * length] = halves[row, ((band >> 1) + 2 * word + 2) & 7]


@compiled
def wipe(codes: Words, starts: Halves, rows: Halves, filters: Halves, which: NDArray[np.intp]) -> None:
    """Overwrite every bit of the codes at ``which``: in ``codes``, in the filters, and where their buckets were."""
    halves = codes.view(np.uint32)
    for row in which:
        for band in range(BANDS):
            bucket = _value(halves, row, band)
            start = np.intp(starts[band, bucket])
            length = np.intp(starts[band, bucket + 1]) - start
            for at in range(start, start + length):
                if rows[band, at] == np.uint32(row):
                    rows[band, at] = np.uint32(GONE)
                    for word in range(FILTER_WORDS):
                        filters[band, 2 * start + at + word * length] = np.uint32(0)
        for word in range(codes.shape[1]):
            codes[row, word] = 0


@compiled
def _distance(codes: Words, row: Any, queries: Words, query: int) -> Any:
    """Bits between two codes."""
    total = np.uint64(0)
    for word in range(codes.shape[1]):
        total += popcount(codes[row, word] ^ queries[query, word])
    return total


@compiled
def scan(codes: Words, queries: Words, radius: int, out: Halves) -> int:
    """Every (query, row, distance) within ``radius``, in ``out`` as far as it goes; how many."""
    most, found = np.uint64(radius), 0
    # Block by block, each of which stays in the processor's cache for all queries.
    for start in range(0, codes.shape[0], _BLOCK):
        stop = min(codes.shape[0], start + _BLOCK)
        for query in range(queries.shape[0]):
            q0, q1, q2, q3 = queries[query, 0], queries[query, 1], queries[query, 2], queries[query, 3]
            for row in range(start, stop):
                bits = popcount(codes[row, 0] ^ q0) + popcount(codes[row, 1] ^ q1)
                # Half of an unrelated code is far enough away for that.
                if bits > most:
                    continue
                bits += popcount(codes[row, 2] ^ q2) + popcount(codes[row, 3] ^ q3)
                if bits <= most:
                    if found < out.shape[0]:
                        out[found, 0], out[found, 1], out[found, 2] = query, row, bits
                    found += 1
    return found


@compiled
def _probe(starts: Halves, halves: Halves, query: int, radius: int, begin: Halves, end: Halves, of: Any) -> int:
    """The buckets that can hold a code within ``radius`` < 32: where they begin and end, and their bands; how many."""
    probes = 0
    for band in range(min(BANDS, radius + 1)):
        value = _value(halves, query, band)
        # Bands that only match whole add 1 to the radius covered, the first ones, with one bit free, add 2.
        for flip in range(17 if band + BANDS <= radius else 1):
            bucket = value ^ (1 << (flip - 1)) if flip else value
            begin[probes], end[probes], of[probes] = starts[band, bucket], starts[band, bucket + 1], band
            probes += 1
    return probes


@compiled
def _found_before(codes: Words, row: Any, queries: Words, query: int, radius: int, band: Any) -> bool:
    """Whether a band before ``band`` leads to this code too."""
    for other in range(band):
        shift = np.uint64((other & 3) * 16)
        differing = ((codes[row, other >> 2] ^ queries[query, other >> 2]) >> shift) & _LOW_WIDE
        if popcount(differing) <= np.uint64(1 if other + BANDS <= radius else 0):
            return True
    return False


@compiled
def search_bands(
    codes: Words, starts: Halves, rows: Halves, filters: Halves, queries: Words, radius: int, out: Halves
) -> int:
    """Every (query, row, distance) within ``radius`` < 32, by query, in ``out`` as far as it goes; how many."""
    halves = queries.view(np.uint32)
    count, found = np.uint32(codes.shape[0]), 0
    most, most_wide = np.uint32(radius), np.uint64(radius)
    begin, end, of = np.empty(_PROBES, np.uint32), np.empty(_PROBES, np.uint32), np.empty(_PROBES, np.uint8)
    for query in range(queries.shape[0]):
        probes = _probe(starts, halves, query, radius, begin, end, of)
        for probe in range(probes):
            if probe + _PROBES_AHEAD < probes:
                ahead = probe + _PROBES_AHEAD
                place, stop = np.intp(begin[ahead]) * FILTER_WORDS, np.intp(end[ahead]) * FILTER_WORDS
                for line in range(place, min(stop, place + _LINES_AHEAD * _LINE), _LINE):
                    prefetch(filters[np.intp(of[ahead])], line)
            band, start = np.intp(of[probe]), np.intp(begin[probe])
            length, place = np.intp(end[probe]) - start, FILTER_WORDS * start
            half, beside = band >> 1, filters[band]
            first, second = halves[query, (half + 2) & 7], halves[query, (half + 4) & 7]
            third = halves[query, (half + 6) & 7]
            for at in range(0, length, _LANES):
                near = sixteen_near(
                    beside, place + at, place + length + at, place + 2 * length + at, first, second, third, most
                )
                while near:
                    entry = at + np.intp(lowest_bit(near))
                    near &= near - np.uint32(1)
                    row = rows[band, start + entry] if entry < length else np.uint32(GONE)
                    if row >= count:
                        continue
                    bits = _distance(codes, row, queries, query)
                    if bits <= most_wide and not _found_before(codes, row, queries, query, radius, band):
                        if found < out.shape[0]:
                            out[found, 0], out[found, 1], out[found, 2] = query, row, bits
                        found += 1
    return found
