"""A second factor: set up before anything else, asked for at each log-in, guessed by nobody."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from jium.trust import presence
from jium.trust.models import Account, AuditEntry

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

WORDS = "a long enough password"
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def asked_for(settings):
    """As installed: a second factor is needed. No guess of another test counts."""
    settings.CONFIG = replace(settings.CONFIG, accounts=replace(settings.CONFIG.accounts, second_factor=True))
    cache.clear()


@pytest.fixture
def haneul(officer, client) -> Account:
    client.cookies["jium_language"] = "en"
    return officer


def log_in(client, name: str = "haneul", password: str = WORDS):
    return client.post("/login/", {"username": name, "password": password})


def code_of(secret: str, later: int = 0) -> str:
    """What an app shows now, or ``later`` codes on."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def set_up(client) -> tuple[str, list[str]]:
    """Set up an app; its secret and the recovery codes."""
    page = client.get("/me/second-factor/app/").content.decode()
    secret = re.search(r"<code[^>]*>([A-Z2-7]{32})</code>", page)[1]
    assert "<svg" in page
    shown = client.post("/me/second-factor/app/", {"code": code_of(secret)}, follow=True).content.decode()
    return secret, re.findall(r"<code>(\d{8})</code>", shown)


def test_whoever_has_none_sets_one_up_before_she_sees_anything(client, haneul) -> None:
    log_in(client)
    for page in ("/", "/cases/", "/jobs/"):
        assert client.get(page)["Location"] == "/me/second-factor/"
    page = client.get("/me/second-factor/").content.decode()
    assert "Before you begin" in page
    assert 'href="/cases/"' not in page
    _secret, codes = set_up(client)
    assert len(set(codes)) == 10
    assert client.get("/").status_code == 200


def test_from_then_on_the_password_alone_opens_nothing(client, haneul) -> None:
    log_in(client)
    secret, _codes = set_up(client)
    client.post("/logout/")

    assert log_in(client)["Location"] == "/login/second/"
    assert client.get("/")["Location"].startswith("/login/")
    wrong = client.post("/login/second/", {"code": "000000"}).content.decode()
    assert "This code is not right" in wrong
    assert client.get("/")["Location"].startswith("/login/")
    assert client.post("/login/second/", {"code": code_of(secret, 1)})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_code_opens_once(client, haneul) -> None:
    log_in(client)
    secret, _codes = set_up(client)
    code = code_of(secret, 1)
    for opened in (True, False):
        client.post("/logout/")
        log_in(client)
        assert (client.post("/login/second/", {"code": code}).status_code == 302) is opened


def test_a_code_that_is_still_shown_opens_nothing_a_minute_later(client, haneul, monkeypatch) -> None:
    """A code is taken before and after its time; what django-allauth remembers of it ends sooner."""
    log_in(client)
    secret, _codes = set_up(client)
    code = code_of(secret, 2)
    started = time.time()
    for later in (30, 75):  # seconds: within the time in which it is taken
        monkeypatch.setattr(time, "time", lambda later=later: started + later)
        client.post("/logout/")
        log_in(client)
        answer = client.post("/login/second/", {"code": code})
        assert (answer.status_code == 302) is (later == 30)


def test_a_recovery_code_opens_once_where_the_telephone_is_lost(client, haneul) -> None:
    log_in(client)
    _secret, codes = set_up(client)
    for opened in (True, False):
        client.post("/logout/")
        log_in(client)
        assert (client.post("/login/second/", {"code": codes[3]}).status_code == 302) is opened


def test_recovery_codes_are_shown_once(client, haneul) -> None:
    log_in(client)
    _secret, codes = set_up(client)
    page = client.get("/me/second-factor/codes/").content.decode()
    assert not any(code in page for code in codes)
    assert "not shown again" in page
    assert "10 codes are left" in client.get("/me/second-factor/").content.decode()


def test_codes_are_not_guessed(client, haneul) -> None:
    log_in(client)
    secret, _codes = set_up(client)
    client.post("/logout/")
    log_in(client)
    for _ in range(5):
        client.post("/login/second/", {"code": "000000"})
    page = client.post("/login/second/", {"code": code_of(secret, 1)})
    assert page.status_code == 200
    assert "Too many wrong codes" in page.content.decode()
    assert AuditEntry.objects.filter(act="factor.refused").count() == 5


def test_the_secret_lies_encrypted_in_the_table(client, haneul) -> None:
    log_in(client)
    secret, codes = set_up(client)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_under_another_web_key_no_code_fits_and_nothing_breaks(client, haneul, settings) -> None:
    log_in(client)
    secret, codes = set_up(client)
    client.post("/logout/")
    settings.SECRET_KEY = "another one, as when the file was lost"
    log_in(client)
    for code in (code_of(secret, 1), codes[0]):
        assert "This code is not right" in client.post("/login/second/", {"code": code}).content.decode()


def test_the_last_factor_stays_and_says_why(client, haneul) -> None:
    log_in(client)
    set_up(client)
    page = client.get("/me/second-factor/app/remove/").content.decode()
    assert "Set up another one first" in page
    client.post("/me/second-factor/app/remove/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_what_is_done_with_factors_is_recorded(client, haneul, django_capture_on_commit_callbacks) -> None:
    log_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    acts = list(AuditEntry.objects.order_by("seq").values_list("act", "body"))
    assert ("login.succeeded", {}) in acts
    assert ("factor.added", {"kind": "totp"}) in acts
    assert ("factor.added", {"kind": "recovery_codes"}) in acts


def test_no_log_in_is_recorded_before_the_second_factor(client, haneul) -> None:
    log_in(client)
    set_up(client)
    client.post("/logout/")
    before = AuditEntry.objects.filter(act="login.succeeded").count()
    log_in(client)
    assert AuditEntry.objects.filter(act="login.succeeded").count() == before


def test_a_link_for_a_new_password_does_not_go_round_the_second_factor(client, haneul) -> None:
    from jium.trust import account_life

    log_in(client)
    set_up(client)
    client.post("/logout/")
    link = f"/welcome/{account_life.link(haneul, 'command-line')}/"
    answer = client.post(link, {"display_name": "x", "password": "quite another one", "again": "quite another one"})
    assert answer["Location"] == "/login/second/"
    assert client.get("/")["Location"].startswith("/login/")


def test_where_none_is_asked_for_the_password_is_enough(client, haneul, settings) -> None:
    settings.CONFIG = replace(settings.CONFIG, accounts=replace(settings.CONFIG.accounts, second_factor=False))
    log_in(client)
    assert client.get("/").status_code == 200
    _secret, _codes = set_up(client)
    client.post("/logout/")
    assert log_in(client)["Location"] == "/login/second/"  # whoever has one shows it


# -- asking again


@pytest.fixture
def root(client, open_vault, monkeypatch) -> Account:
    """An administrator who logged in some time ago."""
    account = Account.objects.create_user("root", password=WORDS, roles=["administrator"])
    client.cookies["jium_language"] = "en"
    log_in(client, "root")
    set_up(client)
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    return account


def test_a_dangerous_act_waits_until_she_showed_who_she_is_and_is_then_done(client, root) -> None:
    other = Account.objects.create_user("bada", password=WORDS, roles=["officer"])
    asked = client.post(f"/people/{other.pk}/roles/", {"roles": ["auditor"]})
    assert asked["Location"].startswith("/me/second-factor/again/password/")
    other.refresh_from_db()
    assert other.roles == ["officer"]
    page = client.get(asked["Location"]).content.decode()
    assert "Is it you?" in page and "By a code" in page
    assert "errorlist" in client.post(asked["Location"], {"password": "wrong"}).content.decode()
    client.post(asked["Location"], {"password": WORDS})
    other.refresh_from_db()
    assert other.roles == ["auditor"]
    assert client.post(f"/people/{other.pk}/close/")["Location"] == f"/people/{other.pk}/"


def test_reading_is_not_asked_again(client, root) -> None:
    assert client.get("/people/").status_code == 200
    assert client.get("/people/invite/").status_code == 200


# -- sessions


def test_a_session_is_listed_and_ended_from_another_browser(client, haneul) -> None:
    from django.test import Client

    log_in(client)
    set_up(client)
    other = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/145.0"})
    log_in(other)
    other.post("/login/second/", {"code": code_of(_secret_of(haneul), 1)})
    assert other.get("/").status_code == 200
    page = client.get("/me/").content.decode()
    assert "Firefox, Linux" in page
    number = re.search(r'name="session" value="(\d+)"', page)[1]
    client.post("/me/sessions/end/", {"session": number})
    assert other.get("/").status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "called"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0 Safari/537.36",
            "Chrome, Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/138.0 Whale/4.33 Safari/537.36", "Whale, Windows"),
        (
            "Mozilla/5.0 (Linux; Android 16) SamsungBrowser/29.0 Chrome/136.0 Mobile Safari/537.36",
            "Samsung Internet, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
        ("curl/8", ""),
        ("", ""),
    ],
    ids=["chrome", "edge", "whale", "samsung", "iphone", "firefox", "other", "none"],
)
def test_a_browser_is_called_as_people_call_it(user_agent: str, called: str) -> None:
    assert presence.browser(user_agent) == called


def test_nobody_ends_the_session_of_somebody_else(client, haneul, staff) -> None:
    from allauth.usersessions.models import UserSession
    from django.test import Client

    log_in(client)
    set_up(client)
    other = Client()
    other.force_login(staff["officer"])
    other.get("/me/")
    theirs = UserSession.objects.get(user=staff["officer"])
    client.post("/me/sessions/end/", {"session": str(theirs.pk)})
    client.post("/me/sessions/end/")
    assert other.get("/me/").status_code == 200


def _secret_of(account: Account) -> str:
    from allauth.mfa.utils import decrypt

    return decrypt(Authenticator.objects.get(user=account, type="totp").data["secret"])


def test_a_desk_left_open_ends_though_its_page_asks_on(client, haneul) -> None:
    """A session's end is put off by clicks, not by what a page asks for by itself."""
    from django.contrib.sessions.models import Session

    client.force_login(haneul)
    client.get("/me/")
    store = Session.objects.get(session_key=client.session.session_key)

    def asked_later(headers: dict[str, str]) -> bool:
        """Whether the end moved, where the last click lies two minutes back."""
        session = client.session
        session["seen"] -= 120
        session.save()
        Session.objects.update(expire_date=store.expire_date)
        client.get("/me/", headers=headers)
        return bool(Session.objects.get(session_key=store.session_key).expire_date > store.expire_date)

    assert not asked_later({"HX-Request": "true", "HX-Target": "div#live"})
    assert asked_later({})


def test_a_session_ends_after_half_a_day_however_busy(client, haneul) -> None:
    from datetime import timedelta

    from allauth.usersessions.models import UserSession
    from django.db.models import F

    client.force_login(haneul)
    assert client.get("/me/").status_code == 200
    UserSession.objects.update(created_at=F("created_at") - timedelta(hours=12, minutes=1))
    session = client.session
    session["seen"] -= 120
    session.save()
    assert client.get("/me/").status_code == 302


def test_a_session_that_ends_in_the_moment_of_a_click_breaks_no_page(client, haneul) -> None:
    """Of two tabs one logs out while the other one's page is made; Django tells a row that is locked the same way."""
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session
    from django.db.models.signals import post_save

    client.force_login(haneul)

    def ended(**_more: object) -> None:
        Session.objects.all().delete()

    post_save.connect(ended, sender=UserSession)
    try:
        assert client.get("/me/").status_code == 200
    finally:
        post_save.disconnect(ended, sender=UserSession)
    assert client.get("/me/")["Location"].startswith("/login/")
