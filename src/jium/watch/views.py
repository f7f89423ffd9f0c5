"""The sites under watch: how fresh each is, a new one, a pause."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jium.trust.policy import actor, needs
from jium.watch import services
from jium.watch.forms import SiteForm
from jium.watch.models import Site


@needs("site.see")
@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """All sites, with the latest visit of each."""
    lines = [_line(site) for site in services.sites()]
    live = "#live" in request.headers.get("HX-Target", "")
    return render(request, "watch/_sites.html" if live else "watch/sites.html", {"lines": lines})


def _line(site: Site) -> dict[str, object]:
    visit = services.last_crawl(site)
    return {
        "site": site,
        "visit": visit,
        "visiting": bool(visit and visit.finished_at is None and site.next_action == "crawl"),
        "problems": sum(visit.problems.values()) if visit else 0,
    }


@needs("site.edit")
@require_http_methods(["GET", "POST"])
def site_new(request: HttpRequest) -> HttpResponse:
    """Watch one more site; the first visit begins at once."""
    form = SiteForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        if Site.objects.filter(start_url=asked["start_url"]).exists():
            form.add_error("start_url", _("This site is under watch already."))
        else:
            services.add_site(
                asked["name"], asked["start_url"], actor(request), asked["every_minutes"], asked["obey_robots"]
            )
            messages.success(request, _("The site is under watch. The first visit begins now."))
            return redirect("sites")
    return render(request, "watch/site_new.html", {"form": form})


@needs("site.edit")
@require_POST
def site_pause(request: HttpRequest, site_id: int) -> HttpResponse:
    """Visit a site no more for the time being."""
    site = get_object_or_404(Site, pk=site_id)
    services.pause(site, actor(request))
    messages.success(request, _("%(site)s is paused.") % {"site": site.name})
    return redirect("sites")


@needs("site.edit")
@require_POST
def site_resume(request: HttpRequest, site_id: int) -> HttpResponse:
    """Visit a paused site again."""
    site = get_object_or_404(Site, pk=site_id)
    services.resume(site, actor(request))
    messages.success(request, _("%(site)s is visited again, beginning now.") % {"site": site.name})
    return redirect("sites")


@needs("site.edit")
@require_POST
def site_visit(request: HttpRequest, site_id: int) -> HttpResponse:
    """Do not wait for the next visit."""
    site = get_object_or_404(Site, pk=site_id)
    services.visit_now(site)
    messages.success(request, _("%(site)s is visited now.") % {"site": site.name})
    return redirect("sites")
