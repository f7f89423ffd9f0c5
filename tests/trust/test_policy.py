"""Who may do what, and that nothing is allowed by default."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from jium.trust import policy
from jium.trust.models import Account, AuditEntry
from jium.trust.policy import ACTIONS, may, needs, open_to_all
from jium.trust.roles import ROLES

CASE_DATA = ("case.", "paper.", "consent.", "reference.", "group.", "notice.", "capture.", "report.", "target.")


def account(*roles: str, active: bool = True) -> Account:
    return Account(username="someone", roles=list(roles), is_active=active)


def page(request: HttpRequest) -> HttpResponse:
    """A page."""
    return HttpResponse("page")


@pytest.mark.parametrize("role", ["administrator", "auditor", "privacy_officer"])
def test_an_administrator_alone_sees_no_case_data(role: str) -> None:
    for action in ACTIONS:
        if action.startswith(CASE_DATA):
            assert not may(account(role), action), action
    assert may(account(role, "officer"), "case.see")


def test_only_administrators_change_accounts() -> None:
    assert [role for role in ROLES if may(account(role), "people.change")] == ["administrator"]


def test_a_counsellor_cares_and_a_deletion_officer_removes() -> None:
    care = ("case.open", "case.edit", "paper.see", "paper.bring", "consent.record")
    removal = ("group.see", "group.decide", "notice.see", "notice.approve", "target.look", "capture.download")
    assert all(may(account("counsellor"), action) and not may(account("officer"), action) for action in care)
    assert all(may(account("officer"), action) and not may(account("counsellor"), action) for action in removal)
    assert all(may(account("supervisor"), action) for action in (*care, *removal))


def test_an_auditor_changes_nothing() -> None:
    may_do = {action for action in ACTIONS if may(account("auditor"), action)}
    assert may_do == {
        "task.see",
        "audit.see",
        "jobs.see",
        "people.see",
        "account.own",
        "destruction.see",
        "audit.export",
    }


def test_nobody_does_what_is_not_in_the_table() -> None:
    everyone = account(*ROLES)
    assert not may(everyone, "case.burn")
    assert not may(everyone, "")
    assert all(may(everyone, action) for action in ACTIONS)


@pytest.mark.parametrize("someone", [AnonymousUser(), account(), account("king"), account("officer", active=False)])
def test_without_a_known_role_nothing_is_allowed(someone: Account | AnonymousUser) -> None:
    assert policy.allowed(someone) == frozenset()


def test_every_action_belongs_to_known_roles_and_somebody() -> None:
    for action, rule in ACTIONS.items():
        assert rule.roles and rule.roles <= set(ROLES), action


def test_a_view_cannot_need_an_unknown_action() -> None:
    with pytest.raises(ValueError, match="unknown action"):
        needs("case.burn")


def test_a_view_tells_what_it_needs_and_still_asks_for_log_in() -> None:
    guarded = needs("case.see")(page)
    assert guarded.jium_action == "case.see"  # type: ignore[attr-defined]
    assert getattr(guarded, "login_required", True) is True
    assert guarded.__name__ == "page"


def test_an_open_view_says_so_and_leaves_the_original_closed() -> None:
    opened = open_to_all(page)
    assert opened.jium_action == policy.OPEN_TO_ALL  # type: ignore[attr-defined]
    assert opened.login_required is False  # type: ignore[attr-defined]
    assert getattr(page, "login_required", True) is True


@pytest.mark.django_db
def test_a_refusal_is_recorded_and_the_view_not_entered(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = Account.objects.create_user("admin", roles=["administrator"])
    with pytest.raises(PermissionDenied):
        needs("case.see")(page)(request)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.body) == ("access.denied", {"action": "case.see"})


@pytest.mark.django_db
def test_whoever_is_not_logged_in_is_refused_even_without_the_middleware(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        needs("case.see")(page)(request)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_whoever_may_enters(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = Account.objects.create_user("kim", roles=["officer"])
    assert needs("case.see")(page)(request).content == b"page"
