"""Logging in, joining by the one-time link, and one's own account."""

from __future__ import annotations

import ipaddress
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jium.trust import accounts, audit, presence, second_factor, turns
from jium.trust.accounts import LinkInvalid, LogInForm
from jium.trust.beginning import start_of
from jium.trust.forms import NameForm, PasswordForm
from jium.trust.models import Account
from jium.trust.policy import actor, needs, open_to_all


class _Login(LoginView):
    template_name = "trust/login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        return start_of(self.request.user)

    def form_valid(self, form: Any) -> HttpResponse:
        """The password is right; django-allauth asks for the second factor where there is one."""
        return enter(self.request, form.get_user(), self.get_redirect_url())


def enter(request: HttpRequest, account: Account, page: str = "") -> HttpResponse:
    """On to the second factor, or in."""
    second_factor.begin(request, account)
    given = {"username": account.get_username()}
    return perform_password_login(request, given, Login(user=account, redirect_url=page or None))


login = open_to_all(_Login.as_view())
logout = open_to_all(LogoutView.as_view())


@open_to_all
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Set a password with the one-time link, and begin."""
    try:
        account = accounts.account_of(token)
    except LinkInvalid:
        return render(request, "trust/link_invalid.html", status=410)
    form = PasswordForm(request.POST or None, named=bool(account.display_name), label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            joined = accounts.redeem(token, form.cleaned_data["password"])
            if "display_name" in form.fields:
                accounts.call(joined, form.cleaned_data["display_name"])
        except LinkInvalid:
            return render(request, "trust/link_invalid.html", status=410)
        except ValidationError as lacking:
            form.add_error("password", lacking)
        except turns.Busy:
            form.add_error(None, accounts.BUSY)
        else:
            return enter(request, joined)
    return render(request, "trust/welcome.html", {"form": form, "account": account, "token": token})


@needs("account.own")
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """One's own account: the name that colleagues see and letters bear."""
    account = actor(request)
    form = NameForm(request.POST or None, initial={"display_name": account.display_name}, label_suffix="")
    if request.method == "POST" and form.is_valid():
        accounts.call(account, form.cleaned_data["display_name"])
        messages.success(request, _("Saved."))
        return redirect("me")
    listed = presence.sessions(account, request.session.session_key)
    return render(request, "trust/me.html", {"form": form, "sessions": listed})


@needs("account.own")
@require_safe
def factors(request: HttpRequest) -> HttpResponse:
    """One's own second factors: what there is, and what can be set up."""
    known = Authenticator.objects.filter(user=actor(request)).order_by("created_at")
    host, _port = split_domain_port(request.get_host())
    context = {
        "app": known.filter(type=Authenticator.Type.TOTP).first(),
        "passkeys": [one.wrap() for one in known.filter(type=Authenticator.Type.WEBAUTHN)],
        "codes": next((len(one.wrap().get_unused_codes()) for one in known.filter(type="recovery_codes")), 0),
        "lacking": second_factor.lacking(actor(request)),
        "passkeys_possible": not _is_address(host),
    }
    return render(request, "trust/factors.html", context)


def _is_address(host: str) -> bool:
    """Passkeys belong to a name: browsers make none for an address in numbers."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@needs("account.own")
@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """Log out in one other browser, or in all others."""
    account, chosen = actor(request), request.POST.get("session", "")
    presence.end(account, keep=request.session.session_key, only=int(chosen) if chosen.isdecimal() else None)
    audit.record(account, "account.sessions_ended", str(account.pk))
    messages.success(request, _("Logged out there."))
    return redirect("me")
