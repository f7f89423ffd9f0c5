"""What every page needs that belongs to none: language, session, health."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from jium.trust.models import Account
from jium.trust.policy import open_to_all


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
