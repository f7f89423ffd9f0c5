"""``jium find`` interrupted, killed and gone on with: in the end its output is as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.media import samples
from tests.processes import command_of, descendants, until

FILES = 30
ENVIRONMENT = {**os.environ, "JIUM_LANGUAGE": "en", "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"}
FIND = ("find", "photo.jpg", "other.jpg", "--in", "album", "text.txt")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two references; an album with copies of both among strangers, and files that are no pictures."""
    here = tmp_path_factory.mktemp("resume")
    scenes = {name: samples.picture(seed, (900, 675)) for seed, name in ((51, "photo"), (52, "other"))}
    for name, scene in scenes.items():
        (here / f"{name}.jpg").write_bytes(samples.encoded(scene, "JPEG", quality=90))
    album = here / "album"
    album.mkdir()
    stranger = samples.encoded(samples.picture(53, (900, 675)), "PNG")
    for number in range(FILES):
        kinds = {0: samples.encoded(scenes["photo"], "JPEG", quality=40 + number), 3: b"no picture", 4: b""}
        kinds[2] = samples.encoded(scenes["other"].resize((600, 450)), "JPEG", quality=40 + number)
        (album / f"{number:03}.jpg").write_bytes(kinds.get(number % 6, stranger))
    (here / "text.txt").write_text("what is written here is no picture")
    return here


@pytest.fixture(scope="module")
def whole(folder: Path) -> str:
    """What an uninterrupted search says."""
    told = find(folder, "--json")
    assert (told.returncode, told.stderr) == (0, "")
    assert len(told.stdout.splitlines()) == 21
    return told.stdout


def find(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "jium", *FIND, *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=ENVIRONMENT, timeout=120)


def heeding_ctrl_c() -> None:
    """A shell lets what it starts in the background ignore Ctrl-C, and so would what these tests start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever fails meanwhile, the process does not outlive it."""
    try:
        yield
    finally:
        process.kill()


def interrupted(
    folder: Path, progress: Path, number: signal.Signals, *options: str, lines: int = 8
) -> subprocess.CompletedProcess[str]:
    """A search that gets the signal once the progress file has so many lines; nothing of it is left running."""
    command = [sys.executable, "-W", "error", "-m", "jium", *FIND, "--resume", str(progress), *options]
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        preexec_fn=heeding_ctrl_c,
    )
    with process, ended(process):
        until(lambda: progress.exists() and progress.read_bytes().count(b"\n") >= lines)
        children = descendants(process.pid)
        assert any("jium.media.jail" in command_of(child) for child in children)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    until(lambda: not any("jium.media.jail" in command_of(child) for child in children))
    return subprocess.CompletedProcess(command, process.returncode, out, err)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_search_is_gone_on_with(
    number: signal.Signals, folder: Path, whole: str, tmp_path: Path
) -> None:
    progress = tmp_path / "progress"
    told = interrupted(folder, progress, number, "--json")
    assert told.returncode == 130
    assert whole.startswith(told.stdout)
    assert 0 < len(told.stdout) < len(whole)
    assert told.stderr.count("\n") == 1
    assert f"of {FILES + 1} files; the same command goes on from there" in told.stderr
    assert progress.stat().st_mode & 0o777 == 0o600
    again = find(folder, "--json", "--resume", str(progress))
    assert (again.returncode, again.stderr, again.stdout) == (0, "", whole)


def test_a_killed_search_is_gone_on_with_though_its_last_line_is_half_written(
    folder: Path, whole: str, tmp_path: Path
) -> None:
    progress = tmp_path / "progress"
    assert interrupted(folder, progress, signal.SIGKILL, "--json").returncode == -signal.SIGKILL
    with progress.open("ab") as file:
        file.write(b'{"file": "/half/writ')
    again = find(folder, "--json", "--resume", str(progress))
    assert (again.returncode, again.stderr, again.stdout) == (0, "", whole)
    lines = [json.loads(line) for line in progress.read_bytes().splitlines()]
    files = [line["file"] for line in lines[1:]]
    assert len(files) == len(set(files)) == FILES + 1


def test_people_see_what_was_found_so_far(folder: Path, tmp_path: Path) -> None:
    told = interrupted(folder, tmp_path / "progress", signal.SIGINT)
    assert told.returncode == 130
    assert "album/000.jpg" in told.stdout
    assert "Traceback" not in told.stderr
    assert find(folder, "--resume", str(tmp_path / "progress")).stdout == find(folder).stdout


@pytest.fixture
def finished(folder: Path, whole: str, tmp_path: Path) -> Path:
    progress = tmp_path / "finished"
    assert find(folder, "--json", "--resume", str(progress)).stdout == whole
    return progress


def test_finished_files_are_not_read_again_unless_they_changed(folder: Path, whole: str, finished: Path) -> None:
    before = finished.read_bytes()
    changed, same = folder / "album" / "000.jpg", folder / "album" / "006.jpg"
    content, seen = same.read_bytes(), same.stat()
    try:
        os.utime(changed)
        # Same size and time: if it were read, it would be no picture any more.
        same.write_bytes(bytes(len(content)))
        os.utime(same, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        assert find(folder, "--json", "--resume", str(finished)).stdout == whole
    finally:
        same.write_bytes(content)
    more = finished.read_bytes().removeprefix(before)
    assert [json.loads(line)["file"] for line in more.splitlines()] == [str(changed)]


def test_progress_of_other_references_is_refused_and_left_alone(folder: Path, finished: Path) -> None:
    before = finished.read_bytes()
    command = [sys.executable, "-m", "jium", "find", "other.jpg", "--in", "album", "--resume", str(finished)]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=ENVIRONMENT, timeout=120)
    assert (told.returncode, told.stdout) == (2, "")
    assert "belongs to other references" in told.stderr
    assert finished.read_bytes() == before


@pytest.mark.parametrize("content", [b"my only copy of a poem", b"two lines\nof a poem\n"])
def test_a_file_that_is_something_else_is_refused_and_left_alone(content: bytes, folder: Path, tmp_path: Path) -> None:
    poem = tmp_path / "poem.txt"
    poem.write_bytes(content)
    told = find(folder, "--json", "--resume", str(poem))
    assert (told.returncode, told.stdout, poem.read_bytes()) == (2, "", content)
    assert find(folder, "--json", "--resume", str(tmp_path)).returncode == 2
    assert find(folder, "--json", "--resume", "/dev/null").returncode == 2


def test_the_progress_file_itself_is_not_searched(folder: Path, whole: str) -> None:
    inside = folder / "album" / "zz progress"
    try:
        for _run in range(2):
            assert find(folder, "--json", "--resume", str(inside)).stdout == whole
    finally:
        inside.unlink()
