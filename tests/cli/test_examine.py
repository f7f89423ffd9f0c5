"""``jium examine``: what scripts rest on, what people read, and the verdicts on files with a known original."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from jium.bench import swaps
from jium.faces.face import Pixels
from tests.cli.running import jium
from tests.forensics.scenes import scene, shown
from tests.media import samples

ORIGINAL = scene(1, 3)
SWAPPED = swaps.METHODS[0].make(shown(scene(2, 5)), shown(ORIGINAL))


def jpeg(rgb: Pixels, quality: int = 85) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=quality)
    return out.getvalue()


def film(rgb: Pixels, start: int = 0, count: int = 60) -> bytes:
    """Twelve frames a second, the camera going slowly over the picture."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream: Any = container.add_stream("libx264", rate=12)
        (stream.width, stream.height), stream.pix_fmt = (560, 420), "yuv420p"
        for number in range(start, start + count):
            left, top = number % 80, (number * 2) // 3 % 60
            part = np.ascontiguousarray(rgb[top : top + 420, left : left + 560])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(part, format="rgb24")))
        container.mux(stream.encode())
    return target.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("examined")
    for name, content in {
        "original.jpg": jpeg(ORIGINAL, 92),
        "swapped.jpg": jpeg(SWAPPED),
        "copy.jpg": jpeg(np.ascontiguousarray(ORIGINAL[20:460, 30:600, :][:, ::-1]), 60),
        "elsewhere.jpg": jpeg(scene(5, 3)),
        "nobody.jpg": samples.encoded(samples.picture(7), "JPEG", quality=90),
        "broken.jpg": b"\xff\xd8\xff no picture",
        "photo.jpg": jpeg(scene(2, 5), 92),
        "original.mp4": film(ORIGINAL),
        "swapped.mp4": film(SWAPPED, start=12, count=40),
        "copy.mp4": film(ORIGINAL, start=12, count=40),
    }.items():
        (here / name).write_bytes(content)
    (here / "home").mkdir()
    return here


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, dict[str, Any]]:
    """What is said of every picture, by file."""
    pictures = ("swapped.jpg", "copy.jpg", "elsewhere.jpg", "nobody.jpg", "broken.jpg")
    done = jium(folder, "examine", *pictures, "--against", "original.jpg", "--json")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in lines] == list(pictures)
    return {line["file"]: line for line in lines}


@pytest.mark.parametrize(
    ("file", "verdict"),
    [
        ("swapped.jpg", "composite"),
        ("copy.jpg", "authentic-looking"),
        ("elsewhere.jpg", "undetermined"),
        ("nobody.jpg", "undetermined"),
    ],
)
def test_a_verdict_on_a_picture(told: dict[str, dict[str, Any]], file: str, verdict: str) -> None:
    assert told[file]["verdict"] == verdict


def test_a_line_has_the_promised_fields(told: dict[str, dict[str, Any]]) -> None:
    line = told["swapped.jpg"]
    assert set(line) == {"file", "verdict", "probability", "interval", "reasons"}
    low, high = line["interval"]
    assert 0 <= low <= line["probability"] <= high <= 1
    assert all(set(one) == {"signal", "finding", "weight", "region", "times"} for one in line["reasons"])
    reason = line["reasons"][0]
    assert reason["signal"] == "known_original" and reason["weight"] > 0 and reason["times"] == []
    x0, y0, x1, y1 = reason["region"]
    # Where the person stands in the scene.
    assert 0.25 < x0 < x1 < 0.75 and 0.15 < y0 < y1 < 0.8


def test_what_cannot_be_read_is_one_line_and_the_rest_goes_on(told: dict[str, dict[str, Any]]) -> None:
    assert set(told["broken.jpg"]["error"]) == {"kind", "message"}


def test_a_film_is_compared_at_the_same_moments(folder: Path) -> None:
    done = jium(folder, "examine", "swapped.mp4", "copy.mp4", "--against", "original.mp4", "--json")
    swapped, copy = (json.loads(line) for line in done.stdout.splitlines())
    assert (swapped["verdict"], copy["verdict"]) == ("composite", "authentic-looking")
    assert len(swapped["reasons"][0]["times"]) >= 10


def test_a_picture_taken_from_a_film_is_compared_with_it(folder: Path) -> None:
    done = jium(folder, "examine", "swapped.jpg", "--against", "original.mp4", "--json")
    assert json.loads(done.stdout)["verdict"] == "composite"


def test_without_an_original_nothing_is_determined(folder: Path) -> None:
    done = jium(folder, "examine", "swapped.jpg")
    assert done.returncode == 0
    assert "undetermined" in done.stdout and "--against" in done.stdout


def test_a_person_reads_why_and_what_it_does_not_mean(folder: Path) -> None:
    done = jium(folder, "examine", "swapped.jpg", "copy.jpg", "--against", "original.jpg")
    assert "The face is not the one of original.jpg" in done.stdout
    assert "no sign of a composite" in done.stdout and "does not mean that a picture is real" in done.stdout


def test_korean_is_whole(folder: Path) -> None:
    done = jium(folder, "examine", "swapped.jpg", "--against", "original.jpg", language="ko")
    assert "합성" in done.stdout and "original.jpg" in done.stdout
    latin = [word for word in done.stdout.split() if word.isascii() and word.isalpha()]
    assert latin == []


@pytest.mark.parametrize("arguments", [["swapped.jpg", "--against", "not-there.jpg"], ["-", "--against", "-"]])
def test_unusable_arguments(folder: Path, arguments: list[str]) -> None:
    done = jium(folder, "examine", *arguments)
    assert done.returncode == 2 and done.stderr.startswith("jium: ") and not done.stdout


def test_an_original_that_cannot_be_read_is_said(folder: Path) -> None:
    done = jium(folder, "examine", "swapped.jpg", "--against", "broken.jpg", "original.jpg", "--json")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["file"] == "broken.jpg" and "error" in first
    assert second["verdict"] == "composite"


def test_a_face_taken_from_a_photo_is_told_without_any_original(folder: Path) -> None:
    done = jium(folder, "examine", "swapped.jpg", "original.jpg", "photo.jpg", "--photo", "photo.jpg", "--json")
    assert done.returncode == 0, done.stderr
    taken, other, itself = (json.loads(line) for line in done.stdout.splitlines())
    assert taken["verdict"] == "composite"
    assert "is that of the photo photo.jpg, put into another picture" in taken["reasons"][0]["finding"]
    assert (other["verdict"], other["reasons"][0]["weight"]) == ("undetermined", 0)
    assert itself["verdict"] == "undetermined" and "is the photo photo.jpg itself" in itself["reasons"][0]["finding"]


def test_original_and_photo_are_weighed_together(folder: Path) -> None:
    done = jium(folder, "examine", "swapped.jpg", "--against", "original.jpg", "--photo", "photo.jpg", "--json")
    (line,) = (json.loads(line) for line in done.stdout.splitlines())
    assert {one["signal"] for one in line["reasons"] if one["weight"]} == {"known_original", "borrowed_photo"}
    assert line["verdict"] == "composite"


def test_a_film_with_a_face_taken_from_a_photo(folder: Path) -> None:
    done = jium(folder, "examine", "swapped.mp4", "copy.mp4", "--photo", "photo.jpg", "--json")
    taken, other = (json.loads(line) for line in done.stdout.splitlines())
    assert taken["verdict"] == "composite" and len(taken["reasons"][0]["times"]) >= 10
    assert other["verdict"] == "undetermined"


def test_a_film_is_no_photo(folder: Path) -> None:
    done = jium(folder, "examine", "swapped.jpg", "--photo", "original.mp4", "--json")
    assert done.returncode == 1
    (line,) = (json.loads(line) for line in done.stdout.splitlines())
    assert line["error"]["kind"] == "no_photo"


# The report.


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_report_is_for_its_owner_alone(folder: Path, language: str) -> None:
    name = f"report-{language}.pdf"
    done = jium(folder, "examine", "swapped.jpg", "--against", "original.jpg", "--report", name, "--language", language)
    made = folder / name
    assert done.returncode == 0, done.stderr
    assert made.read_bytes().startswith(b"%PDF") and made.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--report", "copy.jpg"], "already"),
        (["--report", "no-such-folder/report.pdf"], "no such folder"),
        (["--show-faces"], "--report"),
    ],
)
def test_a_report_that_cannot_be_written_is_refused_before_anything_is_examined(
    folder: Path, options: list[str], said: str
) -> None:
    done = jium(folder, "examine", "swapped.jpg", "--against", "original.jpg", *options)
    assert done.returncode == 2 and said in done.stderr and done.stdout == ""


def test_a_report_is_about_few_files(folder: Path) -> None:
    files = ["nobody.jpg"] * 21
    done = jium(folder, "examine", *files, "--report", "many.pdf")
    assert done.returncode == 2 and "20 files" in done.stderr and not (folder / "many.pdf").exists()


def test_without_any_file_that_can_be_read_there_is_no_report(folder: Path) -> None:
    done = jium(folder, "examine", "broken.jpg", "--report", "nothing.pdf")
    assert done.returncode == 1 and not (folder / "nothing.pdf").exists()
