"""One look at an address whose removal was demanded: gone, as good as gone, another file, moved, unreachable."""

from __future__ import annotations

import pytest

from jium import dna
from jium.watch import observe as looking
from jium.watch.observe import Observation, observe
from tests.egress.site import page
from tests.watch.pictures import picture

PAGE, FILE = "http://site.example/page", "http://site.example/1.jpg"
GONE = (404, {"Content-Type": "text/html"}, b"<p>no such page")


@pytest.fixture(scope="module")
def material():
    return dna.fingerprint(picture(1))


def jpeg(seed: int):
    return 200, {"Content-Type": "image/jpeg"}, picture(seed)


@pytest.fixture
def look(serve):
    """Call it with what the site answers by path; the rest is not found."""

    def at(answers, page_url: str = PAGE, media_url: str = FILE) -> Observation:
        serve(site=lambda path: answers.get(path, GONE))
        return observe(page_url, media_url)

    return at


def test_still_there(look, material):
    seen = look({"/page": page("<img src=/1.jpg><img src=/2.jpg>"), "/1.jpg": jpeg(1), "/2.jpg": jpeg(2)})
    assert (seen.page_status, seen.media_status, seen.media) == (200, 200, material)
    assert [url for url, _made in seen.on_page] == ["http://site.example/2.jpg"]


def test_gone(look):
    assert look({}) == Observation(page_status=404, media_status=404)


def test_as_good_as_gone_the_page_stays_without_the_file(look):
    seen = look({"/page": page("<p>removed")})
    assert seen == Observation(page_status=200, media_status=404)


def test_as_good_as_gone_a_notice_in_the_place_of_the_file(look):
    seen = look({"/page": page("<p>x"), "/1.jpg": page("<p>This file was removed.")})
    assert (seen.media_status, seen.media, seen.media_error) == (200, None, "page_instead")
    assert look({"/page": page("x"), "/1.jpg": (200, {}, b"")}).media_error == "empty"


def test_another_file_at_the_same_address(look, material):
    seen = look({"/page": page("<img src=/1.jpg>"), "/1.jpg": jpeg(5)})
    assert seen.media is not None and seen.media.sha256 != material.sha256
    assert not dna.compare(seen.media, material).match


def test_moved_to_another_address_of_the_page(look, material):
    seen = look({"/page": page("<img data-src=/new/1.jpg>"), "/new/1.jpg": jpeg(1)})
    assert seen.media_status == 404
    assert seen.on_page == (("http://site.example/new/1.jpg", material),)


def test_a_file_that_redirects_is_still_there(look, material):
    seen = look({"/1.jpg": (302, {"Location": "/else.jpg"}, b""), "/else.jpg": jpeg(1)})
    assert seen.media == material and seen.page_status == 404


def test_unreachable(serve):
    serve(site=lambda _path: GONE)
    nowhere = "http://nowhere.example/"
    assert observe(nowhere, nowhere) == Observation(page_error="unreachable", media_error="unreachable")
    inside = "http://127.0.0.1/"
    assert observe(inside, inside) == Observation(page_error="denied", media_error="denied")


def test_what_a_site_does_is_never_raised(look):
    loop = (302, {"Location": "/loop"}, b"")
    seen = look({"/loop": loop, "/1.jpg": (500, {}, b"")}, page_url="http://site.example/loop")
    assert (seen.page_error, seen.media_status, seen.media) == ("too_many_redirects", 500, None)
    seen = look({"/page": (200, {"Content-Type": "text/html"}, picture(3)), "/1.jpg": (*jpeg(1)[:2], b"\xff\xd8\xff")})
    assert seen.page_status == 200 and seen.media is None and seen.media_error
    assert look({}, "javascript:alert(1)", "http://[bad").page_error == "malformed"


def test_a_page_of_very_many_pictures_is_looked_at_in_part(look, monkeypatch):
    monkeypatch.setattr(looking, "MOST_MEDIA", 3)
    many = {f"/{number}.png": jpeg(number) for number in range(10, 20)}
    html = "".join(f"<img src=/{number}.png>" for number in range(10, 20))
    assert len(look(many | {"/page": page(html)}).on_page) == 3
    monkeypatch.setattr(looking, "ON_PAGE_SECONDS", 0.0)
    assert look(many | {"/page": page(html)}).on_page == ()
