"""The pages on which everything of a case comes together: its addresses, and what happened when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from jium import course, lists
from jium.cases import services as cases
from jium.cases.services import Case, Reference
from jium.course import Next, State
from jium.desk import states
from jium.egress.url import readable
from jium.evidence import services as evidence
from jium.faces import odds
from jium.faces.shelf import Shelf
from jium.notices import services as notices
from jium.removal import services as removal
from jium.reports import services as reports
from jium.reports.services import Address, Key, Outline
from jium.review import services as review
from jium.trust.policy import allowed, needs

REFERENCE_LOOKS: dict[str, str] = {
    Reference.State.RECEIVED: "wait",
    Reference.State.READY: "done",
    Reference.State.REJECTED: "bad",
}
UP = "up"
# So many addresses are seen at a glance.
UNSIEVED = 8
SHAPE = lists.Shape(
    name="addresses",
    looks_in=_("Part of an address"),
    choices={lists.ALL: _("All"), lists.WAITING: _("Needs me"), UP: _("Still up")},
)
EVENTS = lists.Shape(name="events", looks_in=_("Event"), choices={lists.ALL: _("All")})


@needs("case.see")
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The addresses of a case: where it was found, what became of each, what comes next."""
    shown = get_object_or_404(Case, pk=case_id)
    # What is searched for in one case is not searched for in another.
    shape = replace(SHAPE, name=f"{SHAPE.name} {shown.pk}")
    if request.method == "POST":
        return lists.search(request, shape)
    live = "#live" in request.headers.get("HX-Target", "")
    context = {**_everything(shown, lists.asked(request, shape), allowed(request.user)), "fragment": live}
    return render(request, "desk/_case.html" if live else "desk/case.html", context)


@needs("case.see")
@require_safe
def case_timeline(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """All that happened in a case, the latest first."""
    shown = get_object_or_404(Case, pk=case_id)
    events = list(reversed(reports.timeline(shown)))
    page = lists.shown(lists.asked(request, EVENTS), events, len(events))
    return render(request, "desk/timeline.html", {"case": shown, "list": page})


def _everything(case: Case, asked: lists.Asked, may: Set[str]) -> dict[str, Any]:
    # What is most pressing comes first.
    known = sorted(reports.outlines(case.pk), key=lambda outline: course.URGENCY[outline.state])
    chosen = [outline for outline in known if _is_chosen(outline, asked.choice)]
    found = [outline for outline in chosen if lists.holds(asked.text, *_written(outline))] if asked.text else chosen
    shown = lists.shown(asked, found, len(chosen))
    on_page = list(shown.page)
    first = _first_waiting(known)
    wanted = on_page if first is None or first in on_page else [*on_page, first]
    whole = {
        (address.case.pk, address.sighting.pk): address
        for address in reports.whole(wanted, case.pk, [outline.key[1] for outline in wanted])
    }
    registered = list(cases.references(case))
    called = cases.file_names(registered)
    references = [_reference(reference, called.get(reference.pk, "")) for reference in registered]
    figures = reports.figures_of(case, known)
    return {
        "case": case,
        "references": references,
        "faces": _face_model(),
        "addresses": [_line(whole[outline.key], may) for outline in on_page],
        "list": shown,
        "any": bool(known),
        "sieved": len(known) > UNSIEVED or len(found) < len(known),
        "letters": list(notices.notices(case.id).annotate(items_count=Count("items"))),
        "waiting": _waiting(first, known, whole, may) if first else None,
        "figures": figures,
        "refused": any(line["refused"] for line in references),
        "reading": any(line["reference"].state == Reference.State.RECEIVED for line in references),
    }


def _face_model() -> dict[str, Any] | None:
    """The face model in use and how many of 100 pictures of a person it found; None where there is none."""
    used = Shelf(settings.CONFIG.models).in_use()
    measured = odds.of_model(used.name) if used else None
    return {"title": used.title, "found": round(100 * measured.recall["all"])} if used and measured else None


def _is_chosen(outline: Outline, choice: str) -> bool:
    if choice == lists.WAITING:
        return outline.waits
    return choice != UP or outline.state in (State.STILL_UP, State.BACK)


def _written(outline: Outline) -> Iterator[str]:
    """The addresses of a page and of the file on it, as they are and as people read them."""
    for url in (outline.page_url, outline.media_url):
        yield from (url, readable(url))


def _reference(reference: Reference, name: str) -> dict[str, Any]:
    return {
        "reference": reference,
        "name": name,
        "short_name": cases.short_name(name),
        # A duplicate is no trouble: its twin is looked for.
        "look": "" if reference.duplicate_of_id else REFERENCE_LOOKS.get(reference.state, ""),
        "problem": cases.problem_text(reference.problem) if reference.problem else "",
        "note": cases.note_text(reference.note),
        "refused": reference.state == Reference.State.REJECTED
        and not reference.duplicate_of_id
        and reference.settled_at is None,
    }


def _first_waiting(known: list[Outline]) -> Outline | None:
    """The first address at which a person can do something."""
    for step in (Next.CORRECT, Next.COMPARE, Next.DELIVER, Next.APPROVE, Next.VOUCH, Next.LOOK):
        for outline in known:
            if outline.next is step and outline.waits:
                return outline
    return None


def _waiting(first: Outline, known: list[Outline], whole: Mapping[Key, Address], may: Set[str]) -> dict[str, Any]:
    """What can be done at the first one, how many addresses wait for the same, and where whoever may does it."""
    count = sum(outline.next is first.next and outline.waits for outline in known)
    return {"text": states.NEXT[first.next], "count": count, "url": _where(whole[first.key], may)}


def _line(address: Address, may: Set[str]) -> dict[str, Any]:
    state, check, capture = address.state, address.check, address.capture
    return {
        "address": address,
        "state": states.STATES[state],
        "look": states.LOOKS[state],
        "lacking": evidence.lacking_text(capture) if capture else "",
        "problem": evidence.problem_text(capture.problem) if capture and capture.problem else "",
        "reason": removal.reason_text(check.reason) if check else "",
        "group": _group(address),
        "composite": any(match.kind == review.Match.Kind.COMPOSITE for match in address.matches),
        "shown": next((match for match in address.matches if match.sighting_preview), None),
        "step": address.next,
        "next": states.NEXT[address.next],
        "url": _where(address, may),
    }


def _group(address: Address) -> UUID:
    """The group to compare: one that waits, else the first."""
    waiting = [match for match in address.matches if review.is_open(match.group)]
    return (waiting or list(address.matches))[0].group_id


def _where(address: Address, may: Set[str]) -> str:
    """The page on which a person does what comes next; empty where nobody has to, or somebody else."""
    if states.NEEDS.get(address.next) not in may:
        return ""
    if address.next in (Next.APPROVE, Next.DELIVER) and address.letter:
        return reverse("notice", args=[address.letter.pk])
    if address.next is Next.CORRECT:
        return reverse("correct", args=[address.case.pk, address.sighting.pk])
    if address.next is Next.VOUCH and address.capture:
        return reverse("capture_vouch", args=[address.capture.pk])
    if address.next is Next.LOOK and address.target:
        return reverse("look", args=[address.target.pk])
    return reverse("group", args=[_group(address)])
