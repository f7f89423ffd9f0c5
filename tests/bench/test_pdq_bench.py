"""The figures of ``jium bench pdq`` are counted as they are said to be."""

from __future__ import annotations

import numpy as np
import pytest

from jium.bench import pdq
from jium.bench.pdq import Codes
from jium.media.sandbox import Sandbox


def codes_of(count: int, parts: int) -> Codes:
    """Random codes, ``parts`` of each picture."""
    rng = np.random.default_rng(5)
    forms = rng.integers(0, 2**64, (count * parts, 8, 4), np.uint64)
    return Codes(forms, np.repeat(np.arange(count), parts), np.ones(count * parts, bool))


def test_every_pair_is_counted_once_and_parts_of_one_picture_never() -> None:
    bound = pdq._compare_all(codes_of(10, 3))
    assert bound["comparisons"] == 30 * 29 // 2 - 10 * 3
    assert bound["false_matches"] == 0
    assert 32 <= bound["nearest"] < 128


@pytest.mark.parametrize("form", [0, 3, 7])
@pytest.mark.parametrize("first", [True, False])
def test_a_false_match_in_any_form_of_either_side_is_counted(form: int, first: bool) -> None:
    codes = codes_of(12, 1)
    a, b = (2, 9) if first else (9, 2)
    codes.forms[a, form] = codes.forms[b, 0] ^ np.uint64(0b111)
    bound = pdq._compare_all(codes)
    assert bound["false_matches"] == 1
    assert bound["nearest"] == 12
    assert bound["odds"] <= 66 / 4.7


def test_a_near_copy_within_one_picture_is_no_false_match() -> None:
    codes = codes_of(4, 2)
    codes.forms[1, 0] = codes.forms[0, 0]
    assert pdq._compare_all(codes)["false_matches"] == 0


@pytest.mark.parametrize(("events", "bound"), [(0, 3.0), (1, 4.74), (2, 6.30), (10, 16.96)])
def test_the_bound_is_the_95_percent_one_of_the_poisson_tables(events: int, bound: float) -> None:
    assert pdq._upper_bound(events) == pytest.approx(bound, abs=0.06)


@pytest.mark.parametrize(("odds", "said"), [(1_683_687.0, 1_600_000), (999.9, 990), (7.9, 7), (0.0, 0)])
def test_odds_are_rounded_against_us(odds: float, said: int) -> None:
    assert pdq._rounded_down(odds) == said


def test_the_peer_runs_beside_us_in_the_sandbox() -> None:
    with Sandbox("jium.bench.pdq_inside") as sandbox:
        told, _payload = sandbox.call("speed", b"", width=200, height=150)
        packed = sandbox.call("generated", b"", seed=3)[1]
    assert told["bits"] <= 2
    assert told["ours"] > 0 < told["peer"]
    assert len(packed) == 1 + 256
