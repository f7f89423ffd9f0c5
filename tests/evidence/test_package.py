"""The evidence package: what is in it, and that nothing in it changes unseen."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from jium.evidence import manifest, package
from jium.evidence.package import Label, MissingPart, Problem

PARTS = {
    "screenshot.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3,
    "page.html": "<p>가람</p>".encode() * 20,
    "data.wacz": b"PK\3\4 archive " * 30,
    "facts.json": b'{"status":200}',
}
LABEL = Label("5c0b", "2026-0001", "2026-11-20T01:02:03+00:00", {"jium": "0.1.0"})


def built(parts: dict[str, bytes] | None = None) -> bytes:
    target = io.BytesIO()
    package.build(target, PARTS if parts is None else parts, LABEL)
    return target.getvalue()


def verdict(content: bytes) -> package.Verdict:
    return package.verify(io.BytesIO(content))


def repacked(change: Callable[[dict[str, bytes]], object], compression: int = zipfile.ZIP_STORED) -> bytes:
    """The package taken apart, changed, and packed by Python's own writer."""
    with zipfile.ZipFile(io.BytesIO(built())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_names(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return target.getvalue()


def test_a_package_is_whole_as_built_and_says_what_it_is_of() -> None:
    found = verdict(built())
    assert found.ok and found.problems == ()
    assert found.label == LABEL
    assert found.sha256 == hashlib.sha256(built()).hexdigest()
    assert {part.name: part.size for part in found.parts} == {name: len(data) for name, data in PARTS.items()}


def test_the_same_parts_give_the_same_bytes_in_whatever_order_they_come() -> None:
    assert built() == built(dict(reversed(PARTS.items())))


def test_ordinary_programs_open_it_and_sha256sum_checks_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "package.zip").write_bytes(built())
    subprocess.run(["python3", "-m", "zipfile", "-t", "package.zip"], cwd=tmp_path, check=True, capture_output=True)
    with zipfile.ZipFile(tmp_path / "package.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [manifest.NAME, manifest.SEAL_NAME, *sorted(PARTS)]
        archive.extractall(tmp_path)
    subprocess.run(["sha256sum", "-c", manifest.SEAL_NAME], cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize("name", manifest.REQUIRED)
@pytest.mark.parametrize("content", [None, b""], ids=["absent", "empty"])
def test_it_is_not_built_without_a_required_part(name: str, content: bytes | None) -> None:
    parts = {key: value for key, value in PARTS.items() if key != name}
    if content is not None:
        parts[name] = content
    with pytest.raises(MissingPart) as missing:
        built(parts)
    assert missing.value.part == name


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "a/b", "UPPER", "", "manifest.json", "한글.html"])
def test_it_is_not_built_with_a_part_whose_name_is_not_plain(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        built({**PARTS, name: b"x"})


def test_one_flipped_byte_anywhere_is_seen() -> None:
    whole = built()
    chance = random.Random(20261120)
    positions = {chance.randrange(len(whole)) for _ in range(200)} | set(range(60)) | set(range(-120, 0))
    for position in positions:
        flipped = bytearray(whole)
        flipped[position] ^= 1 << chance.randrange(8)
        assert not verdict(bytes(flipped)).ok, f"byte {position} changed unseen"


@pytest.mark.parametrize("name", [*PARTS, manifest.NAME, manifest.SEAL_NAME])
def test_a_flipped_byte_inside_a_part_is_blamed_on_that_part(name: str) -> None:
    whole = bytearray(built())
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        place = archive.getinfo(name).header_offset + 30 + len(name)
    whole[place + 2] ^= 4
    assert Problem(name, "altered") in verdict(bytes(whole)).problems
    assert {problem.part for problem in verdict(bytes(whole)).problems} == {name}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_altered_and_packed_anew_is_named(name: str) -> None:
    found = verdict(repacked(lambda parts: parts.update({name: parts[name] + b" "})))
    assert found.problems == (Problem(name, "altered"),)


@pytest.mark.parametrize("name", [*PARTS, manifest.NAME, manifest.SEAL_NAME])
def test_a_part_taken_out_is_named(name: str) -> None:
    assert verdict(repacked(lambda parts: parts.pop(name))).problems == (Problem(name, "missing"),)


def test_a_part_put_in_is_named() -> None:
    found = verdict(repacked(lambda parts: parts.update({"more.txt": b"x"})))
    assert found.problems == (Problem("more.txt", "extra"),)


def test_a_part_altered_together_with_its_digest_in_the_manifest_is_seen() -> None:
    def forge(parts: dict[str, bytes]) -> None:
        old, parts["page.html"] = parts["page.html"], b"<p>forged</p>"
        for algorithm in ("sha256", "sha3_512"):
            before, after = (hashlib.new(algorithm, data).hexdigest().encode() for data in (old, parts["page.html"]))
            parts[manifest.NAME] = parts[manifest.NAME].replace(before, after)
        parts[manifest.NAME] = parts[manifest.NAME].replace(b'"size":%d' % len(old), b'"size":13')

    assert verdict(repacked(forge)).problems == (Problem(manifest.NAME, "altered"),)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_whole_parts_packed_anew_are_said_to_be_whole_but_packed_anew(compression: int) -> None:
    assert verdict(repacked(lambda parts: None, compression)).problems == (Problem("", "repacked"),)


@pytest.mark.parametrize("extra", [b"x", b"\0" * 50])
def test_bytes_before_or_after_the_package_are_seen(extra: bytes) -> None:
    assert not verdict(built() + extra).ok
    assert not verdict(extra + built()).ok


def test_a_package_cut_off_anywhere_is_seen() -> None:
    whole = built()
    for length in range(0, len(whole), 37):
        assert not verdict(whole[:length]).ok
    assert verdict(b"").problems == verdict(whole[:-1]).problems == (Problem("", "unreadable"),)


@pytest.mark.parametrize("content", [b"", b"not a zip file", b"\x89PNG\r\n\x1a\n", b"PK\5\6" + bytes(18)])
def test_what_is_no_package_is_told_apart_without_a_crash(content: bytes) -> None:
    assert not verdict(content).ok


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/b", "C:\\x", "\x1b[31mred", "folder/"])
def test_hostile_names_are_refused_and_shown_harmless(name: str) -> None:
    (problem,) = verdict(with_names(name)).problems
    assert problem.kind == "refused"
    assert problem.part.isprintable() and problem.part.isascii()


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("page.html", bytes(64 * 1024 * 1024))
    assert verdict(target.getvalue()).problems == (Problem("page.html", "refused"),)


def test_a_bomb_that_lies_about_its_size_is_read_no_further_than_it_says() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("page.html", bytes(64 * 1024 * 1024))
    lying = target.getvalue().replace(struct.pack("<I", 64 * 1024 * 1024), struct.pack("<I", 1000))
    assert Problem("page.html", "altered") in verdict(lying).problems


def test_too_many_files_and_two_of_one_name_are_refused() -> None:
    assert verdict(with_names(*(f"part{number}" for number in range(40)))).problems[0].kind == "refused"
    target = io.BytesIO()
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(target, "w") as archive:
        archive.writestr("page.html", b"one")
        archive.writestr("page.html", b"two")
    assert verdict(target.getvalue()).problems == (Problem("page.html", "refused"),)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"[" * 100_000,
        b'{"schema":"jium-evidence/1"}',
        b"\xff\xfe",
        b'{"parts":{"a":1}}',
    ],
)
def test_a_hostile_manifest_is_called_altered(text: bytes) -> None:
    found = verdict(repacked(lambda parts: parts.update({manifest.NAME: text})))
    assert found.problems == (Problem(manifest.NAME, "altered"),)


def test_random_damage_never_crashes_the_verifier() -> None:
    whole = built()
    chance = random.Random(7)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 12)):
            place = chance.randrange(len(damaged))
            damaged[place : place + chance.randrange(1, 6)] = chance.randbytes(chance.randrange(0, 6))
        assert not verdict(bytes(damaged)).ok
