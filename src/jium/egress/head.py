"""The heads of HTTP/1 messages as the proxy reads and rewrites them. Pure.

What two programs could read in two ways is refused, not repaired: a request that ends in two places, a line
that is no header, a stray line break.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

# A header of answers that the proxy gives itself; a site cannot send it through over plain HTTP.
OWN = b"x-jium-egress"
HOP = (b"connection", b"keep-alive", b"te", b"trailer", b"upgrade", b"http2-settings", OWN)
REQUEST_LINE = re.compile(rb"([A-Z]{1,20}) ([\x21-\x7e]{1,16384}) HTTP/1\.[01]")
HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}):[ \t]*([^\x00\r\n]*)")
STATUS_LINE = re.compile(rb"HTTP/1\.[01] [1-9][0-9]{2}( [^\x00\r\n]*)?")


class Refused(Exception):
    """The request may not go out; ``reason`` is a word for the counts."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class NotHttp(Exception):
    """What the site sent is no HTTP answer."""


@dataclass(frozen=True)
class Asked:
    """A request. ``host``: lower case, without trailing dots; ``onward``: the head as the site gets it, empty
    for a tunnel; ``body``: how many bytes follow it."""

    host: str
    port: int
    onward: bytes
    body: int

    @property
    def tunnel(self) -> bool:
        return not self.onward


def read_request(head: bytes) -> Asked:
    """A head up to and with its empty line. Raises :class:`Refused`."""
    line, *rest = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    matched = REQUEST_LINE.fullmatch(line)
    if not matched:
        raise Refused("malformed")
    method, target = matched[1].decode(), matched[2].decode()
    headers = [_header(each) for each in rest]
    body = _body(headers)
    host, port, path, netloc = _target(method, target)
    if method == "CONNECT":
        return Asked(host, port, b"", 0)
    kept = [(name, value) for name, value in headers if not _ours(name) and name.lower() != b"host"]
    lines = [f"{method} {path} HTTP/1.1".encode(), b"Host: " + netloc.encode()]
    lines += [name + b": " + value for name, value in kept]
    return Asked(host, port, b"\r\n".join([*lines, b"Connection: close", b"", b""]), body)


def read_answer(head: bytes) -> tuple[int, bytes]:
    """The status and the head as the client gets it. Raises :class:`NotHttp`.

    Lines may end without a carriage return, as browsers allow. The client is told that the connection ends,
    so it never sends a request for another site on it.
    """
    line, *rest = [each.removesuffix(b"\r") for each in head.split(b"\n")]
    if not STATUS_LINE.fullmatch(line):
        raise NotHttp
    lines = [line]
    for each in filter(None, rest):
        matched = HEADER.fullmatch(each)
        if matched and not _ours(matched[1]):
            lines.append(matched[1] + b": " + matched[2])
    return int(line[9:12]), b"\r\n".join([*lines, b"Connection: close", b"", b""])


def _ours(name: bytes) -> bool:
    return name.lower() in HOP or name.lower().startswith(b"proxy-")


def _header(line: bytes) -> tuple[bytes, bytes]:
    matched = HEADER.fullmatch(line)
    if not matched:
        raise Refused("malformed")
    return matched[1], matched[2]


def _body(headers: list[tuple[bytes, bytes]]) -> int:
    """The one length that the head tells."""
    if any(name.lower() == b"transfer-encoding" for name, _value in headers):
        raise Refused("malformed")
    lengths = [value.strip() for name, value in headers if name.lower() == b"content-length"]
    if not lengths:
        return 0
    if len(lengths) > 1 or not re.fullmatch(rb"[0-9]{1,12}", lengths[0]):
        raise Refused("malformed")
    return int(lengths[0])


def _target(method: str, target: str) -> tuple[str, int, str, str]:
    """Host, port, path with query, and host with port as it was written."""
    if "\\" in target:
        raise Refused("malformed")
    try:
        split = urlsplit(f"//{target}" if method == "CONNECT" else target)
        host, port = split.hostname, split.port
    except ValueError:
        raise Refused("malformed") from None
    if "@" in split.netloc:
        raise Refused("credentials")
    if method != "CONNECT" and split.scheme != "http":
        raise Refused("scheme")
    if method == "CONNECT" and (port is None or target != split.netloc):
        raise Refused("malformed")
    host = (host or "").rstrip(".").lower()
    if not host or "%" in host:
        raise Refused("malformed")
    path = urlunsplit(("", "", split.path or "/", split.query, ""))
    return host, 80 if port is None else port, path, split.netloc
