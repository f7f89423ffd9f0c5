"""``jium bench pages``: how long every page takes in a centre after years of work, and how many queries it asks."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

ROUNDS = 7
NAME, OFFICER, PASSWORD = "bench", "officer 1", "quiet river over stones"
# The lists that are another one for each officer.
OFFICERS = ("what needs me", "cases", "cases, those that need me", "letters")
# What is aimed at on two cores: each page's median, and the slowest of those that come at once (seconds).
AIM, AIM_AT_ONCE = 0.2, 3.0


@dataclass(frozen=True)
class Size:
    """How many of each; ``largest``: addresses of the largest case, of ``sightings`` in all; ``at_once``: requests;
    ``officers``: who share the cases.
    """

    cases: int = 500
    references: int = 100
    sightings: int = 12_000
    largest: int = 1000
    at_once: int = 200
    officers: int = 5


def measure(console: Console, size: Size | None = None) -> dict[str, Any]:
    """Every page's median and queries; many requests at once; a look back over all sightings."""
    with tempfile.TemporaryDirectory(prefix="jium-bench-") as folder:
        os.environ.update(JIUM_DATA=str(Path(folder, "data")))
        subprocess.run([sys.executable, "-m", "jium", "migrate"], check=True, capture_output=True)
        from jium import web

        web.set_up()
        size = size or Size()
        pages = _prepared(size, console)
        rows = [_page(name, path) for name, path in pages.items()]
        rows += [_page(f"{name}, of one officer", pages[name], OFFICER) for name in OFFICERS]
        rows += _together(pages, size.at_once)
        rows.append(_look_back(size))
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite",
        "rows": rows,
        "notes": [
            f"{size.cases} cases with {size.references} references each, of {size.officers} officers; {size.sightings} "
            f"sightings, {size.largest} of them in one case. Median of {ROUNDS}; a page's aim is {1000 * AIM:.0f} ms, "
            f"and {AIM_AT_ONCE:.0f} s for the slowest of {size.at_once} at once.",
        ],
    }


def _prepared(size: Size, console: Console) -> dict[str, str]:
    """A populated installation; its pages by name."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.urls import reverse

    from jium.bench.populated import populate
    from jium.notices.services import Notice
    from jium.review import services as review
    from jium.trust import roles as staff
    from jium.trust.models import Account

    by = Account.objects.create_user(NAME, password=PASSWORD, roles=list(staff.ROLES), display_name=NAME)
    names = [f"officer {number}" for number in range(1, size.officers + 1)]
    roles = [staff.COUNSELLOR, staff.OFFICER]
    officers = [Account.objects.create_user(name, password=PASSWORD, roles=roles, display_name=name) for name in names]
    for account in (by, *officers):
        TOTP.activate(account, generate_totp_secret())
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("a centre after years of work", total=size.sightings)
        largest = populate(size, by, officers, lambda: progress.advance(task))
    waiting = review.undecided().first()
    letter = Notice.objects.filter(case=largest).first()
    if waiting is None or letter is None:
        raise RuntimeError("nothing was drawn that waits")
    return {
        "what needs me": reverse("queue"),
        "cases": reverse("cases"),
        "cases, those that need me": f"{reverse('cases')}?show=waiting",
        "the largest case": reverse("case", args=[largest.pk]),
        "the largest case, over time": reverse("case_timeline", args=[largest.pk]),
        "comparing": reverse("group", args=[waiting.pk]),
        "letters": reverse("notices"),
        "a letter": reverse("notice", args=[letter.pk]),
        "providers": reverse("providers"),
        "sites": reverse("sites"),
        "people": reverse("people"),
        "system": reverse("jobs"),
        "audit log": reverse("audit_log"),
        "second looks": reverse("second_looks"),
        "who helps": reverse("organisations"),
        "destroyed cases": reverse("destructions"),
    }


def _page(name: str, path: str, account: str = NAME) -> dict[str, str]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost"})
    if not client.login(username=account, password=PASSWORD):
        raise RuntimeError("the bench cannot log in")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    queries = len(asked)  # the next request forgets them
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    took = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        client.get(path)
        took.append(time.perf_counter() - start)
    return _row(name, statistics.median(took), max(took), queries, len(answer.content))


def _row(name: str, median: float, slowest: float, queries: int | None, size: int | None) -> dict[str, str]:
    return {
        "page": name,
        "median ms": f"{1000 * median:.0f}",
        "slowest ms": f"{1000 * slowest:.0f}",
        "queries": "" if queries is None else str(queries),
        "kB": "" if size is None else f"{size / 1000:.0f}",
    }


def _together(pages: dict[str, str], count: int) -> list[dict[str, str]]:
    """Many requests at once, to the real server, of somebody who is logged in."""
    with _served() as (port, cookie):
        name = "what needs me"
        took = _at_once(port, cookie, [pages[name]] * count)
        every = _at_once(port, cookie, [list(pages.values())[number % len(pages)] for number in range(count)])
    return [
        _row(f"{count} at once: {name}", statistics.median(took), max(took), None, None),
        _row(f"{count} at once: all pages in turn", statistics.median(every), max(every), None, None),
    ]


def _at_once(port: int, cookie: str, paths: list[str]) -> list[float]:
    start = threading.Barrier(len(paths))

    def ask(path: str) -> float:
        start.wait()
        began = time.perf_counter()
        link = HTTPConnection("127.0.0.1", port, timeout=120)
        link.request("GET", path, headers={"Cookie": cookie, "Host": "localhost"})
        answer = link.getresponse()
        answer.read()
        link.close()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return time.perf_counter() - began

    with ThreadPoolExecutor(len(paths)) as threads:
        return list(threads.map(ask, paths))


@contextmanager
def _served() -> Iterator[tuple[int, str]]:
    """The web server of ``jium up`` on a free port, in this process, and the cookie of a session."""
    from django.conf import settings
    from django.test import Client

    from jium.web.allowance import allowance
    from jium.web.server import create
    from jium.web.wsgi import application

    client = Client(headers={"host": "localhost"})
    client.login(username=NAME, password=PASSWORD)
    server = create(application, "127.0.0.1", 0, allowance)
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    name = settings.SESSION_COOKIE_NAME
    yield server.effective_listen[0][1], f"{name}={client.cookies[name].value}"
    server.close()
    serving.join(timeout=10)


def _look_back(size: Size) -> dict[str, str]:
    """A new reference is looked for in all that was seen before."""
    from jium.bench.populated import drawn
    from jium.flow.past import look_through

    took = []
    for number in range(3):
        start = time.perf_counter()
        found = list(look_through({number: drawn(number)}))
        took.append(time.perf_counter() - start)
        if len(found) != 1:
            raise RuntimeError(f"{len(found)} found instead of the one that is there")
    return _row(f"look-back over {size.sightings} sightings", statistics.median(took), max(took), None, None)
