"""A real Chromium on a hostile page: nothing inside is reached, in whatever dress it is asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Error, sync_playwright

from jium.egress import chromium_arguments
from tests.egress.site import Site, page

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


def test_a_hostile_page_reaches_nothing_inside(proxy):
    async def resolver(host):
        return ["127.0.0.1"] if host == "inside.example" else []

    with Site(lambda _path: page("inside")) as canary:
        port = canary.place[1]

        def answer(path):
            if path == "/redirect":
                return 302, {"Location": f"http://127.0.0.1:{port}/redirected"}, b""
            return page(ATTACK.replace("PORT", str(port)))

        with Site(answer) as hostile:
            guard = proxy({"hostile.example": hostile.place}, resolver, ports=frozenset({80, 443, 8080, port}))
            with sync_playwright() as tool:
                browser = tool.chromium.launch(**chromium_arguments(guard.url, CHROMIUM))
                try:
                    tab = browser.new_context(service_workers="block", accept_downloads=False).new_page()
                    tab.goto("http://hostile.example/", wait_until="commit", timeout=20_000)
                    tab.wait_for_function("document.title === 'done'", timeout=40_000)
                    for address in (f"http://127.0.0.1:{port}/visit", f"http://localhost:{port}/visit"):
                        with pytest.raises(Error):
                            tab.goto(address, timeout=10_000)
                            raise Error("an error page of the proxy is no visit")
                finally:
                    browser.close()
    assert "/redirect" in hostile.asked
    assert canary.asked == []
    assert guard.denials["inside"] > 20
