"""Who is not logged in logs in, with a second factor, and comes back to where she was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from jium.trust import second_factor
from jium.trust.policy import OPEN_TO_ALL


class LogInFirst(LoginRequiredMiddleware):
    """As Django's, but whoever pressed a button comes back to the page it stood on: its own address shows nothing."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(_page(request), self.get_login_url(view_func), self.get_redirect_field_name(view_func))


class SecondFactorFirst:
    """Whoever has no second factor yet sets one up before she sees anything else than her own account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _places: Any, _names: Any) -> HttpResponseRedirect | None:
        if not second_factor.lacking(request.user):
            return None
        request.nothing_else = True  # type: ignore[attr-defined]
        free = getattr(view, "jium_action", "") in (OPEN_TO_ALL, "account.own")
        return None if free else HttpResponseRedirect(reverse("mfa_index"))


def _page(request: HttpRequest) -> str:
    """The page that the form stood on, as the browser tells it; the start where it tells nothing of ours."""
    told = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(told, {request.get_host()}, request.is_secure()):
        return "/"
    page = urlsplit(told)
    return f"{page.path}?{page.query}" if page.query else page.path or "/"
