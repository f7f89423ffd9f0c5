"""What is said of an answer "no" is what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jium.cli import limits

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def missed() -> dict[str, float]:
    """Missed of a hundred, of every kind of edit."""
    rows = json.loads((ROOT / "benchmarks/results/images.json").read_text(encoding="utf-8"))["rows"]
    return {row["edit"]: 100 * (1 - float(row["jium"])) for row in rows}


def test_the_figures_are_the_measured_ones(missed: dict[str, float]) -> None:
    assert missed["invert"] == 100
    assert (round(missed["pip25"]), round(missed["pip15"])) == (limits.INSIDE_25, limits.INSIDE_15)
    parts = [share for name, share in missed.items() if name.startswith(("crop", "collage"))]
    assert len(parts) >= 6 and round(max(parts)) == limits.PARTS


def test_nothing_that_is_missed_more_often_is_kept_silent(missed: dict[str, float]) -> None:
    named = {"invert", "pip15", "pip25"}
    assert max(share for name, share in missed.items() if name not in named) < limits.INSIDE_25


def test_videos_are_told_as_not_measured_as_long_as_they_are_not() -> None:
    assert not (ROOT / "benchmarks/results/video.json").exists()
    assert "Known limits" in (ROOT / limits.WHERE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (set(), []),
        ({"image"}, ["15 %", "48 %", "8 %", "docs/benchmarks.md"]),
        ({"video"}, ["not been measured"]),
        ({"audio"}, ["very same file"]),
        ({"image", "video"}, ["48 %", "not been measured"]),
    ],
)
def test_each_kind_has_its_sentence(kinds: set[str], words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIUM_LANGUAGE", "en")
    text = limits.told(kinds)
    assert bool(text) == bool(words) and all(word in text for word in words)
