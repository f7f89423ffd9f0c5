"""Joining by a one-time link, logging in, and being locked out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from jium import clock
from jium.trust import accounts, audit, brake
from jium.trust.models import Account, AuditEntry, LoginFailure, OneTimeLink

pytestmark = pytest.mark.django_db

GOOD = "a long pass phrase 7"


@pytest.fixture
def hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Moves the clock to so many hours from now."""
    monkeypatch.setenv("JIUM_CLOCK_FILE", str(tmp_path / "clock"))
    return lambda count: clock.move(tmp_path / "clock", count * 3600)


def test_an_invited_person_sets_her_password_once() -> None:
    token = accounts.invite("kim", ["officer"], "Kim")
    account = accounts.redeem(token, GOOD)
    assert account.check_password(GOOD) and account.roles == ["officer"]
    with pytest.raises(accounts.LinkInvalid):
        accounts.redeem(token, "another pass phrase 8")
    assert Account.objects.get().check_password(GOOD)
    assert [entry.act for entry in AuditEntry.objects.all()] == ["account.invited", "account.joined"]


def test_the_token_itself_is_not_kept() -> None:
    token = accounts.invite("kim", ["officer"])
    assert token not in str(OneTimeLink.objects.values_list())
    assert token not in str(AuditEntry.objects.values_list())


def test_before_the_link_is_used_nobody_logs_in() -> None:
    accounts.invite("kim", ["officer"])
    assert accounts.log_in(None, "kim", "") is None


def test_a_link_ends_after_seven_days(hours) -> None:  # type: ignore[no-untyped-def]
    hours(0)
    token = accounts.invite("kim", ["officer"])
    hours(7 * 24 - 1)
    assert accounts.account_of(token).username == "kim"
    hours(7 * 24 + 1)
    with pytest.raises(accounts.LinkInvalid):
        accounts.redeem(token, GOOD)


@pytest.mark.parametrize("token", ["", "x", "가나다", "\udc80"])
def test_an_unknown_token_is_refused(token: str) -> None:
    with pytest.raises(accounts.LinkInvalid):
        accounts.redeem(token, GOOD)


def test_a_weak_password_is_refused_and_the_link_stays_good() -> None:
    token = accounts.invite("kim", ["officer"])
    with pytest.raises(ValidationError):
        accounts.redeem(token, "short")
    assert accounts.redeem(token, GOOD)


def test_names_are_taken_whatever_their_case() -> None:
    accounts.invite("kim", ["officer"])
    with pytest.raises(accounts.NameTaken):
        accounts.invite("KIM", ["officer"])


@pytest.mark.parametrize("roles", [[], ["king"], ["officer", "king"]])
def test_an_invitation_needs_known_roles(roles: list[str]) -> None:
    with pytest.raises(ValueError, match="roles"):
        accounts.invite("kim", roles)


def test_the_first_administrator_is_made_once() -> None:
    token = accounts.first_administrator()
    assert token
    account = accounts.redeem(token, GOOD)
    assert sorted(account.roles) == ["administrator", "counsellor", "officer", "supervisor"]
    assert accounts.first_administrator() is None


def test_the_first_administrators_lost_link_is_replaced() -> None:
    lost, fresh = accounts.first_administrator(), accounts.first_administrator()
    assert lost and fresh and Account.objects.count() == 1
    with pytest.raises(accounts.LinkInvalid):
        accounts.redeem(lost, GOOD)
    assert accounts.redeem(fresh, GOOD)


def test_the_first_link_ends_after_a_day(hours) -> None:  # type: ignore[no-untyped-def]
    hours(0)
    token = accounts.first_administrator()
    hours(25)
    assert token
    with pytest.raises(accounts.LinkInvalid):
        accounts.redeem(token, GOOD)


def test_the_right_password_is_known_and_recorded_only_with_the_session(officer: Account) -> None:
    assert accounts.log_in(None, "officer.kim", GOOD) == officer
    assert not AuditEntry.objects.exists()
    assert not LoginFailure.objects.exists()


def fail(times: int, name: str = "officer.kim") -> None:
    for _ in range(times):
        assert accounts.log_in(None, name, "wrong") is None


def test_four_wrong_passwords_do_not_lock(officer: Account) -> None:
    fail(4)
    assert accounts.log_in(None, "officer.kim", GOOD) == officer
    fail(4)
    assert accounts.log_in(None, "officer.kim", GOOD) == officer


def test_five_wrong_passwords_lock_the_name_for_fifteen_minutes(officer: Account, hours) -> None:  # type: ignore[no-untyped-def]
    hours(0)
    fail(5)
    with pytest.raises(brake.LockedOut) as locked:
        accounts.log_in(None, "Officer.Kim ", GOOD)
    assert timedelta(minutes=14) < locked.value.until - clock.now() <= timedelta(minutes=15)
    hours(0.24)
    with pytest.raises(brake.LockedOut):
        accounts.log_in(None, "officer.kim", GOOD)
    hours(0.26)
    assert accounts.log_in(None, "officer.kim", GOOD) == officer
    acts = [entry.act for entry in AuditEntry.objects.all()]
    assert acts == ["login.locked"]
    assert audit.verify().whole


def test_after_a_lock_four_more_tries_are_free(officer: Account, hours) -> None:  # type: ignore[no-untyped-def]
    hours(0)
    fail(5)
    hours(0.26)
    fail(4)
    assert accounts.log_in(None, "officer.kim", GOOD) == officer


def test_slow_mistakes_never_lock(officer: Account, hours) -> None:  # type: ignore[no-untyped-def]
    for quarter in range(12):
        hours(quarter * 0.1)
        fail(1)
    assert brake.locked(brake.attempt("officer.kim"), clock.now()) is None


def test_one_locked_name_does_not_lock_another(officer: Account) -> None:
    fail(5, "someone.else")
    with pytest.raises(brake.LockedOut):
        accounts.log_in(None, "someone.else", "wrong")
    assert accounts.log_in(None, "officer.kim", GOOD) == officer


def test_an_unknown_name_is_treated_like_a_known_one(officer: Account) -> None:
    fail(5, "nobody")
    with pytest.raises(brake.LockedOut):
        accounts.log_in(None, "nobody", "wrong")


def test_no_name_that_was_tried_is_kept(officer: Account) -> None:
    fail(5)
    kept = f"{list(LoginFailure.objects.values())} {list(AuditEntry.objects.values())}"
    assert "officer.kim" not in kept


def test_the_form_says_when_to_come_back(officer: Account, rf: RequestFactory) -> None:
    fail(5)
    form = accounts.LogInForm(rf.post("/"), data={"username": "officer.kim", "password": GOOD})
    assert not form.is_valid()
    assert "15" in str(form.errors) and form.has_error("__all__", "locked")


def test_the_form_lets_the_right_one_in_and_tells_the_wrong_one(officer: Account, rf: RequestFactory) -> None:
    form = accounts.LogInForm(rf.post("/"), data={"username": "officer.kim", "password": GOOD})
    assert form.is_valid() and form.get_user() == officer
    wrong = accounts.LogInForm(rf.post("/"), data={"username": "officer.kim", "password": "wrong"})
    assert not wrong.is_valid() and wrong.has_error("__all__", "invalid_login")
