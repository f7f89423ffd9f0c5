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
from jium.watch.models import Crawl, Site


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
        "trouble": _trouble(visit),
        "told": [(services.why_text(kind), number) for kind, number in visit.problems.items()] if visit else [],
    }


def _trouble(visit: Crawl | None) -> str:
    """Why the latest visit saw nothing, in words; empty when it saw a page, or is under way."""
    if visit is None or visit.finished_at is None or visit.pages:
        return ""
    if not visit.problems:
        return _("No page was seen there.")
    worst = max(visit.problems, key=visit.problems.__getitem__)
    return _("No page was seen there: %(why)s.") % {"why": services.why_text(worst)}


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
@require_http_methods(["GET", "POST"])
def site(request: HttpRequest, site_id: int) -> HttpResponse:
    """What is known of a site, to be changed."""
    edited = get_object_or_404(Site, pk=site_id)
    fields = ("name", "start_url", "every_minutes", "obey_robots")
    form = SiteForm(request.POST or None, initial={name: getattr(edited, name) for name in fields}, label_suffix="")
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        if Site.objects.filter(start_url=asked["start_url"]).exclude(pk=edited.pk).exists():
            form.add_error("start_url", _("This site is under watch already."))
        else:
            services.edit(edited, actor(request), **asked)
            messages.success(request, _("Saved."))
            return redirect("sites")
    return render(request, "watch/site.html", {"form": form, "site": edited, "line": _line(edited)})


@needs("site.edit")
@require_POST
def site_delete(request: HttpRequest, site_id: int) -> HttpResponse:
    """Watch a site no more."""
    gone = get_object_or_404(Site, pk=site_id)
    services.delete(gone, actor(request))
    messages.success(request, _("%(site)s is no longer under watch. What was found there stays.") % {"site": gone.name})
    return redirect("sites")


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
