"""``jium examine``: what scripts rest on, what people read, and the verdicts on files with a known original."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import wave
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from jium.bench import swaps
from jium.faces.face import Pixels
from tests.cli.running import jium
from tests.dna import onnx
from tests.forensics.scenes import scene, shown
from tests.media import samples

ORIGINAL = scene(1, 3)
SWAPPED = swaps.METHODS[0].make(shown(scene(2, 5)), shown(ORIGINAL))


def jpeg(rgb: Pixels, quality: int = 85) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=quality)
    return out.getvalue()


def sound() -> bytes:
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes((8000 * np.sin(np.arange(16000) / 9)).astype("<i2").tobytes())
    return kept.getvalue()


def pages(file: Path) -> str:
    """All text of a PDF."""
    if not shutil.which("pdftotext"):
        pytest.skip("poppler-utils is not installed")
    return subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout


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
        "elsewhere.mp4": film(scene(5, 3)),
        "sound.wav": sound(),
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
    assert "Undetermined" in done.stdout and "--against" in done.stdout


def test_a_person_reads_why_and_what_it_does_not_mean(folder: Path) -> None:
    done = jium(folder, "examine", "swapped.jpg", "copy.jpg", "--against", "original.jpg")
    assert "The face does not look like the one of original.jpg" in done.stdout
    assert "No sign of a composite" in done.stdout and "does not mean that a picture is real" in done.stdout


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
    assert "looks taken from the photo photo.jpg and put in here" in taken["reasons"][0]["finding"]
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
        (["--report", "taken.pdf"], "already"),
        (["--report", "copy.jpg"], ".pdf"),
        (["--report", ""], ".pdf"),
        (["--report", "round/report.pdf"], "no such folder"),
        (["--language", "en"], "--language is for --report only"),
        (["--report", "no-such-folder/report.pdf"], "no such folder"),
        (["--show-faces"], "--report"),
    ],
)
def test_a_report_that_cannot_be_written_is_refused_before_anything_is_examined(
    folder: Path, options: list[str], said: str
) -> None:
    (folder / "taken.pdf").touch()
    if not (folder / "round").is_symlink():
        (folder / "round").symlink_to("round")
    done = jium(folder, "examine", "swapped.jpg", "--against", "original.jpg", *options)
    assert done.returncode == 2 and said in done.stderr and done.stdout == ""


def test_a_report_is_about_few_files(folder: Path) -> None:
    files = ["nobody.jpg"] * 21
    done = jium(folder, "examine", *files, "--report", "many.pdf")
    assert done.returncode == 2 and "20 files" in done.stderr and not (folder / "many.pdf").exists()


def test_without_any_file_that_can_be_read_there_is_no_report(folder: Path) -> None:
    done = jium(folder, "examine", "broken.jpg", "--report", "nothing.pdf")
    assert done.returncode == 1 and not (folder / "nothing.pdf").exists()
    assert "no report was written" in done.stderr


def test_a_report_is_said_to_be_written_and_names_what_could_not_be_examined(folder: Path) -> None:
    done = jium(folder, "examine", "copy.jpg", "broken.jpg", "--report", "some.pdf", "--language", "en")
    assert done.returncode == 0 and "The report is written: some.pdf" in done.stderr
    assert "broken.jpg" in pages(folder / "some.pdf") and "Not examined" in pages(folder / "some.pdf")


NAMES = [
    b"no text \xff.jpg",
    "\ufeffmarked.jpg".encode(),
    "photo\u202egpj.exe".encode(),
    b"\x1b[31mred\x07.jpg",
    b"line\nline.jpg",
]


def test_names_that_are_no_text_or_steer_terminals_lose_nothing(folder: Path) -> None:
    """Neither the table nor the report, nor do they steer anything."""
    for number, name in enumerate(NAMES):
        shutil.copy(folder / "nobody.jpg", os.fsencode(folder) + b"/" + name)
        done = jium(folder, "examine", os.fsdecode(name), "--report", f"named-{number}.pdf", "--language", "en")
        assert done.returncode == 0, done.stderr
        told = jium(folder, "examine", os.fsdecode(name), "--json")
        assert os.fsencode(json.loads(told.stdout)["file"]) == name
        everything = done.stdout + told.stdout + pages(folder / f"named-{number}.pdf")
        assert not set(everything) & {"\x1b", "\x07", "\u202e", "\ufeff"}


def test_one_file_that_a_detector_fails_on_is_named_and_the_rest_goes_on(folder: Path) -> None:
    """It gives no number for a face; what was found in others is printed and reported all the same."""
    (folder / "none.onnx").write_bytes(onnx.mean())
    described: dict[str, Any] = {"sha256": hashlib.sha256(onnx.mean()).hexdigest(), "side": 8, "rim": 1.0, "output": 3}
    described |= {"mean": [0, 0, 0], "deviation": [1, 1, 1], "licence": "none"}
    (folder / "none.onnx.json").write_text(json.dumps(described))
    files = ["copy.jpg", "nobody.jpg"]
    done = jium(
        folder, "examine", *files, "--detector", "none.onnx", "--report", "rest.pdf", "--language", "en", "--json"
    )
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["error"]["kind"] == "wrong_model" and second["verdict"] == "undetermined"
    assert done.returncode == 0 and "nobody.jpg" in pages(folder / "rest.pdf")


def test_a_full_disk_leaves_no_half_report(folder: Path) -> None:
    done = jium(folder, "examine", "nobody.jpg", "--report", "full.pdf", through=("prlimit", "--fsize=4096"))
    assert done.returncode == 1 and "cannot be written" in done.stderr and "nobody.jpg" in done.stdout
    assert not (folder / "full.pdf").exists()


def test_a_folder_without_files_and_originals_that_cannot_be_used_are_named(folder: Path) -> None:
    (folder / "empty").mkdir(exist_ok=True)
    done = jium(folder, "examine", "copy.jpg", "--against", "empty")
    assert done.returncode == 2 and "no file in the folder: empty" in done.stderr
    done = jium(folder, "examine", "copy.jpg", "--against", "broken.jpg")
    assert done.returncode == 1 and "nothing was examined" in done.stderr and "proof" not in done.stdout


def test_where_nobody_is_seen_it_is_said_at_once(folder: Path) -> None:
    assert "No face is seen in it." in jium(folder, "examine", "nobody.jpg").stdout


def test_a_face_with_originals_of_other_places_is_not_called_unseen(folder: Path) -> None:
    done = jium(folder, "examine", "copy.jpg", "--against", "sound.wav", "elsewhere.mp4")
    assert "No face" not in done.stdout and done.stdout.count("does not show the same place") == 2


def test_a_film_is_compared_with_a_picture_all_over(folder: Path) -> None:
    done = jium(folder, "examine", "swapped.mp4", "--against", "original.jpg", "--json")
    (line,) = (json.loads(line) for line in done.stdout.splitlines())
    times = line["reasons"][0]["times"]
    assert line["verdict"] == "composite" and max(times) - min(times) > 2
