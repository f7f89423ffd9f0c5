"""Evidence packages: take one away, try a failed capture again, or look oneself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jium.evidence import services
from jium.evidence.models import MOST_WORDS, Capture
from jium.trust.policy import actor, needs


@needs("capture.download")
@require_safe
def capture_package(request: HttpRequest, capture_id: UUID) -> FileResponse:
    """The evidence package as a ZIP file whose name says nothing; the download is put on record."""
    capture = get_object_or_404(Capture.objects.select_related("case"), pk=capture_id)
    try:
        package = services.open_package(capture, actor(request))
    except services.NotCaptured:
        raise Http404 from None
    name = services.package_name(capture)
    return FileResponse(package, as_attachment=True, filename=name, content_type="application/zip")


@needs("capture.vouch")
@require_POST
def capture_again(request: HttpRequest, capture_id: UUID) -> HttpResponse:
    """Try a capture that failed once more."""
    capture = get_object_or_404(Capture, pk=capture_id)
    if services.ask_again(capture, actor(request)):
        messages.success(request, _("The page is captured again. The result appears here by itself."))
    else:
        messages.info(request, _("Nothing to do: this capture has not failed, or not any more."))
    return redirect("case", capture.case_id)


@needs("capture.vouch")
@require_POST
def capture_settle(request: HttpRequest, capture_id: UUID) -> HttpResponse:
    """A capture that failed waits for nobody any more."""
    capture = get_object_or_404(Capture, pk=capture_id)
    services.settle(capture, actor(request))
    return redirect("case", capture.case_id)


@needs("capture.vouch")
@require_http_methods(["GET", "HEAD", "POST"])
def capture_vouch(request: HttpRequest, capture_id: UUID) -> HttpResponse:
    """The address and why nothing could be recorded; ``words``: what the person saw there."""
    capture = get_object_or_404(Capture.objects.select_related("case", "sighting"), pk=capture_id)
    if services.standing(capture) not in services.UNRECORDED:
        messages.info(request, _("Nothing to do: the evidence holds the file, or somebody has said what is there."))
        return redirect("case", capture.case_id)
    words, missing = request.POST.get("words", ""), False
    try:
        if request.method == "POST":
            if services.vouch(capture, actor(request), words):
                messages.success(request, _("Noted with your name. A removal request is drafted now."))
                return redirect("case", capture.case_id)
            missing = True
    except services.NotWanted:
        messages.info(request, _("Nothing is demanded: the decision that it is the same was taken back."))
        return redirect("case", capture.case_id)
    context = {
        "capture": capture,
        "recorded": capture.state == Capture.State.DONE,
        "problem": services.lacking_text(capture) or services.problem_text(capture.problem),
        "words": words,
        "missing": missing,
        "most": MOST_WORDS,
    }
    return render(request, "evidence/vouch.html", context, status=400 if missing else 200)
