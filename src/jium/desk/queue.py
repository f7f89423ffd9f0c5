"""The first page: everything that needs a person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jium.desk import tasks
from jium.trust.policy import allowed, needs


@needs("task.see")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Everything that needs a person, the most pressing first."""
    found = tasks.tasks(allowed(request.user))
    number = sum(task.stands_for for task in found)
    live = "#live" in request.headers.get("HX-Target", "")
    context = {"tasks": found, "number": number, "fragment": live}
    return render(request, "desk/_queue.html" if live else "desk/queue.html", context)
