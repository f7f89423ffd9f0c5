"""The services of a case: recorded with two clicks, and what was given so far."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jium import clock, lists
from jium.cases import given, referrals
from jium.cases.intake import Help, Way
from jium.cases.models import Case, GivenService
from jium.trust.policy import actor, needs

SHAPE = lists.Shape(name="services", looks_in=gettext_lazy("Service"), choices={lists.ALL: lists.CHOICES[lists.ALL]})


@needs("service.record")
@require_http_methods(["GET", "POST"])
def case_services(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Record one; and all that was given."""
    case = get_object_or_404(Case, pk=case_id)
    if request.method == "POST":
        try:
            what, way = Help(request.POST.get("help", "")), Way(request.POST.get("way", ""))
        except ValueError:
            raise BadRequest("help") from None
        if way not in given.WAYS:
            raise BadRequest("way")
        given.record(case, what, way, actor(request))
        messages.success(request, _("Recorded: %(help)s, %(way)s.") % {"help": what.label, "way": way.label})
        return redirect("case_services", case.pk)
    rows = given.of_case(case)
    page = lists.shown(lists.asked(request, SHAPE), rows, rows.count())
    slip, account = clock.now() - given.TAKEN_BACK_WITHIN, actor(request)
    context = {
        "case": case,
        "list": page,
        "lines": [(one, one.by_id == account.pk and one.at > slip) for one in page.page],
        "totals": given.totals(case),
        "kinds": list(Help),
        "ways": given.WAYS,
        "referrals": list(referrals.of_case(case)),
        "organisations": list(referrals.organisations()),
    }
    return render(request, "cases/services.html", context)


@needs("service.record")
@require_POST
def service_take_back(request: HttpRequest, given_id: int) -> HttpResponse:
    """It was a slip."""
    row = get_object_or_404(GivenService, pk=given_id)
    case_id = row.case_id
    try:
        given.take_back(row, actor(request))
    except given.NotHers:
        messages.error(request, _("Somebody else recorded this: only she takes it back."))
    except given.TooLate:
        messages.error(request, _("This was recorded more than a day ago, or stands in a claim of costs: it stays."))
    else:
        messages.success(request, _("Taken back."))
    return redirect("case_services", case_id)
