"""The first page: everything that needs a person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jium.desk import tasks
from jium.trust.policy import needs


@needs("task.see")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Everything that needs a person, the most pressing first."""
    to_do = tasks.to_do(request)
    live = "#live" in request.headers.get("HX-Target", "")
    context = {"tasks": to_do.lines(), "number": to_do.count(), "fragment": live}
    return render(request, "desk/_queue.html" if live else "desk/queue.html", context)
