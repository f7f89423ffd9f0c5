"""A real Chromium on a hostile page: nothing inside is reached, in whatever dress it is asked for."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, sync_playwright

from jium.egress import chromium_arguments
from tests.egress.site import Answer, Site, page

CHROMIUM = os.environ.get("JIUM_CHROMIUM", "/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]

ATTACK = """<!doctype html><title>attack</title><img src="http://127.0.0.1:PORT/static">
<script>
const hosts = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "2130706433", "0x7f000001",
               "0177.0.0.1", "[::ffff:127.0.0.1]", "foo.localhost", "LOCALHOST.", "inside.example",
               "169.254.169.254"];
const wait = ms => new Promise(done => setTimeout(done, ms));
(async () => {
  for (const host of hosts) for (const port of ["PORT", "8080"]) {
    const url = `http://${host}:${port}/`;
    const tried = [fetch(url, {mode: "no-cors"}).catch(() => 0),
                   fetch(url, {mode: "no-cors", method: "POST", body: "x"}).catch(() => 0)];
    new Image().src = url + "img";
    const frame = document.createElement("iframe"); frame.src = url + "frame"; document.body.append(frame);
    const style = document.createElement("link"); style.rel = "stylesheet"; style.href = url + "css";
    document.head.append(style);
    navigator.sendBeacon(url + "beacon", "x");
    try { new WebSocket(url.replace("http", "ws") + "socket"); } catch {}
    try { new EventSource(url + "events"); } catch {}
    await Promise.race([Promise.all(tried), wait(700)]);
  }
  fetch("/redirect", {mode: "no-cors"}).catch(() => 0);
  new Image().src = "/redirect";
  try {
    const peer = new RTCPeerConnection({iceServers: [{urls: "stun:127.0.0.1:PORT"}]});
    peer.createDataChannel("x"); peer.createOffer().then(offer => peer.setLocalDescription(offer));
  } catch {}
  await wait(1000);
  document.title = "done";
})();
</script>"""


class Ear:
    """Hears UDP (WebRTC, QUIC) on a port of loopback."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._socket.setblocking(False)

    def heard(self) -> bool:
        try:
            return bool(self._socket.recv(2048))
        except BlockingIOError:
            return False

    def __enter__(self) -> Ear:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def hostile(port: int) -> Site:
    def answer(path: str) -> Answer:
        if path == "/redirect":
            return 302, {"Location": f"http://127.0.0.1:{port}/redirected"}, b""
        return page(ATTACK.replace("PORT", str(port)))

    return Site(answer)


def attacked(launch: dict[str, Any], address: str, *visits: str) -> None:
    """Open the hostile page and wait until it has tried everything; then go to ``visits``."""
    with sync_playwright() as tool:
        browser = tool.chromium.launch(**launch)
        try:
            tab = browser.new_context(service_workers="block", accept_downloads=False).new_page()
            tab.goto(address, wait_until="commit", timeout=20_000)
            tab.wait_for_function("document.title === 'done'", timeout=40_000)
            for visit in visits:
                with suppress(Error):
                    tab.goto(visit, timeout=10_000)
        finally:
            browser.close()


def test_a_hostile_page_reaches_nothing_inside(proxy):
    async def resolver(host):
        return ["127.0.0.1"] if host == "inside.example" else []

    with Site(lambda _path: page("inside")) as canary, Ear(canary.place[1]) as ear, hostile(canary.place[1]) as site:
        port = canary.place[1]
        guard = proxy({"hostile.example": site.place}, resolver, ports=frozenset({80, 443, 8080, port}))
        visits = [f"http://{host}:{port}/visit" for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0")]
        attacked(chromium_arguments(guard.url, CHROMIUM), "http://hostile.example/", *visits)
        assert not ear.heard()
    assert "/redirect" in site.asked
    assert canary.asked == []
    assert guard.denials["inside"] > 20


def test_the_same_page_reaches_inside_when_the_browser_has_another_way_out():
    """Else the silence above would prove nothing."""
    with Site(lambda _path: page("inside")) as canary, Ear(canary.place[1]) as ear, hostile(canary.place[1]) as site:
        launch = {"executable_path": CHROMIUM, "chromium_sandbox": os.geteuid() != 0}
        attacked(launch, f"http://127.0.0.1:{site.place[1]}/")
        assert ear.heard()
    ways = {path.strip("/") for path in canary.asked}
    assert ways >= {"", "static", "img", "frame", "css", "beacon", "socket", "events", "redirected"}
