"""Every signal's folder is whole: it names itself, is documented, and says what its weights rest on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import jium.forensics.signals
from jium.faces import odds
from jium.faces.models import descriptions
from jium.forensics.signal import Material, Signal
from jium.forensics.signals import all_signals

FOLDERS = sorted(
    path.name for path in Path(jium.forensics.signals.__path__[0]).iterdir() if (path / "__init__.py").is_file()
)
DOCS = Path(__file__).parents[2] / "docs" / "forensics.md"


def test_every_folder_is_a_signal() -> None:
    assert [one.name for one in all_signals()] == FOLDERS and FOLDERS


@pytest.mark.parametrize("signal", all_signals(), ids=lambda one: one.name)
def test_without_material_it_says_nothing(signal: Signal) -> None:
    assert list(signal.findings(Material())) == []


@pytest.mark.parametrize("name", FOLDERS)
def test_it_is_documented_with_what_it_needs_and_when_it_fails(name: str) -> None:
    _before, section = DOCS.read_text().split(f"(`{name}`)", 1)
    section = section.split("\n## ", 1)[0]
    assert all(f"**{part}" in section for part in ("What it needs", "What it does", "What it weighs", "When it fails"))


CALIBRATED = sorted(Path(jium.forensics.signals.__path__[0]).glob("*/calibrated/*.json"))


@pytest.mark.parametrize("kept", CALIBRATED, ids=lambda one: f"{one.parents[1].name}-{one.stem}")
def test_its_weights_say_where_they_come_from(kept: Path) -> None:
    told = json.loads(kept.read_text())
    assert told["provenance"]["made_by"] and (told["most"] == 0 or told["error"] > 0)
    # Nothing surer is claimed than the untouched files measured with can show.
    assert told["most"] <= 20 and told["provenance"]["innocent"] >= 3 * 2.718 ** told["most"] * 0.99


def test_every_model_that_may_be_used_was_measured() -> None:
    usable = {one.name for one in descriptions() if odds.of_model(one.name)}
    assert usable and {one.stem for one in CALIBRATED} >= usable
