"""The recorder: a real Chromium, through the real proxy, on a site that is awkward to record."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pyseccomp
import pytest
from PIL import Image
from warcio.archiveiterator import ArchiveIterator

from jium.egress.proxy import Proxy
from jium.evidence import enclosure
from jium.evidence.enclosure import Job, RecorderFailed
from tests.evidence.records import Parts, facts_of, records
from tests.evidence.site import ADDRESS, PAGES, PICTURE, Site
from tests.processes import children, command_of, descendants, runs, until

pytestmark = pytest.mark.browser

# Recorded in one browser, without the enclosure.
PAGES_TOGETHER = ("/euc-kr", "/frame", "/lazy", "/a.png", "/tall", "/hop", "/large")
NO_PAGE = {
    "/nothing": "gone",
    "/blank": "gone",
    "/error": "site_error",
    "/round": "redirects",
    "/download": "not_a_page",
    "http://unknown.invalid/": "unreachable",
    "http://127.0.0.1:8080/": "denied",
    "https://site.example/": "tls",
}


@pytest.fixture(scope="module")
def shared(job: Callable[..., Job]) -> dict[str, Parts | str]:
    """The records of :data:`PAGES_TOGETHER`, and why those of :data:`NO_PAGE` are none."""
    media = {"/large": "/large.png"}
    return records({path: job(path, media=media.get(path, "/a.png")) for path in (*PAGES_TOGETHER, *NO_PAGE)})


def recorded(job: Job) -> Parts:
    with enclosure.recorded(job) as parts:
        return {name: bytes(content) for name, content in parts.items()}


def responses(parts: Parts) -> dict[str, bytes]:
    """What the archive holds: address → body."""
    with zipfile.ZipFile(io.BytesIO(parts["data.wacz"])) as archive:
        records = ArchiveIterator(io.BytesIO(archive.read("archive/data.warc.gz")))
        return {
            record.rec_headers.get_header("WARC-Target-URI"): record.content_stream().read()
            for record in records
            if record.rec_type in ("response", "resource")
        }


def problem(job: Job) -> str:
    with pytest.raises(RecorderFailed) as failure:
        recorded(job)
    return failure.value.kind


def test_a_page_is_recorded_with_everything_it_loaded(job: Callable[..., Job], tmp_path: Path) -> None:
    parts = recorded(job("/go", sha256=hashlib.sha256(PICTURE).hexdigest()))
    facts, kept = facts_of(parts), responses(parts)
    final = f"{ADDRESS}/page?b=2&a=1"
    assert "안녕하세요" in parts["page.html"].decode()
    assert Image.open(io.BytesIO(parts["screenshot.png"])).size == (1366, 768)
    assert set(kept) == {
        f"{ADDRESS}/go",
        f"{ADDRESS}/again",
        final,
        f"{ADDRESS}/a.png",
        f"urn:fullPage:{final}",
    }
    assert "안녕하세요" in kept[final].decode() and kept[f"{ADDRESS}/a.png"] == PICTURE
    assert kept[f"urn:fullPage:{final}"] == parts["screenshot.png"]
    assert (facts["asked_url"], facts["final_url"], facts["status"]) == (f"{ADDRESS}/go", final, 200)
    assert facts["redirects"] == [
        {"url": f"{ADDRESS}/go", "status": 302},
        {"url": f"{ADDRESS}/again", "status": 301},
    ]
    assert ["Content-Encoding", "gzip"] in facts["headers"]
    assert facts["media"] == {
        "url": f"{ADDRESS}/a.png",
        "in_archive": True,
        "how": "with the page",
        "status": 200,
        "sha256": hashlib.sha256(PICTURE).hexdigest(),
        "same_as_found": True,
    }
    assert facts["server_address"] is None and facts["tls"] is None
    assert facts["browser"]["sandbox"] is True and "Headless" not in facts["browser"]["user_agent"]
    path = tmp_path / "data.wacz"
    path.write_bytes(parts["data.wacz"])
    validator = Path(sys.executable).parent / "wacz"
    subprocess.run([validator, "validate", "-f", path], check=True, capture_output=True)


def test_a_hostile_page_is_recorded_and_reaches_nothing_inside(job: Callable[..., Job], proxy: Proxy) -> None:
    denied = proxy.denials["inside"]
    parts = recorded(job("/hostile"))
    facts, kept = facts_of(parts), responses(parts)
    assert "안녕하세요" in parts["page.html"].decode()
    assert kept[f"{ADDRESS}/a.png"] == PICTURE
    assert not [address for address in kept if "8080" in address]
    assert f"{ADDRESS}/bomb.png" not in kept
    assert proxy.denials["inside"] >= denied + 4
    assert facts["archive"]["left_out_count"] >= 5
    assert {entry["url"] for entry in facts["archive"]["left_out"]} >= {"http://127.0.0.1:8080/trap"}


def test_text_is_kept_byte_for_byte(shared: dict[str, Parts]) -> None:
    parts = shared["/euc-kr"]
    assert responses(parts)[f"{ADDRESS}/euc-kr"] == PAGES["/euc-kr"][2]
    assert "안녕하세요" in parts["page.html"].decode() and facts_of(parts)["title"] == "한글"


def test_frames_of_other_sites_are_recorded(shared: dict[str, Parts]) -> None:
    kept = responses(shared["/frame"])
    assert {f"{ADDRESS}/frame", "http://other.example/page", "http://other.example/a.png"} <= set(kept)


def test_a_body_over_the_limit_is_left_out_asked_for_once_and_said(shared: dict[str, Parts], site: Site) -> None:
    parts = shared["/large"]
    facts = facts_of(parts)
    assert site.hits["/large.png"] == 1
    assert {"url": f"{ADDRESS}/large.png", "reason": "too_large"} in facts["archive"]["left_out"]
    assert facts["media"]["in_archive"] is False
    assert set(responses(parts)) >= {f"{ADDRESS}/large", f"{ADDRESS}/a.png"}


def test_what_loads_only_when_scrolled_to_is_recorded(shared: dict[str, Parts]) -> None:
    parts = shared["/lazy"]
    assert responses(parts)[f"{ADDRESS}/a.png?lazy"] == PICTURE
    assert Image.open(io.BytesIO(parts["screenshot.png"])).height > 5000


def test_an_address_that_is_the_picture_itself_is_recorded(shared: dict[str, Parts]) -> None:
    parts = shared["/a.png"]
    assert responses(parts)[f"{ADDRESS}/a.png"] == PICTURE
    assert facts_of(parts)["media"]["in_archive"] is True


def test_a_very_tall_page_is_cut_and_says_so(shared: dict[str, Parts]) -> None:
    parts = shared["/tall"]
    shot = facts_of(parts)["screenshot"]
    assert Image.open(io.BytesIO(parts["screenshot.png"])).size == (1366, 12000)
    assert shot["cut"] is True and shot["page_height"] >= 50_000


def test_a_page_that_moves_on_by_script_is_recorded_where_it_ends(shared: dict[str, Parts]) -> None:
    parts = shared["/hop"]
    assert facts_of(parts)["final_url"] == f"{ADDRESS}/page"
    assert {f"{ADDRESS}/hop", f"{ADDRESS}/page"} <= set(responses(parts)), facts_of(parts)["archive"]


def test_times_are_those_of_the_moved_clock_and_it_is_said(job: Callable[..., Job], moved_clock) -> None:
    moved_clock(86400 * 30)
    facts = facts_of(recorded(job("/page")))
    assert facts["clock_moved_seconds"] == 86400 * 30


def test_what_is_no_page_of_the_site_is_a_named_failure(shared: dict[str, Parts | str]) -> None:
    assert {path: shared[path] for path in NO_PAGE} == NO_PAGE


def test_the_name_of_a_failure_comes_out_of_the_enclosure(job: Callable[..., Job]) -> None:
    assert problem(job("/nothing")) == "gone"


@pytest.mark.parametrize("path", ["/slow", "/busy"])
def test_a_page_that_never_ends_is_stopped(job: Callable[..., Job], path: str) -> None:
    assert problem(job(path, seconds=3.0)) == "timeout"
    assert not recordings_under(os.getpid())


def test_a_record_that_nobody_wants_any_more_is_stopped_at_once(job: Callable[..., Job], monkeypatch) -> None:
    monkeypatch.setattr(enclosure, "ASKED_EVERY", 0.1)
    asked: list[int] = []

    def wanted() -> bool:
        asked.append(1)
        return len(asked) < 3

    with pytest.raises(RecorderFailed) as failed, enclosure.recorded(job("/slow", seconds=600.0), wanted):
        pass
    assert failed.value.kind == enclosure.UNWANTED and len(asked) == 3
    assert not recordings_under(os.getpid())


def test_a_browser_that_does_not_start_is_a_named_failure(job: Callable[..., Job]) -> None:
    order = job("/page")
    assert (
        problem(Job(**{**asdict(order), "launch": {**order.launch, "executable_path": "/usr/bin/false"}})) == "browser"
    )


def test_without_bubblewrap_no_page_is_opened(job: Callable[..., Job], monkeypatch, site: Site) -> None:
    order, before = job("/page"), site.hits["/page"]
    monkeypatch.setenv("PATH", "/nonexistent")
    assert problem(order) == "no_enclosure"
    assert site.hits["/page"] == before


def test_a_recorder_that_is_killed_is_a_named_failure_and_leaves_nothing(job: Callable[..., Job]) -> None:
    killer = threading.Thread(target=kill_the_recording)
    killer.start()
    assert problem(job("/slow", seconds=60.0)) == "crashed"
    killer.join()
    assert not recordings_under(os.getpid())


def kill_the_recording() -> None:
    (outer,) = until(lambda: browsing_under(os.getpid()))
    os.kill(outer, signal.SIGKILL)


def test_when_this_process_is_killed_the_browser_goes_with_it(job: Callable[..., Job]) -> None:
    code = (
        "import json, sys\n"
        "from jium.evidence.enclosure import Job, recorded\n"
        "with recorded(Job(**json.load(sys.stdin))): pass\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    with parent:
        assert parent.stdin
        parent.stdin.write(json.dumps(asdict(job("/slow"))).encode())
        parent.stdin.close()
        until(lambda: browsing_under(parent.pid))
        family = descendants(parent.pid)
        (inside,) = [pid for pid in family if "jium.evidence.recorder" in command_of(pid)[1:4]]
        for folder in ("tmp", "dev/shm"):  # what it writes lies in memory that goes with it
            assert os.stat(f"/proc/{inside}/root/{folder}").st_dev != os.stat(f"/{folder}").st_dev
        parent.kill()
    until(lambda: not any(runs(pid) for pid in family))


def test_the_recorder_sees_neither_keys_nor_the_rest_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "master.key").write_text("secret", encoding="ascii")
    walls = enclosure.walls("/usr/bin/chromium")
    for hidden in (tmp_path / "master.key", Path("/etc/shadow"), Path("/etc/resolv.conf"), Path("/var/lib")):
        told = subprocess.run([*walls, "/usr/bin/ls", str(hidden)], capture_output=True, text=True)
        assert told.returncode != 0 and "No such file" in told.stderr
    told = subprocess.run([*walls, "/usr/bin/touch", str(Path(enclosure.__file__).parent / "x")], capture_output=True)
    assert told.returncode != 0 and b"Read-only" in told.stderr


@pytest.mark.parametrize(
    ("tried", "answer"),
    [
        ("socket.socket(socket.AF_VSOCK)", errno.EAFNOSUPPORT),
        ("socket.socket(socket.AF_PACKET, socket.SOCK_RAW)", errno.EAFNOSUPPORT),
        ("socket.socket(socket.AF_INET, socket.SOCK_RAW | socket.SOCK_CLOEXEC)", errno.EAFNOSUPPORT),
        ("called('keyctl')", errno.ENOSYS),
        ("called('io_uring_setup')", errno.ENOSYS),
        ("socket.socket(socket.AF_INET).close()", 0),
    ],
)
def test_the_recorder_has_no_sockets_and_system_calls_that_no_page_needs(tried: str, answer: int) -> None:
    numbers = {name: pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for name in ("keyctl", "io_uring_setup")}
    script = f"""
import ctypes, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def called(name):
    if libc.syscall({numbers}[name], 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "refused")
try:
    {tried}
except OSError as refused:
    sys.exit(refused.errno)
"""
    with enclosure.refusals() as filters:
        walls = enclosure.walls("/usr/bin/chromium", *filters)
        told = subprocess.run([*walls, sys.executable, "-c", script], capture_output=True, text=True, pass_fds=filters)
    assert (told.returncode, told.stderr) == (answer, "")


def recordings_under(parent: int) -> list[int]:
    """The enclosures that ``parent`` started itself.

    Known by name, never by number: numbers begin again at the lowest, and this process may have a database
    server of other tests below it, whose own processes come and go.
    """
    return [pid for pid in children(parent) if command_of(pid)[:1] == ["bwrap"]]


def browsing_under(parent: int) -> list[int]:
    """Those of them in which Chromium is up: it has a process for a page."""
    return [
        outer
        for outer in recordings_under(parent)
        if any("--type=renderer" in " ".join(command_of(pid)) for pid in descendants(outer))
    ]
