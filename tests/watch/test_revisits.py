"""What one visit leaves for the next, and what is spared."""

from __future__ import annotations

import dataclasses
import io
from collections import Counter

import pytest
from PIL import Image

from jium import clock
from jium.watch import crawling, services
from jium.watch.crawling import PAGES_A_FILE, crawl
from jium.watch.models import Crawl, Sighting, SightingCode, Site
from tests.egress.site import Answer, page
from tests.watch.pictures import picture

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def jpeg(seed: int) -> Answer:
    return 200, {"Content-Type": "image/jpeg"}, picture(seed)


@pytest.fixture(autouse=True)
def without_delay(monkeypatch):
    monkeypatch.setattr(crawling, "DELAY_SECONDS", 0.0)


@pytest.fixture
def site() -> Site:
    return Site.objects.create(name="site", start_url="http://site.example/")


def board(path: str) -> Answer:
    """Nine pages with an ornament on each and a picture of their own on some."""
    if path == "/":
        return page("<img src=/logo.jpg>" + "".join(f"<a href=/{number}>" for number in range(1, 9)))
    if path.endswith(".jpg"):
        return jpeg({"/logo.jpg": 100, "/copy.jpg": 1}.get(path) or int(path[1:-4]))
    if path == "/robots.txt":
        return 404, {}, b""
    own = {"/1": "<img src=/1.jpg>", "/2": "<img src=/1.jpg>", "/3": "<img src=/copy.jpg>"}.get(path, "")
    return page(f"<img src=/logo.jpg>{own}")


def places(media: str) -> set[str]:
    rows = Sighting.objects.filter(media_url=f"http://site.example{media}")
    return {url.removeprefix("http://site.example") for url in rows.values_list("page_url", flat=True)}


def test_a_file_is_fetched_once_and_noted_on_every_page_that_shows_it(serve, site):
    servers = serve(site=board)
    crawl(site)
    assert places("/1.jpg") == {"/1", "/2"} and places("/copy.jpg") == {"/3"}
    assert servers["site"].asked.count("/1.jpg") == servers["site"].asked.count("/logo.jpg") == 1
    digest = Sighting.objects.filter(media_url="http://site.example/1.jpg")[0].sha256
    codes = SightingCode.objects.filter(sighting__sha256=digest).values_list("code", flat=True)
    assert len(codes) == 3 and len(set(map(bytes, codes))) == 1
    assert not Sighting.objects.exclude(next_action="match").exists()


def test_an_ornament_of_every_page_is_noted_on_few_however_often_the_site_is_visited(serve, site):
    turn = [1]

    def turning(path: str) -> Answer:
        if path != "/":
            return board(path)
        numbers = range(1, 9) if turn[0] == 1 else range(8, 0, -1)
        return page("".join(f"<a href=/{number}>" for number in numbers))

    serve(site=turning)
    crawl(site)
    assert len(places("/logo.jpg")) == PAGES_A_FILE
    before = set(Sighting.objects.values_list("address_digest", flat=True))
    turn[0] = 2
    assert crawl(site).new_sightings == 0
    assert set(Sighting.objects.values_list("address_digest", flat=True)) == before


def test_what_is_known_is_not_decoded_again(serve, site, monkeypatch):
    serve(site=board)
    crawl(site)
    lines: list[bytes] = []
    take = crawling._take
    monkeypatch.setattr(crawling, "_take", lambda line, *rest: lines.append(line) or take(line, *rest))
    assert crawl(site).new_sightings == 0
    assert not any(b'"fingerprint"' in line for line in lines)
    assert sum(b'"again"' in line for line in lines) == 3 + PAGES_A_FILE


def test_a_digest_that_nobody_knows_is_not_believed(site):
    visit, problems = Crawl.objects.create(site=site, started_at=clock.now()), Counter()
    line = b'{"again": {"page_url": "http://a.example/", "media_url": "http://a.example/b", "sha256": "%s"}}'
    crawling._take(line % (b"0" * 64), site, visit, problems)
    assert problems == {"unreadable_line": 1} and not Sighting.objects.exists()


def test_counters_and_icons_are_left_out(serve, site):
    dot = io.BytesIO()
    Image.new("RGB", (1, 1)).save(dot, "GIF")
    answers = {
        "/": page("<img src=/dot.gif><img src=/1.jpg>"),
        "/dot.gif": (200, {"Content-Type": "image/gif"}, dot.getvalue()),
        "/1.jpg": jpeg(1),
    }
    serve(site=lambda path: answers.get(path, (404, {}, b"")))
    crawl(site)
    assert [seen.media_url for seen in Sighting.objects.all()] == ["http://site.example/1.jpg"]


def test_a_picture_behind_a_link_without_ending_is_noted_on_the_page_that_links_to_it(serve, site):
    answers = {
        "/": page("<a href=/board>b</a>"),
        "/board": page("<a href='/get?id=7'>see</a>"),
        "/get?id=7": jpeg(7),
    }
    serve(site=lambda path: answers.get(path, (404, {}, b"")))
    crawl(site)
    assert places("/get?id=7") == {"/board"}


def test_pictures_are_asked_for_as_a_browser_does_from_their_page(serve, site):
    servers = serve(site=board)
    crawl(site)
    heads = dict(zip(servers["site"].asked, servers["site"].heads, strict=True))
    assert any(f"Referer: http://site.example/{number}" in heads["/1.jpg"] for number in (1, 2))
    services.observe("http://site.example/1", "http://site.example/1.jpg")
    assert servers["site"].asked[-3:] == ["/1", "/1.jpg", "/logo.jpg"]
    assert all("Referer: http://site.example/1" in head for head in servers["site"].heads[-2:])


def test_a_visit_whose_process_was_killed_is_closed_by_the_next(serve, site):
    serve(site=board)
    broken = Crawl.objects.create(site=site, started_at=clock.now(), pages=3)
    crawl(site)
    broken.refresh_from_db()
    assert broken.finished_at is not None and broken.problems == {"broken_off": 1} and broken.pages == 3


def test_a_site_that_is_being_visited_is_not_visited_by_a_second_process(site):
    site.plan("crawl")
    turn = site.turn
    visit = Crawl.objects.create(site=site, started_at=clock.now())
    services.visit_now(site)
    assert site.turn == turn
    visit.finished_at = clock.now()
    visit.save()
    services.visit_now(site)
    assert site.turn == turn + 1


def test_strangers_are_visited_slowly_and_this_machine_is_not_kept_waiting(settings, site, monkeypatch):
    monkeypatch.setattr(crawling, "DELAY_SECONDS", 0.5)
    settings.CONFIG = dataclasses.replace(settings.CONFIG, local_hosts={"site.example": ("127.0.0.1", 1)})
    stranger = Site.objects.create(name="far", start_url="http://far.example/")
    assert crawling._job(stranger, "http://127.0.0.1:1", 60)["delay"] == 0.5
    assert crawling._job(site, "http://127.0.0.1:1", 60)["delay"] == 0.0


def test_every_door_of_the_crawler_is_closed(site):
    from jium.watch.download import Handler
    from jium.watch.spider import settings

    made = settings(crawling._job(site, "http://127.0.0.1:1", 60))
    assert made["TELNETCONSOLE_ENABLED"] is made["REMOTE_CONTROL_ENABLED"] is False
    closed = {"file": None, "data": None, "ftp": None, "s3": None}
    assert made["DOWNLOAD_HANDLERS"] == closed | {"http": Handler, "https": Handler}
