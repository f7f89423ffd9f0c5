"""Records one page with Chromium: ``python -m jium.evidence.recorder``.

Started by :mod:`jium.evidence.enclosure`. Reads a job as JSON on its standard input, writes the parts to the
file descriptors named in it, and prints ``{"problem": ""}`` or the code of what went wrong. Each record has a
browser context of its own: nothing is remembered from one page to the next, no service workers, no downloads.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from playwright.async_api import Browser, BrowserContext, Error, Page, Playwright, Response, async_playwright
from playwright.async_api import TimeoutError as TookTooLong

import jium
from jium import clock
from jium.evidence import wacz, warc
from jium.evidence.material import Material, secured
from jium.evidence.traffic import OWN_ANSWER, Traffic

WIDTH, HEIGHT = 1366, 768
TALLEST = 12_000  # CSS pixels of a page that are shown; facts.json says when the page was longer
LARGEST_PAGE = 32 * 1024 * 1024
OPEN_SECONDS, LOAD_SECONDS, QUIET_SECONDS, SHOT_SECONDS = 45, 20, 4, 30
MOST_BOXES = 20  # that scroll within a page
# Of all the time, so much for the page with its scripts: the rest is for a second attempt.
HALF = 0.55
# What went wrong at first, and would go wrong without scripts too.
NO_USE_WITHOUT_SCRIPTS = ("gone", "refused", "site_error", "unreachable", "denied", "redirects", "tls", "no_way_out")
LANGUAGE, TIME_ZONE = "ko-KR", "Asia/Seoul"
# One process a page: a frame of another site would need a session of its own to be listened to. Nothing that
# site isolation guards (other sites' cookies and pages) is ever in this browser.
ARGUMENTS = ("--disable-site-isolation-trials",)
# Without the word "Headless", to which many sites show something else than to people.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
NOTES = (
    "Bodies in data.wacz are kept as the browser decoded them: content-encoding and transfer-encoding are "
    "left out and content-length is that of the body kept. The headers above are as received.",
    "page.html is the page as the browser had built it when the screenshot was taken, not the bytes "
    "received; those are in data.wacz.",
    "What is folded (details) was opened, what loads late was let load, and boxes that scroll were scrolled.",
    "media.how says how the file came into data.wacz; what was fetched by its address was asked for with the "
    "page's cookies and in its name, by the same browser's own client. first_attempt: what went wrong when the "
    "page was opened with its scripts; the record was then made without them, or of the file alone.",
    "The browser reached the site through the institution's own proxy.",
)
INEXACT = "Text in data.wacz is kept as UTF-8 whatever it was sent as: this browser does not tell its bytes."
# What Chromium says, and our code for it; the first that fits.
_NET_ERRORS = {
    "ERR_PROXY": "no_way_out",
    "ERR_CERT": "tls",
    "ERR_SSL": "tls",
    "ERR_TIMED_OUT": "timeout",
    "ERR_TOO_MANY_REDIRECTS": "redirects",
    "ERR_ABORTED": "not_a_page",
    "Download is starting": "not_a_page",
}
_STATUSES = {401: "refused", 403: "refused", 404: "gone", 410: "gone", 429: "refused", 451: "refused"}
# Opens what is folded, lets load what waits to be looked at, and scrolls the page and the boxes in it.
_UNFOLD = """async ([step, limit, boxes]) => {
  const pause = () => new Promise(done => setTimeout(done, 50));
  const inside = root => [...root.querySelectorAll('*')].flatMap(
    each => each.shadowRoot ? [each, ...inside(each.shadowRoot)] : [each]);
  const all = inside(document);
  for (const each of all) {
    if (each instanceof HTMLDetailsElement) each.open = true;
    if (each.getAttribute && each.getAttribute('loading') === 'lazy') each.setAttribute('loading', 'eager');
  }
  for (let y = 0; y < Math.min(limit, document.documentElement.scrollHeight); y += step) {
    scrollTo(0, y);
    await pause();
  }
  scrollTo(0, 0);
  const scroll = each => each.scrollHeight > each.clientHeight + 20 && each.clientHeight > 50;
  for (const box of all.filter(scroll).slice(0, boxes)) {
    for (let y = 0; y < Math.min(limit, box.scrollHeight); y += Math.max(50, box.clientHeight)) {
      box.scrollTop = y;
      await pause();
    }
    box.scrollTop = 0;
  }
}"""
_HEIGHT = "() => Math.max(document.documentElement.scrollHeight, document.body ? document.body.scrollHeight : 0)"


class CannotRecord(Exception):
    """``kind``: the code of what went wrong."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class WithoutMaterial(CannotRecord):
    """An error page, and the file was asked for too: it is not there either."""


@dataclass(frozen=True)
class Shot:
    """The screenshot; ``page_height`` in CSS pixels is more than ``height`` when the page was cut."""

    png: bytes
    at: datetime
    height: int
    page_height: int


@dataclass(frozen=True)
class Visit:
    """A page as it stood open in the browser."""

    response: Response
    loaded: bool
    final_url: str
    title: str
    html: bytes
    shot: Shot
    traffic: Traffic
    user_agent: str
    material: Material


def main() -> int:
    """One job from standard input."""
    job = json.load(sys.stdin)
    problem = ""
    try:
        asyncio.run(asyncio.wait_for(_record(job), job["seconds"]))
    except CannotRecord as failure:
        problem = failure.kind
    except TimeoutError:
        problem = "timeout"
    except OSError:
        problem = "no_room"
    print(json.dumps({"problem": problem}))  # noqa: T201 - the answer to the process that started us
    return 0


async def _record(job: Mapping[str, Any]) -> None:
    async with async_playwright() as driver:
        visit, facts = await record(await open_browser(driver, job["launch"]), job)
    for name, content in parts(visit, facts).items():
        with os.fdopen(job["outputs"][name], "wb") as file:
            file.write(content)


async def open_browser(driver: Playwright, launch: Mapping[str, Any]) -> Browser:
    """Chromium, as the recorder uses it. Raises :class:`CannotRecord`."""
    arguments = {"chromium_sandbox": os.geteuid() != 0, "args": [*launch["args"], *ARGUMENTS]}
    try:
        return await driver.chromium.launch(**{**launch, **arguments})
    except Error:
        raise CannotRecord("browser") from None


async def record(browser: Browser, job: Mapping[str, Any]) -> tuple[Visit, dict[str, Any]]:
    """The page of ``job`` as it was, and its facts (facts.json). Raises :class:`CannotRecord`."""
    started = clock.now()
    visit, first = await _some_visit(browser, job)
    facts = await _facts(job, visit)
    facts["first_attempt"] = first
    facts["started_at"], facts["finished_at"] = started.isoformat(), clock.now().isoformat()
    facts["clock_moved_seconds"] = clock.offset().total_seconds()
    facts["browser"] |= {"name": "Chromium", "version": browser.version, "sandbox": os.geteuid() != 0}
    return visit, facts


async def _some_visit(browser: Browser, job: Mapping[str, Any]) -> tuple[Visit, str | None]:
    """The page as people see it; where its scripts prevent that, without them; where there is no page, the file.

    Also what went wrong at first, or None. Raises :class:`CannotRecord` with the first problem.
    """
    page, file = job["url"], job["media_url"]

    async def attempt(url: str, *, scripts: bool, share: float = 1.0) -> Visit:
        context = await _context(browser, scripts)
        try:
            return await asyncio.wait_for(_visit(context, url, job), job["seconds"] * share)
        except TimeoutError:
            raise CannotRecord("timeout") from None

    try:
        return await attempt(page, scripts=True, share=HALF), None
    except WithoutMaterial:
        raise
    except CannotRecord as failure:
        first = failure.kind
    if first not in NO_USE_WITHOUT_SCRIPTS:
        with contextlib.suppress(CannotRecord):
            return await attempt(page, scripts=False), first
    if file and file != page:
        with contextlib.suppress(CannotRecord):
            visit = await attempt(file, scripts=False)
            if visit.material.same:
                return visit, first
    raise CannotRecord(first)


async def _context(browser: Browser, scripts: bool) -> BrowserContext:
    return await browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        user_agent=AGENT.format(version=browser.version.partition(".")[0]),
        locale=LANGUAGE,
        timezone_id=TIME_ZONE,
        service_workers="block",
        accept_downloads=False,
        java_script_enabled=scripts,
    )


async def _visit(context: BrowserContext, url: str, job: Mapping[str, Any]) -> Visit:
    page = await context.new_page()
    traffic = Traffic()
    await traffic.listen(page)
    context.on("page", lambda popup: asyncio.ensure_future(popup.close()))
    documents: list[Response] = []
    page.on("response", lambda answer: documents.append(answer) if _is_document(answer, page) else None)
    loaded = await _open(page, url, documents)
    _arrived(page, documents)
    await _calm(page)
    shot = await _shoot(page)
    try:
        html = await asyncio.wait_for(page.content(), SHOT_SECONDS)
        title = await asyncio.wait_for(page.title(), SHOT_SECONDS)
        user_agent = str(await asyncio.wait_for(page.evaluate("() => navigator.userAgent"), SHOT_SECONDS))
    except (Error, TimeoutError):
        raise CannotRecord("no_page") from None
    await traffic.settle(SHOT_SECONDS)
    response = _arrived(page, documents)
    if not traffic.answers(response.url):
        raise CannotRecord("no_archive")
    material = await secured(context, job, page.url, traffic)
    if not material.same:  # browsers show a picture whatever the status; without it the status counts
        try:
            _judge_status(documents)
        except CannotRecord as failure:
            raise WithoutMaterial(failure.kind) from None
    return Visit(
        response=response,
        loaded=loaded,
        final_url=page.url,
        title=title[:300],
        html=html.encode("utf-8", "replace")[:LARGEST_PAGE],
        shot=shot,
        traffic=traffic,
        user_agent=user_agent[:300],
        material=material,
    )


def _is_document(answer: Response, page: Page) -> bool:
    """Is it what the page itself was made of, not one of its parts or frames?"""
    try:
        return answer.request.is_navigation_request() and answer.frame == page.main_frame
    except Error:
        return False


def _arrived(page: Page, documents: Sequence[Response]) -> Response:
    """The answer that the page was made of, when it is a page of the site."""
    _judge_own(documents)
    if not documents or not page.url.startswith(("http://", "https://")):
        raise CannotRecord("not_a_page")
    return documents[-1]


def _judge_own(documents: Sequence[Response]) -> None:
    """Was it the proxy that answered, not the site?"""
    if documents and documents[-1].status >= 400 and OWN_ANSWER in documents[-1].headers:
        raise CannotRecord("denied" if documents[-1].status == 403 else "unreachable")


def _judge_status(documents: Sequence[Response]) -> None:
    _judge_own(documents)
    status = documents[-1].status if documents else 200
    if status >= 400:
        raise CannotRecord(_STATUSES.get(status, "site_error"))


async def _open(page: Page, url: str, documents: Sequence[Response]) -> bool:
    """Open the page; did everything in it load in time?"""
    try:
        await page.goto(url, wait_until="domcontentloaded", timeout=OPEN_SECONDS * 1000)
    except TookTooLong:
        raise CannotRecord("timeout") from None
    except Error as failure:
        _judge_status(documents)  # an error page without content is an error to Chromium too
        kinds = (kind for sign, kind in _NET_ERRORS.items() if sign in failure.message)
        raise CannotRecord(next(kinds, "unreachable")) from None
    try:
        await page.wait_for_load_state("load", timeout=LOAD_SECONDS * 1000)
    except TookTooLong:
        return False
    return True


async def _calm(page: Page) -> None:
    """Let what loads only when looked at load, then wait until the network is quiet; not for ever."""
    for act in (
        lambda: asyncio.wait_for(page.evaluate(_UNFOLD, [HEIGHT, TALLEST, MOST_BOXES]), QUIET_SECONDS * 3),
        lambda: page.wait_for_load_state("networkidle", timeout=QUIET_SECONDS * 1000),
    ):
        try:
            await act()
        except (Error, TimeoutError):
            continue


async def _shoot(page: Page) -> Shot:
    """The whole page, from its top to :data:`TALLEST`."""
    try:
        told = await asyncio.wait_for(page.evaluate(_HEIGHT), SHOT_SECONDS)
        page_height = max(HEIGHT, int(told)) if isinstance(told, int | float) and told < 10**9 else HEIGHT
        height = min(page_height, TALLEST)
        png = await page.screenshot(
            full_page=True,
            clip={"x": 0, "y": 0, "width": WIDTH, "height": height},
            timeout=SHOT_SECONDS * 1000,
        )
    except (Error, TimeoutError):
        raise CannotRecord("no_screenshot") from None
    return Shot(png, clock.now(), height, page_height)


async def _facts(job: Mapping[str, Any], visit: Visit) -> dict[str, Any]:
    response, traffic = visit.response, visit.traffic
    return {
        "schema": "jium-facts/1",
        "asked_url": job["url"],
        "final_url": visit.final_url,
        "title": visit.title,
        "redirects": await _redirects(response),
        "status": response.status,
        "status_text": response.status_text,
        "headers": [[entry["name"], entry["value"]] for entry in await response.headers_array()],
        "protocol": await response.http_version(),
        "tls": await response.security_details(),
        # The browser sees only the proxy's address; the proxy does not say which one it dialled.
        "server_address": None,
        "loaded_completely": visit.loaded,
        "media": visit.material.told(),
        "screenshot": {
            "width": WIDTH,
            "height": visit.shot.height,
            "page_height": visit.shot.page_height,
            "cut": visit.shot.page_height > visit.shot.height,
            "taken_at": visit.shot.at.isoformat(),
        },
        "browser": {"user_agent": visit.user_agent, "language": LANGUAGE, "time_zone": TIME_ZONE},
        "archive": {
            "responses": len(traffic.exchanges),
            "bytes": traffic.total,
            "left_out_count": traffic.left_out_count,
            "left_out": [asdict(entry) for entry in traffic.left_out],
        },
        "notes": [*NOTES, *([] if traffic.exact else [INEXACT])],
    }


async def _redirects(response: Response) -> list[dict[str, Any]]:
    """Every step from the address asked for to the answer, in order, the answer not included."""
    steps: list[dict[str, Any]] = []
    request = response.request.redirected_from
    while request and len(steps) < 50:
        answer = await request.response()
        steps.insert(0, {"url": request.url, "status": answer.status if answer else None})
        request = request.redirected_from
    return steps


def parts(visit: Visit, facts: Mapping[str, Any]) -> dict[str, bytes]:
    """The content of each of :data:`jium.evidence.enclosure.PARTS`."""
    picture = warc.Picture(visit.final_url, visit.shot.at, visit.shot.png)
    software = f"jium {jium.__version__}; Playwright {importlib.metadata.version('playwright')}"
    info = {"software": software, "format": "WARC File Format 1.1", "description": NOTES[0]}
    archive = io.BytesIO()
    index = warc.write(archive, visit.traffic.exchanges, picture, info)
    packed = io.BytesIO()
    wacz.write(packed, archive.getvalue(), index, visit.final_url, visit.title, visit.shot.at)
    readable = json.dumps(facts, indent=2, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")
    return {
        "screenshot.png": visit.shot.png,
        "page.html": visit.html,
        "data.wacz": packed.getvalue(),
        "facts.json": readable,
    }


if __name__ == "__main__":
    sys.exit(main())
