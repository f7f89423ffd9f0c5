"""Sort-friendly form of a web address (SURT), the key of a web archive's index: ``kr,co,example)/a?b=1``.

The host's labels are turned round so that a site's pages lie together; what does not tell pages apart
(scheme, user, ``www.``, letter case, default port, fragment, order of the query) is dropped.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_WWW = re.compile(r"^www\d*\.")


def surt(url: str) -> str:
    """The key of ``url``; an address that is not http(s), or cannot be read, is its own key."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return url
    turned = ",".join(reversed(_WWW.sub("", host).split(".")))
    place = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    path = parts.path.lower()
    if len(path) > 1:
        path = path.removesuffix("/")
    query = "&".join(sorted(parts.query.lower().split("&")))
    return f"{turned}{place}){path or '/'}" + (f"?{query}" if query else "")
