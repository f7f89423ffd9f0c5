"""The pages of intake: what is told, papers, consents."""

from __future__ import annotations

import io
import re

import pytest

from jium.cases import services as cases
from jium.cases.models import Case, Consent, Document
from jium.cases.services import Kind
from jium.trust.models import AuditEntry
from tests.cases.opened import told
from tests.web.test_work import said

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

PDF = b"%PDF-1.4 a scan"


def scan(content: bytes = PDF, name: str = "scan.pdf") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def mandate(case: Case) -> str:
    return f"/cases/{case.pk}/mandate/"


def test_the_page_says_first_what_is_still_needed(work, world) -> None:
    case = world.begun
    assert "Still needed: identity card of the requester" in said(work.get(mandate(case)))
    for paper in ("identity", "mandate", "victim_identity"):
        answer = work.post(f"/cases/{case.pk}/papers/", {"paper": paper, "file": scan()})
        assert answer["Location"] == mandate(case)
    assert "Still needed: her consent." in said(work.get(mandate(case)))
    work.post(f"/cases/{case.pk}/consents/", {"kinds": ["support", "personal"], "means": "paper"})
    assert "Everything is here: deletion support runs." in said(work.get(mandate(case)))
    assert Case.objects.get(pk=case.pk).stands


@pytest.mark.parametrize("content", [b"PK\x03\x04 a document", b"<html>", b"MZ program"], ids=range(3))
def test_what_is_no_scan_is_told_and_nothing_is_kept(work, world, content: bytes) -> None:
    answer = work.post(f"/cases/{world.begun.pk}/papers/", {"paper": "identity", "file": scan(content)})
    assert "This is no PDF and no photograph." in said(answer)
    assert not Document.objects.filter(case=world.begun).exists()


def test_a_scan_that_is_too_large_is_told(work, world, monkeypatch) -> None:
    monkeypatch.setattr("jium.cases.papers.MOST_BYTES", 10)
    answer = work.post(f"/cases/{world.begun.pk}/papers/", {"paper": "identity", "file": scan()})
    assert "This file is over 20 MB." in said(answer)


def test_a_paper_is_downloaded_under_a_neutral_name_and_that_is_recorded(work, world) -> None:
    work.post(f"/cases/{world.begun.pk}/papers/", {"paper": "identity", "file": scan(name="김가람 주민등록증.pdf")})
    document = Document.objects.get(case=world.begun)
    answer = work.get(f"/papers/{document.pk}/")
    assert answer.content == PDF and answer["Content-Disposition"] == 'attachment; filename="document.pdf"'
    assert AuditEntry.objects.filter(act="document.seen", subject=str(document.pk)).exists()
    work.post(f"/papers/{document.pk}/remove/")
    assert work.get(f"/papers/{document.pk}/").status_code == 404


def test_a_consent_is_withdrawn_and_again_is_told_in_words(work, world) -> None:
    address = f"/cases/{world.case.pk}/consents/withdraw/"
    assert "Withdrawn. What rests on it stops now." in said(work.post(address, {"kind": "abroad"}, follow=True))
    assert "this consent does not stand" in said(work.post(address, {"kind": "abroad"}, follow=True))
    assert work.post(address, {"kind": "anything"}).status_code == 404
    assert Consent.objects.get(case=world.case, kind="abroad").withdrawn_at


def test_a_case_that_may_not_run_says_so_on_its_page(work, world) -> None:
    page = f"/cases/{world.case.pk}/"
    assert "Something is lacking" not in said(work.get(page))
    cases.withdraw_consent(world.case, [Kind.SUPPORT], world.staff["officer"])
    assert "Something is lacking before deletion support may run." in said(work.get(page))


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"requester": "nobody"}, "the law lets us act only for children and youths"),
        ({"age": "14_18"}, "do not fit together"),
        ({"contact_by": "phone", "contact": "she@example.org"}, "This is no telephone number."),
        ({"contact_by": "mail", "contact": "010 1234 5678"}, "This is no mail address."),
        ({"contact_by": "mail", "contact": ""}, "or choose that she may not be reached"),
        ({"damage": []}, "This field is required"),
    ],
)
def test_what_does_not_fit_is_told_and_what_was_typed_stays(work, world, other, words: str) -> None:
    page = said(work.post("/cases/new/", told("Reed", keywords="leaf, reed", **other)))
    assert words in page and "leaf, reed" in page
    assert not Case.objects.filter(pseudonym="Reed").exists()


def test_what_was_told_is_corrected_and_two_who_do_so_at_once_are_told(work, world) -> None:
    address = f"/cases/{world.case.pk}/intake/"
    seen = re.search(r'name="seen" value="([^"]+)"', said(work.get(address)))
    assert seen
    fields = told("Willow", police_number="2026-77", seen=seen[1])
    assert work.post(address, fields)["Location"] == mandate(world.case)
    page = said(work.post(address, {**fields, "police_number": "2026-78"}))
    assert "Somebody changed this meanwhile." in page and "2026-78" in page
    again = re.search(r'name="seen" value="([^"]+)"', page)
    assert again and again[1] != seen[1]
    work.post(address, {**fields, "police_number": "2026-78", "seen": again[1]})
    assert cases.opening_of(cases.case(world.case.pk)).details.police_number == "2026-78"


def test_what_may_say_who_she_is_reaches_no_address_and_no_log(work, caplog) -> None:
    answer = work.post("/cases/new/", told("Reed", exposed="Hangang school", requester_name="Kim Reed"))
    assert "Hangang" not in answer["Location"] and "Hangang" not in caplog.text and "Kim Reed" not in caplog.text
