"""``jium fingerprint``, ``compare`` and ``find``: the output that scripts rest on, and what people read."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.media import samples

SCENE = samples.picture(41)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture, a mirrored copy, a stranger, a video, a sound, and two files that are none of these."""
    here = tmp_path_factory.mktemp("files")
    (here / "photo.jpg").write_bytes(samples.encoded(SCENE, "JPEG", quality=90))
    inside = here / "사진첩"
    inside.mkdir()
    mirrored = SCENE.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    (inside / "mirrored.png").write_bytes(samples.encoded(mirrored, "PNG"))
    (inside / "stranger.webp").write_bytes(samples.encoded(samples.picture(42), "WEBP"))
    (inside / "film.mp4").write_bytes(samples.video((1, 2), 3))
    (inside / "text.jpg").write_bytes(b"no picture at all " * 10)
    (inside / "empty.png").write_bytes(b"")
    (here / "sound.wav").write_bytes(samples.sound())
    return here


def jium(
    folder: Path, *arguments: str, stdin: bytes = b"", language: str = "en", columns: int = 200
) -> subprocess.CompletedProcess[str]:
    told = subprocess.run(
        [sys.executable, "-W", "error", "-m", "jium", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env={**os.environ, "JIUM_LANGUAGE": language, "PYTHONIOENCODING": "utf-8", "COLUMNS": str(columns)},
        timeout=120,
    )
    return subprocess.CompletedProcess(told.args, told.returncode, told.stdout.decode(), told.stderr.decode())


def lines(told: subprocess.CompletedProcess[str]) -> list[dict]:
    assert told.stderr == ""
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_a_fingerprint_has_the_promised_fields(folder: Path) -> None:
    told = jium(folder, "fingerprint", "--json", "photo.jpg", "사진첩/film.mp4", "sound.wav")
    picture, film, sound = lines(told)
    assert told.returncode == 0
    fields = {"file", "kind", "sha256", "width", "height", "duration", "fingerprints"}
    assert picture.keys() == film.keys() == sound.keys() == fields
    assert (picture["file"], picture["kind"], picture["width"], picture["height"]) == (
        "photo.jpg",
        "image",
        640,
        480,
    )
    assert picture["fingerprints"].keys() == {"pdq", "quality", "views", "places"}
    assert picture["fingerprints"]["places"] > 50
    assert len(bytes.fromhex(picture["fingerprints"]["pdq"])) == 32
    assert (film["kind"], film["duration"]) == ("video", pytest.approx(6.0))
    assert film["fingerprints"].keys() == {"frames", "scenes"}
    assert all(frame.keys() == {"time", "until", "pdq", "quality"} for frame in film["fingerprints"]["frames"])
    assert {int(frame["time"]) for frame in film["fingerprints"]["frames"]} == set(range(6))
    assert (sound["kind"], sound["fingerprints"], sound["width"]) == ("audio", {}, None)


def test_the_code_is_spelt_as_metas_tools_do(folder: Path) -> None:
    import numpy as np
    import pdqhash

    (picture,) = lines(jium(folder, "fingerprint", "--json", "photo.jpg"))
    with Image.open(folder / "photo.jpg") as image:
        bits, quality = pdqhash.compute(np.asarray(image))
    told = picture["fingerprints"]
    assert (told["pdq"], told["quality"]) == (np.packbits(bits).tobytes().hex(), quality)


def test_a_folder_means_all_its_files_and_the_unreadable_are_told_in_their_place(folder: Path) -> None:
    told = jium(folder, "fingerprint", "--json", "사진첩")
    assert told.returncode == 0
    found = lines(told)
    assert [Path(line["file"]).name for line in found] == [
        "empty.png",
        "film.mp4",
        "mirrored.png",
        "stranger.webp",
        "text.jpg",
    ]
    assert found[0] == {
        "file": "사진첩/empty.png",
        "error": {"kind": "empty", "message": "The file is empty (0 bytes)."},
    }
    assert found[4]["error"]["kind"] == "not_media"
    assert all("error" not in line for line in found[1:4])


def test_standard_input_is_a_file_too(folder: Path) -> None:
    content = (folder / "photo.jpg").read_bytes()
    piped, named = lines(jium(folder, "fingerprint", "--json", "-", "photo.jpg", stdin=content))
    assert piped == {**named, "file": "-"}


def test_when_nothing_can_be_read_the_command_has_failed(folder: Path) -> None:
    told = jium(folder, "fingerprint", "--json", "no such file", "사진첩/text.jpg")
    assert told.returncode == 1
    assert [line["error"]["kind"] for line in lines(told)] == ["unreadable", "not_media"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read_is_told(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "closed.jpg"
    path.write_bytes(b"x")
    path.chmod(0)
    (line,) = lines(jium(folder, "fingerprint", "--json", str(path)))
    assert line["error"]["kind"] == "unreadable"


def test_a_file_name_that_is_no_text_survives(folder: Path, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xfe.jpg"
    Path(os.fsdecode(name)).write_bytes((folder / "photo.jpg").read_bytes())
    (line,) = lines(jium(folder, "fingerprint", "--json", str(tmp_path)))
    assert os.fsencode(line["file"]) == name
    assert jium(folder, "fingerprint", str(tmp_path)).returncode == 0


def test_a_comparison_has_the_promised_fields(folder: Path) -> None:
    told = jium(folder, "compare", "--json", "photo.jpg", "사진첩/mirrored.png")
    (found,) = lines(told)
    assert told.returncode == 0
    assert found.keys() == {"a", "b", "match", "score", "odds", "transform", "segments", "reason"}
    assert (found["a"], found["b"], found["match"]) == ("photo.jpg", "사진첩/mirrored.png", True)
    assert 0.75 < found["score"] <= 1
    assert found["odds"] > 1000
    assert found["transform"].keys() == {"mirrored", "rotation", "scale", "region_a", "region_b"}
    assert (found["transform"]["mirrored"], found["transform"]["rotation"]) == (True, 0)
    assert found["segments"] == []


def test_two_strangers_are_a_good_answer(folder: Path) -> None:
    told = jium(folder, "compare", "--json", "photo.jpg", "사진첩/stranger.webp")
    (found,) = lines(told)
    assert (told.returncode, found["match"], found["odds"], found["transform"]) == (0, False, None, None)


def test_a_comparison_with_an_unreadable_file_has_failed(folder: Path) -> None:
    told = jium(folder, "compare", "--json", "photo.jpg", "사진첩/empty.png")
    assert (told.returncode, [line["error"]["kind"] for line in lines(told)]) == (1, ["empty"])


def test_copies_are_found_among_other_files(folder: Path) -> None:
    told = jium(folder, "find", "photo.jpg", "사진첩/film.mp4", "--in", "사진첩", "--json")
    assert told.returncode == 0
    found = lines(told)
    matches = {(line["reference"], line["file"]) for line in found if "error" not in line}
    assert matches == {("photo.jpg", "사진첩/mirrored.png"), ("사진첩/film.mp4", "사진첩/film.mp4")}
    first = next(line for line in found if line.get("reference") == "photo.jpg")
    assert first.keys() == {"reference", "file", "kind", "score", "odds", "transform", "segments", "reason"}
    assert first["kind"] == "copy"
    assert {line["file"] for line in found if "error" in line} == {"사진첩/empty.png", "사진첩/text.jpg"}


def test_finding_nothing_is_a_good_answer(folder: Path) -> None:
    told = jium(folder, "find", "sound.wav", "--in", "photo.jpg", "--json")
    assert (told.returncode, told.stdout) == (0, "")
    assert "Nothing was found." in jium(folder, "find", "sound.wav", "--in", "photo.jpg").stdout


def test_people_are_told_what_no_match_does_not_mean(folder: Path) -> None:
    stranger = ("photo.jpg", "사진첩/stranger.webp")
    assert "no proof" in jium(folder, "compare", *stranger).stdout
    assert "no proof" in jium(folder, "find", "photo.jpg", "--in", "사진첩/stranger.webp").stdout
    assert "no proof" not in jium(folder, "find", "photo.jpg", "--in", "사진첩").stdout
    assert "no proof" not in jium(folder, "compare", "photo.jpg", "사진첩/mirrored.png").stdout
    assert "증거는 아닙니다" in jium(folder, "compare", *stranger, language="ko").stdout
    assert "no proof" not in jium(folder, "find", "photo.jpg", "--in", "사진첩/text.jpg").stdout


def test_a_place_that_is_not_there_is_said_before_anything_is_looked_at(folder: Path) -> None:
    told = jium(folder, "find", "photo.jpg", "--in", "사진첩", "없는 폴더", "--json")
    assert (told.returncode, told.stdout) == (2, "")
    assert "없는 폴더" in told.stderr


def test_where_every_file_failed_the_search_failed(folder: Path) -> None:
    told = jium(folder, "find", "photo.jpg", "--in", "사진첩/text.jpg", "사진첩/empty.png", "--json")
    assert (told.returncode, len(lines(told))) == (1, 2)
    told = jium(folder, "find", "사진첩/text.jpg", "--in", "photo.jpg", "--json")
    assert (told.returncode, len(lines(told))) == (1, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("fingerprint",),
        ("compare", "photo.jpg"),
        ("find", "photo.jpg"),
        ("compare", "-", "-"),
        ("fingerprint", "-", "-"),
        ("find", "-", "--in", "-"),
    ],
)
def test_unusable_arguments_are_status_2(folder: Path, arguments: tuple[str, ...]) -> None:
    told = jium(folder, *arguments)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr


def test_numbers_are_never_cut_in_two(folder: Path) -> None:
    code = lines(jium(folder, "fingerprint", "photo.jpg", "--json"))[0]["fingerprints"]["pdq"]
    assert f"{code[:16]}…" in jium(folder, "fingerprint", "photo.jpg", columns=80).stdout
    assert "1 in 1,000,000,000" in jium(folder, "find", "photo.jpg", "--in", "사진첩", columns=80).stdout


def test_people_get_a_table(folder: Path) -> None:
    told = jium(folder, "fingerprint", "photo.jpg", "사진첩")
    assert (told.returncode, told.stderr) == (0, "")
    assert "640 × 480" in told.stdout
    assert "0:06.0" in told.stdout
    assert "사진첩/text.jpg: This is not a picture" in told.stdout
    assert "mirrored" in jium(folder, "compare", "photo.jpg", "사진첩/mirrored.png").stdout


def test_nothing_in_a_file_name_steers_the_terminal(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "\x1b[2J[red]name.jpg").write_bytes((folder / "photo.jpg").read_bytes())
    (tmp_path / "\x1b[2Jbad.jpg").write_bytes(b"x")
    told = jium(folder, "fingerprint", str(tmp_path))
    assert "\x1b" not in told.stdout
    assert "[red]name.jpg" in told.stdout


def test_without_the_sandbox_the_command_says_so_and_fails(folder: Path, tmp_path: Path) -> None:
    false_wall = tmp_path / "bwrap"
    false_wall.write_text("#!/bin/sh\nexit 1\n")
    false_wall.chmod(0o755)
    told = subprocess.run(
        [sys.executable, "-W", "error", "-m", "jium", "fingerprint", "photo.jpg", "--json"],
        cwd=folder,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "JIUM_LANGUAGE": "en"},
        capture_output=True,
        text=True,
    )
    assert (told.returncode, told.stdout) == (1, "")
    assert "sandbox does not start" in told.stderr
    assert "Traceback" not in told.stderr


def test_progress_is_only_for_terminals(folder: Path) -> None:
    """On a terminal the error output may show a bar; the answer on the other output stays clean."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "jium", "fingerprint", "--json", *["사진첩/film.mp4"] * 3],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    ) as process:
        os.close(theirs)
        assert process.stdout is not None
        answers = [json.loads(line) for line in process.stdout]
    os.close(ours)
    assert [answer["kind"] for answer in answers] == ["video"] * 3
    assert process.returncode == 0
