"""The same system on PostgreSQL, pages and jobs in processes of their own."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from jium.demoweb.desk import INTAKE
from jium.demoweb.officer import Officer
from jium.demoweb.system import SETTINGS, System
from jium.demoweb.world import World

pytestmark = [pytest.mark.river, pytest.mark.postgres, pytest.mark.xdist_group("river")]

PASSWORD = "quiet river over stones"
PATIENCE = 90


def test_pages_and_jobs_share_a_postgresql_database_and_survive_kill_9(
    world: World, tmp_path: Path, postgres_server
) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "jium.toml").write_text(SETTINGS.format(mail_port=world.mail_port), encoding="utf-8")
    environment = {
        **world.environment,
        "JIUM_SWEEP_SECONDS": "1",
        "JIUM_DATABASE_URL": postgres_server.create("jium_river"),
        "JIUM_KEYS_URL": postgres_server.create("jium_river_keys"),
    }
    system = System(data, environment, split=True)
    system.start()
    try:
        officer = Officer(system.address)
        officer.press(system.welcome, "", {"display_name": "한가람", "password": PASSWORD, "again": PASSWORD})
        officer.press("/cases/new/", "", INTAKE)
        links = [str(anchor.attributes["href"]) for anchor in officer.get("/cases/").css("a[href^='/cases/']")]
        link = next(link for link in links if re.fullmatch(r"/cases/[0-9a-f-]{36}/", link))
        officer.press(f"{link}mandate/", f"{link}papers/", {"paper": "identity"}, {"file": world.identity})
        agreed = {"kinds": ["support", "personal", "providers", "abroad"], "means": "paper"}
        officer.press(f"{link}mandate/", f"{link}consents/", agreed)
        officer.press(f"{link}register/", "", {}, {"files": world.gallery.reference("harbour")})
        system.kill("worker")
        system.kill("web")
        assert read(officer, link)
    finally:
        system.stop()
    assert not (data / "jium.sqlite").exists()


def read(officer: Officer, link: str) -> bool:
    """Whether the picture comes to be watched for."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        page = officer.get(link)
        if page.css_first(".state.done") is not None:
            return True
        time.sleep(0.5)
    return False
