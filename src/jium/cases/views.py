"""Cases: the list, a new one, the page on which everything of a case comes together, registering files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jium.cases import services
from jium.cases.forms import CaseForm, RegisterForm
from jium.cases.models import Case, Reference
from jium.evidence import services as evidence
from jium.evidence.services import Capture
from jium.notices import services as notices
from jium.removal import services as removal
from jium.removal.services import Target
from jium.reports import services as reports
from jium.review import services as review
from jium.review.services import Group
from jium.trust.policy import needs

# How a state looks: "done" is reached, "wait" is under way, "bad" needs a look; others are neutral.
LOOKS: dict[str, str] = {
    Reference.State.RECEIVED: "wait",
    Reference.State.READY: "done",
    Reference.State.REJECTED: "bad",
    Capture.State.PLANNED: "wait",
    Capture.State.DONE: "done",
    Capture.State.FAILED: "bad",
    Target.State.WAITING: "wait",
    Target.State.STILL_UP: "bad",
    Target.State.GONE: "wait",
    Target.State.VERIFIED: "done",
    Target.State.BACK: "bad",
    Group.Verdict.UNDECIDED: "wait",
    Group.Verdict.SAME: "done",
}
EVENTS_SHOWN = 60


@needs("case.see")
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """All cases, newest first."""
    return render(request, "cases/cases.html", {"cases": services.cases()})


@needs("case.open")
@require_http_methods(["GET", "POST"])
def case_new(request: HttpRequest) -> HttpResponse:
    """Open a case; files are registered next."""
    form = CaseForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        opened = services.open_case(form.cleaned_data["pseudonym"], form.cleaned_data["consent"], request.user)
        messages.success(request, _("Case %(number)s is open.") % {"number": opened.number})
        return redirect("register", opened.pk)
    return render(request, "cases/case_new.html", {"form": form})


@needs("case.see")
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Everything of a case: what is looked for, where it was found, what became of it."""
    shown = get_object_or_404(Case, pk=case_id)
    live = "#live" in request.headers.get("HX-Target", "")
    context = {**_everything(shown), "fragment": live}
    return render(request, "cases/_case.html" if live else "cases/case.html", context)


def _everything(case: Case) -> dict[str, Any]:
    references = [
        {
            "reference": reference,
            # A duplicate is no trouble: its twin is looked for.
            "look": "" if reference.duplicate_of_id else LOOKS.get(reference.state, ""),
            "problem": services.problem_text(reference.problem) if reference.problem else "",
            "note": services.note_text(reference.note),
        }
        for reference in services.references(case)
    ]
    groups = list(review.groups(case.id))
    figures = reports.case_figures(case)
    letters = list(notices.notices(case.id).prefetch_related("items"))
    return {
        "case": case,
        "references": references,
        "groups": [(group, LOOKS.get(group.verdict, "")) for group in groups],
        "undecided": [group for group in groups if group.verdict == Group.Verdict.UNDECIDED],
        "drafts": [letter for letter in letters if letter.state == letter.State.DRAFTED],
        "letters": letters,
        "targets": _targets(case),
        "captures": [
            (capture, LOOKS.get(capture.state, ""), evidence.problem_text(capture.problem))
            for capture in evidence.captures(case.id)
        ],
        "figures": figures,
        "left": figures.still_up + figures.back,
        "events": list(reversed(reports.timeline(case)))[:EVENTS_SHOWN],
        "reading": any(reference["reference"].state == Reference.State.RECEIVED for reference in references),
    }


def _targets(case: Case) -> list[dict[str, Any]]:
    last = {check.target_id: check for check in removal.checks(case.id).order_by("at", "pk")}
    return [
        {
            "target": target,
            "look": LOOKS.get(target.state, ""),
            "check": last.get(target.pk),
        }
        for target in removal.targets(case.id)
    ]


@needs("reference.register")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Register files; each becomes a row, whatever it is."""
    shown = get_object_or_404(Case, pk=case_id)
    form = RegisterForm(label_suffix="")
    if request.method == "POST":
        form = RegisterForm(request.POST, request.FILES, label_suffix="")
        if request.META.get("jium.upload_too_large"):
            form.add_error("files", _("Together these files are over 512 MB. Please register fewer at a time."))
        elif form.is_valid():
            return _register(request, shown, form.cleaned_data["files"])
    return render(request, "cases/register.html", {"case": shown, "form": form})


def _register(request: HttpRequest, case: Case, files: list[Any]) -> HttpResponse:
    kept = 0
    for file in files:
        try:
            reference = services.register(case, file, request.user)
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
    services.settle(reference, request.user)
    return redirect("case", reference.case_id)
