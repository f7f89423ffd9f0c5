"""A person looks where no machine could."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jium.removal import services
from jium.removal.models import Target
from jium.trust.policy import actor, needs


@needs("target.look")
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, target_id: int) -> HttpResponse:
    """The address and why it could not be looked at; ``seen``: what the person saw, "gone" or "there"."""
    try:
        target = services.target(target_id)
    except Target.DoesNotExist:
        raise Http404 from None
    if request.method != "POST":
        check = services.last_check(target)
        reason = services.reason_text(check.reason) if check else ""
        return render(request, "removal/look.html", {"target": target, "check": check, "reason": reason})
    seen = request.POST.get("seen")
    if seen not in ("gone", "there"):
        return HttpResponseBadRequest()
    services.looked(target, gone=seen == "gone", by=actor(request))
    if seen == "gone":
        messages.success(request, _("Noted: gone. It counts as verified when it is seen gone again after 12 hours."))
    else:
        messages.success(request, _("Noted: still there. It is demanded again when its time has come."))
    return redirect("case", target.case_id)
