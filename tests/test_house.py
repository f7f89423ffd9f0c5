"""The house is as it is drawn: what import-linter cannot say in a line, and that its page names every room."""

from __future__ import annotations

import os
import re
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ("cases", "watch", "review", "evidence", "notices", "removal", "reports")
# Parts of an app that are libraries: no database, and needed where nothing is installed yet.
LIBRARIES = {"jium.evidence.package", "jium.notices.connecting"}


def test_an_app_is_used_by_others_only_through_its_services() -> None:
    graph = grimp.build_graph("jium", cache_dir=None)
    past = [
        f"{importer} imports {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if is_past_the_door(importer, imported)
    ]
    assert past == []


def is_past_the_door(importer: str, imported: str) -> bool:
    room, inside = (*imported.split(".")[1:], "", "")[:2]
    if room not in APPS or importer.startswith(f"jium.{room}.") or imported in LIBRARIES:
        return False
    return inside != "services"


def test_what_shares_a_core_really_does(request: pytest.FixtureRequest) -> None:
    """The versions of pytest and of pytest-xdist must fit each other, or groups are silently ignored."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        assert request.node.nodeid.endswith("@tests/test_house.py")


def test_the_architecture_names_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page[page.index("## The house") : page.index("## How work is carried out")]
    rooms = {path.parent.name for path in (ROOT / "src" / "jium").glob("*/__init__.py")}
    named = {word for quoted in re.findall(r"`([^`]+)`", table) for word in quoted.split()}
    assert rooms <= named
