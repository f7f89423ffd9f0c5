"""The victim's reports as files."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jium.cases.services import Case
from jium.downloads import handed_out, language_of
from jium.reports import services
from jium.trust import audit, policy


@policy.needs("report.download")
@never_cache
@require_safe
def case_report(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The report of a case, in Korean or with ``?language=en`` in English; its name says nothing else."""
    case, language = get_object_or_404(Case, pk=case_id), language_of(request)
    return handed_out(
        lambda: services.case_report_pdf(case, language),
        f"report-{case.number}.pdf",
        lambda: audit.record(policy.actor(request), "report.made", str(case.pk), language=language),
    )


@policy.needs("own_data.download")
@never_cache
@require_safe
def own_data(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """All that is kept about her and was done with it, for her: in Korean or with ``?language=en`` in English."""
    case, language = get_object_or_404(Case, pk=case_id), language_of(request)
    return handed_out(
        lambda: services.own_data_pdf(case, language),
        f"data-{case.number}.pdf",
        lambda: audit.record(policy.actor(request), "own_data.made", str(case.pk), language=language),
    )
