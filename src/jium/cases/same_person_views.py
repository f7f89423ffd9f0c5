"""Whether two cases are one person's: what is offered on the page of who works on a case is answered here."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jium.cases import same_person
from jium.cases.models import Case, Likeness
from jium.cases.same_person import NotTwo
from jium.trust.assignments import reach
from jium.trust.models import Account
from jium.trust.policy import NotAssigned, actor, needs


@needs("case.join")
@require_POST
def same_person_say(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """They are one person's, or two persons'; or this one was joined by mistake."""
    case, by = get_object_or_404(Case, pk=case_id), actor(request)
    answer = request.POST.get("answer", "")
    if answer == "part":
        _part(request, case, by)
    elif answer in ("join", "apart"):
        _answer(request, case, by, answer)
    else:
        raise BadRequest("answer")
    return redirect("case_people", case.pk)


def _part(request: HttpRequest, case: Case, by: Account) -> None:
    try:
        same_person.part(case, by)
    except NotTwo:
        messages.info(request, _("It stands for itself already."))
    else:
        messages.success(request, _("Parted. Whoever works on it now keeps it."))


def _answer(request: HttpRequest, case: Case, by: Account, answer: str) -> None:
    named = request.POST.get("likeness", "")
    offered = same_person.offered(case)
    likeness = get_object_or_404(offered, pk=int(named) if named.isdecimal() and len(named) < 12 else 0)
    other = other_of(likeness, case)
    hers = reach(by)
    concerned = [other, *same_person.of_one_person(case), *same_person.of_one_person(other)]
    if not all(hers.has(one.pk) for one in concerned):
        raise NotAssigned
    if answer == "apart":
        same_person.dismiss(likeness, by)
        messages.success(request, _("Noted: two persons. It is not asked again."))
        return
    try:
        same_person.join(case, other, by)
    except NotTwo:
        messages.info(request, _("They are joined already."))
    else:
        messages.success(request, _("Joined: %(number)s is the same person's.") % {"number": other.number})


def other_of(likeness: Likeness, case: Case) -> Case:
    """Of the two the other one."""
    return likeness.other if likeness.case_id == case.pk else likeness.case
