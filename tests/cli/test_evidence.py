"""``jium evidence verify``: what it prints and how it exits."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from jium.cli.main import main
from jium.evidence import package
from tests.evidence.test_package import LABEL, PARTS


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "whole.zip"
    with path.open("wb") as file:
        package.build(file, PARTS, LABEL)
    return path


@pytest.fixture
def altered(whole: Path) -> Path:
    content = whole.read_bytes().replace("가람".encode(), "나람".encode(), 1)
    path = whole.with_name("altered.zip")
    path.write_bytes(content)
    return path


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIUM_LANGUAGE", "en")


def test_a_whole_package_is_said_to_be_whole(whole: Path, capsys) -> None:
    assert main(["evidence", "verify", str(whole)]) == 0
    told = capsys.readouterr().out
    assert "whole" in told and "NOT" not in told
    assert package.verify(whole).sha256 in told and "2026-0001" in told and "screenshot.png" in told


def test_an_altered_part_is_named_and_the_rest_goes_on(whole: Path, altered: Path, capsys) -> None:
    assert main(["evidence", "verify", str(altered), str(whole)]) == 1
    told = capsys.readouterr().out
    assert "NOT whole" in told and "page.html: altered" in told
    assert f"✓ {whole}" in told


def test_json_is_one_object_a_line(whole: Path, altered: Path, capsys) -> None:
    missing = whole.with_name("missing.zip")
    assert main(["evidence", "verify", "--json", str(whole), str(altered), str(missing)]) == 1
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["file"], first["ok"], first["problems"]) == (str(whole), True, [])
    assert {part["name"] for part in first["parts"]} == set(PARTS)
    assert second["problems"] == [{"part": "page.html", "kind": "altered"}]
    assert third["error"]["kind"] == "not_read"


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"PK\3\4"])
def test_what_is_no_package_is_named_without_a_trace(content: bytes, tmp_path: Path, capsys) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert main(["evidence", "verify", str(path), str(tmp_path)]) == 1
    assert "not an evidence package" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["evidence"], ["evidence", "verify"], ["evidence", "verify", "--what", "x"]])
def test_unusable_arguments_exit_with_2(arguments: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_hostile_names_cannot_write_to_the_terminal(tmp_path: Path, capsys) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("\x1b[2Jgone", b"x")
    assert main(["evidence", "verify", str(path)]) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_neither_can_a_forged_label(tmp_path: Path, capsys) -> None:
    path = tmp_path / "forged.zip"
    with path.open("wb") as file:
        package.build(file, PARTS, dataclasses.replace(LABEL, captured_at="\x1b[2J\x9b", case="\x1b]0;x"))
    assert main(["evidence", "verify", str(path)]) == 0
    assert not {"\x1b", "\x9b"} & set(capsys.readouterr().out)


def test_it_needs_no_django_and_no_browser(whole: Path) -> None:
    code = (
        "import sys; from jium.cli.main import main; code = main(sys.argv[1:]);"
        "print([name for name in ('django', 'playwright', 'warcio', 'numpy') if name in sys.modules]);"
        "sys.exit(code)"
    )
    command = [sys.executable, "-c", code, "evidence", "verify", str(whole)]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode == 0 and told.stdout.splitlines()[-1] == "[]"
