"""Odds: how often a stranger reaches a likeness; never more is claimed than was measured."""

from __future__ import annotations

import json
import math
from importlib import resources
from typing import Any

import numpy as np
import pytest

from jium.faces.models import descriptions
from jium.faces.odds import LEAST_ODDS, MOST_ODDS, Calibration, of_model, read, score

LEVELS = ((-3.0, -0.5), (0.0, -1.0), (4.0, -3.0), (9.0, -5.0), (15.0, -7.5))
CALIBRATION = Calibration(LEVELS, 0.4, {})
CALIBRATED = [one.name for one in descriptions() if of_model(one.name)]


def told(**changes: Any) -> dict[str, Any]:
    return {"levels": [list(level) for level in LEVELS], "alike": 0.4, "recall": {"all": 0.9}, **changes}


def test_odds_rise_with_likeness() -> None:
    odds = [CALIBRATION.odds(value) for value in np.linspace(-10, 30, 300).tolist()]
    assert odds == sorted(odds)


@pytest.mark.parametrize("value", [-math.inf, -100, -3.001])
def test_below_what_was_measured_anybody_reaches_it(value: float) -> None:
    assert CALIBRATION.odds(value) == 1


@pytest.mark.parametrize("value", [14.9, 15, 15.1, 1000, math.inf])
def test_more_is_never_claimed_than_can_be_known(value: float) -> None:
    assert CALIBRATION.odds(value) == MOST_ODDS


def test_beyond_the_last_level_no_more_is_claimed_than_it_says() -> None:
    assert Calibration(LEVELS[:3], 0.4, {}).odds(50) == pytest.approx(1000)


@pytest.mark.parametrize(("value", "rate"), [*LEVELS[:4], (2.0, -2.0), (6.5, -4.0), (-1.5, -0.75)])
def test_levels_are_what_was_measured_and_between_them_it_is_log_linear(value: float, rate: float) -> None:
    assert CALIBRATION.odds(value) == pytest.approx(10**-rate)


def test_a_rate_above_all_strangers_is_no_less_than_one() -> None:
    assert Calibration(((0.0, 0.3), (1.0, -2.0)), 0.4, {}).odds(0.0) == 1


@pytest.mark.parametrize("odds", [3.2, 10, 30, 31.7, 1e3, LEAST_ODDS, 9.9e5, MOST_ODDS])
def test_the_level_of_odds_has_these_odds(odds: float) -> None:
    assert CALIBRATION.odds(CALIBRATION.level(odds)) == pytest.approx(odds, rel=1e-6)


@pytest.mark.parametrize("value", [-3, -1, 0, 1.5, 4, 8.8, 13])
def test_the_odds_of_a_level_have_this_level(value: float) -> None:
    assert CALIBRATION.level(CALIBRATION.odds(value)) == pytest.approx(value, abs=1e-6)


def test_what_was_not_measured_is_reached_by_nothing() -> None:
    assert CALIBRATION.level(1e8) == math.inf
    assert Calibration(LEVELS[:3], 0.4, {}).level(1001) == math.inf


def test_levels_that_stay_the_same_are_no_trouble() -> None:
    flat = Calibration(((0.0, -1.0), (1.0, -2.0), (2.0, -2.0), (3.0, -4.0)), 0.4, {})
    assert flat.odds(1.5) == pytest.approx(100)
    assert 1 <= flat.level(100) <= 2


@pytest.mark.parametrize(
    ("odds", "wanted"),
    [(0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (10.0, 0.1429), (1e4, 0.5714), (MOST_ODDS, 1.0), (1e12, 1.0), (math.inf, 1)],
)
def test_a_score_lies_between_0_and_1(odds: float, wanted: float) -> None:
    assert score(odds) == pytest.approx(wanted, abs=1e-4)


def test_a_calibration_is_read_as_it_was_told() -> None:
    assert read(told()) == Calibration(LEVELS, 0.4, {"all": 0.9})


@pytest.mark.parametrize(
    "levels",
    [
        [],
        [[0, -1], [0, -2]],
        [[1, -1], [0, -2]],
        [[0, -2], [1, -1]],
        [[0, -1], [1, -3], [2, -2]],
        [[0, -1], [math.nan, -2], [2, -3]],
        [[0, "much"]],
        [[0, -1, 5]],
    ],
    ids=["none", "twice", "falling", "likelier", "likelier later", "no number", "a word", "three"],
)
def test_levels_that_do_not_rise_are_refused(levels: list[list[Any]]) -> None:
    with pytest.raises(ValueError):
        read(told(levels=levels))


@pytest.mark.parametrize("name", ["levels", "alike", "recall"])
def test_a_calibration_that_is_not_whole_is_refused(name: str) -> None:
    whole = told()
    del whole[name]
    with pytest.raises(KeyError):
        read(whole)


def test_some_model_was_calibrated() -> None:
    assert CALIBRATED


def test_every_calibration_that_there_is_belongs_to_a_known_model() -> None:
    folders = resources.files("jium.faces.models").iterdir()
    assert {one.name for one in folders if one.joinpath("calibration.json").is_file()} == set(CALIBRATED)


@pytest.mark.parametrize("name", CALIBRATED)
def test_every_calibration_reaches_what_is_shown_to_a_person(name: str) -> None:
    file = resources.files(f"jium.faces.models.{name}").joinpath("calibration.json")
    calibration = read(json.loads(file.read_text()))
    assert math.isfinite(calibration.level(LEAST_ODDS))
    assert math.isfinite(calibration.level(30.0))
    assert 0 < calibration.alike < 1
    assert calibration.recall and all(0 <= value <= 1 for value in calibration.recall.values())


def test_a_model_that_nobody_measured_has_no_calibration() -> None:
    unmeasured = [one.name for one in descriptions() if one.name not in CALIBRATED]
    assert all(of_model(name) is None for name in unmeasured)
