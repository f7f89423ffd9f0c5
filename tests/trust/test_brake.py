"""Guessing passwords: slowed down by name, by address and in all, and no honest person is locked out by strangers."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.translation import override

from jium import clock
from jium.trust import accounts, brake, passwords, turns
from jium.trust.models import Account, AuditEntry, LoginFailure

pytestmark = pytest.mark.django_db

GOOD = "a long pass phrase 7"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture
def hours(tmp_path, monkeypatch):
    """Moves the clock to so many hours from now."""
    monkeypatch.setenv("JIUM_CLOCK_FILE", str(tmp_path / "clock"))
    return lambda count: clock.move(tmp_path / "clock", count * 3600)


@pytest.fixture
def cheap(settings):
    """Passwords that cost nothing to check: what is counted is the same."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def asked(address: str = "203.0.113.5", cookie: str = ""):
    request = RequestFactory().post("/login/", REMOTE_ADDR=address)
    if cookie:
        request.COOKIES[brake.COOKIE] = cookie
    return request


def known_with(username: str, before: str = "") -> str:
    """The cookie of a browser in which somebody has logged in under this name."""
    response = HttpResponse()
    brake.remember(asked(cookie=before), response, username)
    return response.cookies[brake.COOKIE].value


@pytest.mark.parametrize(
    ("minutes_ago", "until"),
    [
        ([], None),
        ([0, 1], None),
        ([0, 1, 2], 15),
        ([14, 15, 16], 1),
        ([15, 16, 17], None),
        ([0, 7, 15], 15),
        ([0, 7, 16], None),
    ],
)
def test_three_of_three_within_the_window_lock_from_the_last_one_on(minutes_ago, until) -> None:
    times = [NOW - timedelta(minutes=ago) for ago in minutes_ago]
    expected = None if until is None else NOW + timedelta(minutes=until)
    assert brake.locked_until(times, 3, NOW) == expected


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_one_senders_addresses_count_as_one(address: str, network: str) -> None:
    assert brake.network(address) == network


def test_one_password_over_many_names_locks_the_address(officer: Account, cheap) -> None:
    for number in range(20):
        assert accounts.log_in(asked(), f"name{number}", "spring2026") is None
    with pytest.raises(brake.LockedOut) as locked:
        accounts.log_in(asked(), "officer.kim", GOOD)
    assert locked.value.counter == "address"
    assert accounts.log_in(asked("203.0.113.6"), "officer.kim", GOOD) == officer


def test_one_password_over_many_names_from_many_addresses_locks_all_who_are_not_known(officer: Account, cheap) -> None:
    for number in range(100):
        assert accounts.log_in(asked(f"203.0.113.{number}"), f"name{number}", "spring2026") is None
    with pytest.raises(brake.LockedOut) as locked:
        accounts.log_in(asked("198.51.100.1"), "officer.kim", GOOD)
    assert locked.value.counter == "all"
    known = asked("198.51.100.1", known_with("officer.kim"))
    assert accounts.log_in(known, "officer.kim", GOOD) == officer


def test_strangers_cannot_lock_her_out_of_the_browser_she_works_in(officer: Account) -> None:
    for _ in range(5):
        accounts.log_in(asked("198.51.100.1"), "officer.kim", "wrong")
    with pytest.raises(brake.LockedOut):
        accounts.log_in(asked(), "officer.kim", GOOD)
    assert accounts.log_in(asked(cookie=known_with("Officer.Kim")), "officer.kim", GOOD) == officer
    with pytest.raises(brake.LockedOut):  # and strangers gained nothing by it
        accounts.log_in(asked(), "officer.kim", GOOD)


def test_a_known_browser_has_five_tries_as_well(officer: Account) -> None:
    cookie = known_with("officer.kim")
    for _ in range(5):
        accounts.log_in(asked(cookie=cookie), "officer.kim", "wrong")
    with pytest.raises(brake.LockedOut) as locked:
        accounts.log_in(asked(cookie=cookie), "officer.kim", GOOD)
    assert locked.value.counter == "name"
    assert accounts.log_in(asked(), "officer.kim", GOOD) == officer


def test_a_browser_is_known_only_with_the_names_that_logged_in_there(officer: Account) -> None:
    cookie = known_with("second", known_with("officer.kim"))
    assert not brake.attempt("officer.kim", asked(cookie=cookie)).address
    assert not brake.attempt("second", asked(cookie=cookie)).address
    assert brake.attempt("third", asked(cookie=cookie)).address


def test_a_forged_or_old_cookie_makes_no_browser_known(hours) -> None:
    hours(0)
    cookie = known_with("officer.kim")
    hours(24 * 91)
    assert brake.attempt("officer.kim", asked(cookie=cookie)).address
    for forged in ("x", cookie[:-1] + "A", "W10:1abc:xyz"):
        assert brake.attempt("officer.kim", asked(cookie=forged)).address


def test_a_browser_keeps_a_few_names_and_not_every_name_of_a_year() -> None:
    cookie = ""
    for number in range(20):
        cookie = known_with(f"name{number}", cookie)
    assert not brake.attempt("name19", asked(cookie=cookie)).address
    assert brake.attempt("name5", asked(cookie=cookie)).address
    assert len(cookie) < 2000


def test_neither_names_nor_addresses_are_kept(officer: Account) -> None:
    for _ in range(5):
        accounts.log_in(asked("198.51.100.77"), "officer.kim", "wrong")
    kept = f"{list(LoginFailure.objects.values())} {list(AuditEntry.objects.values())} {known_with('officer.kim')}"
    assert "officer.kim" not in kept
    assert "198.51.100.77" not in kept
    assert AuditEntry.objects.get(act="login.locked").body["counter"] == "name"


def test_what_was_counted_is_forgotten_and_cannot_grow(officer: Account, hours, cheap) -> None:
    hours(0)
    for number in range(130):
        try:
            accounts.log_in(asked(f"203.0.113.{number}"), f"name{number}", "wrong")
        except brake.LockedOut:
            continue
    assert LoginFailure.objects.count() == 100
    hours(1)
    accounts.log_in(asked(), "somebody", "wrong")
    assert LoginFailure.objects.count() == 1


def test_only_a_few_passwords_are_computed_at_once_and_the_rest_is_turned_away() -> None:
    doors, inside, gate = turns.Turns(at_once=2, waiting=1), threading.Semaphore(0), threading.Event()
    most, now, counting = [0], [0], threading.Lock()
    busy: list[bool] = []

    def compute() -> None:
        try:
            with doors.one():
                with counting:
                    now[0] += 1
                    most[0] = max(most[0], now[0])
                inside.release()
                gate.wait(20)
                with counting:
                    now[0] -= 1
        except turns.Busy:
            busy.append(True)
            inside.release()

    threads = [threading.Thread(target=compute) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(2 + 5):  # two at work, five turned away, one waits
        assert inside.acquire(timeout=20)
    gate.set()
    for thread in threads:
        thread.join(20)
    assert most[0] == 2
    assert len(busy) == 5


def test_who_is_turned_away_is_told_so_and_loses_no_try(officer: Account, monkeypatch) -> None:
    full = turns.Turns(at_once=0, waiting=0)
    monkeypatch.setattr(passwords, "_TURNS", full)
    form = accounts.LogInForm(asked(), data={"username": "officer.kim", "password": GOOD})
    assert form.has_error("__all__", "busy")
    assert not LoginFailure.objects.exists()


def test_each_lock_says_what_to_do(officer: Account, cheap) -> None:
    for number in range(20):
        accounts.log_in(asked(), f"name{number}", "spring2026")
    form = accounts.LogInForm(asked(), data={"username": "officer.kim", "password": GOOD})
    assert form.has_error("__all__", "locked")
    with override("en"):
        assert "logged in with before" in str(form.errors)
