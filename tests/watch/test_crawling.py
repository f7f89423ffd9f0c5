"""A visit by the real crawling process to small and to hostile sites."""

from __future__ import annotations

import gzip

import pytest

from jium.watch import crawling
from jium.watch.crawling import CrawlFailed, crawl
from jium.watch.models import Crawl, Sighting, Site
from jium.watch.services import to_fingerprint
from tests.egress.site import Answer, page
from tests.watch.pictures import picture

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

MISSING = (404, {"Content-Type": "text/html"}, b"<p>nothing")
BOMB = gzip.compress(bytes(40 * 1024 * 1024), 9)


def media(body: bytes, kind: str = "image/jpeg") -> Answer:
    return 200, {"Content-Type": kind}, body


def watch(**fields) -> Site:
    return Site.objects.create(name="site", start_url="http://site.example/", **fields)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(crawling, "DELAY_SECONDS", 0.0)
    monkeypatch.setattr(crawling, "MEDIA_BYTES", 4 * 1024 * 1024)


def hostile(path: str) -> Answer:
    where = path.partition("?")[0]
    answers = {
        "/": page(
            """<a href=/board>board</a><a href=/private/>private</a><a href=http://other.example/page>other</a>
            <a href=http://sub.site.example/>sub</a><a href=http://127.0.0.1/>inside</a><a href=/loop/1>loop</a>
            <a href=/away>away</a><a href=/bomb>bomb</a><a href=/missing>gone</a><a href=/error>error</a>
            <a href=/direct>a picture without ending</a><a href=/deep>deep</a><a href='http://[bad'>bad</a>
            <a href="javascript:alert(1)">js</a><a href=file:///etc/passwd>file</a><a href=/wrong-kind>odd</a>"""
        ),
        "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /private/\n"),
        "/board": page(
            """<img src=/1.jpg><img src=/wait.gif data-src=/2.jpg><img srcset="/3.jpg 1x"><a href=/4.jpg>full</a>
            <div style="background:url(/5.jpg)"></div><img src=/again.jpg><img src=http://cdn.example/6.jpg>
            <img src=http://169.254.169.254/latest><img src=/text.jpg><img src=/bomb.jpg><img src=/none.jpg>
            <img src=/empty.jpg><img src=/to-inside.jpg><img src=/moved.jpg><video src=/cut.mp4></video>"""
        ),
        "/private/": page("<img src=/private/7.jpg>"),
        "/private/7.jpg": media(picture(7)),
        "/direct": media(picture(8)),
        "/wrong-kind": media(b"\x00\x01" * 1000, "application/octet-stream"),
        "/again.jpg": media(picture(1)),
        "/wait.gif": media(picture(9, "GIF"), "image/gif"),
        "/text.jpg": media(b"just text"),
        "/empty.jpg": media(b""),
        "/cut.mp4": media(b"\x00\x00\x00\x18ftypmp42" + bytes(200), "video/mp4"),
        "/bomb": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, BOMB),
        "/bomb.jpg": (200, {"Content-Type": "image/jpeg", "Content-Encoding": "gzip"}, BOMB),
        "/error": (500, {"Content-Type": "text/html", "X-Jium-Egress": "a lie"}, b"sorry"),
        "/away": (302, {"Location": "http://other.example/away"}, b""),
        "/to-inside.jpg": (302, {"Location": "http://127.0.0.1/inside.jpg"}, b""),
        "/moved.jpg": (301, {"Location": "http://cdn.example/10.jpg"}, b""),
        "/deep": page("<div>" * 100_000 + "<img src=/11.jpg>"),
    }
    if where.startswith("/loop/"):
        return 302, {"Location": f"/loop/{3 - int(where[-1])}"}, b""
    if where in answers:
        return answers[where]
    number = where.strip("/").removesuffix(".jpg")
    return media(picture(int(number))) if number.isdecimal() else MISSING


def cdn(path: str) -> Answer:
    return media(picture(int(path.strip("/").removesuffix(".jpg")))) if path.endswith(".jpg") else MISSING


def other(_path: str) -> Answer:
    return page("<img src=http://site.example/99.jpg><a href=http://site.example/board>")


def seen() -> set[str]:
    return {url.removeprefix("http://site.example") for url in Sighting.objects.values_list("media_url", flat=True)}


SHOWN = {
    *(f"/{number}.jpg" for number in (1, 2, 3, 4, 5, 11)),
    *("/wait.gif", "/again.jpg", "/moved.jpg", "/direct", "http://cdn.example/6.jpg"),
}


def test_a_hostile_site_is_seen_whole_and_never_left(serve):
    servers = serve(site=hostile, cdn=cdn, other=other)
    visit = crawl(watch())
    assert seen() == SHOWN
    assert servers["other"].asked == []
    assert not any(path.startswith("/private/") for path in servers["site"].asked)
    assert visit.finished_at is not None and visit.media == visit.new_sightings == len(SHOWN)
    expected = {
        "robots": 1,
        "other_host": 1,
        "too_large": 2,
        "status 404": 2,
        "status 500": 1,
        "not_media": 2,
        "empty": 1,
        "denied": 2,
    }
    assert {name: visit.problems.get(name, 0) for name in expected} == expected
    assert not any("lie" in name for name in visit.problems)


def test_what_is_seen_is_kept_with_its_page_codes_and_plan(serve):
    serve(site=lambda path: media(picture(1)) if path == "/1.jpg" else page("<img src=/1.jpg>"))
    site = watch()
    crawl(site)
    one = Sighting.objects.get()
    assert (one.page_url, one.media_url) == ("http://site.example/", "http://site.example/1.jpg")
    assert (one.site, one.kind, one.width, one.next_action) == (site, "image", 256, "match")
    kept = to_fingerprint(one)
    assert len(kept.frames) == 1 and kept.frames[0].quality > 50


def guarded(path: str) -> Answer:
    if path == "/robots.txt":
        return 200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /private/"
    if path == "/":
        return page("<img src=/1.jpg><a href=/private/>more</a>")
    return media(picture(len(path))) if path.endswith(".jpg") else page("<img src=/private/2.jpg>")


def test_robots_are_heeded_only_where_the_site_says_so(serve):
    serve(site=guarded)
    site = watch(obey_robots=True)
    assert (crawl(site).problems, seen()) == ({"robots": 1}, {"/1.jpg"})
    site.obey_robots = False
    assert (crawl(site).problems, seen()) == ({}, {"/1.jpg", "/private/2.jpg"})


def test_a_second_visit_doubles_nothing_and_says_when_it_saw(serve, moved_clock):
    serve(site=guarded)
    site = watch(obey_robots=False)
    crawl(site)
    before = dict(Sighting.objects.values_list("pk", "last_seen_at"))
    moved_clock(3600)
    visit = crawl(site)
    after = dict(Sighting.objects.values_list("pk", "last_seen_at"))
    assert before.keys() == after.keys() and all(after[key] > before[key] for key in before)
    assert (visit.media, visit.new_sightings, len(after)) == (2, 0, 2)
    assert not Sighting.objects.exclude(first_seen_at__lt=visit.started_at).exists()


def test_another_file_at_the_same_address_is_another_sighting(serve):
    now = [1]
    serve(site=lambda path: media(picture(now[0])) if path == "/a.jpg" else page("<img src=/a.jpg>"))
    site = watch()
    crawl(site)
    now[0] = 2
    assert crawl(site).new_sightings == 1
    assert Sighting.objects.values("sha256").distinct().count() == 2


def endless(path: str) -> Answer:
    if path.endswith(".jpg"):
        return media(picture(1))
    number = int(path.partition("=")[2] or 0)
    return page(
        f"<a href='/?page={number + 1}'>next</a><a href='/?page={number + 1}#x'>next</a><img src=/{number}.jpg>"
    )


def test_endless_pages_end_at_the_most_pages(serve, monkeypatch):
    monkeypatch.setattr(crawling, "MOST_PAGES", 7)
    servers = serve(site=endless)
    assert crawl(watch()).pages == 7
    assert len([path for path in servers["site"].asked if "page=" in path or path == "/"]) == 7


def test_endless_pages_end_at_the_depth_and_their_pictures_are_seen(serve, monkeypatch):
    monkeypatch.setattr(crawling, "DEPTH", 4)
    serve(site=endless)
    assert crawl(watch()).pages == 5
    assert seen() == {f"/{number}.jpg" for number in range(5)}


def test_many_pictures_do_not_use_up_the_pages(serve, monkeypatch):
    monkeypatch.setattr(crawling, "MOST_PAGES", 5)
    images = "".join(f"<img src=/none-{number}.jpg>" for number in range(20))

    def site(path: str) -> Answer:
        if path == "/":
            return page(images + "".join(f"<a href=/p{number}>" for number in range(10)))
        return MISSING if path.startswith("/none-") or path == "/robots.txt" else page("page")

    serve(site=site)
    assert crawl(watch()).pages == 5


def test_a_site_that_prefers_its_www_name_is_followed_there(serve):
    servers = {}

    def site(path: str) -> Answer:
        if servers["site"].hosts[-1] == "site.example":
            return 301, {"Location": f"http://www.site.example{path}"}, b""
        if path == "/1.jpg":
            return media(picture(1))
        return page("<a href=/next>") if path == "/" else page("<img src=/1.jpg>")

    servers |= serve(site=site)
    assert crawl(watch()).pages == 2
    assert Sighting.objects.get().page_url == "http://www.site.example/next"


def test_a_site_that_does_not_answer_is_a_finished_visit_with_a_problem(serve):
    serve(other=other)
    visit = crawl(watch())
    assert (visit.pages, visit.media, visit.problems) == (0, 0, {"unreachable": 1})
    inside = Site.objects.create(name="in", start_url="http://127.0.0.1/")
    assert crawl(inside).problems == {"denied": 1}


def test_a_crawling_process_that_dies_is_a_failure_and_the_visit_ends(serve, monkeypatch):
    serve(site=hostile)
    monkeypatch.setattr(crawling.sys, "executable", "/bin/false")
    with pytest.raises(CrawlFailed):
        crawl(watch())
    assert Crawl.objects.get().finished_at is not None


LIES = [
    b"not json",
    b"[]",
    b"7",
    b"[" * 100_000,
    b'{"page": "many"}',
    b'{"page": 1e400}',
    b'{"page": -1}',
    b'{"sheets": -1}',
    b'{"seen": 1}',
    b'{"seen": {}}',
    b'{"seen": {"page_url": "javascript:alert(1)", "media_url": "http://a.example/", "fingerprint": {}}}',
    b'{"seen": {"page_url": "http://a.example/", "media_url": "http://a.example/\\ud800", "fingerprint": {}}}',
    b'{"seen": {"page_url": "http://a.example/", "media_url": "http://a.example/", "fingerprint": {"kind": 1}}}',
    b"\xff\xfe",
]


@pytest.mark.parametrize("line", LIES, ids=range(len(LIES)))
def test_a_line_that_is_not_as_agreed_is_counted_not_believed(line):
    from collections import Counter

    from jium import clock

    site = watch()
    visit = Crawl.objects.create(site=site, started_at=clock.now())
    problems: Counter[str] = Counter()
    assert crawling._take(line, site, visit, problems) is False
    assert problems == {"unreadable_line": 1} and not Sighting.objects.exists()


def test_a_site_is_visited_under_whatever_name_it_was_entered():
    from jium.watch.forms import SiteForm
    from tests.egress.site import Site as Server
    from tests.egress.site import way_out

    def site(path: str) -> Answer:
        return page("<img src=/1.jpg><a href=http://한글.example/next>") if path == "/" else media(picture(1))

    with Server(site) as server, way_out(**{"xn--bj0bj06e": server}):
        form = SiteForm({"name": "x", "start_url": "http://한글.EXAMPLE/", "every_minutes": 60})
        assert form.is_valid() and form.cleaned_data["start_url"] == "http://xn--bj0bj06e.example/"
        for start in (form.cleaned_data["start_url"], "http://한글.example/x"):
            assert crawl(Site.objects.create(name="x", start_url=start)).pages
        assert {"/", "/next"} <= set(server.asked)


def test_a_visit_that_saw_no_page_is_a_problem_with_a_name(serve, monkeypatch):
    """Whatever kept it from asking: here a filter that lets nothing pass."""
    serve(site=hostile)
    monkeypatch.setattr(crawling, "_lines", lambda _process, _job: iter([b'{"done": true}\n']))
    assert crawl(watch()).problems == {"nothing_seen": 1}


def test_style_sheets_that_are_not_read_are_counted_each_once(serve):
    head = "<link rel=stylesheet href=/a.css><link rel='alternate StyleSheet' href=/b.css?1><link rel=icon href=/i.css>"
    serve(site=lambda path: page(head + "<p>words and <a href=/2>more</a>") if path in ("/", "/2") else MISSING)
    visit = crawl(watch())
    assert (visit.pages, visit.style_sheets, visit.problems) == (2, 2, {})


STREAMS = {
    "hls": ("application/vnd.apple.mpegurl", b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nlow.m3u8\n"),
    "hls as text": ("text/plain", b"\xef\xbb\xbf#EXTM3U\n#EXTINF:4.0,\n0.ts\n"),
    "dash": ("application/dash+xml", b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>"),
}


def test_a_video_in_segments_is_a_sighting_that_could_not_be_looked_at(serve):
    lists = {f"/v/{number}.m3u8": stream for number, stream in enumerate(STREAMS.values())}
    html = page("".join(f"<video controls><source src={path}></video>" for path in lists))

    def site(path: str) -> Answer:
        if path not in lists:
            return html if path == "/" else MISSING
        kind, body = lists[path]
        return 200, {"Content-Type": kind}, body

    serve(site=site)
    assert crawl(watch()).problems == {"stream": len(STREAMS)}
    assert Sighting.objects.count() == len(STREAMS)
    for one in Sighting.objects.all():
        assert (one.kind, one.width, to_fingerprint(one).frames) == ("video", None, ())
