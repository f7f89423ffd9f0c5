"""How long a session lasts: an hour without a click, half a day in all, unless jium.toml says otherwise.

Django ends a session when its time has run out; each click puts that off. What a page asks for by itself, to stay up to
date, is no click: a desk that somebody left open is closed all the same. Sessions go by the machine's clock.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from jium.trust.models import Account
from jium.trust.turns import hurried

# So often, in seconds, a click is written down.
EVERY = 60
_SEEN = "seen"


class Presence:
    """Puts the end of a session off, and ends one that lasted long enough."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        if not _by_itself(request) and now.timestamp() - request.session.get(_SEEN, 0) >= EVERY:
            self._click(request, now)
        return self._get_response(request)

    def _click(self, request: HttpRequest, now: datetime) -> None:
        if not isinstance(request.user, Account) or not request.user.is_authenticated:
            return
        known = UserSession.objects.filter(session_key=request.session.session_key).first()
        if known and now - known.created_at > timedelta(hours=settings.CONFIG.accounts.most_hours):
            logout(request)
            return
        # Where somebody else writes, or the disk is full, reading goes on: the next click writes it down. Django tells
        # that of the session's row as UpdateError, as it tells that the session ended in this very moment.
        with suppress(OperationalError, UpdateError), hurried():
            UserSession.objects.create_from_request(request)
            request.session[_SEEN] = now.timestamp()
            request.session.save()
        request.session.modified = False


def _by_itself(request: HttpRequest) -> bool:
    """Whether a page that lies open asks, and nobody clicked."""
    return request.path == "/session/" or "#live" in request.headers.get("HX-Target", "")


@dataclass(frozen=True)
class Seen:
    """A browser in which somebody is logged in. ``called``: as :func:`browser` says; ``here``: the one that asks."""

    number: int
    called: str
    user_agent: str
    ip: str
    begun: datetime
    seen: datetime
    here: bool


def sessions(account: Account, here: str | None) -> list[Seen]:
    """Where she is logged in, the latest seen first. ``here``: the key of the session that asks."""
    found = sorted(UserSession.objects.purge_and_list(account), key=lambda one: one.last_seen_at, reverse=True)
    return [
        Seen(
            one.pk,
            browser(one.user_agent),
            one.user_agent,
            one.ip,
            one.created_at,
            one.last_seen_at,
            one.session_key == here,
        )
        for one in found
    ]


# Each names itself after those it was made from as well: the first that is found counts.
_BROWSERS = {"Edg": "Edge", "Whale": "Whale", "OPR": "Opera", "SamsungBrowser": "Samsung Internet"} | {
    name: name for name in ("Firefox", "Chrome", "Safari")
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def browser(user_agent: str) -> str:
    """What a browser calls itself, as people say it: "Chrome, Windows"; empty for none that is known."""
    named = [next((said for mark, said in known.items() if mark in user_agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, named))


def end(account: Account, keep: str | None = None, only: int | None = None) -> None:
    """Log her out everywhere but where ``keep`` is the key of the session; or in the one session ``only``."""
    for session in UserSession.objects.filter(user=account, **({} if only is None else {"pk": only})):
        if session.session_key != keep:
            session.end()
