"""Keeping and destroying, on the pages: a case is closed and opened again, and destroyed when that is demanded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jium import lists
from jium.cases import certificate, retention
from jium.cases.models import Case, Destruction
from jium.cases.retention import ClosedWhy, Kept, NotClosed, NotOpen
from jium.downloads import handed_out, language_of
from jium.trust import audit, four_eyes
from jium.trust.policy import actor, needs

KEPT = {
    Kept.FOR_GOOD: gettext_lazy("for good: material of a child or youth"),
    Kept.TEN_YEARS: gettext_lazy("ten years: investigators asked for it"),
    Kept.FIVE_YEARS: gettext_lazy("five years"),
}
SHAPE = lists.Shape(
    name="destructions",
    looks_in=gettext_lazy("Case number"),
    choices={lists.ALL: lists.CHOICES[lists.ALL]},
)


@needs("case.see")
@require_safe
def case_keeping(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """How long it is kept, from when, and what can be done about it."""
    case = get_object_or_404(Case, pk=case_id)
    ending = retention.ends_of(case)
    context: dict[str, Any] = {
        "case": case,
        "kept": KEPT[retention.kept_of(case)],
        "ends": ending,
        "announced": case.announced_at is not None,
        "being_destroyed": retention.being_destroyed(case.pk),
        "asked": retention.asked(case),
        "reasons": ClosedWhy.choices,
    }
    return render(request, "cases/keeping.html", context)


@needs("case.close")
@require_POST
def case_close(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Support ends, or goes on."""
    case, by = get_object_or_404(Case, pk=case_id), actor(request)
    try:
        if request.POST.get("answer") == "reopen":
            retention.reopen(case, by)
            messages.success(request, _("The case is open again. What was stopped goes on."))
        else:
            retention.close(case, request.POST.get("why", ""), by)
            messages.success(request, _("The case is closed. Nothing is looked for, recorded or demanded any more."))
    except ValueError:
        messages.error(request, _("Choose why it is closed."))
    except NotOpen:
        messages.info(request, _("It was closed already."))
    except NotClosed:
        messages.info(request, _("It is open already, or is being destroyed."))
    return redirect("case_keeping", case.pk)


@needs("destruction.ask")
@require_POST
def destruction_ask(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Whoever asked for help wants everything destroyed: somebody else confirms that."""
    case = get_object_or_404(Case, pk=case_id)
    if lists.plain(request.POST.get("number", "")) != case.number:
        messages.error(request, _("The number you typed is not this case's. Nothing was asked for."))
        return redirect("case_keeping", case.pk)
    try:
        retention.ask(case, request.POST.get("why", ""), actor(request))
    except ValueError:
        messages.error(request, _("Say who demanded it and how, in at most 1,000 letters."))
    except NotClosed:
        messages.info(request, _("It is being destroyed already."))
    else:
        messages.success(request, _("Asked for. Once a second person confirms it, it is destroyed at once."))
    return redirect("case_keeping", case.pk)


@needs("destruction.ask")
@require_POST
def destruction_drop(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """It is not wanted any more, while it waits for a second person."""
    case = get_object_or_404(Case, pk=case_id)
    if look := retention.asked(case):
        four_eyes.take_back(look, actor(request))
        messages.success(request, _("Taken back. Nothing is destroyed."))
    return redirect("case_keeping", case.pk)


@needs("destruction.see")
@require_http_methods(["GET", "POST"])
def destructions(request: HttpRequest) -> HttpResponse:
    """What is destroyed within thirty days, what is being destroyed, and what was."""
    if request.method == "POST":
        return lists.search(request, SHAPE)
    asked = lists.asked(request, SHAPE)
    rows: QuerySet[Destruction] = retention.destructions()
    found = rows.filter(lists.holding(asked.text, "number"))
    context = {
        "soon": [(case, retention.ends_of(case)) for case in retention.announced()],
        "list": lists.shown(asked, found, rows.count()),
    }
    return render(request, "cases/destructions.html", context)


@needs("destruction.see")
@never_cache
@require_safe
def destruction_certificate(request: HttpRequest, destruction_id: UUID) -> HttpResponse:
    """The certificate, in Korean or with ``?language=en`` in English."""
    done = get_object_or_404(retention.destructions(), pk=destruction_id)
    language = language_of(request)
    if done.done_at is None:
        raise Http404
    return handed_out(
        lambda: certificate.pdf(done, settings.CONFIG.institution, language),
        f"destroyed-{done.number}.pdf",
        lambda: audit.record(actor(request), "destruction.certificate_made", str(done.case_id), language=language),
    )
