"""Nothing of a test lands in, or comes from, the user's own installation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.conftest import ROOT


def test_the_settings_are_those_of_a_directory_made_for_this_run() -> None:
    assert settings.CONFIG.data.name.startswith("jium-tests-")
    assert settings.CONFIG.institution.name == "한빛 디지털성범죄 피해자 지원센터"


def test_nothing_is_made_in_the_users_own_installation(tmp_path: Path) -> None:
    """In one process as in many: a run of its own, whose home is empty before and after."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("JIUM_", "PYTEST_", "DJANGO_"))
    }
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", f"{__file__}::{INNER}"],
        cwd=ROOT, env={**environment, "HOME": str(home)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert list(home.iterdir()) == []


INNER = test_the_settings_are_those_of_a_directory_made_for_this_run.__name__
