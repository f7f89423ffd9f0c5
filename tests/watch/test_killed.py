"""The visiting process is killed in the middle of a visit."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.egress.site import Answer, Site, page
from tests.processes import command_of, descendants, runs, until
from tests.watch.pictures import picture

PAGES = 6


def site(path: str) -> Answer:
    if path.endswith(".jpg"):
        return 200, {"Content-Type": "image/jpeg"}, picture(int(path[1:-4]))
    if path.startswith("/robots"):
        return 404, {}, b""
    number = int(path[1:] or 0)
    following = f"<a href=/{number + 1}>next</a>" if number + 1 < PAGES else ""
    return page(f"<img src=/{number}.jpg>{following}")


def visitor(data: Path, place: tuple[str, int]) -> subprocess.Popen[str]:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "jium.web.settings",
        "JIUM_DATA": str(data),
        "JIUM_LOCAL_HOSTS": f"site.example={place[0]}:{place[1]}",
    }
    script = str(Path(__file__).with_name("visitor.py"))
    return subprocess.Popen([sys.executable, script], env=environment, stdout=subprocess.PIPE, text=True)


def kept(data: Path) -> set[tuple[str, str]]:
    """Every sighting's key and content."""
    with closing(sqlite3.connect(data / "jium.sqlite")) as tables:
        return set(tables.execute("SELECT id, sha256 FROM watch_sighting"))


def test_nothing_is_left_running_and_a_new_visit_is_complete(tmp_path):
    (tmp_path / "keys").mkdir()
    with Site(site) as server:
        parent = visitor(tmp_path, server.place)
        try:
            until(lambda: "/3.jpg" in server.asked and kept(tmp_path))
            below = descendants(parent.pid)
            assert any("jium.watch.spider" in command_of(pid) for pid in below)
        finally:
            os.kill(parent.pid, signal.SIGKILL)
            parent.communicate()
        until(lambda: not any(runs(pid) for pid in below))
        before = kept(tmp_path)

        again = visitor(tmp_path, server.place)
        said = again.communicate(timeout=120)[0]
    assert (again.returncode, said.split()) == (0, [str(PAGES), str(PAGES)])
    assert before and before <= kept(tmp_path)


def test_a_crawling_process_whose_parent_went_before_it_began_ends_at_once(tmp_path):
    job = '{"parent": 1, "start_url": "http://site.example/"}'
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-m", "jium.watch.spider"],
        input=job,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "")
