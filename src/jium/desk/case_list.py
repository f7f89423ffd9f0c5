"""The list of cases: how many things wait for a person in each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from jium import lists
from jium.cases import services
from jium.desk import tasks
from jium.trust.assignments import reach
from jium.trust.policy import actor, needs

SHAPE = lists.Shape(
    name="cases",
    looks_in=_("Number or pseudonym"),
    choices=lists.CHOICES,
    orders={
        "opened": ("opened_at",),
        "pseudonym": ("pseudonym",),
        "references": ("reference_count",),
        "state": ("state",),
    },
    falling=True,
)


@needs("case.see")
@require_http_methods(["GET", "POST"])
def cases(request: HttpRequest) -> HttpResponse:
    """One's cases, a supervisor's are all, newest first; or those with something to do, or those one opened.

    Of a case that is with somebody else its number may be found, and no more.
    """
    if request.method == "POST":
        return lists.search(request, SHAPE)
    asked, by = lists.asked(request, SHAPE), actor(request)
    waiting = tasks.to_do(request).in_cases()
    own = reach(by).q("pk")
    every = services.cases().filter(own)
    chosen = every
    if asked.choice == lists.WAITING:
        chosen = chosen.filter(pk__in=waiting)
    elif asked.choice == lists.MINE:
        chosen = chosen.filter(pk__in=services.given_to(by))
    found = asked.sorted(services.search(chosen, asked.text))
    shown = lists.shown(asked, found, chosen.count())
    lines = [(case, waiting[case.pk]) for case in shown.page]
    elsewhere = services.elsewhere(by, asked.text)
    context = {"list": shown, "lines": lines, "any": every.exists(), "elsewhere": elsewhere}
    return render(request, "desk/cases.html", context)
