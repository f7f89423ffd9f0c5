"""``jium bench index``: our indexes beside threatexchange's as its server has it, faiss, and a look at every code.

JIUM_BENCH_QUICK=1 measures a million codes only, and the local index with 100,000 pictures.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jium.bench.index_data import write_codes
from jium.bench.index_runs import DESCRIPTORS, FLIPPED, FRESH_ADDS, LOCAL_QUERIES, QUERY, SURVIVORS

if TYPE_CHECKING:
    from rich.console import Console

MILLION = 1_000_000
QUICK = "JIUM_BENCH_QUICK"
MOST_SECONDS = 600
# What building the peer's index of ten million takes at its peak, and some room.
PEER_BYTES = 12 << 30
NONE = "–"
Told = dict[str, float]

NOTES = (
    "Every contender runs in a process of its own, on one thread; CPU seconds, medians of 2 or 3 passes. Memory is "
    "what the process gained in private memory; of the local index, the size of its arrays.",
    "jium and threatexchange are searched as they are served: from the snapshot, and deserialised. threatexchange is "
    "asked code by code, as its server does; jium a batch of 4,000. Opening includes a first search for jium.",
    "Codes: signs of sums of 64 shared values, one in eight turned over (buckets 1.3 times as crowded as uniform ones; "
    "of real PDQ codes 1.0 to 1.4 times); one in ten a near copy of another; one "
    "lookup in ten lies 0 to 31 bits from a code, the others are unlike any. Recall: of all pairs within 31 bits of "
    "256 codes planted at distances 0 to 31, found by looking at every code.",
    f"A new code counts: the slowest of {FRESH_ADDS:,} adds of ten, each followed by a search that finds it; sorting "
    "and merging included. A withdrawn code is gone: the slowest of 50, each followed by a search.",
    f"Local index: {LOCAL_QUERIES} queries of {QUERY} descriptors, {SURVIVORS} of which are those of a known picture "
    f"of {DESCRIPTORS} with 0 to {FLIPPED} bits changed, 8 a caption that thousands share. Recall: the picture is "
    "among the first 20 candidates.",
)


def measure(console: Console) -> dict[str, Any]:
    """Rows of ours and the peers' rates, memory and recall at one and ten million codes, and of the local index."""
    quick = bool(os.environ.get(QUICK))
    sizes = (MILLION,) if quick else (MILLION, 10 * MILLION)
    notes = list(NOTES)
    rows: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory(prefix="jium-bench-") as place:
        folder = Path(place)
        with console.status(f"drawing {sizes[-1]:,} codes"):
            write_codes(folder, sizes[-1])
        for count in sizes:
            rows += _codes_rows(console, folder, count, notes)
        (folder / "codes.npy").unlink()
        pictures = MILLION // 10 if quick else MILLION
        rows.append(_local_row(_run(console, "local", folder, pictures), pictures, notes))
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "rows": rows,
        "notes": notes,
    }


def _codes_rows(console: Console, folder: Path, count: int, notes: list[str]) -> list[dict[str, str]]:
    ours = _run(console, "jium", folder, count)
    theirs = _peer(console, folder, count, notes)
    contenders = [("jium", ours), ("threatexchange PDQIndex", theirs)]
    if find_spec("faiss") is None:
        notes.append("faiss is not installed (requirements/bench.lock).")
    else:
        contenders.append(("faiss, every code", _run(console, "flat", folder, count)))
    contenders.append(("jium, every code", _run(console, "every", folder, count)))
    if ours["wrong"]:
        notes.append(f"{ours['wrong']:.0f} matches of jium were not within 31 bits.")
    return [_row(name, f"{count:,} codes", told, theirs) for name, told in contenders if told]


def _peer(console: Console, folder: Path, count: int, notes: list[str]) -> Told:
    """Figures of threatexchange; none, and a note why, where it is not installed, too large or too slow."""
    if find_spec("threatexchange") is None or find_spec("faiss") is None:
        notes.append("threatexchange is not installed, so there is no peer (requirements/bench.lock).")
        return {}
    if count > MILLION and _available_bytes() < PEER_BYTES:
        notes.append(f"Too little memory for threatexchange with {count:,} codes.")
        return {}
    try:
        built = _run(console, "peer_build", folder, count)
        searched = _run(console, "peer_search", folder, count)
    except subprocess.TimeoutExpired:
        notes.append(f"threatexchange with {count:,} codes was not ready after {MOST_SECONDS} seconds.")
        return {}
    (folder / "peer.pickle").unlink()
    notes.append(f"threatexchange took {built['peak']:,.0f} MB at its peak to build {count:,} codes.")
    return {**built, **searched}


def _available_bytes() -> int:
    told = Path("/proc/meminfo").read_text(encoding="ascii")
    return int(told.split("MemAvailable:")[1].split()[0]) * 1024


def _run(console: Console, name: str, folder: Path, count: int) -> Told:
    """Figures of one contender; CalledProcessError with its words on the terminal, or TimeoutExpired."""
    command = [sys.executable, "-m", "jium.bench.index_runs", name, str(folder), str(count)]
    with console.status(f"{name.replace('_', ', ')}: {count:,}"):
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            check=True,
            timeout=MOST_SECONDS,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
    told: Told = json.loads(done.stdout)
    return told


def _row(name: str, entries: str, told: Told, peer: Told) -> dict[str, str]:
    def figure(key: str, form: Callable[[float], str]) -> str:
        return form(told[key]) if key in told else NONE

    return {
        "index": name,
        "of": entries,
        "lookups per CPU-second": figure("rate", lambda rate: f"{rate:,.0f}"),
        "times threatexchange": f"{told['rate'] / peer['rate']:.1f}" if peer else NONE,
        "recall": figure("recall", lambda recall: f"{recall:.4f}"),
        "build, CPU s": figure("build", lambda seconds: f"{seconds:.1f}"),
        "memory, MB": figure("memory", lambda megabytes: f"{megabytes:,.0f}"),
        "opens, s": figure("opens", lambda seconds: f"{seconds:.2f}"),
        "new counts after, s": figure("slowest_new", lambda seconds: f"{seconds:.3f}"),
        "withdrawn is gone after, s": figure("slowest_gone", lambda seconds: f"{seconds:.3f}"),
    }


def _local_row(told: Told, pictures: int, notes: list[str]) -> dict[str, str]:
    notes.append(
        f"Local index: {told['seconds'] * 1000:.0f} ms a query (median, CPU), {told['bytes']:.1f} bytes a descriptor; "
        f"the picture came first in {told['first']:.0%} of the queries."
    )
    entries = f"{pictures:,} pictures × {DESCRIPTORS} descriptors"
    return _row("jium, local descriptors", entries, {**told, "rate": 1 / told["seconds"]}, {})
