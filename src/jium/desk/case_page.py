"""The pages on which everything of a case comes together: its addresses, and what happened when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jium import course
from jium.cases import services as cases
from jium.cases.services import Case, Reference
from jium.course import Next
from jium.desk import states
from jium.evidence import services as evidence
from jium.notices import services as notices
from jium.removal import services as removal
from jium.reports import services as reports
from jium.reports.services import Address
from jium.review import services as review
from jium.trust.policy import needs

REFERENCE_LOOKS: dict[str, str] = {
    Reference.State.RECEIVED: "wait",
    Reference.State.READY: "done",
    Reference.State.REJECTED: "bad",
}
ADDRESSES_A_PAGE = 50


@needs("case.see")
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The addresses of a case: where it was found, what became of each, what comes next."""
    shown = get_object_or_404(Case, pk=case_id)
    live = "#live" in request.headers.get("HX-Target", "")
    context = {**_everything(shown, request.GET.get("page", "")), "fragment": live}
    return render(request, "desk/_case.html" if live else "desk/case.html", context)


@needs("case.see")
@require_safe
def case_timeline(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """All that happened in a case, the latest first."""
    shown = get_object_or_404(Case, pk=case_id)
    return render(request, "desk/timeline.html", {"case": shown, "events": list(reversed(reports.timeline(shown)))})


def _everything(case: Case, page: str) -> dict[str, Any]:
    # What is most pressing comes first.
    known = sorted(reports.addresses(case.pk), key=lambda address: course.URGENCY[address.state])
    shown: Page[Address] = Paginator(known, ADDRESSES_A_PAGE).get_page(page)
    references = [_reference(reference) for reference in cases.references(case)]
    figures = reports.figures_of(case, known)
    return {
        "case": case,
        "references": references,
        "addresses": [_line(address) for address in shown],
        "page": shown,
        "letters": list(notices.notices(case.id).prefetch_related("items")),
        "waiting": _waiting(known),
        "figures": figures,
        "refused": any(line["refused"] for line in references),
        "reading": any(line["reference"].state == Reference.State.RECEIVED for line in references),
    }


def _reference(reference: Reference) -> dict[str, Any]:
    return {
        "reference": reference,
        # A duplicate is no trouble: its twin is looked for.
        "look": "" if reference.duplicate_of_id else REFERENCE_LOOKS.get(reference.state, ""),
        "problem": cases.problem_text(reference.problem) if reference.problem else "",
        "note": cases.note_text(reference.note),
        "refused": reference.state == Reference.State.REJECTED
        and not reference.duplicate_of_id
        and reference.settled_at is None,
    }


def _waiting(known: list[Address]) -> dict[str, Any] | None:
    """The first thing that a person can do here: how many addresses wait for it, and where to do it."""
    for step in (Next.CORRECT, Next.COMPARE, Next.DELIVER, Next.APPROVE, Next.VOUCH, Next.LOOK):
        waiting = [address for address in known if address.next is step and not _is_settled(address)]
        if waiting:
            return {"text": states.NEXT[step], "count": len(waiting), "url": _where(waiting[0])}
    return None


def _is_settled(address: Address) -> bool:
    """A person has seen that there is no evidence, and left it at that."""
    capture = address.capture
    return address.next is Next.VOUCH and capture is not None and capture.settled_at is not None


def _line(address: Address) -> dict[str, Any]:
    state, check, capture = address.state, address.check, address.capture
    return {
        "address": address,
        "state": states.STATES[state],
        "look": states.LOOKS[state],
        "lacking": evidence.lacking_text(capture) if capture else "",
        "problem": evidence.problem_text(capture.problem) if capture and capture.problem else "",
        "reason": removal.reason_text(check.reason) if check else "",
        "group": _group(address),
        "shown": next((match for match in address.matches if match.sighting_preview), None),
        "step": address.next,
        "next": states.NEXT[address.next],
        "url": _where(address) if address.next in course.PERSONS else "",
    }


def _group(address: Address) -> UUID:
    """The group to compare: one that waits, else the first."""
    waiting = [match for match in address.matches if review.is_open(match.group)]
    return (waiting or list(address.matches))[0].group_id


def _where(address: Address) -> str:
    """The page on which a person does what comes next."""
    if address.next in (Next.APPROVE, Next.DELIVER) and address.letter:
        return reverse("notice", args=[address.letter.pk])
    if address.next is Next.CORRECT:
        return reverse("correct", args=[address.case.pk, address.sighting.pk])
    if address.next is Next.VOUCH and address.capture:
        return reverse("capture_vouch", args=[address.capture.pk])
    if address.next is Next.LOOK and address.target:
        return reverse("look", args=[address.target.pk])
    return reverse("group", args=[_group(address)])
