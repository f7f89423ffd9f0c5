"""The demo's world with an installation in it, in processes of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jium.demoweb.system import SETTINGS, System
from jium.demoweb.world import World
from tests.worlds import pictures, world

__all__ = ["pictures", "world"]


@pytest.fixture
def system(world: World, tmp_path: Path) -> Iterator[System]:
    """``jium up`` on an empty data directory, living in the world."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "jium.toml").write_text(SETTINGS.format(mail_port=world.mail_port), encoding="utf-8")
    environment = {**world.environment, "JIUM_SWEEP_SECONDS": "1"}
    running = System(data, environment)
    running.start()
    yield running
    running.stop()
