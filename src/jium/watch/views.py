"""The sites under watch: how fresh each is, a new one, a pause."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jium import lists
from jium.trust.policy import actor, needs
from jium.watch import services
from jium.watch.forms import SiteForm
from jium.watch.models import Crawl, Site

PAUSED = "paused"
SHAPE = lists.Shape(
    name="sites",
    looks_in=gettext_lazy("Name or address"),
    choices={
        lists.ALL: lists.CHOICES[lists.ALL],
        lists.WAITING: gettext_lazy("Not reached"),
        PAUSED: gettext_lazy("Paused"),
    },
    orders={"name": ("name",), "visited": ("last_visit_at",), "next": ("next_action_at",)},
)


@needs("site.see")
@require_http_methods(["GET", "POST"])
def sites(request: HttpRequest) -> HttpResponse:
    """The sites, with the latest visit of each."""
    if request.method == "POST":
        return lists.search(request, SHAPE)
    asked, chosen = lists.asked(request, SHAPE), services.sites()
    if asked.choice == lists.WAITING:
        chosen = services.not_reached(chosen)
    elif asked.choice == PAUSED:
        chosen = chosen.filter(paused=True)
    found = asked.sorted(services.search(chosen, asked.text))
    shown = lists.shown(asked, found, chosen.count())
    visits = services.last_crawls(shown.page)
    lines = [_line(site, visits.get(site.pk)) for site in shown.page]
    context = {"list": shown, "lines": lines, "any": services.sites().exists()}
    live = "#live" in request.headers.get("HX-Target", "")
    return render(request, "watch/_sites.html" if live else "watch/sites.html", context)


def _line(site: Site, visit: Crawl | None) -> dict[str, object]:
    return {
        "site": site,
        "visit": visit,
        "visiting": bool(visit and visit.finished_at is None and site.next_action in services.VISITS),
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
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_site(by=actor(request), **form.cleaned_data)
        messages.success(request, _("The site is under watch. The first visit begins now."))
        return redirect("sites")
    return render(request, "watch/site_new.html", {"form": form})


@needs("site.edit")
@require_http_methods(["GET", "POST"])
def site(request: HttpRequest, site_id: int) -> HttpResponse:
    """What is known of a site, to be changed."""
    edited = get_object_or_404(Site, pk=site_id)
    form = SiteForm(request.POST or None, site=edited)
    if request.method == "POST" and form.is_valid():
        services.edit(edited, actor(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("sites")
    return render(
        request, "watch/site.html", {"form": form, "site": edited, "line": _line(edited, services.last_crawl(edited))}
    )


@needs("site.edit")
@require_POST
def site_delete(request: HttpRequest, site_id: int) -> HttpResponse:
    """Watch a site no more."""
    said = _("%(site)s is no longer under watch. What was found there stays.")
    return _act(request, site_id, lambda site: services.delete(site, actor(request)), said)


@needs("site.edit")
@require_POST
def site_pause(request: HttpRequest, site_id: int) -> HttpResponse:
    """Visit a site no more for the time being."""
    return _act(request, site_id, lambda site: services.pause(site, actor(request)), _("%(site)s is paused."))


@needs("site.edit")
@require_POST
def site_resume(request: HttpRequest, site_id: int) -> HttpResponse:
    """Visit a paused site again."""
    said = _("%(site)s is visited again, beginning now.")
    return _act(request, site_id, lambda site: services.resume(site, actor(request)), said)


@needs("site.edit")
@require_POST
def site_visit(request: HttpRequest, site_id: int) -> HttpResponse:
    """Do not wait for the next visit."""
    return _act(request, site_id, services.visit_now, _("%(site)s is visited now."))


def _act(request: HttpRequest, site_id: int, act: Callable[[Site], None], said: str) -> HttpResponse:
    site = get_object_or_404(Site, pk=site_id)
    act(site)
    messages.success(request, said % {"site": site.name})
    return redirect("sites")
