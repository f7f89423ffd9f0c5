"""What every test stands on: a data directory of its own for the run, a vault, a small fixed cast."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Before Django reads its settings: nothing of a test may land in a real installation.
_DATA = tempfile.TemporaryDirectory(prefix="jium-tests-")
os.environ["JIUM_DATA"] = _DATA.name
for name in ("JIUM_DATABASE_URL", "JIUM_KEYS_URL", "JIUM_KEY_FILE", "JIUM_CLOCK_FILE", "JIUM_LOCAL_HOSTS"):
    os.environ.pop(name, None)
# As many processes as there are cores run already; threads of the mathematics library would only wait for each other.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
Path(_DATA.name, "keys").mkdir(mode=0o700)
# An institution that has been told its name: nothing is approved in the name of an example.
Path(_DATA.name, "jium.toml").write_text(
    """[institution]
name = "한빛 디지털성범죄 피해자 지원센터"
name_en = "Hanbit Digital Sex Crime Victim Support Centre"
email = "support@hanbit.example"
phone = "02-123-4567"

# Most tests are of something else; tests/web/test_second_factor.py asks for one.
[accounts]
second_factor = false
""",
    encoding="utf-8",
)

# Named here and not in pyproject.toml: from there they are read before this file, and of the user's own installation.
os.environ["DJANGO_SETTINGS_MODULE"] = "jium.web.settings"

import django  # noqa: E402
import hypothesis  # noqa: E402
import pytest  # noqa: E402

django.setup()

from tests import made  # noqa: E402

made.place()  # here, so that all workers have the same

pytest_plugins = ["tests.postgres"]

# Examples are the same at each run, so that a failure is somebody's change; `make soak` looks for new ones.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None)
hypothesis.settings.register_profile("fuzz", deadline=None)
hypothesis.settings.load_profile("suite")

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "src/jium/locale/ko/LC_MESSAGES/django.po"


def pytest_configure(config: pytest.Config) -> None:
    """Compile today's texts, which are not in the repository compiled: once, before any worker starts."""
    if hasattr(config, "workerinput"):
        return
    compiled = CATALOGUE.with_suffix(".mo")
    fresh = compiled.exists() and compiled.stat().st_mtime >= CATALOGUE.stat().st_mtime
    if fresh or not shutil.which("msgfmt"):
        return
    with tempfile.TemporaryDirectory(dir=CATALOGUE.parent) as folder:
        made = Path(folder, compiled.name)
        subprocess.run(["msgfmt", "-o", str(made), str(CATALOGUE)], check=True)
        made.replace(compiled)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: many tests wait for a process of their own."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_itemcollected(item: pytest.Item) -> None:
    """A module's tests run on one core, because they share what they set up, unless they say otherwise."""
    if item.get_closest_marker("xdist_group") is None:
        item.add_marker(pytest.mark.xdist_group(item.path.relative_to(ROOT).as_posix()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no core waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("river") is None)


@pytest.fixture(scope="session", autouse=True)
def light_passwords() -> None:
    """Argon2 as ever, but at its lightest: most tests have an account, and none is about how hard guessing is."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost = Argon2PasswordHasher.parallelism = 1
    Argon2PasswordHasher.memory_cost = 8


@pytest.fixture
def moved_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Call it with seconds to move jium's clock."""
    from jium import clock

    path = tmp_path / "clock"
    monkeypatch.setenv("JIUM_CLOCK_FILE", str(path))
    return lambda seconds: clock.move(path, seconds)


@pytest.fixture
def nobody() -> Iterator[int]:
    """A loopback port at which nobody answers."""
    from jium.demoweb.ports import Port

    held = Port()
    yield held.number
    held.close()


@pytest.fixture
def open_vault(db, settings, tmp_path: Path):
    """An empty vault with a master key of its own."""
    import dataclasses

    from jium.trust import master_key, vault

    config = dataclasses.replace(settings.CONFIG, data=tmp_path, key_file=tmp_path / "keys" / "master.key")
    config.keys.mkdir(mode=0o700)
    config.vault.mkdir(mode=0o700)
    settings.CONFIG = config
    master_key.create(config)
    return vault.open_vault()


@pytest.fixture
def officer(open_vault):
    """Officer Haneul: works on cases."""
    from jium.trust.models import Account

    return Account.objects.create_user("haneul", password="a long enough password", roles=["officer"])
