"""Is the file that was found in the record, whole, and is it the very one?

A page may be recorded without it: it lies far down, in a box that scrolls, is asked for in parts, or only when
somebody presses play. Then it is asked for by its address, with the cookies and in the name of the page. What
came only in part is never compared: a part of a file is not another file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import APIResponse, BrowserContext, Error

from jium import clock
from jium.egress.session import REDIRECTS, referer_for
from jium.egress.url import inline_bytes, redirect_target
from jium.evidence.traffic import LARGEST_BODY, OWN_ANSWER, Traffic
from jium.evidence.warc import Exchange

FETCH_SECONDS = 60
MOST_STEPS = 20
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_INLINE = re.compile(r"data:(?:image|video)/[^\"'<>)]+", re.IGNORECASE)
WITH_PAGE, BY_ADDRESS, IN_PAGE = "with the page", "by its address", "written into the page"


@dataclass(frozen=True)
class Material:
    """``how``: it came into the archive, "" when it is not there. ``same``: None when that cannot be told."""

    url: str
    how: str = ""
    status: int | None = None
    sha256: str | None = None
    same: bool | None = None

    def told(self) -> dict[str, Any]:
        """As facts.json says it."""
        return {
            "url": self.url,
            "in_archive": bool(self.how),
            "how": self.how or None,
            "status": self.status,
            "sha256": self.sha256,
            "same_as_found": self.same,
        }


async def secured(context: BrowserContext, job: Mapping[str, Any], page_url: str, traffic: Traffic) -> Material:
    """The material of ``job``, fetched by its address into ``traffic`` when it is not whole in it."""
    url, wanted = job["media_url"], job["media_sha256"]
    if not url:
        return Material(url)
    found = _kept(url, traffic, WITH_PAGE, wanted)
    if found.how and found.same is not False:
        return found
    if _written_in(url, traffic, wanted):
        return Material(url, IN_PAGE, 200, wanted, True)
    if not found.how and found.status is None and not traffic.is_too_large(url):
        await _fetch(context, url, page_url, traffic)
        found = _kept(url, traffic, BY_ADDRESS, wanted)
    return found


def _kept(url: str, traffic: Traffic, how: str, wanted: str) -> Material:
    """The whole file at ``url``, which may lead to another address."""
    address = url
    for _step in range(MOST_STEPS):
        answers = traffic.answers(address)
        onward = next((answer for answer in reversed(answers) if answer.status in REDIRECTS), None)
        whole = next((answer for answer in reversed(answers) if is_whole(answer)), None)
        if whole:
            digest = hashlib.sha256(whole.body).hexdigest()
            if whole.status >= 400 and digest != wanted:
                return Material(url, status=whole.status)  # that it is not there is no other file
            return Material(url, how, whole.status, digest, digest == wanted if wanted else None)
        target = _onward(onward) if onward else None
        if not target:
            break
        address = target
    return Material(url)


def is_whole(answer: Exchange) -> bool:
    """Whether an answer holds all of a file: no redirect, no part of it, no "it is as you have it"."""
    if answer.status in REDIRECTS or answer.status in (204, 205, 304, 416):
        return False
    if answer.status != 206:
        return True
    told = _RANGE.fullmatch(header(answer.headers, "content-range").strip())
    return told is not None and int(told[1]) == 0 and int(told[2]) + 1 == int(told[3]) == len(answer.body)


def header(headers: Sequence[tuple[str, str]], name: str) -> str:
    """The first header of this name, "" for none."""
    return next((value for each, value in headers if each.lower() == name), "")


def _written_in(url: str, traffic: Traffic, wanted: str) -> bool:
    """Whether the page at ``url`` holds the file itself, as a ``data:`` address."""
    pages = (answer.body.decode("latin-1") for answer in traffic.answers(url))
    found = (inline_bytes(address) for page in pages for address in _INLINE.findall(page))
    return any(hashlib.sha256(content).hexdigest() == wanted for content in found)


async def _fetch(context: BrowserContext, url: str, page_url: str, traffic: Traffic) -> None:
    """Ask for it by its address, step by step to where it leads; what does not come is left out with its reason."""
    address: str | None = url.partition("#")[0]
    for _step in range(MOST_STEPS):
        if not address:
            return
        headers = {"Referer": told} if (told := referer_for(page_url, address)) else {}
        try:
            answer = await context.request.get(
                address, headers=headers, timeout=FETCH_SECONDS * 1000, max_redirects=0, fail_on_status_code=False
            )
            body = await answer.body()
        except Error:
            traffic.leave_out(address, "not_fetched")
            return
        if OWN_ANSWER in answer.headers and address.startswith("http:"):
            traffic.leave_out(address, f"not let out: {answer.headers[OWN_ANSWER]}")
            return
        if len(body) > LARGEST_BODY:
            traffic.leave_out(address, "too_large")
            return
        traffic.add(_exchange(address, answer, headers, body))
        if answer.status not in REDIRECTS:
            return
        address = _onward(traffic.answers(address)[-1])


def _onward(answer: Exchange) -> str | None:
    """Where a redirect leads."""
    return redirect_target(header(answer.headers, "location").encode("latin-1", "replace"), answer.url)


def _exchange(url: str, answer: APIResponse, headers: Mapping[str, str], body: bytes) -> Exchange:
    return Exchange(
        url=url,
        at=clock.now(),
        method="GET",
        request_headers=tuple(headers.items()),
        request_body=b"",
        status=answer.status,
        reason=answer.status_text,
        headers=tuple((entry["name"], entry["value"]) for entry in answer.headers_array),
        body=body,
    )
