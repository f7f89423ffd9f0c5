"""One visit to a site: starts the crawling process, and keeps what it tells as it comes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from jium import clock, egress
from jium.dna import Fingerprint
from jium.watch.models import Crawl, Sighting, SightingCode, Site
from jium.watch.wire import decode

MEDIA_BYTES = 64 * 1024 * 1024
MOST_PAGES = 2000
DEPTH = 12
SECONDS = 1800
DELAY_SECONDS = 0.05
LONGEST_LINE = 32 * 1024 * 1024
LONGEST_URL = 2000
WEB_ADDRESS = re.compile(r"https?://[\x21-\x7e]+")
# What the crawling process needs of our environment: no address or password of a database.
ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")


class CrawlFailed(Exception):
    """The crawling process ended before it was done."""


def crawl(site: Site) -> Crawl:
    """Visit ``site`` once. What was seen before a failure is kept. Raises :class:`CrawlFailed`."""
    proxy = egress.address()
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
    overtime = threading.Timer(SECONDS + 60, _kill, (process,))
    overtime.start()
    done = False
    try:
        for line in _lines(process, _job(site, proxy)):
            done = _take(line, site, visit, problems) or done
    finally:
        overtime.cancel()
        _kill(process)
        process.communicate()
        visit.problems, visit.finished_at = dict(problems.most_common(50)), clock.now()
        visit.save()
    if not done:
        raise CrawlFailed
    return visit


def _job(site: Site, proxy: str) -> dict[str, Any]:
    return {
        "parent": os.getpid(),
        "start_url": site.start_url,
        "proxy": proxy,
        "obey_robots": site.obey_robots,
        "media_bytes": MEDIA_BYTES,
        "most_pages": MOST_PAGES,
        "depth": DEPTH,
        "seconds": SECONDS,
        "delay": DELAY_SECONDS,
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


def _take(line: bytes, site: Site, visit: Crawl, problems: Counter[str]) -> bool:
    """One line of the crawling process; True for its last.

    A line that is not as agreed is counted, not believed.
    """
    try:
        told = json.loads(line)
        if not isinstance(told, dict):
            raise ValueError("not a table")
        if "seen" in told:
            seen = told["seen"]
            _keep(site, visit, _url(seen["page_url"]), _url(seen["media_url"]), decode(seen["fingerprint"]))
        elif "page" in told:
            visit.pages = min(int(told["page"]), MOST_PAGES)
            visit.save(update_fields=["pages"])
        elif "problem" in told:
            problems[str(told["problem"])[:40]] += 1
        return bool(told.get("done"))
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
        problems["unreadable_line"] += 1
        return False


def _url(told: Any) -> str:
    """A web address as the tables hold it: nothing that a browser would run."""
    if not isinstance(told, str) or not re.fullmatch(r"https?://[\x21-\x7e]+", told) or len(told) > LONGEST_URL:
        raise ValueError("not a web address")
    return told


def _keep(site: Site, visit: Crawl, page_url: str, media_url: str, fingerprint: Fingerprint) -> None:
    with transaction.atomic():
        fresh = keep_sighting(page_url, media_url, fingerprint, site)[1]
        visit.media += 1
        visit.new_sightings += fresh
        visit.save(update_fields=["media", "new_sightings"])


def keep_sighting(
    page_url: str, media_url: str, fingerprint: Fingerprint, site: Site | None = None
) -> tuple[Sighting, bool]:
    """The sighting of this content at this address, and whether it is new: then it is planned to be matched."""
    now = clock.now()
    with transaction.atomic():
        sighting, fresh = Sighting.objects.get_or_create(
            address_digest=_address_digest(page_url, media_url, fingerprint.sha256),
            defaults={
                "site": site,
                "page_url": page_url[:LONGEST_URL],
                "media_url": media_url[:LONGEST_URL],
                "sha256": fingerprint.sha256,
                "kind": fingerprint.kind,
                "width": fingerprint.width,
                "height": fingerprint.height,
                "duration": fingerprint.duration,
                "first_seen_at": now,
                "last_seen_at": now,
            },
        )
        if fresh:
            SightingCode.objects.bulk_create(
                SightingCode(sighting=sighting, time=frame.time, code=frame.code, quality=frame.quality)
                for frame in fingerprint.frames
            )
            sighting.plan("match")
        else:
            sighting.last_seen_at = now
            sighting.save(update_fields=["last_seen_at"])
    return sighting, fresh


def _address_digest(page_url: str, media_url: str, sha256: str) -> str:
    return hashlib.sha256("\n".join((page_url, media_url, sha256)).encode()).hexdigest()
