"""The pages as they are served: what strangers may send and hold, and that nothing of a victim ever is on the disk."""

from __future__ import annotations

import http.client
import os
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.processes import descendants
from tests.web.conftest import PACKAGE, PASSWORD, picture
from tests.web.served import served
from tests.web.visiting import BOUNDARY, Visitor

# In a file that is registered, after the picture: decoders do not mind.
MARK = b"this is of a victim and must not be found on a disk "
LARGE = picture() + MARK * 50_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("stand")


@pytest.fixture(scope="module")
def stand(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    (folder / "data").mkdir()
    (folder / "tmp").mkdir()
    with served(folder / "data", TMPDIR=str(folder / "tmp")) as told:
        yield told


@pytest.fixture
def stranger(stand) -> Visitor:
    return Visitor(stand[0])


@pytest.fixture
def officer(stand) -> Visitor:
    visitor = Visitor(stand[0])
    assert visitor.log_in("everything", PASSWORD).status == 302
    return visitor


def on_disk(folder: Path, *marks: bytes) -> list[str]:
    """Files that hold one of the marks: all below the folder, and those that processes of ours have open."""
    os.sync()
    found = [path for path in folder.rglob("*") if path.is_file()]
    for pid in descendants(os.getpid()):
        try:
            opened = [Path(entry.path) for entry in os.scandir(f"/proc/{pid}/fd")]
        except OSError:
            continue
        found += [one for one in opened if _on_disk(one)]
    return [str(path) for path in found if any(mark in _content(path) for mark in marks)]


def _on_disk(descriptor: Path) -> bool:
    try:
        name = os.readlink(descriptor)
    except OSError:
        return False
    return name.startswith("/") and not name.startswith(("/memfd:", "/dev/", "/proc/"))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def begun(address: str, head: str, body: bytes = b"") -> socket.socket:
    """A connection with the beginning of a request."""
    told = urlsplit(address)
    link = socket.create_connection((told.hostname, told.port), timeout=60)
    link.sendall(head.encode() + body)
    return link


def test_an_upload_is_on_no_disk_in_the_clear_while_it_comes_and_after(stand, officer, folder) -> None:
    address, pages = stand
    body = officer.form(pages["register"], LARGE)
    head = (
        f"POST {pages['register']} HTTP/1.1\r\nHost: {urlsplit(address).netloc}\r\nCookie: {officer.cookie}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with begun(address, head, body[:-10]) as link:
        assert on_disk(folder, MARK) == []
        link.sendall(body[-10:])
        assert link.recv(12) == b"HTTP/1.1 302"
        assert on_disk(folder, MARK) == []


def test_evidence_is_on_no_disk_in_the_clear_while_it_is_taken_away_and_after(stand, officer, folder) -> None:
    case = officer.open(stand[1]["case"]).read().decode()
    link = re.search(r'href="(/captures/[^"]+/package.zip)"', case)
    assert link
    answer = officer.open(link[1])
    first = answer.read(100)
    assert on_disk(folder, PACKAGE[:40]) == []
    assert first + answer.read() == PACKAGE
    assert on_disk(folder, PACKAGE[:40]) == []


@pytest.mark.parametrize("path", ["/login/", "/healthz", "/cases/", "/nothing", "register"])
def test_a_stranger_may_send_next_to_nothing_anywhere(stand, stranger, path: str) -> None:
    path = stand[1].get(path, path)
    assert stranger.open(path, b"x" * 65_000).status != 413
    assert stranger.open(path, b"x" * 66_000).status == 413


def test_a_made_up_session_gains_nothing(stand, stranger) -> None:
    assert stranger.open(stand[1]["register"], b"x" * 66_000, Cookie="jium_staff=made-up-by-a-stranger").status == 413


def test_files_are_taken_only_where_they_are_registered_and_only_of_whoever_may(stand, officer) -> None:
    assert officer.upload(stand[1]["register"], picture(3) + b" " * 3_000_000).status == 302
    assert officer.upload(stand[1]["case_new"], b" " * 3_000_000).status == 413


def test_a_paper_may_be_as_large_as_scans_are_and_no_larger(stand, officer) -> None:
    page = stand[1]["papers lacking"]
    address = page.replace("mandate", "papers")
    scan = b"%PDF-1.4 " + b" " * 19_000_000
    for content, told in ((scan, "here"), (scan * 2, "This file is over 20 MB.")):
        answer = officer.upload(address, content, page=page, field="file", paper="identity")
        said = answer.read().decode() if answer.status == 200 else officer.open(page).read().decode()
        assert told in said


def test_slow_and_idle_strangers_keep_nobody_out(stand, officer) -> None:
    address, pages = stand
    host = urlsplit(address).netloc
    kinds = [
        "",
        "GET /login/ HTTP/1.1\r\nHost: x\r\nX: ",
        f"POST /login/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 60000\r\n\r\n",
        f"POST {pages['register']} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 900000\r\n\r\n",
    ]
    with ExitStack() as held:
        links = [held.enter_context(begun(address, kinds[number % 4])) for number in range(240)]
        for turn in range(10):
            for link in links[turn::10]:
                try:
                    link.sendall(b"x")  # a drop at a time
                except OSError:
                    continue
            assert Visitor(address).open("/healthz").status == 200
            assert officer.open("/").status == 200
        assert Visitor(address).log_in("everything", PASSWORD).status == 302


def test_a_head_that_never_ends_is_refused_early(stand) -> None:
    with begun(stand[0], "GET / HTTP/1.1\r\n") as link:
        try:
            for _ in range(100):
                link.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")
        except OSError:
            return
        answer = http.client.HTTPResponse(link)
        answer.begin()
        assert answer.status == 431
