"""The demo's web servers, on loopback: one answers for every site by its host name, one is a canary."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from jium import clock
from jium.demoweb.sites import Site
from jium.demoweb.traps import Answer

LOOPBACK = "127.0.0.1"


class _Server(ThreadingHTTPServer):
    """A server with a thread of its own, on a free port from its start on."""

    request_queue_size = 64

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__((LOOPBACK, 0), handler, bind_and_activate=False)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> None:
        self.server_bind()
        self.server_activate()
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A visitor who hangs up in the middle is nothing to tell about.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class SiteServer(_Server):
    """Answers for the sites in ``sites``, by host name; it may be filled after the start."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        self.sites = sites
        super().__init__(_SiteHandler)


class Canary(_Server):
    """Stands for a service inside the visitor's house: every connection that reaches it is one too many."""

    def __init__(self) -> None:
        self._hits = 0
        self._turn = threading.Lock()
        super().__init__(_CanaryHandler)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        with self._turn:
            self._hits += 1
        return True

    @property
    def hits(self) -> int:
        with self._turn:
            return self._hits


class _Handler(BaseHTTPRequestHandler):
    server_version = "nginx"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 30

    def send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the demo's terminal belongs to its story."""


class _SiteHandler(_Handler):
    server: SiteServer

    def do_GET(self) -> None:
        # A client that speaks to a proxy may send the whole address.
        parts = urlsplit(self.path)
        host = (parts.netloc or self.headers.get("Host", "")).partition(":")[0].lower()
        site = self.server.sites.get(host)
        cookies = self.headers.get("Cookie", "")
        nothing = Answer(421, b"no such site")
        self.send(site.answer(parts.path, parts.query, clock.now(), cookies) if site else nothing)

    do_HEAD = do_GET


class _CanaryHandler(_Handler):
    def do_GET(self) -> None:
        self.send(Answer(200, b"inside", "text/plain"))

    do_HEAD = do_POST = do_GET
