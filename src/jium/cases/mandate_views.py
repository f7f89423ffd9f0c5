"""The page on which it is seen by what right we act: papers, and consents."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jium.cases import consents, face_search, intake, papers, services
from jium.cases.consents import Kind, Means
from jium.cases.forms import ConsentForm, PaperForm
from jium.cases.intake import Paper
from jium.cases.models import Case, Document
from jium.trust import audit, four_eyes
from jium.trust.policy import actor, needs
from jium.trust.sealed import read_or_say


@needs("case.see")
@require_safe
def mandate(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Which papers are there and which are lacking; what she agreed to."""
    return _page(request, get_object_or_404(Case, pk=case_id))


def _page(
    request: HttpRequest, case: Case, paper: PaperForm | None = None, consent: ConsentForm | None = None
) -> HttpResponse:
    lacking = services.lacking(case)
    by_law = intake.Requester(case.requester) in intake.BY_LAW
    history = list(case.consents.select_related("recorded_by", "withdrawn_recorded_by"))
    standing = {Kind(one.kind): one for one in history if one.withdrawn_at is None}
    to_begin = [] if by_law else [kind for kind in consents.TO_BEGIN if kind not in standing]
    initial = {"paper": lacking[0]} if lacking else {}
    context: dict[str, Any] = {
        "case": case,
        "lacking": lacking,
        "documents": services.documents(case).select_related("brought_by"),
        "paper_form": paper or PaperForm(label_suffix="", initial=initial),
        "consent_form": _not_given(consent or ConsentForm(label_suffix="", initial={"kinds": to_begin}), standing),
        "any_given": bool(standing),
        "consents": [(kind, standing.get(kind)) for kind in Kind],
        "withdrawn": [one for one in history if one.withdrawn_at],
        "to_begin": to_begin,
        "by_law": by_law,
        **_face_search(case),
    }
    return render(request, "cases/mandate.html", context)


def _face_search(case: Case) -> dict[str, Any]:
    now = face_search.permission(case)
    look = now.look
    return {
        "face": now.standing.value,
        "face_look": look,
        "face_why": read_or_say(lambda: four_eyes.why(look)) if look else "",
        "face_until": now.until,
        "face_days": face_search.DAYS,
    }


def _not_given(form: ConsentForm, standing: Collection[Kind]) -> ConsentForm:
    """With what does not stand already to choose from."""
    form.fields["kinds"].choices = [(kind.value, kind.label) for kind in Kind if kind not in standing]  # type: ignore[attr-defined]
    return form


@needs("paper.bring")
@require_POST
def paper_bring(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Keep a scan of a document."""
    case = get_object_or_404(Case, pk=case_id)
    form = PaperForm(request.POST, request.FILES, label_suffix="")
    too_large = _("This file is over 20 MB. Please scan it smaller.")
    if request.META.get("jium.upload_too_large"):
        form.add_error("file", too_large)
    if not form.is_valid():
        return _page(request, case, paper=form)
    file = form.cleaned_data["file"]
    kind = papers.media_type(file.read(papers.HEAD))
    file.seek(0)
    if file.size > papers.MOST_BYTES:
        form.add_error("file", too_large)
    elif not kind:
        form.add_error("file", _("This is no PDF and no photograph. Please scan or photograph the document itself."))
    else:
        try:
            services.bring(case, Paper(form.cleaned_data["paper"]), file, kind, actor(request))
        except services.CaseClosed:
            messages.error(request, _("This case is closed. Nothing was kept."))
        else:
            messages.success(request, _("Kept, encrypted."))
        return redirect("mandate", case.pk)
    return _page(request, case, paper=form)


@needs("paper.see")
@require_safe
def paper_see(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The document itself; that somebody looked is recorded."""
    document = get_object_or_404(Document, pk=document_id)
    if document.removed_at:
        raise Http404
    content = services.read_document(document)
    audit.record(actor(request), "document.seen", str(document.pk), case=str(document.case_id))
    answer = HttpResponse(content, content_type=document.media_type)
    ending = document.media_type.rsplit("/", 1)[1]
    answer.headers["Content-Disposition"] = f'attachment; filename="document.{ending}"'
    return answer


@needs("paper.bring")
@require_POST
def paper_remove(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """It was the wrong one: its content goes."""
    document = get_object_or_404(Document, pk=document_id)
    services.take_away(document, actor(request))
    messages.success(request, _("Its content is gone. That it was here stays in the audit log."))
    return redirect("mandate", document.case_id)


@needs("consent.record")
@require_POST
def consent_give(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """She agreed."""
    case = get_object_or_404(Case, pk=case_id)
    form = ConsentForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _page(request, case, consent=form)
    said = form.cleaned_data
    services.give_consent(case, map(Kind, said["kinds"]), Means(said["means"]), actor(request))
    messages.success(request, _("Recorded."))
    return redirect("mandate", case.pk)


@needs("consent.record")
@require_POST
def consent_withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """She does not agree any more."""
    case = get_object_or_404(Case, pk=case_id)
    try:
        kind = Kind(request.POST.get("kind", ""))
    except ValueError:
        raise Http404 from None
    if kind in services.consented(case):
        services.withdraw_consent(case, [kind], actor(request))
        messages.success(request, _("Withdrawn. What rests on it stops now."))
    else:
        messages.info(request, _("Nothing to do: this consent does not stand."))
    return redirect("mandate", case.pk)


@needs("face_search.ask")
@require_POST
def face_search_ask(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask that her face may be looked for; somebody else confirms it."""
    case = get_object_or_404(Case, pk=case_id)
    days = request.POST.get("days", "")
    try:
        face_search.ask(case, request.POST.get("why", ""), int(days) if days.isdecimal() else 0, actor(request))
    except ValueError:
        messages.error(request, _("Say what for, in at most 1,000 letters, and for how long."))
    except face_search.FaceSearchNotAllowed:
        messages.error(request, _("This cannot be asked for now: see below how it stands."))
    else:
        messages.success(request, _("Asked. Somebody else confirms it before anything is searched."))
    return redirect("mandate", case.pk)


@needs("face_search.ask")
@require_POST
def face_search_end(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Her face is not looked for any more."""
    case = get_object_or_404(Case, pk=case_id)
    if face_search.end(case, actor(request)):
        messages.success(request, _("Ended. Her face is not looked for."))
    return redirect("mandate", case.pk)
