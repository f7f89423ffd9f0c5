"""The demo's officer: works the web pages over HTTP as a person does, reading forms and pressing their buttons.

Every act may be repeated: the system may be killed between an act and its answer, and a person would look and
press again.
"""

from __future__ import annotations

import http.client
import http.cookiejar
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

PATIENCE_SECONDS = 120

# What is filled in; several values where several boxes are ticked.
Fields = Mapping[str, str | Sequence[str]]


class Refused(Exception):
    """The page did not take what was sent; the message is what the page said."""


class Officer:
    """A browser without a screen, logged in."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def get(self, path: str) -> LexborHTMLParser:
        """A page, as soon as the system answers."""
        return self._answer(lambda: urllib.request.Request(self._url(path)))  # noqa: S310 - the system's own address

    def press(self, path: str, action: str, fields: Fields, files: Mapping[str, Path] | None = None) -> str:
        """Fill the form of page ``path`` that posts to ``action`` and send it; the text of the page that follows."""
        form = self._form(self.get(path), action)
        values = {**_hidden(form), **fields}
        body, kind = _multipart(values, files) if files else (urllib.parse.urlencode(values, doseq=True).encode(), None)
        target = self._url(form.attributes.get("action") or path)

        def request() -> urllib.request.Request:
            headers = {
                "Referer": self._url(path),
                "Content-Type": kind or "application/x-www-form-urlencoded",
            }
            return urllib.request.Request(target, data=body, headers=headers, method="POST")  # noqa: S310

        page = self._answer(request)
        problem = page.css_first(".errorlist, [role=alert]")
        if problem:
            raise Refused(problem.text(strip=True))
        return page.body.text() if page.body else ""

    def _form(self, page: LexborHTMLParser, action: str) -> LexborNode:
        for form in page.css("form[method=post]"):
            if (form.attributes.get("action") or action) == action:
                return form
        raise Refused(f"no form for {action}")

    def _answer(self, request: Callable[[], urllib.request.Request]) -> LexborHTMLParser:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self._open.open(request(), timeout=60) as answer:
                    return LexborHTMLParser(answer.read())
            except urllib.error.HTTPError as problem:
                if problem.code <= 500 or time.monotonic() > end:
                    raise Refused(f"{problem.code}") from problem
            except (urllib.error.URLError, ConnectionError, TimeoutError, http.client.HTTPException):
                if time.monotonic() > end:
                    raise
            time.sleep(0.5)

    def _url(self, path: str) -> str:
        return urllib.parse.urljoin(self.address, path)


def _hidden(form: LexborNode) -> dict[str, str]:
    return {
        field.attributes["name"] or "": field.attributes.get("value") or ""
        for field in form.css("input[type=hidden][name]")
    }


def _multipart(values: Fields, files: Mapping[str, Path]) -> tuple[bytes, str]:
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, told in values.items()
        for value in ([told] if isinstance(told, str) else told)
    ]
    for name, path in files.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{path.name}"\r\n'
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + path.read_bytes() + b"\r\n")
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
