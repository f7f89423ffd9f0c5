"""A visitor of the pages over real sockets, with cookies."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import Any

BOUNDARY = "a-boundary-that-no-file-has"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


@dataclass
class Visitor:
    """``address``: of the pages, without a slash at the end."""

    address: str
    cookies: CookieJar = field(default_factory=CookieJar)

    def open(self, path: str, body: bytes | None = None, **headers: str) -> HTTPResponse:
        """The answer, whatever its status; redirects are not followed."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = urllib.request.Request(self.address + path, body, {"Accept-Language": "en", **named})
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), _Stay)
        try:
            return opener.open(asked, timeout=60)
        except urllib.error.HTTPError as answer:
            return answer  # type: ignore[return-value]

    def post(self, path: str, fields: dict[str, Any]) -> HTTPResponse:
        """Send a form, with its token."""
        return self.open(path, urllib.parse.urlencode({**fields, **self._token(path)}, doseq=True).encode())

    def upload(self, path: str, content: bytes, page: str = "", field: str = "files", **other: str) -> HTTPResponse:
        """Send one file in a form that stands on ``page`` (the address it is sent to unless told)."""
        body = self.form(page or path, content, field, **other)
        return self.open(path, body, Content_Type=f"multipart/form-data; boundary={BOUNDARY}")

    def form(self, page: str, content: bytes, field: str = "files", **other: str) -> bytes:
        """A form with one file, as browsers send it."""
        head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
        parts = [f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in {**self._token(page), **other}.items()]
        parts.append(f'{head}"{field}"; filename="a.jpg"\r\n\r\n')
        return "".join(parts).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()

    def log_in(self, name: str, password: str) -> HTTPResponse:
        return self.post("/login/", {"username": name, "password": password})

    @property
    def cookie(self) -> str:
        """Its cookies, as a header has them."""
        return "; ".join(f"{one.name}={one.value}" for one in self.cookies)

    def _token(self, path: str) -> dict[str, str]:
        page = self.open(path).read().decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        return {"csrfmiddlewaretoken": found[1]} if found else {}
