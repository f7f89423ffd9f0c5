"""A decision was taken back after its letter had gone out: the provider is told that it was a mistake."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jium.course import State
from jium.notices import services as notices
from jium.reports import services as reports
from jium.reports.services import Address
from jium.trust.policy import actor, needs


@needs("group.decide")
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, case_id: UUID, sighting_id: UUID) -> HttpResponse:
    """Which letter is out and what would be taken back; then a draft of the correction."""
    asked = next(iter(reports.addresses(case_id, [sighting_id])), None)
    if asked is None or asked.letter is None or not correctable(asked):
        raise Http404
    letter = asked.letter
    lines = [one for one in reports.addresses(case_id) if one.letter == letter and correctable(one)]
    if request.method == "POST":
        try:
            draft = notices.draft_correction(letter, [one.sighting for one in lines], actor(request))
        except notices.NotWaiting:
            messages.info(request, _("Nothing to do: it is corrected already."))
            return redirect("case", case_id)
        messages.success(request, _("The correction is drafted. It is sent when it is approved."))
        return redirect("notice", draft.pk)
    return render(request, "desk/correct.html", {"case": asked.case, "letter": letter, "lines": lines})


def correctable(address: Address) -> bool:
    """A letter about it is out, nobody stands behind it any more, and the provider does not know yet."""
    letter = address.letter
    out = letter is not None and letter.state in notices.OUT
    return out and address.state is State.WITHDRAWN and not address.facts.confirmed and not address.facts.corrected
