"""Accounts are closed, opened, reset and given other roles; the last administrator stays."""

from __future__ import annotations

import pytest

from jium.trust import account_life, accounts, second_factor
from jium.trust.account_life import Closed, LastAdministrator, OnesOwn
from jium.trust.models import Account, AuditEntry

pytestmark = pytest.mark.django_db

WORDS = "a long enough password"


@pytest.fixture
def root() -> Account:
    return Account.objects.create_user("root", password=WORDS, roles=["administrator"])


@pytest.fixture
def bada() -> Account:
    return Account.objects.create_user("bada", password=WORDS, roles=["officer"])


def fresh(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("act", flat=True))


def test_a_closed_account_cannot_log_in_and_an_open_one_can_again(root, bada) -> None:
    account_life.close(bada, root)
    assert accounts.log_in(None, "bada", WORDS) is None
    account_life.reopen(bada, root)
    assert accounts.log_in(None, "bada", WORDS) == bada
    assert fresh(bada).roles == ["officer"]
    assert acts() == ["account.closed", "account.reopened"]


def test_closing_ends_the_sessions_and_the_links(client, root, bada) -> None:
    token = account_life.link(bada, root)
    client.force_login(bada)
    account_life.close(bada, root)
    assert client.get("/").status_code == 302
    account_life.reopen(bada, root)
    assert client.get("/").status_code == 302
    with pytest.raises(accounts.LinkInvalid):
        accounts.account_of(token)


def test_closing_twice_is_recorded_once(root, bada) -> None:
    account_life.close(bada, root)
    account_life.close(bada, root)
    assert acts() == ["account.closed"]


def test_a_new_link_replaces_a_lost_one_and_leaves_the_password(root, bada) -> None:
    lost = account_life.link(bada, root)
    found = account_life.link(bada, root)
    with pytest.raises(accounts.LinkInvalid):
        accounts.account_of(lost)
    assert accounts.log_in(None, "bada", WORDS) == bada
    accounts.redeem(found, "quite another password")
    assert accounts.log_in(None, "bada", WORDS) is None


def test_a_reset_ends_the_password_and_the_sessions_at_once(client, root, bada) -> None:
    client.force_login(bada)
    token = account_life.reset(bada, root)
    assert client.get("/").status_code == 302
    assert accounts.log_in(None, "bada", WORDS) is None
    assert accounts.redeem(token, "quite another password") == bada


@pytest.mark.parametrize("act", [account_life.link, account_life.reset])
def test_a_closed_account_gets_no_link(root, bada, act) -> None:
    account_life.close(bada, root)
    with pytest.raises(Closed):
        act(bada, root)


def test_who_lost_her_telephone_sets_up_another(client, root, bada) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(bada, "A" * 32)
    client.force_login(bada)
    account_life.take_factors_away(bada, root)
    assert client.get("/").status_code == 302
    assert not second_factor.has_one(bada)
    assert AuditEntry.objects.get().body == {"count": 1}


def test_ended_sessions_are_ended_in_every_browser_and_a_new_one_begins(client, root, bada) -> None:
    from django.test import Client

    other = Client()
    for browser in (client, other):
        browser.force_login(bada)
        assert browser.get("/").status_code == 200
    account_life.end_sessions(bada, root)
    assert [browser.get("/").status_code for browser in (client, other)] == [302, 302]
    client.force_login(fresh(bada))
    assert client.get("/").status_code == 200


def test_other_roles_hold_from_the_next_click(client, root, bada) -> None:
    client.force_login(bada)
    assert client.get("/desk/").status_code == 200
    account_life.change_roles(bada, ["auditor"], root)
    assert client.get("/desk/").status_code == 403
    assert client.get("/audit/").status_code == 200
    entry = AuditEntry.objects.get(act="account.roles_changed")
    assert entry.body == {"before": "officer", "roles": "auditor", "for_minors": False}


@pytest.mark.parametrize("roles", [[], ["king"], ["officer", "king"]])
def test_roles_are_known_ones(root, bada, roles: list[str]) -> None:
    with pytest.raises(ValueError, match="needs roles"):
        account_life.change_roles(bada, roles, root)


@pytest.mark.parametrize(
    "act",
    [
        lambda account: account_life.close(account, "command-line"),
        lambda account: account_life.change_roles(account, ["officer"], "command-line"),
    ],
    ids=["close", "roles"],
)
def test_the_last_administrator_stays(root, bada, act) -> None:
    with pytest.raises(LastAdministrator):
        act(root)
    assert fresh(root).is_active and fresh(root).roles == ["administrator"]
    invited = accounts.invite("hana", ["administrator"])  # she could be nobody: she has no password yet
    with pytest.raises(LastAdministrator):
        act(root)
    accounts.redeem(invited, WORDS)
    act(root)


@pytest.mark.parametrize("act", [account_life.close, account_life.reopen, account_life.link, account_life.reset])
def test_nobody_changes_her_own_account(root, act) -> None:
    with pytest.raises(OnesOwn):
        act(root, root)
    with pytest.raises(OnesOwn):
        account_life.change_roles(root, ["administrator", "officer"], root)
    assert acts() == []
