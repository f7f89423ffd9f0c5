"""Who may try a password now: a brake on guessing by name, by address and in all, that keeps no honest person out.

Whoever has logged in with a browser before is counted by that browser alone (a "device cookie", as OWASP describes it):
strangers who guess, however many, never lock her out there. Everybody else is counted three times: five wrong passwords
within 15 minutes lock the name for 15 minutes, twenty the address they come from, a hundred everybody who is not known.
Names and addresses are kept only as keyed digests. An attempt is counted before the password is looked at, so that many
at once gain nothing.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

from jium import clock
from jium.trust.models import LoginFailure
from jium.trust.turns import take_turn

WINDOW = LOCK = timedelta(minutes=15)
# Wrong passwords within the window that lock: a name or a known browser, an address, all who are not known.
BY_NAME, BY_ADDRESS, IN_ALL = 5, 20, 100
COOKIE, COOKIE_LIFE, COOKIE_NAMES = "jium_known", timedelta(days=90), 8
_SALT = "jium.trust.known"


class LockedOut(Exception):
    """Too many wrong passwords. ``counter``: "name", "address" or "all"; ``until``: when it may be tried again."""

    def __init__(self, counter: str, until: datetime) -> None:
        super().__init__("too many wrong passwords")
        self.counter, self.until = counter, until


@dataclass(frozen=True)
class Attempt:
    """What an attempt is counted under: digests. ``address`` is empty for a browser that is known with the name."""

    who: str
    address: str = ""


def attempt(username: str, request: HttpRequest | None = None) -> Attempt:
    """Of this name, from where the request comes; without one, as if from a known browser."""
    name = name_digest(username)
    if request is None:
        return Attempt(name)
    browser, names = _known(request)
    if name in names:
        return Attempt(_digest("browser", f"{browser} {name}"))
    return Attempt(name, _digest("address", network(request.META.get("REMOTE_ADDR", ""))))


def name_digest(username: str) -> str:
    """What is kept of a name that was tried: useless without the installation's secret."""
    return _digest("log_in", username.strip().casefold())


def network(address: str) -> str:
    """What one sender easily has of addresses: one of version 4, 2⁶⁴ of version 6."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
    return str(known)


def begin(trying: Attempt) -> LoginFailure:
    """Count the attempt as a wrong one until it is known better. Raises :class:`LockedOut`."""
    now = clock.now()
    with transaction.atomic():
        take_turn("log_in")
        if lock := locked(trying, now):
            raise lock
        LoginFailure.objects.filter(at__lt=now - WINDOW - LOCK).delete()
        return LoginFailure.objects.create(name_digest=trying.who, address_digest=trying.address, at=now)


def forgive(trying: Attempt) -> None:
    """The password was right."""
    LoginFailure.objects.filter(name_digest=trying.who).delete()


def locked(trying: Attempt, now: datetime) -> LockedOut | None:
    """Why it may not be tried now; None where it may."""
    failures = LoginFailure.objects.order_by("-at")
    counters: list[tuple[str, QuerySet[LoginFailure], int]] = [
        ("name", failures.filter(name_digest=trying.who), BY_NAME)
    ]
    if trying.address:
        counters.append(("address", failures.filter(address_digest=trying.address), BY_ADDRESS))
        counters.append(("all", failures.exclude(address_digest=""), IN_ALL))
    locks = [
        LockedOut(counter, until)
        for counter, rows, most in counters
        if (until := locked_until(list(rows.values_list("at", flat=True)[:most]), most, now))
    ]
    return max(locks, key=lambda lock: lock.until, default=None)


def locked_until(times: Sequence[datetime], most: int, now: datetime) -> datetime | None:
    """Until when so many wrong attempts lock; ``times``: of the last ``most`` of them, the latest first."""
    if len(times) < most or times[0] - times[most - 1] > WINDOW or now >= times[0] + LOCK:
        return None
    return times[0] + LOCK


# -- known browsers


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """This browser is known with this name from here on."""
    browser, names = _known(request)
    kept = [name_digest(username), *(name for name in names if name != name_digest(username))][:COOKIE_NAMES]
    told = {"browser": browser or secrets.token_hex(16), "names": kept, "at": clock.now().timestamp()}
    response.set_cookie(
        COOKIE,
        signing.dumps(told, salt=_SALT),
        max_age=COOKIE_LIFE,
        path=reverse("login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _known(request: HttpRequest) -> tuple[str, list[str]]:
    """Which browser this is and which names it is known with; nothing for one that is not, or not any more."""
    try:
        told = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT)
    except signing.BadSignature:
        return "", []
    if clock.now().timestamp() - told["at"] > COOKIE_LIFE.total_seconds():
        return "", []
    return told["browser"], told["names"]


def _digest(what: str, text: str) -> str:
    return salted_hmac(f"jium.trust.{what}", text, algorithm="sha256").hexdigest()
