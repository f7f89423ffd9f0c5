"""Referrals and the directory on the pages."""

from __future__ import annotations

import re

import pytest

from jium.cases import referrals
from jium.cases import services as cases
from jium.cases.models import Organisation, Referral
from jium.cases.services import Kind, Means

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def said(answer) -> str:
    return answer.content.decode().split("<main")[1]


def test_she_is_referred_with_a_letter_and_what_became_of_it_is_noted(work, world) -> None:
    page = said(work.get(f"/cases/{world.case.pk}/services/"))
    assert "Legal Aid" in page
    answer = work.post(
        f"/cases/{world.case.pk}/referrals/new/",
        {"organisation": world.referral.organisation_id, "asked": "A first talk."},
    )
    made = answer["Location"]
    assert "A first talk." in said(work.get(made))
    for language in ("ko", "en"):
        letter = work.get(f"{made}letter.pdf?language={language}")
        assert letter.content.startswith(b"%PDF") and letter["Content-Type"] == "application/pdf"
    assert work.get(f"{made}letter.pdf?language=fr").status_code == 404
    assert "Noted." in said(work.post(f"{made}move/", {"state": "handed"}, follow=True))
    page = said(work.post(f"{made}move/", {"state": "taken_up", "outcome": "They meet on Monday."}, follow=True))
    assert "taken up" in page and "They meet on Monday." in page
    assert "legal help" in said(work.get(f"/cases/{world.case.pk}/services/"))


def test_what_does_not_follow_is_said_and_nothing_changes(work, world) -> None:
    for state in ("ended", "nonsense", ""):
        page = said(work.post(f"/referrals/{world.referral.pk}/move/", {"state": state}, follow=True))
        assert "does not follow any more" in page
    assert Referral.objects.get(pk=world.referral.pk).state == "drafted"


def test_without_consent_she_is_not_referred_and_the_page_leads_to_it(work, world) -> None:
    cases.withdraw_consent(world.case, [Kind.REFERRAL], world.staff["counsellor"])
    fields = {"organisation": world.referral.organisation_id, "asked": "A talk."}
    answer = work.post(f"/cases/{world.case.pk}/referrals/new/", fields)
    assert answer["Location"] == f"/cases/{world.case.pk}/mandate/"
    assert "She does not agree to that, or not yet" in said(work.get(answer["Location"]))
    cases.give_consent(world.case, [Kind.REFERRAL], Means.PHONE, world.staff["counsellor"])
    assert work.post(f"/cases/{world.case.pk}/referrals/new/", fields)["Location"].startswith("/referrals/")


def test_a_draft_whose_consent_was_withdrawn_neither_leaves_as_a_letter_nor_is_handed_over(work, world) -> None:
    cases.withdraw_consent(world.case, [Kind.REFERRAL], world.staff["counsellor"])
    page = f"/referrals/{world.referral.pk}/"
    for answer in (work.get(f"{page}letter.pdf"), work.post(f"{page}move/", {"state": "handed"})):
        assert answer["Location"] == f"/cases/{world.case.pk}/mandate/"
    assert Referral.objects.get(pk=world.referral.pk).state == "drafted"
    assert "Noted." in said(work.post(f"{page}move/", {"state": "dropped"}, follow=True))


@pytest.mark.parametrize("fields", [{"organisation": "x"}, {"organisation": "999999"}, {}])
def test_an_organisation_that_is_not_there_is_not_found(work, world, fields: dict[str, str]) -> None:
    assert work.post(f"/cases/{world.case.pk}/referrals/new/", {"asked": "A talk.", **fields}).status_code == 404


def test_nothing_asked_is_said_in_words(work, world) -> None:
    fields = {"organisation": world.referral.organisation_id, "asked": " "}
    page = said(work.post(f"/cases/{world.case.pk}/referrals/new/", fields, follow=True))
    assert "Say what is asked" in page


def test_the_directory_is_kept_searched_and_closed(work) -> None:
    assert "132" in said(work.get("/organisations/"))
    form = {"name": "한빛 의원", "help": "medical", "phone": "02-1", "email": "x@y.example"}
    assert work.post("/organisations/new/", form)["Location"] == "/organisations/"
    row = Organisation.objects.get(name="한빛 의원")
    assert row.checked_at
    assert "한빛 의원" in said(work.post("/organisations/", {"text": "02-1"}, follow=True))
    assert "한빛 의원" not in said(work.get("/organisations/?show=legal"))
    work.post(f"/organisations/{row.pk}/", {**form, "closed": "on"})
    assert row not in referrals.organisations()
    assert "errorlist" in said(work.post(f"/organisations/{row.pk}/", {"name": "", "help": "x", "email": "no mail"}))


def test_a_deletion_officer_reads_the_directory_and_does_not_change_it(client, world) -> None:
    client.force_login(world.staff["officer"])
    page = said(client.get("/organisations/"))
    assert "Legal Aid" in page and not re.search(r'href="/organisations/(new|\d+)/"', page)
    assert client.get("/organisations/new/").status_code == 403
