"""A visit that does not move along gives its place to other sites, and is gone on with patiently."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from jium import engine, flow
from jium.flow import watching
from jium.watch import crawling, pace
from jium.watch.crawling import GaveWay, crawl
from jium.watch.models import Crawl, Site
from jium.watch.pace import LEAST_BYTES, STILL_SECONDS, Pace
from tests.egress.raw import RawServer
from tests.egress.site import page


def beat(heard: int = 0, working: object = False) -> dict[str, Any]:
    return {"beat": {"heard": heard, "working": working}}


LATE = STILL_SECONDS + 1


@pytest.mark.parametrize(
    ("told", "still"),
    [
        ([], True),
        ([{"page": 1}], False),
        ([{"seen": {}}], False),
        ([{"again": {}}], False),
        ([{"problem": "timeout"}], False),
        ([beat(0)], True),
        ([beat(LEAST_BYTES - 1)], True),
        ([beat(LEAST_BYTES)], False),
        ([beat(5, working=True)], False),
        ([beat(5, working="yes")], True),
        ([{"beat": "heard"}, {"beat": {"heard": 1e9}}, {"beat": {}}, {"sheets": 3}], True),
    ],
    ids=str,
)
def test_moving_along_is_something_seen_many_bytes_or_work_of_our_own(told: list[dict[str, Any]], still: bool) -> None:
    visit = Pace(now=0)
    for line in told:
        visit.told(line, now=LATE - 1)
    assert visit.stands_still(now=LATE) is still


def test_a_byte_now_and_then_is_no_moving_along() -> None:
    visit = Pace(now=0)
    for second in range(0, 60, 2):
        visit.told(beat(second * 100), now=second)
    assert visit.stands_still(now=60)


def test_a_large_file_that_comes_steadily_moves_along() -> None:
    visit = Pace(now=0)
    for second in range(0, 600, 2):
        visit.told(beat(second * 4096), now=second)
    assert not visit.stands_still(now=600)


@pytest.fixture
def soon(monkeypatch) -> None:
    """No test waits for three quarters of a minute."""
    monkeypatch.setattr(pace, "STILL_SECONDS", 4.0)
    monkeypatch.setattr(crawling, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(crawling, "DELAY_SECONDS", 0.0)


def silent(link: socket.socket) -> None:
    link.recv(1)  # until the other side goes


def dripping(link: socket.socket) -> None:
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    gone = threading.Event()
    while not gone.wait(0.2):
        link.sendall(b"x")


def watched() -> Site:
    return Site.objects.create(name="site", start_url="http://site.example/", obey_robots=False)


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize("act", [silent, dripping])
def test_a_silent_and_a_dripping_site_give_way(serve, soon, act) -> None:
    with RawServer(act) as server:
        serve(site=server)
        with pytest.raises(GaveWay):
            crawl(watched())
    visit = Crawl.objects.get()
    assert visit.finished_at is not None
    assert visit.problems == {"gave_way": 1}


@pytest.mark.django_db(databases=["default", "keys"])
def test_who_gave_way_is_visited_patiently_and_then_as_the_others_are(serve, soon, monkeypatch) -> None:
    monkeypatch.setattr(engine, "start", lambda *_planned: None)
    flow.register()
    site = watched()
    with RawServer(silent) as server:
        serve(site=server)
        watching.crawl(site)
    site.refresh_from_db()
    assert site.next_action == "crawl_patiently"
    serve(site=lambda _path: page("<p>here"))
    watching.crawl_patiently(site)
    site.refresh_from_db()
    assert (site.next_action, Crawl.objects.latest("started_at").pages) == ("crawl", 1)


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_patient_visit_does_not_give_way_but_has_an_end(serve, soon, monkeypatch) -> None:
    monkeypatch.setattr(engine, "start", lambda *_planned: None)
    monkeypatch.setattr(crawling, "PATIENT_SECONDS", 8)
    site = watched()
    with RawServer(dripping) as server:
        serve(site=server)
        watching.crawl_patiently(site)
    site.refresh_from_db()
    assert Crawl.objects.get().problems.get("out_of_time") == 1
    assert site.next_action == "crawl_patiently"
