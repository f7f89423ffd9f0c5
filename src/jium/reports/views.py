"""The victim's report as a file."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jium.cases.services import Case
from jium.reports import services
from jium.trust import audit, policy


@policy.needs("report.download")
@never_cache
@require_safe
def case_report(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The report of a case, in Korean or with ``?language=en`` in English; its name says nothing else."""
    case = get_object_or_404(Case, pk=case_id)
    language = request.GET.get("language", "ko")
    if language not in services.LANGUAGES:
        raise Http404
    try:
        content = services.case_report_pdf(case, language)
    except services.FontMissing:
        text = _("The report cannot be made: no Korean font is installed. Please ask the administrator.")
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    audit.record(policy.actor(request), "report.made", str(case.id), language=language)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="report-{case.number}.pdf"'
    return answer
