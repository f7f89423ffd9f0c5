"""Keeping and destroying on the pages: closed and opened, destroyed when that is demanded and confirmed, certified."""

from __future__ import annotations

import re

import pytest

from jium import clock, lists
from jium.cases import retention
from jium.cases import services as cases
from jium.cases.models import Case, Destruction
from jium.flow import destroying
from jium.trust.models import AuditEntry
from tests.cases.opened import opened
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def as_person(client, world):
    """The browser of somebody who has just logged in, in English."""
    client.cookies["jium_language"] = "en"

    def logged_in(name: str):
        client.post("/logout/")
        client.post("/login/", {"username": name, "password": PASSWORD})
        return client

    return logged_in


def said(answer) -> str:
    return answer.content.decode().split("<main")[1]


def test_a_case_is_closed_and_nothing_of_it_waits_for_anybody_until_it_is_open_again(work, world) -> None:
    page, close = f"/cases/{world.case.pk}/keeping/", f"/cases/{world.case.pk}/close/"
    assert "the years begin when it is closed" in said(work.get(page))
    assert f"/notices/{world.draft.pk}/" in said(work.get("/"))
    assert "Choose why" in said(work.post(close, {"why": "because"}, follow=True))
    text = said(work.post(close, {"why": "done"}, follow=True))
    assert "support is finished" in text and str(retention.ends_of(cases.case(world.case.pk))) in text
    assert world.case.number not in said(work.get("/"))
    assert "Needs me" in said(work.get("/cases/?show=waiting")) and "Willow" not in said(
        work.get("/cases/?show=waiting")
    )
    assert f"/notices/{world.draft.pk}/" not in said(work.get("/notices/?show=waiting"))
    assert "It was closed already." in said(work.post(close, {"why": "done"}, follow=True))
    assert "open again" in said(work.post(close, {"answer": "reopen"}, follow=True))
    assert f"/notices/{world.draft.pk}/" in said(work.get("/"))


def test_it_is_destroyed_at_once_when_a_second_person_confirms_what_a_first_asked_for(as_person, world) -> None:
    counsellor = as_person("counsellor")
    page, ask = f"/cases/{world.case.pk}/keeping/", f"/cases/{world.case.pk}/destroy/"
    assert "not this case" in said(counsellor.post(ask, {"why": "She wrote it.", "number": "2020-0001"}, follow=True))
    assert "Say who demanded it" in said(counsellor.post(ask, {"why": " ", "number": world.case.number}, follow=True))
    text = said(counsellor.post(ask, {"why": "She wrote it.", "number": f" {world.case.number} "}, follow=True))
    assert "waits for a second person" in text
    assert "Nothing is destroyed." in said(counsellor.post(f"{ask}drop/", follow=True))
    counsellor.post(ask, {"why": "She wrote it.", "number": world.case.number})

    supervisor = as_person("supervisor")
    queue = said(supervisor.get("/second-looks/"))
    assert "She wrote it." in queue and "destroy the case now" in queue
    address = re.search(r'action="(/second-looks/\d+/confirm/)"', queue[queue.index("She wrote it.") :])
    assert "Confirmed." in said(supervisor.post(address[1], follow=True))
    assert "is being destroyed" in said(supervisor.get(page))
    assert "is being destroyed" in said(supervisor.get("/destructions/"))
    begun = Destruction.objects.get(case_id=world.case.pk)
    certificate = f"/destructions/{begun.pk}/certificate.pdf"
    assert supervisor.get(certificate).status_code == 404, "not before it is done"

    destroying.destroy(begun)
    assert supervisor.get(page).status_code == 404
    privacy = as_person("privacy_officer")
    assert certificate in said(privacy.get("/destructions/"))
    for language in ("ko", "en"):
        assert privacy.get(f"{certificate}?language={language}").content.startswith(b"%PDF")
    assert privacy.get(f"{certificate}?language=fr").status_code == 404
    assert AuditEntry.objects.filter(act="destruction.certificate_made").count() == 2
    for name in ("", "cases/", "notices/", "audit/", "second-looks/", "people/"):
        assert as_person("everything").get(f"/{name}").status_code == 200, name


def test_a_certificate_is_found_by_its_number_and_nobody_else_sees_them(work, client, world) -> None:
    gone = opened(world.staff["everything"], "Sedge")
    fields = {"kept": "five_years", "why": "clock", "opened_at": clock.now(), "begun_at": clock.now()}
    Destruction.objects.create(case_id=gone.pk, number="2019-0004", done_at=clock.now(), **fields)
    assert "2019-0004" in said(work.post("/destructions/", {"text": "2019"}, follow=True))
    assert "2021-0003" not in said(work.get("/destructions/")), "what the world destroyed is another"
    client.force_login(world.staff["counsellor"])
    assert client.get("/destructions/").status_code == 403
    client.force_login(world.staff["auditor"])
    assert client.get("/destructions/").status_code == 200


def test_what_somebody_searched_for_is_forgotten_with_a_case(work, world) -> None:
    assert "Willow" in said(work.post("/cases/", {"text": "willow"}, follow=True))
    assert work.session.get("search cases") == "willow"
    session = work.session
    session["account_reauthentication_state"] = {"request": {"post": "why=She+wrote"}}
    session.save()
    lists.forget_searches()
    assert "account_reauthentication_state" not in work.session
    assert "search cases" not in work.session
    assert Case.objects.count() > 1 and work.get("/cases/").status_code == 200, "she is still logged in"


def test_all_that_is_kept_about_her_is_handed_to_her_and_that_is_recorded(work, world, client) -> None:
    for language in ("ko", "en"):
        answer = work.get(f"/cases/{world.case.pk}/own-data.pdf?language={language}")
        assert answer.content.startswith(b"%PDF") and "no-store" in answer["Cache-Control"]
    assert work.get(f"/cases/{world.case.pk}/own-data.pdf?language=fr").status_code == 404
    assert AuditEntry.objects.filter(act="own_data.made").count() == 2
    client.force_login(world.staff["officer"])
    assert client.get(f"/cases/{world.case.pk}/own-data.pdf").status_code == 403


def test_thirty_days_before_its_end_a_case_stands_in_the_to_do_list_and_on_the_page(work, world, moved_clock) -> None:
    moved_clock(0)
    retention.close(world.case, "done", world.staff["everything"])
    left = (retention.ends_of(world.case) - clock.today()).days
    moved_clock((left - 30) * 24 * 3600)
    cases.announce()
    work.force_login(world.staff["everything"])
    assert f"Case {world.case.number} is destroyed on {retention.ends_of(world.case)}" in said(work.get("/"))
    assert "Destroyed soon" in said(work.get("/destructions/"))
    assert "Its time is nearly over" in said(work.get(f"/cases/{world.case.pk}/keeping/"))
