"""A server that sends the bytes it is given, and a client that speaks to a proxy in bytes."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from urllib.parse import urlsplit


class RawServer:
    """Each connection: reads a head, then runs ``act`` on the socket. ``heads``: what was read."""

    def __init__(self, act: Callable[[socket.socket], None]) -> None:
        self.heads: list[bytes] = []
        self._act = act
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.place: tuple[str, int] = self._socket.getsockname()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                thread = threading.Thread(target=self._serve, args=(self._socket.accept()[0],), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, link: socket.socket) -> None:
        with link, contextlib.suppress(OSError):
            link.settimeout(30)
            self.heads.append(link.recv(65536))
            self._act(link)

    def __enter__(self) -> RawServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(10)


def saying(answer: bytes) -> RawServer:
    """A server that sends ``answer`` and closes."""
    return RawServer(lambda link: link.sendall(answer))


def connect(proxy_url: str) -> socket.socket:
    split = urlsplit(proxy_url)
    return socket.create_connection((split.hostname, split.port), timeout=30)


def ask(proxy_url: str, sent: bytes) -> bytes:
    """Everything the proxy answers until it closes."""
    answer = b""
    with connect(proxy_url) as link, contextlib.suppress(ConnectionError):
        link.sendall(sent)
        while chunk := link.recv(65536):
            answer += chunk
    return answer


def reason(answer: bytes) -> str:
    """Why the proxy refused, or "" when it did not."""
    for line in answer.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        if line.lower().startswith(b"x-jium-egress:"):
            return line.partition(b":")[2].strip().decode()
    return ""
