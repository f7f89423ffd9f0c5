"""The administrator's page of one account."""

from __future__ import annotations

import pytest

from jium.trust.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

WORDS = "a long enough password"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def bada() -> Account:
    return Account.objects.create_user("bada", password=WORDS, roles=["officer"], display_name="Bada")


@pytest.fixture
def root(client, staff):
    client.post("/login/", {"username": "administrator", "password": WORDS})
    client.cookies["jium_language"] = "en"
    return client


def told(client, address: str, **fields) -> str:
    """What the page says after the form was sent."""
    return client.post(address, fields, follow=True).content.decode()


def test_a_forgotten_password_is_replaced_with_a_link(root, bada) -> None:
    page = told(root, f"/people/{bada.pk}/link/")
    link = page.split('value="http://testserver')[1].split('"')[0]
    assert "The link for Bada" in page
    root.post("/logout/")
    root.post(link, {"password": "quite another one", "again": "quite another one"})
    assert root.get("/").status_code == 200


def test_an_account_is_closed_and_opened_from_its_page(root, bada) -> None:
    page = told(root, f"/people/{bada.pk}/close/")
    assert "This account is closed" in page and "Open the account again" in page
    assert "no access" in root.get("/people/").content.decode()
    assert "Logs in as bada" in told(root, f"/people/{bada.pk}/reopen/")


def test_roles_are_changed_on_the_page(root, bada) -> None:
    told(root, f"/people/{bada.pk}/roles/", roles=["counsellor", "supervisor"])
    bada.refresh_from_db()
    assert bada.roles == ["counsellor", "supervisor"]
    assert "errorlist" in told(root, f"/people/{bada.pk}/roles/")
    bada.refresh_from_db()
    assert bada.roles == ["counsellor", "supervisor"]


def test_ones_own_account_offers_nothing_and_refuses_in_words(root, staff) -> None:
    own = staff["administrator"].pk
    page = root.get(f"/people/{own}/").content.decode()
    assert "This is you." in page and f"/people/{own}/close/" not in page
    assert "changed by another administrator" in told(root, f"/people/{own}/close/")


def test_the_last_administrator_is_kept_in_words(root, staff) -> None:
    only = Account.objects.create_user("hana", password=WORDS, roles=["administrator"])
    # The two others were reset, and have not chosen another password yet; the one has her page still open.
    Account.objects.filter(pk__in=[staff["everything"].pk, staff["administrator"].pk]).update(password="!")
    shown = {name: value for name, value in root.session.items() if name.startswith("account_authentication")}
    root.force_login(Account.objects.get(pk=staff["administrator"].pk))
    session = root.session
    session.update(shown)
    session.save()
    assert "She is the only administrator" in told(root, f"/people/{only.pk}/close/")
    only.refresh_from_db()
    assert only.is_active


def test_who_reads_only_changes_nothing(client, staff, bada) -> None:
    client.force_login(staff["auditor"])
    page = client.get(f"/people/{bada.pk}/", headers=ENGLISH).content.decode()
    assert "Bada" in page and "<form" not in page.split("<main")[1].split("</main>")[0]
    assert client.post(f"/people/{bada.pk}/close/").status_code == 403


def test_the_audit_log_is_read_in_words_and_searched(client, world) -> None:
    from jium.cases import services as cases
    from jium.trust import audit

    client.force_login(world.staff["auditor"])
    client.cookies["jium_language"] = "en"
    page = client.get("/audit/").content.decode()
    assert "opened a case" in page and world.case.number in page
    assert world.case.pseudonym not in page
    audit.record(world.staff["officer"], "access.denied", action="people.change")
    refused = client.get("/audit/?show=refused").content.decode()
    assert "was refused" in refused and "opened a case" not in refused
    found = client.post("/audit/", {"text": world.case.number}, follow=True).content.decode()
    assert "opened a case" in found and "was refused" not in found
    assert cases.numbers([world.begun.pk]) == {world.begun.pk: world.begun.number}
    assert f"<td>{world.begun.number}</td>" not in found
