"""The command line in Korean: every help and every complaint is Korean but for names that have no translation."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from jium.cli.main import main, parser
from jium.cli.parsing import SENTENCES, Commands, said
from jium.demoweb.ports import Port

# What has a Latin name in Korean too: programs and their options, formats, algorithms, products, keys of the keyboard.
NAMES = {
    *("account", "audit", "list", "link", "reset", "factors", "close", "open", "log", "out", "roles", "disconnect"),
    "seal",
    *("backup", "restore", "keys", "rotate", "export", "destroyed", "txt", "PEM"),
    *("jium", "up", "worker", "migrate", "doctor", "demo", "fingerprint", "compare", "find", "evidence", "verify"),
    *("trace", "models", "pull", "remove", "mobilefacenet", "wacz", "faces", "face", "recognition"),
    *("examine", "forensics", "bench", "calibrate", "e2e", "images", "index", "pages", "pdq", "video", "make", "setup"),
    *("JSON", "jsonl", "json", "SHA", "toml", "TOML", "UTF", "zip", "jpg", "png", "mp4", "A", "B"),
    *("PDF", "pdf", "ko", "en"),
    *("PDQ", "vPDQ", "Meta", "imagehash", "pdqhash", "threatexchange", "faiss", "postgresql", "database", "url"),
    *("Ctrl", "true", "false", "JIUM", "PORT", "LOCAL", "HOSTS", "DATABASE", "URL"),
}
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
PATH = re.compile(r"'[^']*'|~?/[\w./~-]+|benchmarks/results|--?[a-z][a-z-]*|\[\w+\] \w+")


def english(text: str) -> set[str]:
    """The Latin words of a text that have no business in Korean; paths, options and what is quoted set aside."""
    return set(LATIN.findall(PATH.sub(" ", text))) - NAMES


def commands(of: argparse.ArgumentParser) -> Iterator[tuple[str, ...]]:
    """Every command and subcommand, by its words."""
    yield ()
    for action in of._actions:
        if isinstance(action, Commands):
            for name, below in action.choices.items():
                yield from ((name, *words) for words in commands(below))


EVERY = tuple(commands(parser()))


@pytest.fixture(autouse=True)
def in_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIUM_LANGUAGE", "ko")
    monkeypatch.setenv("COLUMNS", "80")


def told(arguments: tuple[str, ...], status: int, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command prints before it has begun."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == status
    out, err = capsys.readouterr()
    assert bool(out) == (status == 0) and bool(err) == (status != 0)
    return str(out + err)


def test_every_command_is_walked() -> None:
    assert {("evidence", "verify"), ("bench", "images"), ("up",), ()} <= set(EVERY)


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_is_korean(words: tuple[str, ...], capsys) -> None:
    text = told((*words, "--help"), 0, capsys)
    assert english(text) == set()
    assert text.startswith("사용법: jium")


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_argument_and_command_says_what_it_is_for(words: tuple[str, ...]) -> None:
    here: argparse.ArgumentParser = parser()
    for word in words:
        here = next(action for action in here._actions if isinstance(action, Commands)).choices[word]
    assert here.description
    for action in here._actions:
        assert action.help or isinstance(action, Commands), action


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_fits_the_terminal_and_stands_in_columns(words: tuple[str, ...], capsys) -> None:
    lines = told((*words, "--help"), 0, capsys).splitlines()
    assert max(map(cells, lines)) <= 80
    listed = [line for line in lines if re.match(r"  +[-\w].*\S  +\S", line) and "jium" not in line.split()]
    assert len({cells(re.sub(r"\S+$|(?<=  )\S.*$", "", line[2:])) for line in listed}) <= 1 or not listed


def cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


WRONG = [
    ((), "꼭 필요한 인자가 빠졌습니다: 명령"),
    (("erase",), "쓸 수 없는 값입니다: 'erase' (가능한 것: 'up'"),
    (("up", "--prt", "1"), "알 수 없는 인자입니다: --prt 1"),
    (("up", "--port"), "--port: 값을 하나 적어야 합니다"),
    (("up", "--port", "x"), "포트는 1부터 65535까지"),
    (("up", "--port", "70000"), "포트는 1부터 65535까지"),
    (("up", "--port", "9" * 5000), "포트는 1부터 65535까지"),
    (("demo", "--port", "0"), "포트는 1부터 65535까지"),
    (("demo", "--kill", "-1"), "0 이상의 정수"),
    (("demo", "--kill", "two"), "0 이상의 정수"),
    (("demo", "--headless=1"), "값을 붙일 수 없습니다: '1'"),
    (("demo", "--he=1"), "가능한 것: --help, --headless"),
    (("worker", "--slot", "a/b"), "작업자 이름"),
    (("fingerprint",), "꼭 필요한 인자가 빠졌습니다: 파일"),
    (("compare", "a.jpg"), "꼭 필요한 인자가 빠졌습니다: B"),
    (("find", "a.jpg"), "꼭 필요한 인자가 빠졌습니다: --in"),
    (("find", "a.jpg", "--in"), "--in: 값을 하나 이상"),
    (("evidence",), "꼭 필요한 인자가 빠졌습니다: 명령"),
    (("evidence", "verify"), "꼭 필요한 인자가 빠졌습니다: 파일"),
    (("bench",), "꼭 필요한 인자가 빠졌습니다: 이름"),
    (("bench", "all"), "쓸 수 없는 값입니다: 'all'"),
]


@pytest.mark.parametrize(("arguments", "complaint"), WRONG, ids=lambda value: " ".join(value) if value else "nothing")
def test_wrong_usage_is_told_in_korean(arguments: tuple[str, ...], complaint: str, capsys) -> None:
    text = told(arguments, 2, capsys)
    assert complaint in text and ": 오류: " in text
    assert english(text) == set()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_sentence_is_known_again(sentence: str) -> None:
    filled = sentence.format_map(dict.fromkeys(re.findall(r"{(\w+)}", sentence), "'x'"))
    assert english(said(filled)) == set()


def test_what_argparse_has_never_said_before_is_left_as_it_is() -> None:
    assert said("the moon is full") == "the moon is full"


@pytest.mark.parametrize("before", [(), ("--json",)])
def test_bench_takes_json_before_the_name_and_after_it(before: tuple[str, ...]) -> None:
    after = () if before else ("--json",)
    arguments = parser().parse_args(["bench", *before, "pdq", *after])
    assert (arguments.name, arguments.json) == ("pdq", True)
    assert not parser().parse_args(["bench", "pdq"]).json


def run(*arguments: str, **environment: str) -> tuple[int, str]:
    """The command in a process of its own: its status and all it said, which is no trace."""
    done = subprocess.run(
        [sys.executable, "-m", "jium", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "JIUM_LANGUAGE": "ko", "COLUMNS": "300", **environment},
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


SETTINGS = {
    "a line": "[mail",
    "the end": "[mail]\nhost = '''",
    "no text": b"\xff\xfe",
    "a type": "[mail]\nhost = 1",
    "a whole number": '[web]\nport = "8600"',
    "a range": "[mail]\nport = 70000",
    "a name": "[mail]\nhots = 'x'",
    "a section": "mail = 3",
    "an address": "database_url = 'mysql://x'",
}


@pytest.mark.parametrize("content", SETTINGS.values(), ids=SETTINGS)
def test_wrong_settings_are_told_in_korean(content: str | bytes, tmp_path: Path) -> None:
    (tmp_path / "jium.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
    status, text = run("migrate", "--data", str(tmp_path))
    assert status == 1 and "설정" in text
    assert english(text.replace("hots", "").replace("[mail]", "")) <= {"port", "mail", "host"}


def test_an_environment_that_cannot_be_is_told_in_korean(tmp_path: Path) -> None:
    for name, value in (("JIUM_PORT", "abc"), ("JIUM_PORT", "99999"), ("JIUM_DATABASE_URL", "mysql://x")):
        status, text = run("doctor", "--data", str(tmp_path), **{name: value})
        assert status == 1 and name in text
        assert not english(text) & {"must", "number", "invalid", "literal"}


@pytest.fixture
def spoiled(tmp_path: Path) -> Path:
    """A data directory in which a file stands where a directory should, and a database is none."""
    data = tmp_path / "data"
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "keys.sqlite").write_bytes(b"no database" * 100)
    (data / "run").write_text("in the way")
    return data


def test_a_spoiled_data_directory_is_told_in_korean(spoiled: Path) -> None:
    held = Port()
    try:
        status, text = run("up", "--data", str(spoiled), "--port", str(held.number))
        assert status == 1 and "run: 만들 수 없습니다 (같은 이름의 파일이 있습니다)" in text
        assert english(text) == set()
        (spoiled / "run").unlink()
        status, text = run("up", "--data", str(spoiled), "--port", str(held.number))
    finally:
        held.close()
    assert status == 1 and "데이터베이스가 아니거나 손상" in text
    assert english(text) == set()


def test_tables_that_were_never_made_are_told_by_the_doctor(tmp_path: Path) -> None:
    (tmp_path / "jium.sqlite").touch()
    status, text = run("doctor", "--data", str(tmp_path))
    assert status == 1 and "표가 없거나" in text and "jium migrate" in text


FILES = [
    (("demo", "--data", "{file}"), 2, "같은 이름의 파일"),
    (("demo", "--data", "{folder}"), 2, "비어 있지 않습니다"),
    (("evidence", "verify", "{file}", "{folder}/nothing", "{folder}"), 1, "증거 꾸러미가 아니거나"),
    (("compare", "{folder}/nothing", "{file}"), 1, "그런 파일이 없습니다"),
    (("find", "{file}", "--in", "{folder}/nothing"), 2, "없습니다"),
    (("find", "{file}", "--in", "{file}", "--resume", "{folder}"), 2, "진행 파일"),
    (("find", "{file}", "--in", "{file}", "--model", "{file}"), 2, "모델"),
]


@pytest.mark.parametrize(("arguments", "status", "told"), FILES, ids=lambda value: str(value)[:40])
def test_files_that_cannot_be_used_are_told_in_korean(
    arguments: tuple[str, ...], status: int, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"\0\1\2")
    names = [argument.format(file=file, folder=tmp_path) for argument in arguments]
    left, text = run(*names)
    assert (left, told in text) == (status, True), text
    assert english(re.sub(r"\b[0-9a-f]{64}\b", "", text)) == set()
