"""One look at an address whose removal was demanded: the page, the file, and what else the page shows."""

from __future__ import annotations

import time
from dataclasses import dataclass

from jium import dna
from jium.dna import Fingerprint
from jium.egress.fetch import Fetched, FetchError, fetch
from jium.media.errors import MediaError
from jium.media.sandbox import Sandbox
from jium.watch.crawling import MEDIA_BYTES
from jium.watch.read_page import read_page

PAGE_BYTES = 8 * 1024 * 1024
MOST_MEDIA = 30
FETCH_SECONDS = 60.0
ON_PAGE_SECONDS = 240.0  # for all of a page's other pictures: a slow page must not hold up every other check


@dataclass(frozen=True)
class Observation:
    """What was seen. Statuses are None where nothing came; errors are kinds of FetchError or MediaError.

    ``on_page``: the address and fingerprint of each other picture or video that the page shows.
    """

    page_status: int | None = None
    page_error: str | None = None
    media_status: int | None = None
    media_error: str | None = None
    media: Fingerprint | None = None
    on_page: tuple[tuple[str, Fingerprint], ...] = ()


def observe(page_url: str, media_url: str) -> Observation:
    """Look at the page and the file now, in that order. Never raises for what a site does.

    Raises ``MediaError("sandbox_unavailable")``: without its wall this machine can say nothing about a file.
    """
    with dna.open_sandbox() as sandbox:
        page, page_error = _get(page_url, PAGE_BYTES)
        file, file_error = _get(media_url, MEDIA_BYTES, page_url)
        media, media_error = _fingerprint(file, sandbox)
        return Observation(
            page_status=page.status if page else None,
            page_error=page_error,
            media_status=file.status if file else None,
            media_error=file_error or media_error,
            media=media,
            on_page=_on_page(page, media_url, sandbox),
        )


def _get(
    url: str, max_bytes: int, referer: str = "", seconds: float = FETCH_SECONDS
) -> tuple[Fetched | None, str | None]:
    try:
        return fetch(url, max_bytes=max_bytes, seconds=seconds, referer=referer), None
    except FetchError as problem:
        return None, problem.kind


def _fingerprint(file: Fetched | None, sandbox: Sandbox) -> tuple[Fingerprint | None, str | None]:
    if file is None or not 200 <= file.status < 300:
        return None, None
    try:
        return dna.fingerprint(file.body, sandbox=sandbox), None
    except MediaError as problem:
        if problem.kind == "sandbox_unavailable":
            raise
        return None, problem.kind


def _on_page(page: Fetched | None, media_url: str, sandbox: Sandbox) -> tuple[tuple[str, Fingerprint], ...]:
    if page is None or not 200 <= page.status < 300:
        return ()
    content = read_page(page.body, page.url, page.headers.get("content-type", ""))
    end = time.monotonic() + ON_PAGE_SECONDS
    found = []
    for url in [url for url in content.media if url != media_url][:MOST_MEDIA]:
        left = end - time.monotonic()
        if left <= 0:
            break
        file, _error = _get(url, MEDIA_BYTES, page.url, min(left, FETCH_SECONDS))
        made, _error = _fingerprint(file, sandbox)
        if made:
            found.append((url, made))
    return tuple(found)
