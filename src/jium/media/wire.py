"""How the sandbox and its child talk: length-prefixed JSON, optional bytes after it, files as descriptors."""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Callable, Sequence
from typing import Any

_LENGTHS = struct.Struct("!II")
MOST_JSON = 16 * 1024 * 1024
MOST_PAYLOAD = 64 * 1024 * 1024
# A request comes with the file and with where the answer goes.
MOST_FILES = 2


class WireError(Exception):
    """The other side does not speak as agreed, or is gone."""


def send(link: socket.socket, message: dict[str, Any], payload: bytes = b"", fds: Sequence[int] = ()) -> None:
    """Send one message; ``fds`` travel with its first bytes. Raises ``OSError`` when nobody listens."""
    body = json.dumps(message).encode()
    data = _LENGTHS.pack(len(body), len(payload)) + body + payload
    if not fds:
        link.sendall(data)
        return
    sent = socket.send_fds(link, [data], fds)
    link.sendall(data[sent:])


def receive(link: socket.socket, wait: Callable[[], None] = lambda: None) -> tuple[dict[str, Any], bytes, list[int]]:
    """The next message, its bytes and the descriptors that came with it.

    ``wait`` is called before every read, to renew the socket's timeout. Raises :class:`WireError`,
    ``TimeoutError``.
    """
    wait()
    head, fds, _flags, _address = socket.recv_fds(link, _LENGTHS.size, MOST_FILES)
    try:
        message, payload = _rest(link, head, wait)
    except BaseException:
        for fd in fds:
            os.close(fd)
        raise
    return message, payload, list(fds)


def _rest(link: socket.socket, head: bytes, wait: Callable[[], None]) -> tuple[dict[str, Any], bytes]:
    head += _exactly(link, _LENGTHS.size - len(head), wait) if head else b""
    if not head:
        raise WireError("closed")
    body_length, payload_length = _LENGTHS.unpack(head)
    if body_length > MOST_JSON or payload_length > MOST_PAYLOAD:
        raise WireError("too long")
    try:
        message = json.loads(_exactly(link, body_length, wait))
    except (ValueError, RecursionError) as wrong:
        raise WireError("not JSON") from wrong
    if not isinstance(message, dict):
        raise WireError("not an object")
    return message, _exactly(link, payload_length, wait)


def _exactly(link: socket.socket, count: int, wait: Callable[[], None]) -> bytes:
    parts = []
    while count:
        wait()
        part = link.recv(min(count, 1 << 20))
        if not part:
            raise WireError("closed")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
