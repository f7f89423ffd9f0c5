"""Logging in, the lock after wrong passwords, and the link that works once."""

from __future__ import annotations

import pytest

from jium.trust import accounts
from jium.trust.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

WORDS = "a long enough password"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def haneul(officer) -> Account:
    return officer


def log_in(client, password: str, name: str = "haneul"):
    return client.post("/login/", {"username": name, "password": password}, headers=ENGLISH)


def test_the_right_password_leads_to_the_tasks(client, haneul) -> None:
    assert log_in(client, WORDS)["Location"] == "/"
    assert client.get("/").status_code == 200


def test_an_administrator_begins_where_she_may_look(client, open_vault) -> None:
    Account.objects.create_user("root", password=WORDS, roles=["administrator"])
    answer = client.post("/login/", {"username": "root", "password": WORDS})
    assert answer["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.get("/cases/").status_code == 403


def test_a_wrong_password_is_said_without_telling_whether_the_name_exists(client, haneul) -> None:
    wrong = log_in(client, "wrong").content.decode()
    unknown = client.post("/login/", {"username": "nobody", "password": "wrong"}, headers=ENGLISH).content.decode()
    assert "The name or the password is not right." in wrong
    assert "The name or the password is not right." in unknown


def test_five_wrong_passwords_lock_even_the_right_one_out(client, haneul, moved_clock) -> None:
    for _ in range(5):
        log_in(client, "wrong")
    page = log_in(client, WORDS).content.decode()
    assert "Too many wrong passwords" in page
    assert "_auth_user_id" not in client.session
    moved_clock(16 * 60)
    assert log_in(client, WORDS).status_code == 302


def test_a_login_leads_to_no_foreign_address(client, haneul) -> None:
    answer = client.post("/login/", {"username": "haneul", "password": WORDS, "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_logging_out_needs_a_form(client, haneul) -> None:
    client.force_login(haneul)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302


def test_an_invitation_shows_its_link_once_and_the_link_works_once(client, staff) -> None:
    log_in(client, WORDS, "administrator")
    asked = {"display_name": "Bada", "username": "bada", "roles": ["officer"]}
    answer = client.post("/people/invite/", asked)
    link = answer.content.decode().split('value="http://testserver')[1].split('"')[0]
    assert link not in client.get("/people/").content.decode()
    client.post("/logout/")

    assert client.get(link).status_code == 200
    answer = client.post(link, {"password": WORDS, "again": WORDS})
    assert answer["Location"] == "/"
    assert client.get("/").status_code == 200
    client.post("/logout/")

    again = client.get(link, headers=ENGLISH)
    assert again.status_code == 410
    assert "This link does not work any more" in again.content.decode()
    assert client.post(link, {"password": "another long password", "again": "another long password"}).status_code == 410


def test_a_weak_or_mistyped_password_leaves_the_link_good(client, open_vault) -> None:
    link = f"/welcome/{accounts.invite('bada', ['officer'], 'Bada')}/"
    for first, second in (("short", "short"), (WORDS, WORDS + "!")):
        page = client.post(link, {"password": first, "again": second})
        assert page.status_code == 200
        assert "errorlist" in page.content.decode()
    assert client.post(link, {"password": WORDS, "again": WORDS}).status_code == 302


def test_who_joins_without_a_name_is_asked_for_it(client, open_vault) -> None:
    link = f"/welcome/{accounts.invite('bada', ['officer'])}/"
    assert "errorlist" in client.post(link, {"password": WORDS, "again": WORDS}).content.decode()
    assert client.post(link, {"display_name": "Kim Bada", "password": WORDS, "again": WORDS}).status_code == 302
    assert Account.objects.get(username="bada").display_name == "Kim Bada"


def test_a_name_that_is_taken_is_said_so(client, staff) -> None:
    log_in(client, WORDS, "administrator")
    asked = {"display_name": "x", "username": "officer", "roles": ["officer"]}
    page = client.post("/people/invite/", asked, headers=ENGLISH).content.decode()
    assert "Somebody has this name already." in page


def test_a_form_about_to_be_sent_learns_that_the_session_ended(client, haneul) -> None:
    assert client.get("/session/").json() == {"token": ""}
    client.force_login(haneul)
    assert client.get("/session/").json()["token"]


def test_health_is_told_to_a_monitor(client) -> None:
    assert client.get("/healthz").content == b"ok\n"
