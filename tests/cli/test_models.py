"""``jium models``: what there is, and how a better one comes: whole, unchanged, and with its licence accepted."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jium.faces import models
from tests.cli.test_trace import jium
from tests.faces import shared

WANTED = models.description("mobilefacenet")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path


def brought(here: Path) -> list[str]:
    folder = here / "data" / "models"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def wrong(here: Path) -> Path:
    """A folder with files of the right names and sizes, and other content."""
    place = here / "stick" / "deep"
    place.mkdir(parents=True)
    for file in WANTED.files:
        (place / file.name).write_bytes(b"x" * file.size)
    return here / "stick"


def test_the_list_says_what_is_here_what_it_finds_and_its_licence(here: Path) -> None:
    told = jium(here, "models", "--json")
    listed = {line["model"]: line for line in map(json.loads, told.stdout.splitlines())}
    assert told.returncode == 0 and listed.keys() == {"dlib", "mobilefacenet", "sface", "arcface"}
    assert listed["dlib"]["here"] and listed["dlib"]["in_use"] and 0 < listed["dlib"]["recall"]["all"] < 1
    assert not listed["arcface"]["here"] and listed["arcface"]["recall"] is None
    assert listed["mobilefacenet"]["licences"] == ["Apache-2.0"] and listed["mobilefacenet"]["bytes"] > 4e6


def test_a_changed_file_is_refused_and_nothing_of_it_stays(here: Path, wrong: Path) -> None:
    told = jium(here, "models", "pull", "mobilefacenet", "--from", str(wrong), "--accept-licence")
    assert told.returncode == 1 and "another checksum" in told.stderr
    assert brought(here) == []


def test_the_licence_is_shown_and_must_be_accepted(here: Path, wrong: Path) -> None:
    told = jium(here, "models", "pull", "mobilefacenet", "--from", str(wrong))
    assert told.returncode == 2 and "--accept-licence" in told.stderr
    assert "Apache-2.0" in told.stdout and WANTED.files[0].sha256 in told.stdout
    assert brought(here) == []


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("pull", "oracle"), 2, "no face model oracle"),
        (("pull", "mobilefacenet", "--from", "nowhere", "--accept-licence"), 1, "no such file or folder: nowhere"),
        (("pull", "mobilefacenet", "--from", "home", "--accept-licence"), 1, "no file of this name and size"),
        (("remove", "dlib"), 2, "comes with jium"),
        (("remove", "oracle"), 2, "no face model oracle"),
    ],
)
def test_what_cannot_be_done_is_said(here: Path, arguments: tuple[str, ...], status: int, words: str) -> None:
    told = jium(here, "models", *arguments)
    assert told.returncode == status and words in told.stderr


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def mirror(here: Path, wrong: Path) -> Iterator[str]:
    """A mirror on this machine that serves what is in the folder, and the setting that lets the proxy reach it."""
    served = partial(_Silent, directory=str(wrong / "deep"))
    with ThreadingHTTPServer(("127.0.0.1", 0), served) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"mirror.example=127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_mirror_is_asked_through_the_one_way_out(here: Path, wrong: Path, mirror: str) -> None:
    pull = ("models", "pull", "mobilefacenet", "--from", "http://mirror.example", "--accept-licence")
    told = jium(here, *pull, JIUM_LOCAL_HOSTS=mirror)
    assert told.returncode == 1 and "another checksum" in told.stderr
    (wrong / "deep" / WANTED.files[0].name).unlink()
    told = jium(here, *pull, JIUM_LOCAL_HOSTS=mirror)
    assert told.returncode == 1 and "(404)" in told.stderr
    inside = ("models", "pull", "mobilefacenet", "--from", "http://127.0.0.1:9", "--accept-licence")
    told = jium(here, *inside)
    assert told.returncode == 1 and "(denied)" in told.stderr
    assert brought(here) == []


@shared.needs_models
def test_a_model_is_brought_used_and_taken_away(here: Path) -> None:
    told = jium(here, "models", "pull", "mobilefacenet", "--from", str(shared.MODELS), "--accept-licence")
    assert told.returncode == 0 and brought(here) == sorted(file.name for file in WANTED.files)
    again = jium(here, "models", "pull", "mobilefacenet", "--from", str(shared.MODELS))
    assert again.returncode == 0 and "here already" in again.stdout
    listed = {line["model"]: line for line in map(json.loads, jium(here, "models", "--json").stdout.splitlines())}
    assert listed["mobilefacenet"]["in_use"] and not listed["dlib"]["in_use"]
    spoiled = here / "data" / "models" / WANTED.files[1].name
    spoiled.write_bytes(b"y" * WANTED.files[1].size)
    (here / "photo.jpg").write_bytes(b"no photo")
    told = jium(here, "trace", "photo.jpg", "--in", "photo.jpg")
    assert told.returncode == 1 and "another checksum" in told.stderr
    assert jium(here, "models", "remove", "mobilefacenet").returncode == 0 and brought(here) == []
