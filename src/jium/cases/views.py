"""Cases: a new one, registering files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jium.cases import services
from jium.cases.forms import CaseForm, RegisterForm
from jium.cases.models import Case, Reference
from jium.cases.same_person_views import other_of
from jium.cases.upload import MAX_BYTES
from jium.trust.assignments import reach
from jium.trust.policy import actor, needs


@needs("case.open")
@require_http_methods(["GET", "POST"])
def case_new(request: HttpRequest) -> HttpResponse:
    """Open a case; papers and consents come next."""
    form = CaseForm(request.POST or None, initial={"once": uuid4()}, label_suffix="")
    if request.method == "POST" and form.is_valid():
        opened = services.open_case(form.opening(), actor(request), form.cleaned_data["once"])
        messages.success(request, _("Case %(number)s is open.") % {"number": opened.number})
        _say_alike(request, opened)
        return redirect("mandate", opened.pk)
    return render(request, "cases/case_form.html", {"form": form})


def _say_alike(request: HttpRequest, case: Case) -> None:
    """She may have come before; of cases that are somebody else's a supervisor is asked, and nothing is said here."""
    others, hers = [other_of(one, case) for one in services.offered(case)], reach(actor(request))
    if numbers := sorted({other.number for other in others if hers.has(other.pk)}):
        told = {"numbers": ", ".join(numbers)}
        messages.warning(
            request,
            _("She may have come before: %(numbers)s. Under “Who works on it” you say whether it is she.") % told,
        )


@needs("case.edit")
@require_http_methods(["GET", "POST"])
def case_edit(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What was told at intake, to read and to correct."""
    case = get_object_or_404(Case, pk=case_id)
    typed = request.POST.copy()
    form = CaseForm(typed or None, initial=_told(case), label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_case(case, form.opening(), actor(request), form.cleaned_data["seen"])
        except services.ChangedMeanwhile:
            form.add_error(None, _("Somebody changed this meanwhile. What you typed is still here: save it once more."))
            typed["seen"] = services.seen_of(services.case(case_id))
        except services.CaseClosed:
            messages.error(request, _("This case is closed. Nothing was changed."))
            return redirect("case", case.pk)
        else:
            messages.success(request, _("Saved."))
            return redirect("mandate", case.pk)
    return render(request, "cases/case_form.html", {"form": form, "case": case})


def _told(case: Case) -> dict[str, Any]:
    opening = services.opening_of(case)
    return {**asdict(opening), **asdict(opening.details), "seen": services.seen_of(case)}


@needs("reference.register")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Register files; each becomes a row, whatever it is."""
    shown = get_object_or_404(Case, pk=case_id)
    form = RegisterForm(label_suffix="")
    too_much = _("Together these files are over 512 MB. Please register fewer at a time.")
    if request.method == "POST":
        form = RegisterForm(request.POST, request.FILES, label_suffix="")
        if request.META.get("jium.upload_too_large"):
            form.add_error("files", too_much)
        elif form.is_valid():
            return _register(request, shown, form.cleaned_data["files"])
    told = {"case": shown, "form": form, "most": MAX_BYTES, "too_much": too_much}
    return render(request, "cases/register.html", told)


def _register(request: HttpRequest, case: Case, files: list[Any]) -> HttpResponse:
    kept = 0
    for file in files:
        try:
            reference = services.register(case, file, actor(request), file.name or "")
        except services.CaseClosed:
            messages.error(request, _("This case is closed. Nothing was registered."))
            return redirect("case", case.pk)
        if reference.state == Reference.State.REJECTED:
            told = {"position": reference.position, "problem": services.problem_text(reference.problem)}
            messages.warning(request, _("Reference %(position)s: %(problem)s") % told)
        else:
            kept += 1
    if kept:
        text = ngettext(
            "%(count)s file is registered. It is fingerprinted now; the page shows when it is done.",
            "%(count)s files are registered. They are fingerprinted now; the page shows when they are done.",
            kept,
        )
        messages.success(request, text % {"count": kept})
    return redirect("case", case.pk)


@needs("case.see")
@require_safe
def reference_preview(request: HttpRequest, reference_id: UUID) -> HttpResponse:
    """The greyscale preview of a reference."""
    reference = get_object_or_404(Reference.objects.select_related("case"), pk=reference_id)
    picture = services.preview(reference)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/jpeg")


@needs("reference.register")
@require_POST
def reference_settle(request: HttpRequest, reference_id: UUID) -> HttpResponse:
    """A file that cannot be used waits for nobody any more."""
    reference = get_object_or_404(Reference, pk=reference_id)
    services.settle(reference, actor(request))
    return redirect("case", reference.case_id)
