"""A small site on loopback that answers as it is told."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from jium import config, egress

Answer = tuple[int, Mapping[str, str], bytes]


class Site:
    """``answer``: path to (status, headers, body). ``asked``: the paths; ``hosts``: whom they asked.

    ``knowing``: the same, given the request's headers too, for sites that look at their visitor.
    """

    def __init__(
        self,
        answer: Callable[[str], Answer] | None = None,
        address: str = "127.0.0.1",
        knowing: Callable[[str, Mapping[str, str]], Answer] | None = None,
    ) -> None:
        self.asked: list[str] = []
        self.hosts: list[str] = []
        self.heads: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.hosts.append(self.headers.get("Host", ""))
                site.heads.append(str(self.headers))
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, body = knowing(self.path, self.headers) if knowing else answer(self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_: object) -> None:
                pass  # a client that goes is no error of the site

        self._server = Server((address, 0), Handler)
        self.place: tuple[str, int] = (address, self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def page(html: str) -> Answer:
    return 200, {"Content-Type": "text/html; charset=utf-8"}, html.encode()


@contextmanager
def way_out(**servers: Site) -> Iterator[str]:
    """This process's way out, to servers by name, reached as ``<name>.example``; the proxy's address."""
    egress.stop()
    places = {f"{name}.example": server.place for name, server in servers.items()}
    try:
        yield egress.start(dataclasses.replace(config.load(), local_hosts=places))
    finally:
        egress.stop()
