"""Who does not work on a case and is no supervisor sees its number and no more: every address, every list."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse

from jium.cases import given
from jium.cases import services as cases
from jium.trust import assignments, policy
from jium.trust.models import Account, AuditEntry
from tests.web.addresses import patterns
from tests.web.conftest import hashed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

CASEWORK = ["counsellor", "officer"]


def of_case(pattern) -> bool:
    action = pattern.callback.jium_action
    return action in policy.ACTIONS and policy.ACTIONS[action].of_case


@pytest.fixture
def places(world) -> dict[str, object]:
    """What the places of addresses stand for in a case that is there."""
    paper = cases.bring(
        world.case, cases.Paper.IDENTITY, io.BytesIO(b"%PDF-1.4 a scan"), "application/pdf", world.staff["counsellor"]
    )
    return {
        "case_id": world.case.pk,
        "reference_id": world.reference.pk,
        "document_id": paper.pk,
        "group_id": world.undecided.pk,
        "match_id": world.match.pk,
        "side": "reference",
        "referral_id": world.referral.pk,
        "claim_id": world.claim.pk,
        "given_id": given.record(world.case, given.Help.LEGAL, given.Way.PHONE, world.staff["counsellor"]).pk,
        "sighting_id": world.match.sighting_id,
        "notice_id": world.draft.pk,
        "capture_id": world.failed.pk,
        "target_id": world.unlooked.pk,
    }


@pytest.fixture
def stranger(staff) -> Account:
    """A colleague in both roles of casework, who has no case."""
    return Account.objects.create(username="noru", password=hashed(), roles=CASEWORK, display_name="Noru")


def test_of_every_address_of_a_case_it_is_known_whose_it_is() -> None:
    unknown = [
        pattern.name
        for pattern in patterns()
        if of_case(pattern) and pattern.pattern.converters and not policy.places() & set(pattern.pattern.converters)
    ]
    assert unknown == []
    assert sum(of_case(pattern) for pattern in patterns()) > 25


def test_who_has_not_the_case_reaches_nothing_of_it(client, world, places, stranger) -> None:
    client.force_login(stranger)
    asked = 0
    for pattern in patterns():
        names = pattern.pattern.converters
        if not of_case(pattern) or not names:
            continue
        address = reverse(pattern.name, kwargs={name: places[name] for name in names})
        for method in (client.get, client.post):
            assert method(address).status_code == 403, pattern.name
            asked += 1
    assert asked > 50
    assert AuditEntry.objects.filter(act="access.denied", subject=str(world.case.pk)).count() == asked
    page = client.get(f"/cases/{world.case.pk}/", headers={"accept-language": "en"}).content.decode()
    assert "This case is with somebody else" in page
    assert "Willow" not in page


@pytest.mark.parametrize("role", [*CASEWORK, "supervisor"])
def test_who_has_the_case_reaches_what_her_role_allows(client, world, places, role: str) -> None:
    client.force_login(world.staff[role])
    for pattern in patterns():
        names = pattern.pattern.converters
        if of_case(pattern) and names and policy.may(world.staff[role], pattern.callback.jium_action):
            address = reverse(pattern.name, kwargs={name: places[name] for name in names})
            assert client.get(address).status_code != 403, pattern.name


def test_no_list_tells_of_the_cases_of_others(client, world, stranger) -> None:
    client.force_login(stranger)
    client.cookies["jium_language"] = "en"
    told = (world.case.number, "Willow", world.case.references.first().sha256, world.draft.number)
    for page in (
        "/",
        "/cases/",
        "/cases/?show=waiting",
        "/cases/?show=mine",
        "/desk/",
        "/notices/",
        "/notices/?show=mine",
    ):
        text = client.get(page, follow=True).content.decode()
        assert not any(word in text for word in told), page
    assert 'id="count-queue" hidden' in client.get("/").content.decode()


def test_the_number_of_a_case_is_found_and_no_more(client, world, stranger) -> None:
    client.force_login(stranger)
    client.cookies["jium_language"] = "en"
    found = client.post("/cases/", {"text": world.case.number}, follow=True).content.decode()
    assert f"With somebody else: {world.case.number}." in found
    assert "Willow" not in found
    assert "With somebody else" not in client.post("/cases/", {"text": "Willow"}, follow=True).content.decode()


def test_after_one_letter_comes_the_next_of_ones_own_cases(client, world, stranger) -> None:
    """The world's second draft is of another case: whoever has not that one is not sent there."""
    from jium.notices.models import Notice

    Notice.objects.filter(state="drafted").exclude(pk=world.draft.pk).update(case=world.begun)
    assignments.hand_over(world.begun.pk, "removal", stranger, "system", minor=False)
    client.force_login(world.staff["officer"])
    assert client.post(f"/notices/{world.draft.pk}/approve/")["Location"] == "/notices/"


def test_a_case_is_handed_over_and_its_history_stays(client, world, stranger) -> None:
    client.force_login(world.staff["officer"])
    client.cookies["jium_language"] = "en"
    page = f"/cases/{world.case.pk}/people/"
    assert "Noru, who has 0 cases" in client.get(page).content.decode()
    answer = client.post(page, {"duty": "removal", "removal-to": stranger.pk})
    assert answer["Location"] == "/cases/"
    assert client.get(page).status_code == 403
    client.force_login(stranger)
    text = client.get(page).content.decode()
    assert "officer" in text and "Noru" in text
    assert client.get(f"/groups/{world.undecided.pk}/").status_code == 200


def test_a_hand_over_to_somebody_who_cannot_have_it_is_refused(client, world) -> None:
    client.force_login(world.staff["supervisor"])
    page = f"/cases/{world.case.pk}/people/"
    for to in (world.staff["auditor"].pk, world.staff["nothing"].pk, 999_999, "x", ""):
        assert "errorlist" in client.post(page, {"duty": "removal", "removal-to": to}).content.decode()
    assert client.post(page, {"duty": "nothing"}).status_code == 200
    assert assignments.reach(world.staff["officer"]).has(world.case.pk)


def test_a_supervisor_is_told_of_cases_that_nobody_has(client, world) -> None:
    from jium.trust import account_life

    account_life.close(world.staff["officer"], "command-line")
    client.force_login(world.staff["supervisor"])
    client.cookies["jium_language"] = "en"
    page = client.get("/").content.decode()
    assert f"Case {world.case.number} has nobody" in page
    assert f'href="/cases/{world.case.pk}/people/"' in page
