"""The demo's world as a fixture: import ``pictures`` and ``world`` into a conftest to use them.

Its time is the test's ``moved_clock``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jium.demoweb.world import World


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo's material is made once a run."""
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture
def world(tmp_path: Path, moved_clock, pictures: Path) -> Iterator[World]:
    """The four sites, their mail server and the canary, running."""
    with World(tmp_path / "world", Path(os.environ["JIUM_CLOCK_FILE"]), pictures=pictures) as running:
        yield running
