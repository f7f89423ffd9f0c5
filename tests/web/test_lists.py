"""The lists: searched, filtered, sorted, turned page by page; and what waits is the same wherever it is told."""

from __future__ import annotations

import io
import re
from urllib.parse import quote

import pytest

from jium import clock
from jium.cases import services as cases
from jium.desk import tasks
from jium.evidence.models import Capture
from jium.notices import services as notices
from jium.notices.models import Notice, Provider
from jium.removal.models import Target
from jium.review.models import Group
from jium.trust import assignments, policy
from jium.trust.assignments import Reach
from jium.watch.models import Crawl, Site
from tests.cases.opened import opened

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def rows(answer) -> list[str]:
    """The first cell of every row of the page's list, without marks."""
    page = answer.content.decode()
    cells = re.findall(r"<tr[^>]*><td[^>]*>(.*?)</td>", page.partition("</thead>")[2], re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def searched(work, address: str, text: str) -> list[str]:
    answer = work.post(address, {"text": text})
    assert text == "" or quote(text) not in answer["Location"]
    return rows(work.get(answer["Location"]))


@pytest.fixture
def three(world, staff):
    """Two cases more than the world's own (Willow): Reed, and an officer's own, Sedge."""
    world.begun.delete()
    willow, reed, sedge = world.case, opened(staff["everything"], "Reed"), opened(staff["officer"], "Sedge")
    for case, name in ((willow, "everything"), (reed, "everything"), (sedge, "officer")):
        assignments.hand_over(case.pk, "removal", staff[name], "system", minor=False)
    assignments.hand_over(sedge.pk, "counselling", staff["counsellor"], "system", minor=False)
    return willow, reed, sedge


def test_cases_are_found_by_number_and_by_pseudonym(work, three) -> None:
    willow, reed, sedge = three
    assert rows(work.get("/cases/")) == [sedge.number, reed.number, willow.number]
    assert searched(work, "/cases/", "willow") == [willow.number]
    assert "1 of 3" in work.get("/cases/").content.decode(), "a search that holds is said"
    assert searched(work, "/cases/", reed.number[-4:]) == [reed.number]
    assert searched(work, "/cases/", "nobody at all") == []
    assert "Nothing here has that in it." in work.get("/cases/").content.decode()
    assert len(searched(work, "/cases/", "")) == 3


def test_cases_are_filtered_by_what_is_to_do_and_whose_they_are(work, three, client, staff) -> None:
    willow, reed, sedge = three
    assert rows(work.get("/cases/?show=waiting")) == [willow.number]
    assert rows(work.get("/cases/?show=mine")) == [reed.number, willow.number]
    client.force_login(staff["officer"])
    assert rows(client.get("/cases/?show=mine")) == [sedge.number]


def test_cases_are_sorted_by_any_column_and_turned_round(work, three, monkeypatch) -> None:
    willow, reed, sedge = three
    assert rows(work.get("/cases/?sort=pseudonym")) == [reed.number, sedge.number, willow.number]
    page = work.get("/cases/?sort=-pseudonym")
    assert rows(page) == [willow.number, sedge.number, reed.number]
    assert 'aria-sort="descending"' in page.content.decode()
    monkeypatch.setattr("jium.lists.LINES_A_PAGE", 2)
    assert rows(work.get("/cases/?sort=pseudonym&page=2")) == [willow.number]


def test_letters_are_found_by_what_one_has_in_hand(work, world) -> None:
    item = world.draft.items.get()
    for text in (world.draft.number, "harbour llc", item.page_url, item.page_url.upper(), "willow"):
        assert any(line.startswith(world.draft.number) for line in searched(work, "/notices/", text)), text
    assert searched(work, "/notices/", "nobody.example") == [
        Notice.objects.get(provider=world.nobody).number,
    ]
    assert searched(work, "/notices/", "http://elsewhere.example/") == []


def test_letters_are_found_by_an_address_in_letters_of_its_own(work, world) -> None:
    item = world.draft.items.get()
    item.page_url = "http://xn--bj0bj06e.example/posts/1"
    item.save()
    for text in ("한글.example", "http://한글.example/posts/1", "xn--bj0bj06e"):
        assert searched(work, "/notices/", text) == [world.draft.number], text


def test_letters_that_need_somebody_come_first_and_can_be_had_alone(work, world) -> None:
    every, waiting = rows(work.get("/notices/")), rows(work.get("/notices/?show=waiting"))
    assert set(every[:2]) == {"U1", "R1"} and every[-1] == "S1"
    assert every[: len(waiting)] == waiting and "S1" not in waiting
    assert rows(work.get("/notices/?show=mine&sort=number"))[0] in every
    stranger = notices.notices().filter(approved_by=world.staff["officer"])
    assert not stranger.exists()


def test_a_stranger_has_no_letters_of_her_own(client, world) -> None:
    client.force_login(world.staff["supervisor"])
    assert rows(client.get("/notices/?show=mine")) == []
    Notice.objects.filter(number="S1").update(approved_by=world.staff["supervisor"])
    assert rows(client.get("/notices/?show=mine")) == ["S1"]


def test_providers_are_found_by_name_host_and_mail_address(work, world) -> None:
    Provider.objects.create(name="Korean board", hosts=["xn--bj0bj06e.example"], email="", language="ko")
    assert searched(work, "/providers/", "HARBOUR") == ["Harbour LLC"]
    assert searched(work, "/providers/", "abuse@") == ["Harbour LLC"]
    assert searched(work, "/providers/", "한글") == ["Korean board"]
    searched(work, "/providers/", "")
    assert rows(work.get("/providers/?show=waiting")) == ["nobody.example"]
    assert rows(work.get("/providers/?sort=-name")) == ["nobody.example", "Korean board", "Harbour LLC"]


def test_sites_are_found_by_name_and_address_and_the_troubled_can_be_had_alone(work, world) -> None:
    silent = Site.objects.create(name="Silent board", start_url="http://silent.example/")
    Crawl.objects.create(site=silent, started_at=clock.now(), finished_at=clock.now(), problems={"timeout": 1})
    Crawl.objects.create(
        site=world.site, started_at=clock.now().replace(year=2020), finished_at=clock.now(), problems={"timeout": 1}
    )
    assert [line.split()[0] for line in rows(work.get("/sites/?show=waiting"))] == ["Silent"]
    assert [line.split()[0] for line in rows(work.get("/sites/?show=paused"))] == ["Old"]
    assert [line.split()[0] for line in searched(work, "/sites/", "silent.example")] == ["Silent"]
    fragment = work.get("/sites/", headers={"hx-request": "true", "hx-target": "div#live"})
    assert len(rows(fragment)) == 1, "what refreshes itself keeps to the search"


def test_addresses_of_a_case_are_found_and_filtered_and_a_search_stays_in_its_case(work, world, staff) -> None:
    case = f"/cases/{world.case.pk}/"

    def shown(answer) -> int:
        return answer.content.decode().count('<tr id="address-')

    assert shown(work.get(case)) == 8
    work.post(case, {"text": "posts/3"})
    assert shown(work.get(case)) == 1
    other = opened(staff["everything"], "Reed")
    assert "posts/3" not in work.get(f"/cases/{other.pk}/").content.decode()
    work.post(case, {"text": ""})
    assert 0 < shown(work.get(f"{case}?show=waiting")) < 8
    assert shown(work.get(f"{case}?show=up")) == 0
    Target.objects.filter(state="verified").update(state="back")
    assert shown(work.get(f"{case}?show=up")) == 1


def test_the_reference_bears_the_name_it_came_with(work, world) -> None:
    cases.register(world.case, io.BytesIO(b"one"), world.staff["everything"], "<b>\u202eholiday</b>.jpg")
    page = work.get(f"/cases/{world.case.pk}/").content.decode()
    assert 'title="b&gt;.jpg"' in page or "&lt;b&gt;" in page
    assert "<b>" not in page and "\u202e" not in page


NOTHING_TO_DO = "Nothing to do here."


def test_a_case_has_nothing_to_do_exactly_when_no_task_is_in_it(work, world) -> None:
    """Whatever is taken away, the case's page, the list of cases and the to-do list say the same."""
    may = policy.allowed(world.staff["everything"])
    steps = (
        lambda: None,
        lambda: Group.objects.filter(verdict="undecided").update(verdict="different"),
        lambda: Group.objects.filter(verdict="unsure").update(later_until=clock.now().replace(year=2020)),
        lambda: Group.objects.filter(verdict="unsure").update(verdict="different"),
        lambda: Group.objects.filter(pk=world.mistaken.pk).update(verdict="same"),
        lambda: Capture.objects.filter(state="failed").update(settled_at=clock.now()),
        lambda: Target.objects.all().update(unseen_since=None),
        lambda: Notice.objects.exclude(state="sent").update(state="withdrawn"),
        lambda: cases.Reference.objects.filter(state="rejected").update(settled_at=clock.now()),
        lambda: cases.Reference.objects.filter(state="received").update(state="ready"),
    )
    for number, step in enumerate(steps):
        step()
        waits = tasks.ToDo(may, Reach(None, True)).in_cases()[world.case.pk] > 0
        page = work.get(f"/cases/{world.case.pk}/").content.decode()
        assert (NOTHING_TO_DO not in page) is waits or "being fingerprinted" in page, number
        assert bool(rows(work.get("/cases/?show=waiting"))) is waits, number
    assert not waits and NOTHING_TO_DO in page
