"""Who works here: the list, one person's account, and what an administrator may do with it."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jium.trust import account_life, accounts, second_factor
from jium.trust.account_life import Closed, LastAdministrator, OnesOwn
from jium.trust.accounts import NameTaken
from jium.trust.forms import InviteForm, RolesForm
from jium.trust.models import Account
from jium.trust.policy import View, actor, needs
from jium.trust.roles import ROLES


@needs("people.see")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who works here, and in which roles."""
    everybody = Account.objects.order_by("-is_active", "display_name", "username")
    secured = second_factor.who_has_one()
    return render(request, "trust/people.html", {"people": [_line(account, secured) for account in everybody]})


@needs("people.see")
@require_safe
def person(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: its state, its roles, and what can be done with it."""
    return _page(request, get_object_or_404(Account, pk=account_id))


def _page(request: HttpRequest, account: Account, form: RolesForm | None = None) -> HttpResponse:
    form = form or RolesForm(initial={"roles": account.roles, "for_minors": account.for_minors}, label_suffix="")
    own = account.pk == actor(request).pk
    return render(
        request, "trust/person.html", {**_line(account, second_factor.who_has_one()), "form": form, "own": own}
    )


def _line(account: Account, secured: Set[int]) -> dict[str, Any]:
    return {
        "account": account,
        "roles": [ROLES[role] for role in account.roles if role in ROLES],
        "joined": account.joined,
        "connected": bool(account.oidc_subject),
        "called_there": settings.CONFIG.oidc.called(get_language()),
        "password": account.has_usable_password(),
        "secured": account.pk in secured,
    }


@needs("people.change")
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Make an account; its one-time link is shown once, here, and kept nowhere."""
    form = InviteForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            token = accounts.invite(
                asked["username"], asked["roles"], asked["display_name"], actor(request), asked["for_minors"]
            )
        except NameTaken:
            form.add_error("username", _("Somebody has this name already."))
        else:
            return _link(request, token, asked["display_name"])
    return render(request, "trust/invite.html", {"form": form})


def _link(request: HttpRequest, token: str, name: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("welcome", args=[token]))
    return render(request, "trust/invited.html", {"link": link, "name": name})


@needs("people.change")
@require_POST
def person_roles(request: HttpRequest, account_id: int) -> HttpResponse:
    """Other roles, from her next click on."""
    form = RolesForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _page(request, get_object_or_404(Account, pk=account_id), form)
    roles, minors = form.cleaned_data["roles"], form.cleaned_data["for_minors"]
    return _done(request, account_id, lambda account, by: account_life.change_roles(account, roles, by, minors))


def _changes(act: Callable[[Account, Account], str | None]) -> View:
    """The page's button for one change of an account's life."""

    @needs("people.change")
    @require_POST
    def changed(request: HttpRequest, account_id: int) -> HttpResponse:
        return _done(request, account_id, act)

    return changed


person_close = _changes(account_life.close)
person_reopen = _changes(account_life.reopen)
person_end_sessions = _changes(account_life.end_sessions)
person_disconnect = _changes(account_life.disconnect)
person_factors = _changes(account_life.take_factors_away)
person_link = _changes(account_life.link)
person_reset = _changes(account_life.reset)


def _done(request: HttpRequest, account_id: int, act: Callable[[Account, Account], str | None]) -> HttpResponse:
    """Do it, and back to her page, or to the one that shows the link that was made."""
    account = get_object_or_404(Account, pk=account_id)
    try:
        token = act(account, actor(request))
    except OnesOwn:
        messages.error(request, _("Your own account is changed by another administrator."))
    except LastAdministrator:
        messages.error(request, _("She is the only administrator. Give somebody else the role first."))
    except Closed:
        messages.error(request, _("This account is closed. Open it first."))
    else:
        if token:
            return _link(request, token, str(account))
        messages.success(request, _("Saved."))
    return redirect("person", account.pk)
