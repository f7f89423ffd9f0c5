"""Pages that belong to no room: the queue, the state of the system, language, health."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from jium import clock
from jium.engine.overview import look
from jium.trust.models import Account
from jium.trust.policy import allowed, needs, open_to_all
from jium.web import queue as tasks

# What the engine calls it, and what it does, in words.
JOBS: dict[str, Promise] = {
    "fingerprint": _("Fingerprint registered files"),
    "look_back": _("Search earlier sightings for a new reference"),
    "crawl": _("Visit sites"),
    "match": _("Compare what was seen with all references"),
    "carry_out": _("Carry out decisions"),
    "record": _("Capture evidence"),
    "send": _("Send removal requests"),
    "check": _("Check whether material is removed"),
}
# Work that has been due for so long is worth a word.
LATE = timedelta(minutes=5)


@needs("case.see")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Everything that needs a person, the most pressing first."""
    found = tasks.tasks(allowed(request.user))
    live = "#live" in request.headers.get("HX-Target", "")
    return render(request, "web/_queue.html" if live else "web/queue.html", {"tasks": found, "fragment": live})


@needs("jobs.see")
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """What runs, what waits, what failed."""
    overview = look(limit=20)
    late = overview.oldest_due_at is not None and clock.now() - overview.oldest_due_at > LATE
    waiting: dict[str, list[int]] = {}
    for line in overview.waiting:
        due, planned = waiting.setdefault(line.action, [0, 0])
        waiting[line.action] = [due + line.due, planned + line.planned]
    context = {
        "workers": overview.workers,
        "working": any(worker.alive for worker in overview.workers),
        "waiting": [(JOBS.get(name, name), due, planned) for name, (due, planned) in waiting.items()],
        "failures": [(JOBS.get(failure.action, failure.action), failure) for failure in overview.failures],
        "oldest_due_at": overview.oldest_due_at,
        "late": late,
    }
    live = "#live" in request.headers.get("HX-Target", "")
    return render(request, "web/_jobs.html" if live else "web/jobs.html", context)


@open_to_all
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages; an account keeps it."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in ("ko", "en"):
        Account.objects.filter(pk=request.user.pk).update(language=chosen)
    return set_language(request)


@open_to_all
@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """For a page about to send a form: a fresh token, empty when one has to log in again first."""
    return JsonResponse({"token": get_token(request) if request.user.is_authenticated else ""})


@open_to_all
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """For a monitor: 200 "ok" when the pages can be served, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
