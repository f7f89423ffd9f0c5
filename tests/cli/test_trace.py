"""``jium trace``: what scripts rest on, what people read, and that no face is ever written."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from jium.faces.looking import look
from jium.faces.shelf import Shelf
from tests.cli.running import jium
from tests.faces import drawn, shared
from tests.media import samples

SHE, STRANGER = 3, 5


def archived(address: str, *contents: bytes) -> bytes:
    """A WACZ with a page, and what stood at an address each time it was archived."""
    warc = io.BytesIO()
    writer = WARCWriter(warc, gzip=True)
    pictures = [(address, "image/jpeg", content) for content in contents]
    for url, kind, body in (("http://a.example/", "text/html", b"<p>page"), *pictures):
        headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
        # Without the length warcio would keep the content in a temporary file that nobody closes.
        payload = {"payload": io.BytesIO(body), "length": len(body)}
        writer.write_record(writer.create_warc_record(url, "response", http_headers=headers, **payload))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("archive/data.warc.gz", warc.getvalue())
        target.writestr("datapackage.json", "{}")
    return packed.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of her; a picture, a film and an archive in which she is; pictures without anybody, and a broken one."""
    here = tmp_path_factory.mktemp("faces")
    (here / "photo.jpg").write_bytes(drawn.jpeg(drawn.face(SHE)))
    (here / "group.jpg").write_bytes(drawn.jpeg(drawn.group([STRANGER, SHE])))
    seen = here / "seen"
    seen.mkdir()
    (seen / "a-turned.jpg").write_bytes(drawn.jpeg(drawn.face(SHE, turn=0.3)))
    (seen / "b-film.mp4").write_bytes(drawn.film([None, SHE, None]))
    (seen / "c-page.wacz").write_bytes(archived("http://a.example/her.jpg", drawn.jpeg(drawn.face(SHE, turn=0.2))))
    (seen / "d-nobody.jpg").write_bytes(samples.encoded(samples.picture(7), "JPEG", quality=90))
    (seen / "e-broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    (seen / "f-text.zip").write_bytes(b"PK\x03\x04" + bytes(40))
    (here / "home").mkdir()
    return here


@pytest.fixture(scope="module")
def told(folder: Path) -> subprocess.CompletedProcess[str]:
    """What an uninterrupted search says, with the model that comes with jium."""
    return jium(folder, "trace", "photo.jpg", "--in", "seen", "--json")


def hits(told: subprocess.CompletedProcess[str]) -> list[dict]:
    return [line for line in map(json.loads, told.stdout.splitlines()) if "error" not in line]


def errors(told: subprocess.CompletedProcess[str]) -> list[dict]:
    return [line for line in map(json.loads, told.stdout.splitlines()) if "error" in line]


def test_she_is_found_in_pictures_films_and_archives(told: subprocess.CompletedProcess[str]) -> None:
    assert told.returncode == 0, told.stderr
    assert [line["file"] for line in hits(told)] == ["seen/a-turned.jpg", "seen/b-film.mp4", "seen/c-page.wacz"]
    assert hits(told)[2]["address"] == "http://a.example/her.jpg"


def test_a_hit_has_the_promised_fields(told: subprocess.CompletedProcess[str]) -> None:
    picture, film, _page = hits(told)
    fields = {"photo", "file", "kind", "score", "odds", "hits", "model"}
    assert picture.keys() == film.keys() == fields
    assert (picture["photo"], picture["kind"], picture["model"]) == ("photo.jpg", "face", "dlib")
    assert 0 < picture["score"] <= 1 and picture["odds"] >= 10_000
    (face,) = picture["hits"]
    x0, y0, x1, y1 = face["box"]
    assert face["time"] is None and 0 <= x0 < 0.5 < x1 <= 1 and 0 <= y0 < 0.5 < y1 <= 1


def test_a_film_says_when_she_is_seen(told: subprocess.CompletedProcess[str]) -> None:
    (face,) = hits(told)[1]["hits"]
    assert 1.4 <= face["since"] <= 2.6 and 3.0 <= face["until"] <= 4.1
    assert face["since"] <= face["time"] <= face["until"]


def test_what_cannot_be_read_is_one_line_and_the_rest_goes_on(told: subprocess.CompletedProcess[str]) -> None:
    assert {line["file"]: line["error"]["kind"] for line in errors(told)} == {
        "seen/e-broken.jpg": "truncated",
        "seen/f-text.zip": "truncated",
    }


def test_what_stood_at_an_address_before_it_was_replaced_is_found(folder: Path) -> None:
    """Archived twice: first she is there, then a placeholder; and a search that goes on knows both."""
    placeholder = samples.encoded(samples.picture(7), "JPEG", quality=90)
    twice = archived("http://a.example/her.jpg", drawn.jpeg(drawn.face(SHE)), placeholder)
    (folder / "twice.wacz").write_bytes(twice)
    command = ("trace", "photo.jpg", "--in", "twice.wacz", "--json", "--resume", "twice.jsonl")
    first, again = jium(folder, *command), jium(folder, *command)
    assert [line["address"] for line in hits(first)] == ["http://a.example/her.jpg"]
    assert again.stdout == first.stdout


def test_a_person_reads_the_model_its_cost_and_what_chance_would_show(folder: Path) -> None:
    said = jium(folder, "trace", "photo.jpg", "--in", "seen/a-turned.jpg").stdout
    assert "at most 1 in" in said and "Faces compared: 1." in said
    assert "Face model: dlib." in said and "of 100 pictures of a person" in said
    assert "it proves nothing" in said


def test_nothing_found_is_no_proof(folder: Path) -> None:
    said = jium(folder, "trace", "photo.jpg", "--in", "seen/d-nobody.jpg")
    assert said.returncode == 0 and "No hit is no proof of absence." in said.stdout


def test_korean_is_whole(folder: Path) -> None:
    said = jium(folder, "trace", "photo.jpg", "--in", "seen/a-turned.jpg", language="ko").stdout
    assert "얼굴" in said and "Faces compared" not in said


def test_of_several_people_one_is_picked_by_number(folder: Path) -> None:
    asked = jium(folder, "trace", "group.jpg", "--in", "seen/a-turned.jpg", "--json")
    assert asked.returncode == 2 and "shows 2 people" in asked.stderr and "--face" in asked.stderr
    picked = jium(folder, "trace", "group.jpg", "--face", "2", "--in", "seen/a-turned.jpg", "--json")
    assert picked.returncode == 0 and len(hits(picked)) == 1
    assert jium(folder, "trace", "group.jpg", "--face", "3", "--in", "seen").returncode == 2


@pytest.mark.parametrize(
    ("photo", "status", "kind"),
    [("seen/d-nobody.jpg", 1, "no_face"), ("seen/b-film.mp4", 1, "no_photo"), ("seen/e-broken.jpg", 1, "truncated")],
)
def test_a_photo_that_shows_nobody_says_so(folder: Path, photo: str, status: int, kind: str) -> None:
    told = jium(folder, "trace", photo, "--in", "seen", "--json")
    assert told.returncode == status
    assert [line["error"]["kind"] for line in errors(told)] == [kind] and not hits(told)


def test_a_poor_photo_is_used_and_said_to_be_poor(folder: Path) -> None:
    drawn.face(SHE, side=110).save(folder / "small.png")
    told = jium(folder, "trace", "small.png", "--in", "seen/a-turned.jpg")
    assert told.returncode == 0 and "The face is small" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--in", "nowhere"), "no such file or folder: nowhere"),
        (("--in", "seen", "--model", "oracle"), "no face model oracle"),
        (("--in", "seen", "--model", "mobilefacenet"), "jium models pull mobilefacenet"),
    ],
)
def test_unusable_arguments(folder: Path, arguments: tuple[str, ...], words: str) -> None:
    told = jium(folder, "trace", "photo.jpg", *arguments)
    assert told.returncode == 2 and words in told.stderr and not told.stdout


def test_progress_is_gone_on_with_and_the_result_is_the_same(
    folder: Path, told: subprocess.CompletedProcess[str]
) -> None:
    kept = folder / "progress.jsonl"
    first = jium(folder, "trace", "photo.jpg", "--in", "seen", "--json", "--resume", str(kept))
    written = kept.read_bytes().splitlines(keepends=True)
    assert first.stdout == told.stdout and len(written) >= 6
    # As if it had been stopped after three files, one of them half written.
    kept.write_bytes(b"".join(written[:4]) + written[4][:9])
    again = jium(folder, "trace", "photo.jpg", "--in", "seen", "--json", "--resume", str(kept))
    assert (again.returncode, again.stdout) == (0, told.stdout)
    other = jium(folder, "trace", "group.jpg", "--face", "1", "--in", "seen", "--resume", str(kept))
    assert other.returncode == 2 and "other references" in other.stderr


def test_no_face_is_left_behind_anywhere(folder: Path) -> None:
    """A stranger's face among the material: her template lies on no disk, in no cache and in no output."""
    material = folder / "planted"
    material.mkdir()
    stranger = material / "stranger.jpg"
    stranger.write_bytes(drawn.jpeg(drawn.face(STRANGER)))
    model = Shelf(folder / "data" / "models").open("dlib")
    with model.sandbox() as box:
        templates = [look(path, model, box).faces[0].template for path in (stranger, folder / "photo.jpg")]
    command = ("trace", "photo.jpg", "--in", "planted", "--json", "--resume", "kept.jsonl")
    said = jium(folder, *command)
    assert said.returncode == 0
    left = [said.stdout.encode() + said.stderr.encode()]
    left += [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    for template in templates:
        for traces in _traces(template):
            assert not any(trace in content for content in left for trace in traces)
    assert sorted(path.name for path in (folder / "home").rglob("*")) == []


def _traces(template: np.ndarray) -> list[list[bytes]]:
    """Any four numbers of it in a row, as bytes of any width, and any single one as it would be printed."""
    rows = [[template.astype(kind)[at : at + 4].tobytes() for at in range(0, 124, 4)] for kind in ("<f2", "<f4", "<f8")]
    return [*rows, [f"{abs(float(value)):.6f}".encode() for value in template if abs(float(value)) > 0.01]]


@shared.needs_photos
@shared.needs_models
def test_of_many_people_she_alone_is_found(folder: Path, tmp_path: Path) -> None:
    """Real photographs, and a model that was brought."""
    brought = jium(folder, "models", "pull", "mobilefacenet", "--from", str(shared.MODELS), "--accept-licence")
    assert brought.returncode == 0, brought.stderr
    try:
        for path in sorted(shared.PHOTOS.iterdir()):
            if path.name.endswith(("_0001.jpg", "_0002.jpg", "_0003.jpg")) or "Tony_Blair" in path.name:
                shutil.copy(path, tmp_path)
        photo = str(tmp_path / "lfw_Tony_Blair_0002.jpg")
        found = hits(jium(folder, "trace", photo, "--in", str(tmp_path), "--json"))
    finally:
        assert jium(folder, "models", "remove", "mobilefacenet").returncode == 0
    names = {Path(line["file"]).name for line in found}
    assert found[0]["model"] == "mobilefacenet"
    assert all("Tony_Blair" in name for name in names) and len(names) >= 8
