"""Who may do what: the one table of actions and roles. What is not named here is denied.

An administrator runs the installation and invites people; she sees no case data unless she also works on
cases. Every view names its action with :func:`needs`, or says :func:`open_to_all`; ``view.jium_action`` tells
which, so that a test can walk all addresses and find a view without one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jium.trust import audit
from jium.trust.models import Account

ADMINISTRATOR = "administrator"
SUPERVISOR = "supervisor"
OFFICER = "officer"

ROLES: dict[str, Promise] = {
    ADMINISTRATOR: _("administrator"),
    SUPERVISOR: _("supervisor"),
    OFFICER: _("officer"),
}

_CASEWORK = frozenset({SUPERVISOR, OFFICER})
_ALL = frozenset(ROLES)

ACTIONS: dict[str, frozenset[str]] = {
    "task.see": _ALL,
    "case.see": _CASEWORK,
    "case.open": _CASEWORK,
    "case.edit": _CASEWORK,
    "paper.bring": _CASEWORK,
    "paper.see": _CASEWORK,
    "consent.record": _CASEWORK,
    "reference.register": _CASEWORK,
    "group.see": _CASEWORK,
    "group.decide": _CASEWORK,
    "notice.see": _CASEWORK,
    "notice.approve": _CASEWORK,
    "provider.see": _ALL,
    "provider.edit": _CASEWORK,
    "site.see": _ALL,
    "site.edit": _ALL,
    "target.look": _CASEWORK,
    "capture.vouch": _CASEWORK,
    "capture.download": _CASEWORK,
    "report.download": _CASEWORK,
    "jobs.see": _ALL,
    "account.own": _ALL,
    "settings.see": frozenset({ADMINISTRATOR}),
    "people.see": frozenset({ADMINISTRATOR, SUPERVISOR}),
    "people.invite": frozenset({ADMINISTRATOR}),
}

OPEN_TO_ALL = "open_to_all"

View = Callable[..., HttpResponseBase]


def may(account: Account | AnonymousUser, action: str) -> bool:
    """Whether one of the account's roles allows ``action``. Unknown actions and inactive accounts: no."""
    if not isinstance(account, Account) or not account.is_active:
        return False
    return not ACTIONS.get(action, frozenset()).isdisjoint(account.roles)


def allowed(account: Account | AnonymousUser) -> frozenset[str]:
    """Every action the account may do, for menus and templates."""
    return frozenset(action for action in ACTIONS if may(account, action))


def actor(request: HttpRequest) -> Account:
    """Who asks for a page that :func:`needs` guards. Raises PermissionDenied where nobody is logged in."""
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


def needs(action: str) -> Callable[[View], View]:
    """Only those who may do ``action`` reach the view; the rest get the 403 page, and it is recorded.

    Raises ``ValueError`` where the view is defined when the action is not in the table.
    """
    if action not in ACTIONS:
        raise ValueError(f"unknown action {action!r}: name it in jium.trust.policy.ACTIONS")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            account = request.user
            if not may(account, action):
                if account.is_authenticated:
                    audit.record(account, "access.denied", action=action)
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.jium_action = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_to_all(view: View) -> View:
    """The view answers without log-in."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    opened.jium_action = OPEN_TO_ALL  # type: ignore[attr-defined]
    return login_not_required(opened)
