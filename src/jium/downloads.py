"""A letter handed out as a file: its name says nothing, no browser keeps it, and a missing font is said in words."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jium import letter
from jium.typeset import FontMissing


def language_of(request: HttpRequest) -> str:
    """Korean, or what ``?language=`` asks for. Raises Http404 for what no letter is written in."""
    language = request.GET.get("language", "ko")
    if language not in letter.LANGUAGES:
        raise Http404
    return language


def handed_out(make: Callable[[], bytes], name: str, record: Callable[[], object]) -> HttpResponse:
    """The PDF that ``make`` makes, as ``name``; ``record`` writes down that it was handed out."""
    try:
        content = make()
    except FontMissing:
        text = _("The letter cannot be made: no Korean font is installed. Please ask the administrator.")
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    record()
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
