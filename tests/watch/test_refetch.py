"""The bytes of a sighting once more, as a visitor of its page gets them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

import pytest

from jium.egress.session import FetchError
from jium.watch.models import Sighting
from jium.watch.services import fetch_again
from tests.egress.site import Answer, Site, way_out
from tests.watch.pictures import picture

INLINE = base64.b64encode(picture(2)).decode()


def answers(path: str, heads: Mapping[str, str]) -> Answer:
    if path == "/page":
        return 200, {"Content-Type": "text/html", "Set-Cookie": "seen=1; Path=/"}, b"<img src=/1.jpg>"
    if path == "/with":
        html = f"<img src='data:image/jpeg;base64,AAAA'><img src='data:image/jpeg;base64,{INLINE}'>"
        return 200, {"Content-Type": "text/html"}, html.encode()
    if path == "/1.jpg" and "seen=1" in heads.get("Cookie", "") and heads.get("Referer", "").endswith("/page"):
        return 404, {"Content-Type": "image/jpeg"}, picture(1)
    if path == "/free.jpg":
        return 200, {}, picture(3)
    return 403, {}, b"no"


@pytest.fixture(autouse=True)
def site():
    with Site(knowing=answers) as site, way_out(site=site):
        yield site


def seen(page: str, media: str, content: bytes) -> Sighting:
    at = "http://site.example"
    return Sighting(page_url=at + page, media_url=at + media, sha256=hashlib.sha256(content).hexdigest())


def test_with_the_cookies_and_the_name_of_its_page_whatever_the_status() -> None:
    assert fetch_again(seen("/page", "/1.jpg", picture(1))) == picture(1)


def test_a_picture_that_is_written_into_the_page_is_taken_from_there() -> None:
    assert fetch_again(seen("/with", "/with", picture(2))) == picture(2)


def test_a_file_whose_page_does_not_answer_is_fetched_all_the_same() -> None:
    sighting = seen("/page", "/free.jpg", picture(3))
    sighting.page_url = "http://nowhere.example/"
    assert fetch_again(sighting) == picture(3)


def test_a_site_that_does_not_answer_is_an_error_with_a_kind() -> None:
    sighting = seen("/page", "/1.jpg", picture(1))
    sighting.page_url = sighting.media_url = "http://nowhere.example/1.jpg"
    with pytest.raises(FetchError) as problem:
        fetch_again(sighting)
    assert problem.value.kind == "unreachable"
