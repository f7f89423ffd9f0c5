"""Comparing: one group at a time, a look, a key, the next. One decision counts for every address of the group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from jium.desk import words
from jium.desk.aligned import Pair, pair
from jium.desk.correcting import correctable
from jium.reports import services as reports
from jium.reports.services import Address
from jium.review import services
from jium.review.services import Group, Match
from jium.trust.assignments import reach
from jium.trust.policy import actor, needs

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from jium.review.services import CountedGroup

SIDES = ("reference", "sighting")


@needs("group.see")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The next group that waits, or that none does."""
    waiting = _waiting(request).first()
    return redirect("group", waiting.pk) if waiting else _page(request, None)


@needs("group.see")
@require_safe
def group(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """One group: is it the same?"""
    return _page(request, _group(group_id))


@needs("group.decide")
@require_POST
def decide(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Same, different, or later, for all addresses of the group; then the next group."""
    decided = _group(group_id)
    verdict = request.POST.get("verdict", "")
    if verdict not in (Group.Verdict.SAME, Group.Verdict.DIFFERENT, Group.Verdict.UNSURE):
        raise BadRequest("verdict")
    if not services.is_open(decided):
        said = _("Somebody has decided this already: %(verdict)s.") % {"verdict": decided.get_verdict_display()}
        return _go_on(request, decided, said, decided)
    following = _after(request, decided)
    try:
        services.decide(decided, verdict, actor(request))
    except services.NotShown:
        return _go_on(request, decided, _("Nobody could see what was found yet, so nothing can be decided."), None)
    if verdict == Group.Verdict.UNSURE:
        said = _("Set aside. It comes back to your list by itself.")
    elif verdict == Group.Verdict.SAME:
        said = ngettext(
            "Same: %(count)s address is captured and a removal request drafted.",
            "Same: %(count)s addresses are captured and removal requests drafted.",
            decided.match_count,
        ) % {"count": decided.match_count}
    else:
        said = _("Different: nothing follows.")
    return _go_on(request, following, said, decided)


@needs("group.decide")
@require_POST
def undo(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Take the last decision about the group back, and show it again."""
    undone = services.undo(_group(group_id), actor(request))
    shown = _group(group_id)
    if not undone:
        said = _("There is no decision to take back.")
    elif _out(shown):
        said = _("The decision is taken back, but a letter about it has been sent: see below.")
    else:
        said = _("The decision is taken back. Requests not yet sent are withdrawn.")
    return _go_on(request, shown, said, None)


@needs("group.see")
@require_safe
def match_preview(request: HttpRequest, match_id: UUID, side: str) -> HttpResponse:
    """The greyscale preview of one side of a match."""
    if side not in SIDES:
        raise Http404
    match = get_object_or_404(Match.objects.select_related("reference"), pk=match_id)
    picture = services.preview(match, side)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/jpeg")


def _group(group_id: UUID) -> CountedGroup:
    return get_object_or_404(services.groups(), pk=group_id)


def _waiting(request: HttpRequest) -> QuerySet[CountedGroup]:
    """What waits for a decision in the cases of whoever asks."""
    return services.undecided().filter(reach(request.user).q("case_id"))


def _after(request: HttpRequest, current: Group) -> Group | None:
    """The group that waits next after ``current``, round and round; None when no other waits."""
    waiting = list(_waiting(request))
    later = [other for other in waiting if other.created_at > current.created_at]
    return next((other for other in [*later, *waiting] if other.pk != current.pk), None)


def _before(request: HttpRequest, current: Group) -> Group | None:
    waiting = list(_waiting(request).reverse())
    earlier = [other for other in waiting if other.created_at < current.created_at]
    return next((other for other in [*earlier, *waiting] if other.pk != current.pk), None)


def _go_on(request: HttpRequest, shown: Group | None, said: str, decided: Group | None) -> HttpResponse:
    """To the next group: as a fragment for the desk that is open, else as a page of its own."""
    address = reverse("group", args=[shown.pk]) if shown else reverse("desk")
    if "#desk" in request.headers.get("HX-Target", ""):
        response = _page(request, shown, said, decided)
        response["HX-Push-Url"] = address
        return response
    messages.success(request, said)
    return redirect(f"{address}?decided={decided.pk}" if decided else address)


def _page(request: HttpRequest, shown: Group | None, said: str = "", decided: Group | None = None) -> HttpResponse:
    fragment = "#desk" in request.headers.get("HX-Target", "")
    context: dict[str, Any] = {
        "group": shown,
        "said": said,
        "fragment": fragment,
        "undo": decided.pk if decided else _asked_uuid(request, "decided"),
        "left": _waiting(request).count(),
    }
    if shown:
        context |= _pair(request, shown)
        context["open"] = services.is_open(shown)
        context["out"] = _out(shown)
        context |= {"following": _after(request, shown), "previous": _before(request, shown)}
        if shown.verdict != Group.Verdict.UNDECIDED and not services.is_open(shown):
            context["undo"] = shown.pk
    return render(request, "desk/_compare.html" if fragment else "desk/compare.html", context)


def _out(shown: Group) -> list[Address]:
    """Addresses of the group about which a letter is out that nobody stands behind any more."""
    if shown.verdict == Group.Verdict.SAME:
        return []
    seen = [match.sighting_id for match in services.matches(shown)]
    return [address for address in reports.addresses(shown.case_id, seen) if correctable(address)]


def _pair(request: HttpRequest, shown: Group) -> dict[str, Any]:
    """The match to look at (asked for, or the first with a preview), and all addresses of the group."""
    matches = list(services.matches(shown).select_related("sighting", "reference"))
    asked = _asked_uuid(request, "match")
    chosen = next((match for match in matches if match.pk == asked), None)
    chosen = chosen or next((match for match in matches if match.sighting_preview), None)
    chosen = chosen or (matches[0] if matches else None)
    if chosen is None:
        return {"match": None, "lines": [], "shown": False}
    return {
        "match": chosen,
        "match_key": str(chosen.pk),
        "reference_shown": bool(chosen.reference_preview or shown.reference.preview_object),
        "odds": words.odds(chosen),
        "why": words.why(chosen),
        "aligned": _aligned(chosen),
        "changes": words.changes(chosen),
        "examined": words.examined(chosen),
        "composite": chosen.kind == Match.Kind.COMPOSITE,
        "spans": words.spans(chosen),
        "lines": [(match, words.changes(match), words.unseen(match)) for match in matches],
        "shown": any(match.sighting_preview for match in matches),
        "unseen": words.unseen(chosen),
        "sites": len({match.sighting.site_id or match.sighting.page_url for match in matches}),
    }


def _aligned(match: Match) -> Pair | None:
    """Where to draw frames; None for what is not two pictures of known size with a preview each."""
    here, there = match.reference, match.sighting
    if not (here.kind == there.kind == "image" and match.sighting_preview):
        return None
    if not (match.reference_preview or here.preview_object):
        return None
    if not (here.width and here.height and there.width and there.height):
        return None
    return pair((here.width, here.height), (there.width, there.height), match.transform)


def _asked_uuid(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
