"""A small site on loopback with pages that are awkward to record."""

from __future__ import annotations

import gzip
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image

HOST = "site.example"
ADDRESS = f"http://{HOST}"
OTHER = "other.example"

Answer = tuple[int, dict[str, str], bytes]


def picture(colour: tuple[int, int, int]) -> bytes:
    """A small PNG."""
    import io

    target = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(target, "PNG")
    return target.getvalue()


BOMB = gzip.compress(bytes(200 << 20), 1)
PICTURE = picture((200, 30, 30))
HOSTILE = """<!doctype html><title>자료실</title><h1>안녕하세요</h1><img src="/a.png">
<img src="http://127.0.0.1:8080/trap"><img src="http://localhost:8080/trap"><img src="/bomb.png">
<script>
alert("stay"); window.open("/popup"); window.onbeforeunload = () => "stay";
for (const address of ["http://127.0.0.1:8080/x", "http://0.0.0.0:8080/", "http://2130706433:8080/"])
  fetch(address).catch(() => 0);
new WebSocket("ws://127.0.0.1:8080/");
navigator.serviceWorker && navigator.serviceWorker.register("/worker.js").catch(() => 0);
const link = document.createElement("a"); link.href = "/download"; link.download = "x"; link.click();
</script>"""
PAGES: dict[str, Answer] = {
    "/page": (
        200,
        {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip", "X-Site": "한"},
        gzip.compress("<html lang=ko><title>자료</title><h1>안녕하세요</h1><img src=/a.png>".encode()),
    ),
    "/go": (302, {"Location": "/again"}, b""),
    "/again": (301, {"Location": "/page?b=2&a=1"}, b""),
    "/round": (302, {"Location": "/round"}, b""),
    "/a.png": (200, {"Content-Type": "image/png"}, PICTURE),
    "/bomb.png": (200, {"Content-Type": "image/png", "Content-Encoding": "gzip"}, BOMB),
    "/large.png": (200, {"Content-Type": "image/png"}, PICTURE + bytes(40 << 20)),
    "/large": (200, {"Content-Type": "text/html"}, b"<p>large<img src=/large.png><img src=/a.png>"),
    "/euc-kr": (
        200,
        {"Content-Type": "text/html"},
        "<meta charset=euc-kr><title>한글</title><p>안녕하세요".encode("euc-kr"),
    ),
    "/frame": (
        200,
        {"Content-Type": "text/html"},
        b"<p>frame<iframe src='http://other.example/page'></iframe>",
    ),
    "/hostile": (200, {"Content-Type": "text/html; charset=utf-8"}, HOSTILE.encode()),
    "/popup": (200, {"Content-Type": "text/html"}, b"<p>popup"),
    "/worker.js": (200, {"Content-Type": "text/javascript"}, b""),
    "/download": (200, {"Content-Disposition": "attachment; filename=x.bin"}, b"x" * 100),
    "/tall": (200, {"Content-Type": "text/html"}, b"<div style='height:50000px'>tall</div>"),
    "/lazy": (
        200,
        {"Content-Type": "text/html"},
        b"<div style='height:5000px'></div><img loading=lazy src=/a.png?lazy>",
    ),
    "/hop": (200, {"Content-Type": "text/html"}, b"<script>location.replace('/page')</script>"),
    "/busy": (200, {"Content-Type": "text/html"}, b"<p>busy<script>for (;;) {}</script>"),
    "/error": (500, {"Content-Type": "text/html"}, b"<p>sorry"),
    "/blank": (404, {}, b""),
}


class Site:
    """Serves :data:`PAGES`; ``hits`` counts requests of a path; ``/slow`` answers only after :meth:`stop`."""

    def __init__(self) -> None:
        self.hits: Counter[str] = Counter()
        self._over = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.place = ("127.0.0.1", self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.partition("?")[0]
        self.hits[path] += 1
        if path == "/slow":
            self._over.wait()
        status, headers, body = PAGES.get(path, (404, {"Content-Type": "text/html"}, b"<p>nothing here"))
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value.encode().decode("latin-1"))
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def stop(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
