"""Writes what a browser received into a WARC file, a request/response pair each, and the index of it (CDXJ).

Bodies are kept as the browser decoded them, so the headers that describe the coding on the wire are left out
and Content-Length is that of the body kept (WARC 1.1, ISO 28500:2017).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from jium.evidence.surt import surt

FILE_NAME = "data.warc.gz"
_OF_THE_WIRE = {"content-encoding", "transfer-encoding", "content-length"}
_AFTER_HOST = re.compile(r"[a-z]+://[^/?#]*([^#]*)")

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; ``at`` is when the answer was complete."""

    url: str
    at: datetime
    method: str
    request_headers: Headers
    request_body: bytes
    status: int
    reason: str
    headers: Headers
    body: bytes


@dataclass(frozen=True)
class Picture:
    """A PNG screenshot of the whole page at ``url``."""

    url: str
    at: datetime
    png: bytes


class _Writer(WARCWriter):  # type: ignore[misc]  # warcio has no types
    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")


def write(target: BinaryIO, exchanges: Sequence[Exchange], picture: Picture, info: Mapping[str, str]) -> bytes:
    """Write the archive to ``target``, an empty seekable file; its index as CDXJ lines in sorted order."""
    writer = _Writer(target, gzip=True, warc_version="1.1")
    warcinfo = writer.create_warcinfo_record(FILE_NAME, dict(info))
    warcinfo.rec_headers.replace_header("WARC-Date", iso(picture.at))
    writer.write_record(warcinfo)
    lines = [_write_pair(writer, target, exchange) for exchange in exchanges]
    lines.append(_write_picture(writer, target, picture))
    return "".join(sorted(lines)).encode()


def iso(moment: datetime) -> str:
    """``moment`` as WARC writes times: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write_pair(writer: _Writer, target: BinaryIO, exchange: Exchange) -> str:
    kept = [(name, value) for name, value in exchange.headers if name.lower() not in _OF_THE_WIRE]
    kept.append(("Content-Length", str(len(exchange.body))))
    response = writer.create_warc_record(
        exchange.url,
        "response",
        payload=io.BytesIO(exchange.body),
        length=len(exchange.body),
        warc_headers_dict={"WARC-Date": iso(exchange.at)},
        http_headers=_http(f"{exchange.status} {_reason(exchange)}".rstrip(), kept, "HTTP/1.1"),
    )
    line = f"{exchange.method} {_path(exchange.url)} HTTP/1.1"
    request = writer.create_warc_record(
        exchange.url,
        "request",
        payload=io.BytesIO(exchange.request_body),
        length=len(exchange.request_body),
        http_headers=_http(line, exchange.request_headers, "", is_request=True),
    )
    offset = target.tell()
    writer.write_record(response)
    length = target.tell() - offset
    request.rec_headers.replace_header("WARC-Date", iso(exchange.at))
    request.rec_headers.add_header("WARC-Concurrent-To", response.rec_headers.get_header("WARC-Record-ID"))
    writer.write_record(request)
    fields = {"mime": _mime(kept), "status": str(exchange.status)}
    return _line(exchange.url, exchange.at, response, fields, offset, length)


def _write_picture(writer: _Writer, target: BinaryIO, picture: Picture) -> str:
    url = f"urn:fullPage:{picture.url}"  # the name other recorders give a whole-page screenshot
    record = writer.create_warc_record(
        url,
        "resource",
        payload=io.BytesIO(picture.png),
        length=len(picture.png),
        warc_content_type="image/png",
        warc_headers_dict={"WARC-Date": iso(picture.at)},
    )
    offset = target.tell()
    writer.write_record(record)
    return _line(url, picture.at, record, {"mime": "image/png"}, offset, target.tell() - offset)


def _line(url: str, at: datetime, record: Any, fields: dict[str, str], offset: int, length: int) -> str:
    entry = {
        "url": url,
        **fields,
        "digest": record.rec_headers.get_header("WARC-Payload-Digest"),
        "length": str(length),
        "offset": str(offset),
        "filename": FILE_NAME,
    }
    return f"{surt(url)} {at.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(entry, ensure_ascii=True)}\n"


def _http(line: str, headers: Headers, protocol: str, is_request: bool = False) -> StatusAndHeaders:
    # Names that begin with a colon are HTTP/2's own, not headers.
    clean = [(_one_line(name), _one_line(value)) for name, value in headers if not name.startswith(":")]
    return StatusAndHeaders(_one_line(line), clean, protocol=protocol, is_http_request=is_request)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", " ").splitlines())


def _reason(exchange: Exchange) -> str:
    if exchange.reason:
        return exchange.reason
    try:
        return HTTPStatus(exchange.status).phrase
    except ValueError:
        return ""


def _path(url: str) -> str:
    """What a request line asks for: the address after the host, without the fragment."""
    found = _AFTER_HOST.match(url)
    return (found and found[1]) or "/"


def _mime(headers: Headers) -> str:
    for name, value in headers:
        if name.lower() == "content-type":
            return value.partition(";")[0].strip().lower() or "unk"
    return "unk"
