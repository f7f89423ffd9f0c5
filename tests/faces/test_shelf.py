"""Models that can be brought: taken in whole and with their checksum, or not at all."""

from __future__ import annotations

import hashlib
import io
import stat
from pathlib import Path

import pytest

from jium.faces import models, odds
from jium.faces.model import Description, ModelFile
from jium.faces.network import WrongModel
from jium.faces.shelf import NotHere, Shelf

DETECTOR, FIRST, SECOND = b"finds faces" * 50, b"tells them apart" * 70, b"tells them apart better" * 90


def file(name: str, content: bytes) -> ModelFile:
    return ModelFile(name, hashlib.sha256(content).hexdigest(), len(content), "MIT", "https://example.org")


def described(name: str, rank: int, *files: ModelFile) -> Description:
    return Description(name, name.title(), rank, 8, False, "", files)


SHARED = file("detector.onnx", DETECTOR)
WEAK = described("weak", 1, SHARED, file("weak.onnx", FIRST))
STRONG = described("strong", 2, SHARED, file("strong.onnx", SECOND))
CONTENTS = {"detector.onnx": DETECTOR, "weak.onnx": FIRST, "strong.onnx": SECOND}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """An empty one, in a folder that is not there yet; two models are known, of which the weaker was measured."""
    monkeypatch.setattr(models, "descriptions", lambda: (STRONG, WEAK))
    measured = odds.Calibration(((0.0, -1.0), (1.0, -5.0)), 0.4, {})
    monkeypatch.setattr(odds, "of_model", lambda name: measured if name == "weak" else None)
    return Shelf(tmp_path / "data" / "models")


def put(shelf: Shelf, *described: Description) -> None:
    for one in described:
        for needed in one.files:
            shelf.put(needed, io.BytesIO(CONTENTS[needed.name]))


def names(shelf: Shelf) -> list[str]:
    return sorted(path.name for path in shelf.folder.iterdir())


class Endless(io.RawIOBase):
    """More and more; how much was asked for in all."""

    asked = 0

    def read(self, size: int = -1) -> bytes:
        self.asked += size
        assert self.asked < 1 << 26, "it is read without end"
        return b"x" * size


# Taking in


def test_a_file_is_taken_in_under_its_name(shelf: Shelf) -> None:
    told: list[int] = []
    shelf.put(SHARED, io.BytesIO(DETECTOR), told.append)
    assert names(shelf) == ["detector.onnx"]
    assert (shelf.folder / "detector.onnx").read_bytes() == DETECTOR
    assert sum(told) == len(DETECTOR)


def test_nobody_else_can_see_which_models_are_here(shelf: Shelf) -> None:
    put(shelf, WEAK)
    assert stat.S_IMODE(shelf.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "content",
    [b"", DETECTOR[:-1], DETECTOR + b"s", DETECTOR[:-1] + b"x", b"x" * len(DETECTOR)],
    ids=["empty", "cut off", "a byte more", "a byte changed", "another"],
)
def test_a_file_with_another_checksum_is_refused_and_nothing_of_it_stays(shelf: Shelf, content: bytes) -> None:
    with pytest.raises(WrongModel):
        shelf.put(SHARED, io.BytesIO(content))
    assert names(shelf) == []


def test_a_file_that_is_too_large_is_refused_while_it_grows(shelf: Shelf) -> None:
    endless = Endless()
    with pytest.raises(WrongModel):
        shelf.put(SHARED, endless)  # type: ignore[arg-type]
    assert endless.asked <= 1 << 21
    assert names(shelf) == []


def test_a_wrong_file_does_not_replace_the_right_one(shelf: Shelf) -> None:
    put(shelf, WEAK)
    with pytest.raises(WrongModel):
        shelf.put(SHARED, io.BytesIO(b"x" * len(DETECTOR)))
    assert (shelf.folder / "detector.onnx").read_bytes() == DETECTOR


def test_a_source_that_breaks_off_leaves_nothing(shelf: Shelf) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError("broken off")
            return super().read(10)

    with pytest.raises(OSError, match="broken off"):
        shelf.put(SHARED, Broken(DETECTOR))
    assert names(shelf) == []


def test_whoever_stops_it_leaves_nothing(shelf: Shelf) -> None:
    def stop(_bytes: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf.put(SHARED, io.BytesIO(DETECTOR), stop)
    assert names(shelf) == []


# From a folder or a file


@pytest.mark.parametrize("below", ["detector.onnx", "a/detector.onnx", "a/b c/d/detector.onnx"])
def test_a_file_is_found_anywhere_below_a_folder(shelf: Shelf, tmp_path: Path, below: str) -> None:
    place = tmp_path / "stick"
    (place / below).parent.mkdir(parents=True)
    (place / below).write_bytes(DETECTOR)
    assert shelf.put_from(SHARED, place)
    assert (shelf.folder / "detector.onnx").read_bytes() == DETECTOR
    assert (place / below).exists()


def test_a_file_itself_is_taken_whatever_its_name(shelf: Shelf, tmp_path: Path) -> None:
    place = tmp_path / "download(1).bin"
    place.write_bytes(DETECTOR)
    assert shelf.put_from(SHARED, place)
    assert names(shelf) == ["detector.onnx"]


@pytest.mark.parametrize("content", [None, b"", DETECTOR + b"s"], ids=["not there", "empty", "another size"])
def test_what_is_not_there_is_told(shelf: Shelf, tmp_path: Path, content: bytes | None) -> None:
    place = tmp_path / "stick"
    place.mkdir()
    (place / "other.onnx").write_bytes(DETECTOR)
    if content is not None:
        (place / "detector.onnx").write_bytes(content)
    assert not shelf.put_from(SHARED, place)
    assert not shelf.has(WEAK)


def test_a_changed_file_of_the_right_size_is_refused_from_a_folder_too(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "detector.onnx").write_bytes(b"x" * len(DETECTOR))
    with pytest.raises(WrongModel):
        shelf.put_from(SHARED, tmp_path)
    assert names(shelf) == []


# What is here


def test_nothing_is_here_at_first(shelf: Shelf) -> None:
    assert not shelf.has(WEAK) and shelf.present() == [] and shelf.in_use() is None
    assert shelf.missing(WEAK) == list(WEAK.files)


def test_a_model_is_here_when_all_its_files_are(shelf: Shelf) -> None:
    shelf.put(SHARED, io.BytesIO(DETECTOR))
    assert not shelf.has(WEAK)
    assert shelf.missing(WEAK) == [WEAK.files[1]]
    put(shelf, WEAK)
    assert shelf.has(WEAK) and shelf.missing(WEAK) == []
    assert not shelf.has(STRONG) and shelf.missing(STRONG) == [STRONG.files[1]]
    assert shelf.present() == [WEAK]


def test_a_file_of_another_size_is_missing(shelf: Shelf) -> None:
    put(shelf, WEAK)
    (shelf.folder / "weak.onnx").write_bytes(FIRST[:-1])
    assert not shelf.has(WEAK)
    assert shelf.missing(WEAK) == [WEAK.files[1]]


def test_a_changed_file_of_the_right_size_is_missing(shelf: Shelf) -> None:
    put(shelf, WEAK)
    (shelf.folder / "weak.onnx").write_bytes(b"x" * len(FIRST))
    assert shelf.missing(WEAK) == [WEAK.files[1]]


def test_of_several_the_strongest_that_was_measured_is_used(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shelf, WEAK, STRONG)
    assert shelf.present() == [STRONG, WEAK]
    assert shelf.in_use() is WEAK
    measured = odds.Calibration(((0.0, -1.0), (1.0, -5.0)), 0.4, {})
    monkeypatch.setattr(odds, "of_model", lambda _name: measured)
    assert shelf.in_use() is STRONG


def test_one_that_nobody_measured_is_not_used(shelf: Shelf) -> None:
    put(shelf, STRONG)
    assert shelf.present() == [STRONG] and shelf.in_use() is None


# Opening


@pytest.mark.parametrize(("name", "wanted"), [(None, WEAK), ("weak", WEAK), ("strong", STRONG)])
def test_the_one_in_use_or_the_one_named_is_opened(shelf: Shelf, name: str | None, wanted: Description) -> None:
    put(shelf, WEAK, STRONG)
    opened = shelf.open(name)
    assert opened.description is wanted
    assert {name: path.read_bytes() for name, path in opened.files.items()} == {
        one.name: CONTENTS[one.name] for one in wanted.files
    }


@pytest.mark.parametrize("name", [None, "weak", "strong"])
def test_what_is_not_here_cannot_be_opened(shelf: Shelf, name: str | None) -> None:
    with pytest.raises(NotHere):
        shelf.open(name)


@pytest.mark.parametrize("changed", ["detector.onnx", "weak.onnx"])
def test_a_file_changed_since_it_came_is_not_opened(shelf: Shelf, changed: str) -> None:
    put(shelf, WEAK)
    (shelf.folder / changed).write_bytes(b"x" * len(CONTENTS[changed]))
    assert shelf.has(WEAK)
    with pytest.raises(WrongModel):
        shelf.open("weak")


# Taking away


def test_what_another_model_needs_stays(shelf: Shelf) -> None:
    put(shelf, WEAK, STRONG)
    shelf.remove(STRONG)
    assert names(shelf) == ["detector.onnx", "weak.onnx"]
    assert shelf.has(WEAK)
    shelf.remove(WEAK)
    assert names(shelf) == []


def test_what_only_a_model_that_is_not_here_would_need_does_not_stay(shelf: Shelf) -> None:
    put(shelf, WEAK)
    shelf.remove(WEAK)
    assert names(shelf) == []


def test_what_is_not_here_can_be_removed(shelf: Shelf) -> None:
    shelf.remove(STRONG)
    put(shelf, WEAK)
    shelf.remove(STRONG)
    assert shelf.has(WEAK)


def test_other_files_of_the_folder_stay(shelf: Shelf) -> None:
    put(shelf, WEAK)
    (shelf.folder / "other.onnx").write_bytes(b"somebody's")
    shelf.remove(WEAK)
    assert names(shelf) == ["other.onnx"]
