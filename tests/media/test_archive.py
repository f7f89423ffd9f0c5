"""Web archives: their pictures and films, and nothing else, are listed with their addresses and come out unchanged."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import brotli
import numpy as np
import pytest
from PIL import Image
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from jium.media import archive
from jium.media.errors import MediaError
from tests.media import samples

SITE = "https://site.example/"
SMALL = samples.encoded(samples.picture(1, (64, 48)), "PNG")
PHOTO = samples.encoded(samples.picture(2), "JPEG")
# More than any buffer holds, and nothing that could be packed.
LARGE = samples.encoded(Image.fromarray(np.random.default_rng(3).integers(0, 256, (400, 500, 3), np.uint8)), "PNG")
FILM = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(3000)
PAGE = b"<!doctype html><title>A page</title><p>" + b"words " * 5000
PAGES = {"page": PAGE, "small.png": SMALL, "style": b"p { margin: 0 }", "large.png": LARGE, "film.mp4": FILM}
MEDIA = {"small.png": SMALL, "large.png": LARGE, "film.mp4": FILM}


def warc(pages: dict[str, bytes], packed: bool = True, kind: str = "response", **headers: str) -> bytes:
    """As an archiver writes it: what it is, then each page asked for and answered."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "tests"}))
    for path, content in pages.items():
        lines = [("Content-Type", "text/html"), *((name.replace("_", "-"), value) for name, value in headers.items())]
        answer = StatusAndHeaders("200 OK", lines, protocol="HTTP/1.1") if kind == "response" else None
        asked = StatusAndHeaders(f"GET /{path} HTTP/1.1", [("Host", "site.example")], is_http_request=True)
        writer.write_record(writer.create_warc_record(SITE + path, "request", io.BytesIO(), 0, http_headers=asked))
        payload = {"payload": io.BytesIO(content), "length": len(content)}
        writer.write_record(writer.create_warc_record(SITE + path, kind, http_headers=answer, **payload))
    return out.getvalue()


def wacz(*warcs: bytes, stored: bool = True, folder: str = "archive/") -> bytes:
    """A ZIP of WARC files and of what else lies in a WACZ."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("datapackage.json", "{}")
        packed.mkdir("archive")
        for number, content in enumerate(warcs):
            packed.writestr(f"{folder}{number}.warc.gz", content)
        packed.writestr("pages/pages.jsonl", "{}\n")
    return out.getvalue()


def taken_out(content: bytes) -> dict[str, bytes]:
    """All that is listed, by its address."""
    found, nothing = archive.members(io.BytesIO(content))
    assert nothing == b""
    return {
        address.removeprefix(SITE): archive.member(io.BytesIO(content), number, offset)[1]
        for number, offset, address in found["members"]
    }


def refusal(content: bytes) -> str:
    with pytest.raises(MediaError) as problem:
        archive.members(io.BytesIO(content))
    return problem.value.kind


WHOLE = {
    "warc": warc(PAGES, packed=False),
    "warc.gz": warc(PAGES),
    "wacz": wacz(warc(PAGES)),
    "wacz, deflated": wacz(warc(PAGES), stored=False),
    "wacz of plain warc": wacz(warc(PAGES, packed=False)),
    "wacz of plain warc, deflated": wacz(warc(PAGES, packed=False), stored=False),
}


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE)
def test_pictures_and_films_are_listed_with_their_addresses_and_nothing_else(content: bytes) -> None:
    found, _nothing = archive.members(io.BytesIO(content))
    assert [(number, address) for number, _offset, address in found["members"]] == [(0, SITE + path) for path in MEDIA]


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE)
def test_what_is_listed_comes_out_unchanged(content: bytes) -> None:
    assert taken_out(content) == MEDIA


def test_a_file_on_disk_does_as_well(tmp_path: Path) -> None:
    path = tmp_path / "a.wacz"
    path.write_bytes(WHOLE["wacz"])
    with path.open("rb") as file:
        (_number, offset, _address) = archive.members(file)[0]["members"][1]
        assert archive.member(file, 0, offset)[1] == LARGE


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "deflated"])
def test_several_warc_files_are_told_apart(stored: bool) -> None:
    content = wacz(
        warc({"a.png": SMALL, "page": PAGE}), warc({"page": PAGE}), warc({"b.jpg": PHOTO}, packed=False), stored=stored
    )
    found, _nothing = archive.members(io.BytesIO(content))
    assert [(number, address) for number, _offset, address in found["members"]] == [
        (0, SITE + "a.png"),
        (2, SITE + "b.jpg"),
    ]
    assert taken_out(content) == {"a.png": SMALL, "b.jpg": PHOTO}


def test_resources_are_listed_as_answers_are() -> None:
    assert taken_out(warc({"page": PAGE, "a.png": SMALL}, kind="resource")) == {"a.png": SMALL}


def test_what_was_sent_packed_or_in_pieces_comes_out_as_it_was_meant() -> None:
    assert taken_out(warc({"a.png": gzip.compress(LARGE)}, Content_Encoding="gzip")) == {"a.png": LARGE}
    pieces = b"".join(
        b"%x\r\n%s\r\n" % (len(LARGE[at : at + 1000]), LARGE[at : at + 1000]) for at in range(0, len(LARGE), 1000)
    )
    assert taken_out(warc({"a.png": pieces + b"0\r\n\r\n"}, Transfer_Encoding="chunked")) == {"a.png": LARGE}


def test_a_page_packed_by_the_server_is_no_picture() -> None:
    assert taken_out(warc({"page": gzip.compress(PAGE), "empty": b""}, Content_Encoding="gzip")) == {}


def test_an_archive_without_pictures_lists_none() -> None:
    assert archive.members(io.BytesIO(wacz(warc({"page": PAGE}))))[0] == {"members": [], "cut": False}


def test_a_picture_between_others_is_reached_though_the_file_was_read_before() -> None:
    """One open file serves all calls, wherever the one before left it."""
    file = io.BytesIO(WHOLE["wacz"])
    listed = archive.members(file)[0]["members"]
    for number, offset, address in reversed(listed):
        assert archive.member(file, number, offset)[1] == MEDIA[address.removeprefix(SITE)]
    assert archive.members(file)[0]["members"] == listed


# What is refused


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("name", [name for name in WHOLE if name.startswith("wacz")])
def test_a_wacz_that_is_cut_off_is_told(name: str, share: float) -> None:
    """What a ZIP holds stands at its end."""
    assert refusal(WHOLE[name][: int(len(WHOLE[name]) * share)]) == "truncated"


def test_a_zip_without_archive_is_some_packed_file() -> None:
    assert refusal(wacz()) == "archive"
    assert refusal(wacz(warc(PAGES), folder="elsewhere/")) == "archive"


@pytest.mark.parametrize("content", [b"only words\n" * 100, b"", SMALL, b"WARC", b"%PDF-1.7"])
def test_what_is_no_archive_is_no_media_here(content: bytes) -> None:
    assert refusal(content) == "not_media"


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "deflated"])
def test_a_zip_with_a_password_is_told(stored: bool) -> None:
    """The flag stands in the head of each file and in the list at the end."""
    content = bytearray(wacz(warc(PAGES), stored=stored))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    assert refusal(bytes(content)) == "encrypted_archive"


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_a_warc_of_something_else_is_told(packed: bool) -> None:
    """A file inside archive/ that is no WARC."""
    content = b"only words\n" * 100
    assert refusal(wacz(gzip.compress(content) if packed else content)) == "truncated"


def test_a_gzip_of_something_else_is_told() -> None:
    assert refusal(gzip.compress(b"only words\n" * 100)) == "truncated"


@pytest.mark.parametrize("name", ["warc", "warc.gz", "wacz"])
@pytest.mark.parametrize("offset", [-5, 10**9])
def test_where_there_is_no_record_it_is_told(name: str, offset: int) -> None:
    with pytest.raises(MediaError) as problem:
        archive.member(io.BytesIO(WHOLE[name]), 0, offset)
    assert problem.value.kind == "truncated"


def test_an_archive_of_too_many_records_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = wacz(warc({"a.png": SMALL}), warc({"b.png": SMALL}))
    monkeypatch.setattr(archive, "MOST_RECORDS", 6)
    assert len(taken_out(content)) == 2
    monkeypatch.setattr(archive, "MOST_RECORDS", 5)
    assert refusal(content) == "too_large"


@pytest.mark.parametrize("name", WHOLE)
def test_a_picture_that_is_too_large_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = archive.members(io.BytesIO(WHOLE[name]))[0]["members"]
    monkeypatch.setattr(archive, "MOST_BYTES", len(SMALL))
    assert archive.member(io.BytesIO(WHOLE[name]), 0, listed[0][1])[1] == SMALL
    monkeypatch.setattr(archive, "MOST_BYTES", len(SMALL) - 1)
    with pytest.raises(MediaError) as problem:
        archive.member(io.BytesIO(WHOLE[name]), 0, listed[0][1])
    assert problem.value.kind == "too_large"


@pytest.mark.parametrize("chunked", [True, False], ids=["in pieces", "whole"])
def test_what_a_server_packs_with_brotli_stops_nobody(chunked: bool) -> None:
    """Most pages of the web are packed so."""
    packed = brotli.compress(LARGE)
    page = brotli.compress(PAGE)
    headers = {"Content_Encoding": "br"}
    if chunked:
        headers["Transfer_Encoding"] = "chunked"
        packed, page = (b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content) for content in (packed, page))
    assert taken_out(warc({"page": page, "a.png": packed}, **headers)) == {"a.png": LARGE}


def test_a_brotli_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = SMALL + bytes(50_000_000)
    content = warc({"a.png": brotli.compress(bomb, quality=5)}, Content_Encoding="br")
    monkeypatch.setattr(archive, "MOST_BYTES", 1_000_000)
    (number, offset, _address), *_others = archive.members(io.BytesIO(content))[0]["members"]
    with pytest.raises(MediaError) as problem:
        archive.member(io.BytesIO(content), number, offset)
    assert problem.value.kind == "too_large"


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_a_warc_that_is_cut_off_says_so_and_gives_what_is_whole(packed: bool) -> None:
    content = warc(PAGES, packed)
    cut = content[: content.index(b"film.mp4") - 900] if not packed else content[: len(content) * 6 // 10]
    told = archive.members(io.BytesIO(cut))[0]
    assert told["cut"]
    names = {address.removeprefix(SITE): (number, offset) for number, offset, address in told["members"]}
    assert archive.member(io.BytesIO(cut), *names["small.png"])[1] == SMALL
    with pytest.raises(MediaError) as problem:
        archive.member(io.BytesIO(cut), *names["large.png"])
    assert problem.value.kind == "truncated"


@pytest.mark.parametrize("number", [-1, 7])
def test_a_warc_that_is_not_in_the_archive_is_told(number: int) -> None:
    with pytest.raises(MediaError) as problem:
        archive.member(io.BytesIO(WHOLE["wacz"]), number, 0)
    assert problem.value.kind == "truncated"


def test_an_empty_zip_is_some_packed_file() -> None:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    assert refusal(out.getvalue()) == "archive"
