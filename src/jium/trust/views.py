"""Logging in, joining by the one-time link, and one's own account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from jium.trust import accounts, brake, passwords
from jium.trust.accounts import LinkInvalid, LogInForm
from jium.trust.forms import NameForm, PasswordForm
from jium.trust.models import Account
from jium.trust.policy import actor, may, needs, open_to_all

BACKEND = "django.contrib.auth.backends.ModelBackend"


def start_of(account: Account | AnonymousUser) -> str:
    """Where an account begins: what there is to do; for one that may do nothing, its own page."""
    return reverse("queue") if may(account, "task.see") else reverse("me")


class _Login(LoginView):
    template_name = "trust/login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        return start_of(self.request.user)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        brake.remember(self.request, response, form.get_user().get_username())
        _speak(response, form.get_user())
        return response


login = open_to_all(_Login.as_view())
logout = open_to_all(LogoutView.as_view())


def _speak(response: HttpResponse, account: Account) -> None:
    """From here on in the language that the account chose before."""
    if account.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, account.language, samesite="Strict", httponly=True)


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
        except passwords.Busy:
            form.add_error(None, accounts.BUSY)
        else:
            start_session(request, joined, backend=BACKEND)
            response = redirect(start_of(joined))
            brake.remember(request, response, joined.get_username())
            return response
    return render(request, "trust/welcome.html", {"form": form, "account": account})


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
    return render(request, "trust/me.html", {"form": form})
