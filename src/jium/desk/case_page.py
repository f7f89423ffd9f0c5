"""The page on which everything of a case comes together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from jium.cases import services as cases
from jium.cases.services import Case, Reference
from jium.evidence import services as evidence
from jium.evidence.services import Capture
from jium.notices import services as notices
from jium.removal import services as removal
from jium.removal.services import Target
from jium.reports import services as reports
from jium.review import services as review
from jium.review.services import Group
from jium.trust.policy import needs

# How a state looks: "done" is reached, "wait" is under way, "bad" needs a look; others are neutral.
LOOKS: dict[str, str] = {
    Reference.State.RECEIVED: "wait",
    Reference.State.READY: "done",
    Reference.State.REJECTED: "bad",
    Capture.State.PLANNED: "wait",
    Capture.State.DONE: "done",
    Capture.State.FAILED: "bad",
    Capture.State.VOUCHED: "wait",
    Target.State.WAITING: "wait",
    Target.State.STILL_UP: "bad",
    Target.State.GONE: "wait",
    Target.State.VERIFIED: "done",
    Target.State.BACK: "bad",
    Group.Verdict.UNDECIDED: "wait",
    Group.Verdict.SAME: "done",
}
EVENTS_SHOWN = 60


@needs("case.see")
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Everything of a case: what is looked for, where it was found, what became of it."""
    shown = get_object_or_404(Case, pk=case_id)
    live = "#live" in request.headers.get("HX-Target", "")
    context = {**_everything(shown), "fragment": live}
    return render(request, "desk/_case.html" if live else "desk/case.html", context)


def _everything(case: Case) -> dict[str, Any]:
    references: list[dict[str, Any]] = [
        {
            "reference": reference,
            # A duplicate is no trouble: its twin is looked for.
            "look": "" if reference.duplicate_of_id else LOOKS.get(reference.state, ""),
            "problem": cases.problem_text(reference.problem) if reference.problem else "",
            "note": cases.note_text(reference.note),
        }
        for reference in cases.references(case)
    ]
    groups = list(review.groups(case.id))
    figures = reports.case_figures(case)
    letters = list(notices.notices(case.id).prefetch_related("items"))
    return {
        "case": case,
        "references": references,
        "groups": [(group, LOOKS.get(group.verdict, "")) for group in groups],
        "undecided": [group for group in groups if group.verdict == Group.Verdict.UNDECIDED],
        "drafts": [letter for letter in letters if letter.state == letter.State.DRAFTED],
        "letters": letters,
        "targets": _targets(case),
        "captures": [
            (capture, LOOKS.get(capture.state, ""), evidence.problem_text(capture.problem))
            for capture in evidence.captures(case.id)
        ],
        "figures": figures,
        "left": figures.still_up + figures.back,
        "events": list(reversed(reports.timeline(case)))[:EVENTS_SHOWN],
        "reading": any(reference["reference"].state == Reference.State.RECEIVED for reference in references),
    }


def _targets(case: Case) -> list[dict[str, Any]]:
    unlooked = {target.pk for target in removal.unlooked().filter(case_id=case.pk)}
    last = {check.target_id: check for check in removal.checks(case.id).order_by("at", "pk")}
    return [
        {
            "target": target,
            "look": LOOKS.get(target.state, ""),
            "check": last.get(target.pk),
            "reason": removal.reason_text(last[target.pk].reason) if target.pk in last else "",
            "unlooked": target.pk in unlooked,
        }
        for target in removal.targets(case.id)
    ]
