"""How Chromium is started so that the proxy is its only way out."""

from __future__ import annotations

import os
from typing import Any

ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    # WebRTC's way past every proxy; Chromium renamed the switch and ignores the name it does not know.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--no-first-run",
)


def chromium_arguments(proxy_url: str, executable: str = "/usr/bin/chromium") -> dict[str, Any]:
    """Keyword arguments for Playwright's ``chromium.launch``. Chromium's own sandbox is off only for root."""
    return {
        "executable_path": executable,
        "proxy": {"server": proxy_url, "bypass": "<-loopback>"},
        "chromium_sandbox": os.geteuid() != 0,
        "args": list(ARGUMENTS),
    }
