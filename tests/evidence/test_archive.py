"""The web archive: what other programs must be able to read."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from jium.evidence import wacz, warc
from jium.evidence.surt import surt
from jium.evidence.warc import Exchange, Picture

AT = datetime(2026, 11, 20, 1, 2, 3, 456789, UTC)
PAGE = "https://www.example.co.kr/path?b=2&a=1"
BIN = Path(sys.executable).parent


def exchange(url: str = PAGE, **changes: object) -> Exchange:
    fields: dict[str, object] = {
        "url": url,
        "at": AT,
        "method": "GET",
        "request_headers": (("Accept", "*/*"), (":authority", "example.co.kr")),
        "request_body": b"",
        "status": 200,
        "reason": "",
        "headers": (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Encoding", "br"),
            ("Transfer-Encoding", "chunked"),
            ("Content-Length", "3"),
            ("X-Odd", "a\r\nInjected: yes"),
        ),
        "body": "<p>안녕".encode(),
    }
    return Exchange(**{**fields, **changes})  # type: ignore[arg-type]


EXCHANGES = [
    exchange("http://example.co.kr/", status=301, headers=(("Location", PAGE),), body=b""),
    exchange(),
    exchange(PAGE + "&form", method="POST", request_body=b"x=1", headers=(), body=b"\0\xff" * 500),
]
SHOT = Picture(PAGE, AT, b"\x89PNG\r\n\x1a\n" + bytes(100))


@pytest.fixture
def written() -> tuple[bytes, bytes]:
    archive = io.BytesIO()
    index = warc.write(archive, EXCHANGES, SHOT, {"software": "jium"})
    return archive.getvalue(), index


@pytest.fixture
def packed(written: tuple[bytes, bytes], tmp_path: Path) -> Path:
    path = tmp_path / "data.wacz"
    with path.open("wb") as file:
        wacz.write(file, *written, PAGE, "제목 <b>", AT)
    return path


def test_warcio_finds_every_digest_right(written: tuple[bytes, bytes], tmp_path: Path) -> None:
    path = tmp_path / "data.warc.gz"
    path.write_bytes(written[0])
    told = subprocess.run([BIN / "warcio", "check", "-v", path], capture_output=True, text=True)
    assert told.returncode == 0 and told.stdout.count("digest pass") == 8 and "fail" not in told.stdout


def test_each_answer_has_its_request_and_its_decoded_body(written: tuple[bytes, bytes]) -> None:
    records = list(_records(written[0]))
    assert [kind for kind, *_ in records] == ["warcinfo", *["response", "request"] * 3, "resource"]
    (_, headers, http, body), (_, request_headers, request, _) = records[3], records[4]
    assert body == "<p>안녕".encode()
    assert http.get_header("Content-Length") == str(len(body))
    assert http.get_header("Content-Encoding") is http.get_header("Transfer-Encoding") is None
    assert http.get_header("Injected") is None
    assert headers.get_header("WARC-Date") == "2026-11-20T01:02:03Z"
    assert request_headers.get_header("WARC-Concurrent-To") == headers.get_header("WARC-Record-ID")
    assert request.get_header(":authority") is None
    assert records[5][2].get_statuscode() == "200"
    assert records[6][3] == b"x=1"


def _records(archive: bytes):
    for record in ArchiveIterator(io.BytesIO(archive)):
        yield record.rec_type, record.rec_headers, record.http_headers, record.content_stream().read()


def test_the_index_is_sorted_and_leads_to_each_record(written: tuple[bytes, bytes]) -> None:
    archive, index = written
    lines = index.decode().splitlines()
    assert lines == sorted(lines) and len(lines) == 4
    for line in lines:
        _, stamp, entry = line.split(" ", 2)
        told = json.loads(entry)
        start = int(told["offset"])
        (record,) = ArchiveIterator(io.BytesIO(archive[start : start + int(told["length"])]))
        assert record.rec_headers.get_header("WARC-Target-URI") == told["url"]
        assert record.rec_headers.get_header("WARC-Payload-Digest") == told["digest"]
        assert stamp == "20261120010203"


def test_an_independent_validator_accepts_the_wacz(packed: Path) -> None:
    told = subprocess.run([BIN / "wacz", "validate", "-f", packed], capture_output=True, text=True)
    assert told.returncode == 0 and "Validation succeeded" in told.stdout, told.stdout + told.stderr


def test_the_same_validator_refuses_an_altered_one(packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["pages/pages.jsonl"] += b" "
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    told = subprocess.run([BIN / "wacz", "validate", "-f", packed], capture_output=True, text=True)
    assert told.returncode == 1


def test_the_wacz_holds_the_digest_of_each_part_and_is_sealed(packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        description = archive.read("datapackage.json")
        told = json.loads(description)
        assert told["wacz_version"] == "1.1.1" and told["mainPageUrl"] == PAGE
        for part in told["resources"]:
            content = archive.read(part["path"])
            assert part["bytes"] == len(content)
            assert part["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        seal = json.loads(archive.read("datapackage-digest.json"))
        assert seal == {
            "path": "datapackage.json",
            "hash": f"sha256:{hashlib.sha256(description).hexdigest()}",
        }
        assert json.loads(archive.read("pages/pages.jsonl").splitlines()[1])["title"] == "제목 <b>"


ORDINARY = (
    "http://example.com",
    "http://example.com/",
    "https://www.Example.CO.KR:443/Path/?b=2&a=1#part",
    "http://www2.example.com:8080/a/b/",
    "http://127.0.0.1:8080/a.png",
    "http://user:pass@example.com/x?",
    "https://example.com/%ED%95%9C?q=%EA%B0%80",
)


def test_keys_of_the_index_are_those_of_the_reference_implementation() -> None:
    ask = "import json, sys, surt; print(json.dumps([surt.surt(url) for url in sys.argv[1:]]))"
    # In a process of its own: the package gives syntax warnings, which are errors here.
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", ask, *ORDINARY], capture_output=True, check=True)
    assert [surt(url) for url in ORDINARY] == json.loads(told.stdout)


@pytest.mark.parametrize("url", ["urn:fullPage:http://a/", "http://[broken/", "http://a:99999/", "data:,x", ""])
def test_an_address_that_has_no_key_is_its_own(url: str) -> None:
    assert surt(url) == url
