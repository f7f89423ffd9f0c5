"""The five sites as a visitor sees them, before and after letters, while time moves."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import smtplib
import urllib.request
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from selectolax.lexbor import LexborHTMLParser

from jium import clock, config
from jium.demoweb import posts, traps
from jium.demoweb.world import Planted, World
from jium.notices import letter
from tests.demoweb.letters import send

HOUR = 3600
SITES = (
    "http://olive.example/",
    "http://gravel.example/",
    "http://lantern.example/",
    "http://heron.example/",
    "http://swallow.example/",
)
# The picture of this reference comes with the status 404 from the first letter to the last, and is there.
ODD = "poster"


def copies(world: World, host: str) -> list[Planted]:
    """The copies that stand on a site from the beginning."""
    return [copy for copy in world.planted() if copy.site == host and not copy.follows]


def demand(world: World, *found: Planted) -> None:
    """Write to the operator about these copies (again, where the first letter is put off)."""
    body = "\n".join(f"Page: {copy.page_url}\n  File: {copy.media_url}\n" for copy in found)
    recipient = next(operator.right for operator in world.operators if operator.host == found[0].site)
    for _ in range(2):
        try:
            return send(world, recipient, body)
        except OSError:
            continue
    raise AssertionError("not taken")


def links(html: str, base: str) -> set[str]:
    return {urljoin(base, node.attributes["href"] or "") for node in LexborHTMLParser(html).css("a[href]")}


def listed(visit, start: str) -> set[str]:
    """Every address that the site's list leads to, by turning its pages."""
    found: set[str] = set()
    wanted = start
    while wanted:
        html = visit(wanted).text
        found |= links(html, wanted)
        further = LexborHTMLParser(html).css_first("a[rel=next]")
        wanted = urljoin(wanted, further.attributes["href"]) if further else ""
    return found


def test_every_copy_is_listed_and_answers_with_its_page_and_its_file(world: World, visit):
    for start in SITES:
        host = start.split("/")[2]
        for copy in copies(world, host):
            assert copy.page_url in listed(visit, start)
            page = visit(copy.page_url)
            assert page.status == 200
            assert copy.media_url.removeprefix(f"http://{host}") in page.text
            file = visit(copy.media_url)
            assert file.status == (404 if (host, copy.reference) == ("gravel.example", ODD) else 200)
            assert file.body == world.gallery.copy(copy.reference, copy.alteration).read_bytes()


def test_three_sites_speak_korean_and_two_english(visit):
    assert ['lang="ko"' in visit(start).text for start in SITES] == [True, False, True, False, True]


def test_one_picture_lies_far_down_in_a_box_that_scrolls_by_itself(world: World, visit):
    post = next(post for post in posts.HERON.posts if post.shown is posts.Shown.BOX)
    copy = next(copy for copy in copies(world, "heron.example") if (copy.reference, copy.alteration) == post.copy)
    (box,) = LexborHTMLParser(visit(copy.page_url).text).css("div[style*=overflow]")
    assert box.css_first("img[loading=lazy]").attributes["src"] in copy.media_url


def test_a_file_for_visitors_is_for_who_came_in_by_the_page(world: World, visit):
    first = copies(world, "olive.example")[0]
    assert visit(first.media_url, cookies="").status == 403
    cookie = visit(first.page_url, cookies="").headers["Set-Cookie"].partition(";")[0]
    assert visit(first.media_url, cookies=cookie).status == 200


def test_after_a_letter_a_wall_stands_before_everything_and_the_file_behind_it(world: World, visit, moved_clock):
    copy = copies(world, "swallow.example")[0]
    assert copy.expected == "still up"
    demand(world, copy)
    moved_clock(1.9 * HOUR)
    assert visit(copy.media_url).body == world.gallery.copy(copy.reference, copy.alteration).read_bytes()
    moved_clock(2.1 * HOUR)
    for address in (copy.page_url, copy.media_url, "http://swallow.example/"):
        answer = visit(address)
        assert (answer.status, "로봇이 아닙니다" in answer.text) == (200, True)
    assert world.shows(copy.media_url)


def test_a_person_finds_what_is_there_and_not_what_is_gone(world: World, moved_clock):
    first = copies(world, "olive.example")[0]
    assert world.shows(first.media_url) and not world.shows("http://olive.example/files/none.jpg")
    demand(world, first)
    moved_clock(4 * HOUR)
    assert not world.shows(first.media_url)


def test_an_obeying_site_takes_page_and_file_down_after_three_hours(world: World, visit, moved_clock):
    first, other = copies(world, "olive.example")[:2]
    demand(world, first)
    moved_clock(2.9 * HOUR)
    assert visit(first.page_url).status == visit(first.media_url).status == 200
    moved_clock(3.1 * HOUR)
    assert visit(first.page_url).status == visit(first.media_url).status == 404
    assert first.page_url not in listed(visit, "http://olive.example/")
    assert visit(other.page_url).status == 200


def test_only_what_the_letter_names_is_taken_down(world: World, visit, moved_clock):
    first = copies(world, "lantern.example")[0]
    send(world, "abuse@lantern.example", f"Page: {first.page_url}.")
    moved_clock(21 * HOUR)
    assert visit(first.media_url).headers["Content-Type"] == "image/jpeg"
    assert first.page_url not in listed(visit, "http://lantern.example/")


def test_a_letter_to_one_operator_moves_no_other(world: World, visit, moved_clock):
    olive = copies(world, "olive.example")[0]
    send(world, "abuse@gravel.example", f"{olive.page_url}\n{olive.media_url}")
    moved_clock(48 * HOUR)
    assert visit(olive.page_url).status == 200


def test_an_ignoring_site_changes_nothing(world: World, visit, moved_clock):
    found = copies(world, "gravel.example")
    for days in range(3):
        moved_clock(days * 24 * HOUR)
        demand(world, *found)
    moved_clock(9 * 24 * HOUR)
    assert {visit(copy.media_url).body for copy in found} == {
        world.gallery.copy(copy.reference, copy.alteration).read_bytes() for copy in found
    }
    assert {copy.expected for copy in found} == {"still up"}
    assert world.next_event() is None


def test_a_soft_site_answers_200_with_something_else_in_its_place(world: World, visit, moved_clock):
    picture = copies(world, "lantern.example")[0]
    film = next(copy for copy in copies(world, "lantern.example") if copy.reference == "film")
    before = visit(picture.media_url).body
    demand(world, picture, film)
    moved_clock(20.1 * HOUR)
    for copy in (picture, film):
        assert visit(copy.page_url).status == 200
        assert "찾을 수 없습니다" in visit(copy.page_url).text
        assert visit(copy.media_url).status == 200
    assert visit(picture.media_url).body not in (before, b"")
    assert visit(picture.media_url).headers["Content-Type"] == "image/png"
    assert visit(film.media_url).headers["Content-Type"].startswith("text/html")


def test_a_re_uploader_is_back_two_days_after_removal_under_another_name(world: World, visit, moved_clock):
    first = copies(world, "heron.example")[0]
    again = next(copy for copy in world.planted() if copy.follows == first.media_url)
    assert again.reference == first.reference
    assert {again.page_url, again.media_url}.isdisjoint({first.page_url, first.media_url})
    demand(world, first)
    moved_clock(5.1 * HOUR)
    assert visit(first.media_url).status == visit(again.media_url).status == 404
    moved_clock(53.1 * HOUR)
    assert visit(first.media_url).status == 404
    assert visit(again.page_url).status == visit(again.media_url).status == 200
    assert again.page_url in listed(visit, "http://heron.example/")
    demand(world, again)
    moved_clock(58.2 * HOUR)
    assert visit(again.media_url).status == 404
    moved_clock(200 * HOUR)
    assert visit(again.media_url).status == 404
    assert world.next_event() is None


def test_a_re_upload_waits_until_page_and_file_are_both_gone(world: World, visit, moved_clock):
    first = copies(world, "heron.example")[0]
    again = next(copy for copy in world.planted() if copy.follows == first.media_url)
    send(world, "abuse@heron.example", first.media_url)
    moved_clock(60 * HOUR)
    assert visit(first.media_url).status == 404
    assert visit(first.page_url).status == 200
    assert visit(again.media_url).status == 404


def test_the_world_tells_once_what_happened_and_when_the_next_thing_will(world: World, moved_clock):
    first = copies(world, "heron.example")[0]
    assert world.next_event() is None
    demand(world, first)
    coming = world.next_event()
    assert coming
    assert timedelta(hours=4.9) < coming - clock.now() <= timedelta(hours=5)
    assert world.tick() == ()
    moved_clock(60 * HOUR)
    assert [(told.what, told.address) for told in world.tick()] == [
        ("removed", first.media_url),
        ("removed", first.page_url),
        (
            "uploaded again",
            next(copy.media_url for copy in world.planted() if copy.follows == first.media_url),
        ),
    ]
    assert world.tick() == ()


def test_the_right_address_of_every_operator_stands_on_the_contact_page(world: World, visit):
    for operator in world.operators:
        assert operator.right in visit(f"http://{operator.host}/contact").text


@pytest.mark.parametrize("host", ["olive.example", "gravel.example", "heron.example"])
def test_robots_are_told_what_they_may_read(visit, host: str):
    assert visit(f"http://{host}/robots.txt").text.startswith("User-agent: *")


def test_the_soft_site_answers_even_robots_with_its_usual_page(visit):
    answer = visit("http://lantern.example/robots.txt")
    assert answer.status == 200
    assert "<html" in answer.text


def test_the_traps_are_set(world: World, visit):
    assert visit("http://olive.example/old").headers["Location"] == "/older"
    assert visit("http://olive.example/older").headers["Location"] == "/old"
    assert visit("http://gravel.example/out").headers["Location"].startswith("http://127.0.0.1:")
    assert "169.254.169.254" in visit("http://heron.example/secret").headers["Location"]
    assert b"html" in visit("http://gravel.example/i/fake.jpg").body
    assert visit("http://gravel.example/i/none.png").body == b""
    bomb = visit("http://gravel.example/archive")
    assert bomb.headers["Content-Encoding"] == "gzip"
    assert len(bomb.body) < 200_000
    assert len(gzip.decompress(bomb.body)) == traps.BOMB_BYTES
    assert visit("http://heron.example/calendar/40").status == 200
    assert visit("http://heron.example/calendar/41").status == 404


def test_a_picture_in_broken_html_is_still_found_by_a_parser(world: World, visit):
    copy = next(copy for copy in world.planted() if copy.reference == "mosaic" and copy.alteration == "same file")
    page = visit(copy.page_url).text
    shown = [node.attributes.get("src") for node in LexborHTMLParser(page).css("img")]
    assert copy.media_url.removeprefix("http://gravel.example") in shown


def test_the_canary_counts_who_comes_to_it_and_nobody_else(world: World, visit):
    target = visit("http://gravel.example/out").headers["Location"]
    assert world.inside_hits() == 0
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(target, timeout=20) as answer:
        assert answer.read() == b"inside"
    assert world.inside_hits() == 1


def test_a_host_that_is_not_served_is_told_so(world: World):
    address, port = world.local_hosts["olive.example"]
    connection = http.client.HTTPConnection(address, port, timeout=20)
    connection.request("GET", "/", headers={"Host": "elsewhere.example"})
    assert connection.getresponse().status == 421
    connection.close()


def test_the_environment_names_hosts_and_clock_as_jium_reads_them(world: World, moved_clock):
    assert dict(config.load(world.environment).local_hosts) == world.local_hosts
    assert world.environment["JIUM_CLOCK_FILE"] == str(world.clock_file)


@pytest.mark.parametrize("host", [site.split("/")[2] for site in SITES])
def test_an_operator_finds_every_address_in_the_letters_jium_writes(world: World, host: str):
    operator = next(operator for operator in world.operators if operator.host == host)
    found = copies(world, host)
    items = tuple(letter.Item(copy.page_url, copy.media_url, clock.now(), "0" * 64) for copy in found)
    facts = letter.Facts(
        number="N2026-000001",
        recipient=operator.name,
        institution="Hanbit Centre",
        standing="entrusted body",
        signatory="Head of Deletion Support",
        email="support@centre.example",
        phone="02-0000-0000",
        address="",
        mandated=True,
        written_at=clock.now(),
        items=items,
    )
    body = letter.render(operator.regime, operator.language, facts).body
    for _ in range(2):
        with contextlib.suppress(smtplib.SMTPRecipientsRefused):
            send(world, operator.right, body)
    named = {address for copy in found for address in (copy.page_url, copy.media_url)}
    assert set(world.letters()[0].addresses) == named
    assert (world.next_event() is None) == (host in ("gravel.example", "swallow.example"))
