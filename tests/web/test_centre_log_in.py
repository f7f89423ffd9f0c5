"""The centre's own log-in (OpenID Connect): who connected her account gets in by it, and nobody else."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache

from jium.config import Oidc
from jium.trust import account_life, accounts
from jium.trust.models import Account, AuditEntry
from tests.trust import centre

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def issuer():
    with centre.serving() as address:
        yield address


@pytest.fixture(autouse=True)
def used(settings, issuer, tmp_path):
    """An installation whose centre has a log-in of its own, and no second factor unless a test asks for it."""
    settings.CONFIG = centre.with_it(settings.CONFIG, issuer, tmp_path / "secret")
    cache.clear()
    return settings


@pytest.fixture
def visitor(client):
    client.cookies["jium_language"] = "en"
    return client


@pytest.fixture
def haneul(officer, issuer) -> Account:
    """Somebody who has a password and is connected as "haneul"."""
    accounts.connect(officer, issuer, "haneul")
    return officer


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("act", flat=True))


def who(client) -> str:
    return client.session.get("_auth_user_id", "")


def test_whoever_is_connected_gets_in_and_comes_back_to_where_she_was(visitor, haneul) -> None:
    page = visitor.get("/login/?next=/cases/").content.decode()
    assert "Log in with your Hanbit account" in page
    assert "/login/oidc/?next=%2Fcases%2F" in page
    answer = centre.round_trip(visitor, "/login/oidc/?next=/cases/", "haneul")
    assert answer["Location"] == "/cases/"
    assert visitor.get("/cases/").status_code == 200
    assert acts()[-1] == "login.succeeded"


def test_the_second_factor_is_asked_for_all_the_same(visitor, haneul, used) -> None:
    used.CONFIG = replace(used.CONFIG, accounts=replace(used.CONFIG.accounts, second_factor=True))
    from allauth.mfa.totp.internal.auth import TOTP

    secret = "A" * 32
    TOTP.activate(haneul, secret)
    assert centre.round_trip(visitor, "/login/oidc/", "haneul")["Location"] == "/login/second/"
    assert visitor.get("/")["Location"].startswith("/login/")
    assert who(visitor) == ""
    from tests.web.test_second_factor import code_of

    assert visitor.post("/login/second/", {"code": code_of(secret)})["Location"] == "/"
    assert who(visitor) == str(haneul.pk)


def test_somebody_that_only_the_provider_knows_is_not_let_in(visitor, haneul) -> None:
    """Not even under the very name of an account here: names are given anew, and chosen."""
    for subject in ("stranger", haneul.username + " ", "admin"):
        answer = centre.round_trip(visitor, "/login/oidc/", subject)
        assert answer.status_code == 403
        assert "No open account here is connected" in answer.content.decode()
    assert who(visitor) == ""
    assert acts()[-1] == "login.not_connected"
    assert AuditEntry.objects.latest("seq").body == {}


def test_a_closed_account_stays_closed(visitor, haneul) -> None:
    account_life.close(haneul, "command-line")
    assert centre.round_trip(visitor, "/login/oidc/", "haneul").status_code == 403
    assert who(visitor) == ""


def test_the_one_time_link_is_redeemed_without_a_password(visitor, issuer, open_vault) -> None:
    token = accounts.invite("h.kim", ["officer"])
    page = visitor.get(f"/welcome/{token}/").content.decode()
    assert "Begin with your Hanbit account instead" in page
    answer = centre.round_trip(visitor, f"/welcome/{token}/oidc/", "kim")
    assert answer.status_code == 302
    joined = Account.objects.get(username="h.kim")
    assert who(visitor) == str(joined.pk)
    assert (joined.display_name, joined.joined, joined.has_usable_password()) == ("Kim Haneul", True, False)
    assert accounts.colleagues() == 1
    assert acts()[-2:] == ["account.named", "login.succeeded"]
    visitor.post("/logout/")
    assert visitor.get(f"/welcome/{token}/oidc/").status_code == 410
    assert centre.round_trip(visitor, "/login/oidc/", "kim").status_code == 302
    assert who(visitor) == str(joined.pk)


def test_a_link_that_ended_meanwhile_joins_nobody(visitor, open_vault) -> None:
    token = accounts.invite("h.kim", ["officer"])
    back = centre.log_in_there(visitor.get(f"/welcome/{token}/oidc/")["Location"], "kim")
    accounts.new_link(Account.objects.get(username="h.kim"))
    assert centre.come_back(visitor, back).status_code == 410
    assert not Account.objects.get(username="h.kim").connected
    assert visitor.get("/welcome/no-such-token/oidc/").status_code == 410


def test_two_accounts_here_are_never_one_there(visitor, haneul) -> None:
    token = accounts.invite("h.kim", ["officer"])
    answer = centre.round_trip(visitor, f"/welcome/{token}/oidc/", "haneul")
    assert answer.status_code == 403
    assert "connected to it already" in answer.content.decode()
    assert accounts.account_of(token)


def test_she_connects_it_while_she_is_logged_in_and_shows_anew_who_she_is(visitor, officer) -> None:
    visitor.force_login(officer)
    assert "Not connected" in visitor.get("/me/").content.decode()
    asked = visitor.get("/me/oidc/")
    assert asked["Location"] == "/me/second-factor/again/password/?next=%2Fme%2Foidc%2F"
    assert visitor.post(asked["Location"], {"password": "a long enough password"})["Location"] == "/me/oidc/"
    assert centre.round_trip(visitor, "/me/oidc/", "haneul")["Location"] == "/me/"
    page = visitor.get("/me/").content.decode()
    assert "Connected. From now on" in page and "you can log in with it" in page
    visitor.post("/logout/")
    centre.round_trip(visitor, "/login/oidc/", "haneul")
    assert who(visitor) == str(officer.pk)


def test_what_one_person_began_another_does_not_end(visitor, officer, haneul) -> None:
    other = Account.objects.create_user("other", password="a long enough password", roles=["officer"])
    visitor.force_login(other)
    visitor.post("/me/second-factor/again/password/?next=/me/oidc/", {"password": "a long enough password"})
    back = centre.log_in_there(visitor.get("/me/oidc/")["Location"], "new")
    begun = visitor.cookies["jium_oidc"].value
    visitor.post("/logout/")
    visitor.cookies["jium_oidc"] = begun
    answer = centre.come_back(visitor, back)
    assert (answer.status_code, "you are not logged in here any more" in answer.content.decode()) == (403, True)
    assert not Account.objects.filter(oidc_subject="new").exists()


def test_an_administrator_disconnects_and_only_a_new_link_brings_her_back(visitor, open_vault) -> None:
    token = accounts.invite("h.kim", ["officer"])
    centre.round_trip(visitor, f"/welcome/{token}/oidc/", "kim")
    assert visitor.get("/").status_code == 200
    account_life.disconnect(Account.objects.get(username="h.kim"), "command-line")
    assert visitor.get("/")["Location"].startswith("/login/")
    assert centre.round_trip(visitor, "/login/oidc/", "kim").status_code == 403
    assert not Account.objects.get(username="h.kim").joined


def test_whoever_has_no_password_shows_there_once_more_who_she_is(visitor, issuer, open_vault) -> None:
    """Also where no second factor is asked for: then django-allauth alone would ask nothing at all."""
    boss = Account.objects.create_user("boss", roles=["administrator"])
    accounts.connect(boss, issuer, "kim")
    visitor.force_login(boss)
    sent = {"display_name": "Park", "username": "park", "roles": ["officer"]}
    asked = visitor.post("/people/invite/", sent)
    assert asked["Location"] == "/me/oidc/again/?next=%2Fpeople%2Finvite%2F"
    page = visitor.get(asked["Location"]).content.decode()
    assert "Log in with your Hanbit account once more" in page
    to = visitor.get("/me/oidc/again/?go=1&next=/people/invite/")["Location"]
    assert "prompt=login" in to
    back = centre.come_back(visitor, centre.log_in_there(to, "kim"))
    assert back["Location"] == "/people/invite/?resume=1"
    assert "/welcome/" in visitor.get(back["Location"]).content.decode()
    assert visitor.get(back["Location"]).status_code == 200
    assert Account.objects.count() == 2
    assert Account.objects.filter(username="park").exists()


def test_another_ones_log_in_there_shows_nothing(visitor, haneul, issuer) -> None:
    boss = Account.objects.create_user("boss", roles=["administrator"])
    accounts.connect(boss, issuer, "boss")
    visitor.force_login(boss)
    visitor.post("/people/invite/", {"display_name": "Park", "username": "park", "roles": ["officer"]})
    answer = centre.round_trip(visitor, "/me/oidc/again/?go=1&next=/people/invite/", "haneul")
    assert answer.status_code == 403
    assert "not the account there that yours is connected to" in answer.content.decode()
    assert not Account.objects.filter(username="park").exists()


@pytest.mark.parametrize("spoil", ["no cookie", "another state", "no code", "refused", "old", "replayed"])
def test_an_answer_to_nothing_that_was_asked_here_lets_nobody_in(visitor, haneul, monkeypatch, spoil) -> None:
    page = visitor.get("/login/oidc/")["Location"]
    back = centre.refuse_there(page) if spoil == "refused" else centre.log_in_there(page, "haneul")
    if spoil == "no cookie":
        del visitor.cookies["jium_oidc"]
    if spoil == "another state":
        state = parse_qs(urlsplit(back).query)["state"][0]
        back = back.replace(state, "x" + state)
    if spoil == "no code":
        back = back.replace("code=", "cod=")
    if spoil == "old":
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 601)
    if spoil == "replayed":
        kept = visitor.cookies["jium_oidc"].value
        assert centre.come_back(visitor, back).status_code == 302
        visitor.post("/logout/")
        visitor.cookies["jium_oidc"] = kept
    answer = centre.come_back(visitor, back)
    assert answer.status_code == 403
    assert "broken off, took too long, or was refused" in answer.content.decode()
    assert who(visitor) == ""


def test_only_a_page_of_ours_is_gone_to_afterwards(visitor, haneul) -> None:
    answer = centre.round_trip(visitor, "/login/oidc/?next=https://elsewhere.example/", "haneul")
    assert answer["Location"] == "/"


def test_where_it_does_not_answer_the_page_says_what_to_do(visitor, haneul, used, nobody) -> None:
    used.CONFIG = replace(used.CONFIG, oidc=replace(used.CONFIG.oidc, issuer=f"http://127.0.0.1:{nobody}"))
    answer = visitor.get("/login/oidc/")
    assert answer.status_code == 503
    assert "does not answer just now" in answer.content.decode()


def test_without_one_there_is_no_trace_of_it(visitor, haneul, used) -> None:
    used.CONFIG = replace(used.CONFIG, oidc=Oidc())
    assert "/oidc/" not in visitor.get("/login/").content.decode()
    for address in ("/login/oidc/", "/login/oidc/answer/?here=1", "/welcome/x/oidc/"):
        assert visitor.get(address).status_code == 404
    visitor.force_login(haneul)
    assert "/oidc/" not in visitor.get("/me/").content.decode()
    assert visitor.get("/me/oidc/").status_code == 404


def test_strangers_who_ask_fill_no_table(visitor) -> None:
    from django.contrib.sessions.models import Session

    for _time in range(3):
        visitor.get("/login/oidc/")
        visitor.get("/login/oidc/answer/?state=x&code=y")
        visitor.get("/login/oidc/answer/?state=x&code=y&here=1")
    assert not Session.objects.exists()
    assert not AuditEntry.objects.exists()


def an_hour_later(client) -> None:
    """The last time she showed who she is lies an hour back."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()


def test_coming_by_it_once_more_shows_nothing_anew(visitor, issuer, open_vault) -> None:
    """A provider that knows her browser asks nothing: whoever sits at a desk left open could do it too."""
    boss = Account.objects.create_user("boss", password="a long enough password", roles=["administrator"])
    accounts.connect(boss, issuer, "boss")
    visitor.post("/login/", {"username": "boss", "password": "a long enough password"})
    an_hour_later(visitor)
    begun = visitor.cookies["jium_staff"].value
    assert visitor.get("/login/oidc/?next=/people/")["Location"] == "/people/"
    # Also where it was begun before she was logged in, and by logging out and in again.
    visitor.cookies["jium_staff"] = ""
    back = centre.log_in_there(visitor.get("/login/oidc/")["Location"], "boss")
    visitor.cookies["jium_staff"] = begun
    assert centre.come_back(visitor, back)["Location"] == "/"
    sent = {"display_name": "Park", "username": "park", "roles": ["officer"]}
    for _how in ("in her session", "in a new one"):
        assert visitor.post("/people/invite/", sent)["Location"].startswith("/me/second-factor/again/password/")
        assert visitor.get("/me/oidc/")["Location"].startswith("/me/second-factor/again/password/")
        visitor.post("/logout/")
        centre.round_trip(visitor, "/login/oidc/", "boss")
    assert not Account.objects.filter(username="park").exists()


def test_what_lasts_asks_for_a_real_log_in_there(visitor, officer) -> None:
    token = accounts.invite("h.kim", ["officer"])
    assert "prompt=login" in visitor.get(f"/welcome/{token}/oidc/")["Location"]
    visitor.post("/login/", {"username": "haneul", "password": "a long enough password"})
    assert "prompt=login" in visitor.get("/me/oidc/")["Location"]
    visitor.post("/logout/")
    assert "prompt=login" not in visitor.get("/login/oidc/")["Location"]


def test_every_way_to_show_it_anew_is_offered(visitor, haneul) -> None:
    visitor.post("/login/", {"username": "haneul", "password": "a long enough password"})
    page = visitor.get("/me/second-factor/again/password/?next=/me/").content.decode()
    assert "By your Hanbit account" in page
    assert "/me/oidc/again/?next=%2Fme%2F" in page
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(haneul, "A" * 32)
    assert "By your Hanbit account" in visitor.get("/me/second-factor/again/code/?next=/me/").content.decode()


def test_a_form_with_a_mistake_is_sent_again_to_its_own_page(visitor, issuer, open_vault) -> None:
    boss = Account.objects.create_user("boss", roles=["administrator"])
    accounts.connect(boss, issuer, "boss")
    visitor.force_login(boss)
    visitor.post("/people/invite/", {"display_name": "Park", "username": "p a r k", "roles": ["officer"]})
    back = centre.round_trip(visitor, "/me/oidc/again/?go=1&next=/people/invite/", "boss")
    page = visitor.get(back["Location"]).content.decode()
    assert 'value="p a r k"' in page
    visitor.post(back["Location"], {"display_name": "Park", "username": "park", "roles": ["officer"]})
    assert Account.objects.filter(username="park").exists()


def test_what_ends_all_sessions_ends_a_log_in_half_way_too(visitor, haneul, used) -> None:
    used.CONFIG = replace(used.CONFIG, accounts=replace(used.CONFIG.accounts, second_factor=True))
    from allauth.mfa.totp.internal.auth import TOTP

    from tests.web.test_second_factor import code_of

    TOTP.activate(haneul, "A" * 32)
    centre.round_trip(visitor, "/login/oidc/", "haneul")
    account_life.disconnect(haneul, "command-line")
    assert visitor.post("/login/second/", {"code": code_of("A" * 32)})["Location"] == "/login/"
    assert who(visitor) == ""
    assert "changed in the meantime" in visitor.get("/login/").content.decode()


def test_a_link_that_is_redeemed_there_ends_what_others_have_open(visitor, haneul) -> None:
    from django.test import Client

    other = Client()
    centre.round_trip(other, "/login/oidc/", "haneul")
    assert other.get("/me/").status_code == 200
    token = account_life.link(haneul, "command-line")
    centre.round_trip(visitor, f"/welcome/{token}/oidc/", "kim")
    assert visitor.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302


def test_ending_the_password_ends_this_way_in_too(visitor, haneul) -> None:
    account_life.reset(haneul, "command-line")
    assert centre.round_trip(visitor, "/login/oidc/", "haneul").status_code == 403
    assert acts()[-3:] == ["account.disconnected", "account.reset", "login.not_connected"]


def test_whoever_is_connected_to_another_log_in_than_the_one_in_use_has_no_way_in(visitor, haneul, used) -> None:
    """An administrator like that does not count as one who is left."""
    Account.objects.filter(pk=haneul.pk).update(password="!", roles=["administrator"])
    assert [one.pk for one in account_life.administrators()] == [haneul.pk]
    used.CONFIG = replace(used.CONFIG, oidc=replace(used.CONFIG.oidc, issuer="https://login.other.example"))
    assert account_life.administrators() == []
    assert not Account.objects.get(pk=haneul.pk).joined


def test_disconnecting_whoever_has_no_password_hands_over_a_link(client, staff, issuer) -> None:
    shut_out = Account.objects.create_user("bada", roles=["officer"])
    accounts.connect(shut_out, issuer, "bada")
    client.cookies["jium_language"] = "en"
    client.post("/login/", {"username": "administrator", "password": "a long enough password"})
    assert "Disconnect her Hanbit account" in client.get(f"/people/{shut_out.pk}/").content.decode()
    page = client.post(f"/people/{shut_out.pk}/disconnect/", follow=True).content.decode()
    assert accounts.account_of(page.split("/welcome/")[1].split("/")[0]) == shut_out
    # Also of an account that is closed: her mark there may be wanted for another one.
    accounts.connect(shut_out, issuer, "bada")
    account_life.close(shut_out, "command-line")
    assert "Disconnect her Hanbit account" in client.get(f"/people/{shut_out.pk}/").content.decode()
    client.post(f"/people/{shut_out.pk}/disconnect/")
    assert not Account.objects.get(pk=shut_out.pk).oidc_subject


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_whoever_joined_by_it_sets_up_a_second_factor_and_begins_without_being_asked_again(visitor, used) -> None:
    from tests.web.test_second_factor import set_up

    used.CONFIG = replace(used.CONFIG, accounts=replace(used.CONFIG.accounts, second_factor=True))
    token = accounts.invite("h.kim", ["administrator"])
    assert centre.round_trip(visitor, f"/welcome/{token}/oidc/", "kim")["Location"] == "/"
    assert visitor.get("/")["Location"] == "/me/second-factor/"
    _secret, codes = set_up(visitor)
    assert len(set(codes)) == 10
    sent = {"display_name": "Park", "username": "park", "roles": ["officer"]}
    assert "/welcome/" in visitor.post("/people/invite/", sent).content.decode()
