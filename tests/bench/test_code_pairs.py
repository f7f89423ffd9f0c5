"""Near codes of unrelated pictures are counted once a pair, in any form and view; parts of one thing do not count."""

from __future__ import annotations

import numpy as np
import pytest

from jium.bench.code_pairs import Coded, code_odds, comparisons, near_pairs

RNG = np.random.default_rng(3)


def view(*near: tuple[int, bytes]) -> tuple[bytes, ...]:
    """Eight codes drawn at random; form ``number`` is ``code`` but for two bits."""
    forms = [RNG.bytes(32) for _ in range(8)]
    for number, code in near:
        changed = np.frombuffer(code, np.uint8).copy()
        changed[3] ^= 0b101
        forms[number] = changed.tobytes()
    return tuple(forms)


FIRST, OTHER = view(), view()


@pytest.mark.parametrize(
    ("pictures", "near"),
    [
        ([Coded("a", "a", (FIRST,)), Coded("b", "b", (OTHER,))], []),
        ([Coded("a", "a", (FIRST,)), Coded("b", "b", (view((0, FIRST[0])),))], [("a", "b")]),
        ([Coded("a", "a", (FIRST,)), Coded("b", "b", (view((5, FIRST[0])),))], [("a", "b")]),
        ([Coded("a", "a", (OTHER, FIRST)), Coded("b", "b", (view(), view((3, FIRST[0]))))], [("a", "b")]),
        ([Coded("a", "one", (FIRST,)), Coded("b", "one", (view((0, FIRST[0])),))], []),
        ([Coded("a", "a", ()), Coded("b", "b", ())], []),
    ],
    ids=["strangers", "upright", "mirrored", "in a view", "of one thing", "without codes"],
)
def test_near_pairs(pictures: list[Coded], near: list[tuple[str, str]]) -> None:
    assert near_pairs(pictures) == near
    assert code_odds(pictures)["false_matches"] == len(near)


def test_what_can_be_said_grows_with_the_pairs_and_is_never_rounded_up() -> None:
    pictures = [Coded(str(number), str(number // 2), (view(),)) for number in range(200)]
    assert comparisons(pictures) == 200 * 199 // 2 - 100
    said = code_odds(pictures)
    assert said["false_matches"] == 0 and 6000 < said["odds"] <= said["comparisons"] / 3
