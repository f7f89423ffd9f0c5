"""Logging in, joining and showing who one is by the centre's own log-in (:mod:`jium.trust.oidc`).

Nobody is let in because of a name that the provider knows her by: she connects her account herself, with the one-time
link or while she is logged in, and from then on the provider's own mark for her alone counts. The second factor is
asked for all the same. What a question needs until its answer comes travels in a cookie: strangers fill no table.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jium.trust import accounts, audit, oidc, second_factor
from jium.trust.accounts import LinkInvalid, SomebodyElses
from jium.trust.beginning import start_of
from jium.trust.models import Account
from jium.trust.policy import RESUME, View, actor, needs, open_to_all

_log = logging.getLogger(__name__)
COOKIE, LIFE, _SALT = "jium_oidc", 600, "jium.trust.oidc"
# What a question is for.
ENTER, JOIN, CONNECT, AGAIN = "enter", "join", "connect", "again"

Answer = Callable[[HttpRequest, dict[str, Any], oidc.Shown], HttpResponse]


def called() -> str:
    """Whose account it is, for a page's words; empty where the centre has no log-in of its own."""
    return settings.CONFIG.oidc.called(get_language()) if settings.CONFIG.oidc.issuer else ""


def _where_there_is_one(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not settings.CONFIG.oidc.issuer:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@open_to_all
@_where_there_is_one
@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """In place of name and password."""
    if request.user.is_authenticated:
        return redirect(_page(request) or start_of(request.user))
    return _ask(request, ENTER)


@open_to_all
@_where_there_is_one
@require_safe
def join(request: HttpRequest, token: str) -> HttpResponse:
    """In place of setting a password with the one-time link."""
    try:
        accounts.account_of(token)
    except LinkInvalid:
        return render(request, "trust/link_invalid.html", status=410)
    return _ask(request, JOIN, token=token)


@needs("account.own")
@_where_there_is_one
@require_safe
def connect(request: HttpRequest) -> HttpResponse:
    """Beside the password that she has, or in place of another account of hers there."""
    second_factor.insist_fresh(request)
    return _ask(request, CONNECT, account=actor(request).pk)


@needs("account.own")
@_where_there_is_one
@require_safe
def again(request: HttpRequest) -> HttpResponse:
    """Show once more who she is, where she has no password."""
    if "go" in request.GET:
        return _ask(request, AGAIN, account=actor(request).pk)
    return render(request, "trust/oidc_again.html", {"page": _page(request)})


def _ask(request: HttpRequest, purpose: str, **more: Any) -> HttpResponse:
    """On to the provider's page, with what is remembered until she comes back."""
    try:
        # Whose browser it is there is not enough for what lasts, nor where she is to show who she is.
        page, asked = oidc.ask(settings.CONFIG.oidc, _back(request), get_language() or "ko", anew=purpose != ENTER)
    except oidc.NotThere as problem:
        return _not_there(request, problem)
    begun = {"asked": asdict(asked), "purpose": purpose, "page": _page(request), **more}
    response = redirect(page)
    response.set_cookie(
        COOKIE,
        signing.dumps(begun, salt=_SALT, compress=True),
        max_age=LIFE,
        path=reverse("oidc_answered"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@open_to_all
@_where_there_is_one
@require_safe
def answered(request: HttpRequest) -> HttpResponse:
    """She comes back from the provider's page.

    A browser that another site sends here keeps our cookies to itself; asked once more by our own page it shows them.
    """
    if "here" not in request.GET:
        onward = f"{request.get_full_path()}{'&' if request.GET else '?'}here=1"
        response = render(request, "trust/oidc_onward.html", {"onward": onward})
        response["Refresh"] = f"0; url={onward}"
        return response
    response = _taken(request)
    response.delete_cookie(COOKIE, path=reverse("oidc_answered"), samesite="Strict")
    return response


def _taken(request: HttpRequest) -> HttpResponse:
    try:
        begun = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LIFE)
        asked = oidc.Asked(**begun["asked"])
        if request.GET.get("state") != asked.state or not request.GET.get("code"):
            raise oidc.NotShown("state")
        shown = oidc.answer(settings.CONFIG.oidc, asked, _back(request), request.GET["code"], begun["purpose"] == AGAIN)
    except oidc.NotThere as problem:
        return _not_there(request, problem)
    except (oidc.NotShown, signing.BadSignature) as problem:
        why = str(problem) if isinstance(problem, oidc.NotShown) else "no question of this browser"
        _log.warning("the centre's log-in showed nobody: %s", why)
        text = _("The log-in there was broken off, took too long, or was refused. Please try again.")
        return _refused(request, text)
    return _ANSWERS[begun["purpose"]](request, begun, shown)


def _enter(request: HttpRequest, begun: dict[str, Any], shown: oidc.Shown) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(begun["page"] or start_of(request.user))
    account = accounts.connected_as(settings.CONFIG.oidc.issuer, shown.subject)
    if account is None:
        audit.record("system", "login.not_connected")
        text = _(
            "No open account here is connected to the one that you logged in with there. Open the link of your"
            " invitation and choose it there; or log in with your password, and connect it on the page of your account."
        )
        return _refused(request, text)
    return _let_in(request, account, begun["page"])


def _join(request: HttpRequest, begun: dict[str, Any], shown: oidc.Shown) -> HttpResponse:
    try:
        account = accounts.redeem_connected(begun["token"], settings.CONFIG.oidc.issuer, shown.subject, shown.name)
    except LinkInvalid:
        return render(request, "trust/link_invalid.html", status=410)
    except SomebodyElses:
        return _refused(request, _somebody_elses())
    return _let_in(request, account, "")


def _let_in(request: HttpRequest, account: Account, page: str) -> HttpResponse:
    """On to the second factor, or in."""
    second_factor.begin(request, account)
    record_authentication(request, account, method=second_factor.OIDC)
    return perform_login(request, Login(user=account, redirect_url=page or None))


def _connect(request: HttpRequest, begun: dict[str, Any], shown: oidc.Shown) -> HttpResponse:
    account = _still_she(request, begun)
    if account is None:
        return _refused(request, _not_she())
    try:
        accounts.connect(account, settings.CONFIG.oidc.issuer, shown.subject)
    except SomebodyElses:
        messages.error(request, _somebody_elses())
    else:
        messages.success(request, _("Connected. From now on you can log in with it."))
    return redirect("me")


def _again(request: HttpRequest, begun: dict[str, Any], shown: oidc.Shown) -> HttpResponse:
    account = _still_she(request, begun)
    if account is None:
        return _refused(request, _not_she())
    if accounts.connected_as(settings.CONFIG.oidc.issuer, shown.subject) != account:
        return _refused(request, _("This is not the account there that yours is connected to. Please try again."))
    record_authentication(request, account, method=second_factor.OIDC, reauthenticated=True)
    return redirect(f"{begun['page']}{'&' if '?' in begun['page'] else '?'}{RESUME}=1" if begun["page"] else "me")


_ANSWERS: dict[str, Answer] = {ENTER: _enter, JOIN: _join, CONNECT: _connect, AGAIN: _again}


def _still_she(request: HttpRequest, begun: dict[str, Any]) -> Account | None:
    """Whoever asked, if she is logged in still."""
    return request.user if isinstance(request.user, Account) and request.user.pk == begun["account"] else None


def _back(request: HttpRequest) -> str:
    """Where the provider sends her back to: the same address every time, as it is told to the provider beforehand."""
    return request.build_absolute_uri(reverse("oidc_answered"))


def _page(request: HttpRequest) -> str:
    """The page of ours that she wanted; empty for none."""
    page = request.GET.get(REDIRECT_FIELD_NAME, "")
    return page if url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()) else ""


def _refused(request: HttpRequest, why: str, status: int = 403) -> HttpResponse:
    return render(request, "trust/oidc_refused.html", {"why": why}, status=status)


def _not_there(request: HttpRequest, problem: oidc.NotThere) -> HttpResponse:
    _log.warning("the centre's log-in is not there: %s", problem)
    text = _(
        "The log-in there does not answer just now. Try again in a moment, or log in with your password if you have"
        " one. If it stays so, your administrator finds out with 'jium doctor'."
    )
    return _refused(request, text, 503)


def _not_she() -> str:
    return _("Meanwhile you are not logged in here any more. Log in, and do it once more.")


def _somebody_elses() -> str:
    return _("Another account here is connected to it already. Your administrator can disconnect that one.")
