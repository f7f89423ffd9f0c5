"""Cost recovery on the pages, and two cases of one person."""

from __future__ import annotations

import re

import pytest

from jium import clock
from jium.cases import same_person
from jium.cases import services as cases
from jium.cases.models import CostBasis, CostClaim, Likeness
from jium.trust import assignments
from jium.trust.assignments import reach
from jium.trust.models import Assignment
from tests.cases.opened import opened

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def said(answer) -> str:
    return answer.content.decode().split("<main")[1]


def test_costs_are_claimed_served_and_paid(work, world) -> None:
    page = f"/cases/{world.begun.pk}/costs/"
    assert "Nothing that costs something" in said(work.get(page))
    cases.record_deletion(world.begun.pk, "notice of costs", 7)
    CostBasis.objects.all().delete()  # those of the world
    assert "is not entered" in said(work.get(page))
    assert "Enter first what" in said(work.post(page, {"owed_by": "Hong"}))
    form = {"year": clock.today().year, "notice": "Notice 7", "pay": "Hanbit Bank 1-2", "deletion": "12000"}
    assert "Notice 7" in said(work.post("/costs/", form, follow=True))
    assert "84,000" in said(work.get(page))
    made = work.post(page, {"owed_by": "Hong\nRiver Road 1"})["Location"]
    assert "River Road 1" in said(work.get(made))
    for language in ("ko", "en"):
        assert work.get(f"{made}notice.pdf?language={language}").content.startswith(b"%PDF")
    assert work.get(f"{made}notice.pdf?language=fr").status_code == 404
    for wrong in ({"state": "served"}, {"state": "served", "on": "2999-01-01"}, {"state": "paid"}, {}):
        assert "Noted." not in said(work.post(f"{made}move/", wrong, follow=True))
    text = said(work.post(f"{made}move/", {"state": "served", "on": str(clock.today())}, follow=True))
    assert "it is to be paid by" in text
    assert "paid" in said(work.post(f"{made}move/", {"state": "paid"}, follow=True))
    assert CostClaim.objects.get(pk=re.search(r"[0-9a-f-]{36}", made)[0]).state == "paid"


def test_what_was_typed_stays_where_nothing_could_be_claimed(work, world) -> None:
    cases.record_deletion(world.begun.pk, "notice of costs", 1)
    CostBasis.objects.update_or_create(year=clock.today().year, defaults={"rates": {"deletion": 5}})
    assert "x" * 401 in said(work.post(f"/cases/{world.begun.pk}/costs/", {"owed_by": "x" * 401}))


@pytest.mark.parametrize(
    "wrong", [{"year": "1900"}, {"year": "x"}, {"notice": ""}, {"deletion": "-1"}, {"deletion": "much"}]
)
def test_a_rate_that_is_none_is_said_at_its_field(work, wrong: dict[str, str]) -> None:
    form = {"year": "2025", "notice": "N", "pay": "P", "deletion": "1", **wrong}
    assert "errorlist" in said(work.post("/costs/", form))
    assert not CostBasis.objects.filter(year=2025).exists()


def test_a_counsellor_sees_no_costs(client, world) -> None:
    client.force_login(world.staff["counsellor"])
    assert "/costs/" not in said(client.get(f"/cases/{world.case.pk}/services/"))
    assert client.get(f"/cases/{world.case.pk}/costs/").status_code == 403


def test_she_may_have_come_before_is_said_when_a_case_is_opened_and_answered_there(work, world) -> None:
    by = world.staff["everything"]
    first = opened(by, "Reed", details=cases.Details(contact_by="phone", contact="010-5555-1234"))
    form = {
        "pseudonym": "Sedge",
        "requester": "victim",
        "channel": "phone",
        "sex": "female",
        "age": "19_29",
        "damage": ["circulated"],
        "perpetrator": "unknown",
        "circulation": "unknown",
        "contact_by": "phone",
        "contact": "+82 10 5555 1234",
    }
    text = said(work.post("/cases/new/", form, follow=True))
    assert f"She may have come before: {first.number}" in text
    second = cases.Case.objects.get(pseudonym="Sedge")
    assert f"Cases {second.number} and {first.number} may be one person" in said(work.get("/")).replace("&#x27;", "'")
    people, say = f"/cases/{second.pk}/people/", f"/cases/{second.pk}/same-person/"
    one = re.search(r'name="likeness" value="(\d+)"', said(work.get(people)))[1]
    text = said(work.post(say, {"likeness": one, "answer": "join"}, follow=True))
    assert "Joined" in text and first.number in text
    assert work.post(say, {"likeness": one, "answer": "join"}).status_code == 404
    assert "Parted" in said(work.post(say, {"answer": "part"}, follow=True))
    assert "stands for itself already" in said(work.post(say, {"answer": "part"}, follow=True))
    assert work.post(say, {"answer": "?"}).status_code == 400


def test_of_somebody_elses_case_nothing_is_said_and_nothing_can_be_joined(client, world) -> None:
    theirs = opened(world.staff["everything"], "Secret name")
    Assignment.objects.filter(case_id=theirs.pk).update(until=clock.now())
    likeness = Likeness.objects.create(case=world.case, other=theirs, why="contact", noted_at=clock.now())
    client.force_login(world.staff["counsellor"])
    client.cookies["jium_language"] = "en"
    text = said(client.get(f"/cases/{world.case.pk}/people/"))
    assert theirs.number not in text and "Secret name" not in text
    fields = {"likeness": likeness.pk, "answer": "join"}
    assert client.post(f"/cases/{world.case.pk}/same-person/", fields).status_code == 403
    assert same_person.of_one_person(world.case) == []


def test_joining_reaches_no_case_of_the_same_person_that_is_somebody_elses(client, world) -> None:
    by, counsellor = world.staff["everything"], world.staff["counsellor"]
    mine, theirs = opened(by, "Reed"), opened(by, "Sedge")
    same_person.join(mine, theirs, by)
    Assignment.objects.filter(case_id__in=(mine.pk, theirs.pk)).update(until=clock.now())
    assignments.hand_over(mine.pk, assignments.Duty.COUNSELLING, counsellor, by, minor=False)
    likeness = Likeness.objects.create(case=world.case, other=mine, why="contact", noted_at=clock.now())
    client.force_login(counsellor)
    fields = {"likeness": likeness.pk, "answer": "join"}
    assert client.post(f"/cases/{world.case.pk}/same-person/", fields).status_code == 403
    assert not reach(counsellor).has(theirs.pk)


def test_a_number_of_thousands_of_digits_is_not_found(work, world) -> None:
    fields = {"likeness": "9" * 5000, "answer": "join"}
    assert work.post(f"/cases/{world.case.pk}/same-person/", fields).status_code == 404
    asked = {"organisation": "9" * 5000, "asked": "A talk."}
    assert work.post(f"/cases/{world.case.pk}/referrals/new/", asked).status_code == 404
