"""Every processor gives a picture the same fingerprint, within what ``pdq`` and ``docs/architecture.md`` promise.

The libraries choose their inner loops by the processor; here they are made to choose those of older ones.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from jium.dna import pdq

ROOT = Path(__file__).resolve().parents[2]
GOLDENS = Path(__file__).with_name("goldens.json")
# What a processor must be able to do for OpenBLAS to run as this one: asked for more, it dies.
CORES = {
    "Prescott": {"pni"},
    "Nehalem": {"sse4_2"},
    "Sandybridge": {"avx"},
    "Haswell": {"avx2", "fma"},
    "SkylakeX": {"avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"},
}
OPENCV_LOOPS = ("SSE4.1", "SSE4.2", "AVX", "FP16", "FMA3", "AVX2", "AVX512_SKX")
MOST_BITS, MOST_PLACE_BITS, PIXELS, LEAST_SHARE = 2, 3, 0.5, 0.95


def flags() -> set[str]:
    """What this processor can do, in Linux's words."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return set(next((line.partition(":")[2] for line in lines if line.startswith("flags")), "").split())


def older_processors() -> Iterator[tuple[str, dict[str, str]]]:
    """Names and what to set so that the libraries take this processor for it; the first is itself."""
    yield "itself", {}
    for core, needed in CORES.items():
        if needed <= flags():
            yield f"OpenBLAS {core}", {"OPENBLAS_CORETYPE": core}
    numpy_loops = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    without = {"NPY_DISABLE_CPU_FEATURES": " ".join(numpy_loops)} if numpy_loops else {}
    plain = {"OPENCV_CPU_DISABLE": ",".join(OPENCV_LOOPS)}
    yield "NumPy without extensions", without
    yield "OpenCV without extensions", plain
    if CORES["Prescott"] <= flags():
        yield "all of them old", {"OPENBLAS_CORETYPE": "Prescott", **without, **plain}


@pytest.mark.parametrize("settings", [pytest.param(chosen, id=name) for name, chosen in older_processors()])
def test_a_processor_gives_the_pictures_their_golden_fingerprints(settings: dict[str, str]) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.dna.processor"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "OPENBLAS_VERBOSE": "2", **settings},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert told.returncode == 0, told.stderr
    if "OPENBLAS_CORETYPE" in settings:
        assert "Core: " in told.stderr
    pictures = json.loads(told.stdout)
    goldens = json.loads(GOLDENS.read_text())
    assert len(pictures) == len(goldens)
    for picture, golden in zip(pictures, goldens, strict=True):
        assert max(map(apart, picture["codes"], golden["codes"])) <= MOST_BITS
        assert abs(picture["quality"] - golden["quality"]) <= 1
        assert share_found(golden, picture) >= LEAST_SHARE


def apart(a: str, b: str) -> int:
    """How many bits differ."""
    return pdq.distance(bytes.fromhex(a), bytes.fromhex(b))


def share_found(golden: dict, picture: dict) -> float:
    """How many of the golden places lie in the picture, within half a pixel and three bits: 0..1."""
    there = np.array(picture["places"])
    found = 0
    for place, code in zip(golden["places"], golden["place_codes"], strict=True):
        near = np.flatnonzero(np.abs(there - place).max(axis=1) <= PIXELS)
        found += any(apart(code, picture["place_codes"][number]) <= MOST_PLACE_BITS for number in near)
    return found / len(golden["places"])
