"""One visit to a site: starts the crawling process, and keeps what it tells as it comes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import transaction

from jium import clock, egress
from jium.dna import Fingerprint
from jium.egress.url import canonical, host
from jium.watch.looking import MEDIA_BYTES
from jium.watch.models import Crawl, Site
from jium.watch.pace import Pace
from jium.watch.sightings import keep_sighting, known_digests, known_fingerprint, pages_showing
from jium.watch.wire import LONGEST_URL, decode

MOST_PAGES = 2000
MOST_MEDIA = 10_000
DEPTH = 12
SECONDS = 3600
# For one that stood still before: it has a place of its own, and shares it with others like it.
PATIENT_SECONDS = 900
# Between two requests to one host. A host on this machine (the demo's) is not kept waiting.
DELAY_SECONDS = 0.5
# A site's ornaments stand on every page: one file at one address is noted on so many pages, not on more.
PAGES_A_FILE = 5
MOST_KNOWN = 20_000
# How often it is looked whether a visit stands still.
LOOK_SECONDS = 1.0
LONGEST_LINE = 32 * 1024 * 1024
WEB_ADDRESS = re.compile(r"https?://[\x21-\x7e]+")
# What the crawling process needs of our environment: no address or password of a database.
ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")


class CrawlFailed(Exception):
    """The crawling process ended before it was done."""


class GaveWay(Exception):
    """The site stood still, so that others had to wait: it is to be visited again with patience."""


def crawl(site: Site, patient: bool = False) -> Crawl:
    """Visit ``site`` once. What was seen before a failure is kept. ``patient``: however slowly it answers.

    Raises :class:`CrawlFailed`, :class:`GaveWay`.
    """
    proxy, seconds = egress.address(), PATIENT_SECONDS if patient else SECONDS
    _close_broken_off(site)
    visit = Crawl.objects.create(site=site, started_at=clock.now())
    problems: Counter[str] = Counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "jium.watch.spider"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
        start_new_session=True,
    )
    overtime = threading.Timer(seconds + 60, _kill, (process,))
    overtime.start()
    done, watched = False, _Watched(process, patient)
    try:
        for line in _lines(process, _job(site, proxy, seconds)):
            done = _take(line, site, visit, problems, watched.told) or done
    finally:
        overtime.cancel()
        watched.end()
        _kill(process)
        process.communicate()
        if watched.stood_still and not done:
            problems["gave_way"] = 1
        if done and not visit.pages and not problems:
            problems["nothing_seen"] = 1  # whatever the reason: a visit without a page has seen nothing
        visit.problems, visit.finished_at = dict(problems.most_common(50)), clock.now()
        visit.save()
    if not done:
        raise GaveWay if watched.stood_still else CrawlFailed
    return visit


class _Watched:
    """Ends a visit that stands still; a patient one never."""

    def __init__(self, process: subprocess.Popen[bytes], patient: bool) -> None:
        self._process, self._pace, self.stood_still = process, Pace(time.monotonic()), False
        self._over = threading.Event()
        if not patient:
            threading.Thread(target=self._watch, daemon=True).start()

    def told(self, line: dict[str, Any]) -> None:
        """What the crawling process tells."""
        self._pace.told(line, time.monotonic())

    def end(self) -> None:
        """The visit is over."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            if self._pace.stands_still(time.monotonic()):
                self.stood_still = True
                _kill(self._process)
                return


def _close_broken_off(site: Site) -> None:
    """Visits whose process was killed: nobody else will say that they ended."""
    for visit in Crawl.objects.filter(site=site, finished_at=None):
        visit.finished_at, visit.problems = clock.now(), {**visit.problems, "broken_off": 1}
        visit.save(update_fields=["finished_at", "problems"])


def _job(site: Site, proxy: str, seconds: int) -> dict[str, Any]:
    here = host(site.start_url) in settings.CONFIG.local_hosts
    return {
        "parent": os.getpid(),
        "start_url": canonical(site.start_url) or site.start_url,
        "proxy": proxy,
        "obey_robots": site.obey_robots,
        "media_bytes": MEDIA_BYTES,
        "most_pages": MOST_PAGES,
        "most_media": MOST_MEDIA,
        "pages_a_file": PAGES_A_FILE,
        "known": known_digests(site, MOST_KNOWN),
        "depth": DEPTH,
        "seconds": seconds,
        "delay": 0.0 if here else DELAY_SECONDS,
    }


def _lines(process: subprocess.Popen[bytes], job: dict[str, Any]) -> Iterator[bytes]:
    """What the process tells once it has its job; nothing when it died at once."""
    if process.stdin and process.stdout:
        with contextlib.suppress(BrokenPipeError), process.stdin:
            process.stdin.write(json.dumps(job).encode())
        process.stdin = None
        while line := process.stdout.readline(LONGEST_LINE):
            yield line


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _take(
    line: bytes,
    site: Site,
    visit: Crawl,
    problems: Counter[str],
    heed: Callable[[dict[str, Any]], None] = lambda _told: None,
) -> bool:
    """One line of the crawling process; True for its last.

    A line that is not as agreed is counted, not believed.
    """
    try:
        told = json.loads(line)
        if not isinstance(told, dict):
            raise ValueError("not a table")
        heed(told)
        if "seen" in told:
            seen = told["seen"]
            _keep(site, visit, _url(seen["page_url"]), _url(seen["media_url"]), decode(seen["fingerprint"]))
        elif "again" in told:
            again = told["again"]
            known = known_fingerprint(str(again["sha256"]))
            if known is None:
                raise ValueError("nothing of this digest is known")
            _keep(site, visit, _url(again["page_url"]), _url(again["media_url"]), known)
        elif "page" in told:
            visit.pages = _count(told["page"], MOST_PAGES)
            visit.save(update_fields=["pages"])
        elif "sheets" in told:
            visit.style_sheets = _count(told["sheets"], MOST_MEDIA)
        elif "problem" in told:
            problems[str(told["problem"])[:40]] += 1
        return bool(told.get("done"))
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
        problems["unreadable_line"] += 1
        return False


def _count(told: Any, most: int) -> int:
    if int(told) < 0:
        raise ValueError("not a count")
    return min(int(told), most)


def _url(told: Any) -> str:
    """A web address as the tables hold it: nothing that a browser would run."""
    if not isinstance(told, str) or not WEB_ADDRESS.fullmatch(told) or len(told) > LONGEST_URL:
        raise ValueError("not a web address")
    return told


def _keep(site: Site, visit: Crawl, page_url: str, media_url: str, fingerprint: Fingerprint) -> None:
    pages = pages_showing(site, media_url, fingerprint.sha256)
    if len(pages) >= PAGES_A_FILE and page_url not in pages:
        return
    with transaction.atomic():
        fresh = keep_sighting(page_url, media_url, fingerprint, site)[1]
        visit.media += 1
        visit.new_sightings += fresh
        visit.save(update_fields=["media", "new_sightings"])
