"""Who works on a case, who did, and handing it over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jium.cases import same_person
from jium.cases.models import Case
from jium.cases.same_person_views import other_of
from jium.trust import assignments
from jium.trust.assignments import Duty, NotQualified, reach
from jium.trust.models import Account, Assignment
from jium.trust.policy import actor, needs


class HandOverForm(forms.Form):
    """To whom a duty goes: those who can be given the case, the one with the fewest first."""

    to = forms.ChoiceField(label=_("Hand it to"))

    def __init__(self, case: Case, duty: Duty, now: Account | None, data: object = None) -> None:
        super().__init__(data, prefix=duty.value, label_suffix="")  # type: ignore[arg-type]
        loads = assignments.load(duty)
        others = [one for one in assignments.qualified(duty, case.minor) if one != now]
        choices = [(str(one.pk), _called(one, loads[one.pk])) for one in others]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]
        self.duty, self.now, self.any = duty, now, bool(choices)


def _called(account: Account, cases: int) -> str:
    told = ngettext("%(name)s, who has %(count)s case", "%(name)s, who has %(count)s cases", cases)
    return told % {"name": account, "count": cases}


def _shown(request: HttpRequest, case: Case, ways: list[HandOverForm], history: list[Assignment]) -> dict[str, Any]:
    hers = reach(actor(request))
    alike = [(one, other_of(one, case)) for one in same_person.offered(case)]
    return {
        "case": case,
        "ways": ways,
        "history": history,
        "joined": [(other, hers.has(other.pk)) for other in same_person.of_one_person(case)],
        # Of others' cases nothing is said, not even that there is one: a number typed here must tell nothing.
        "alike": [(one, other) for one, other in alike if hers.has(other.pk)],
    }


@needs("case.hand_over")
@require_http_methods(["GET", "POST"])
def case_people(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who has it and had it; and to whom it goes."""
    case = get_object_or_404(Case, pk=case_id)
    history = list(assignments.of_case(case.pk))
    having = {one.duty: one.account for one in history if one.until is None}
    told = request.POST if request.method == "POST" else None
    sent = request.POST.get("duty", "")
    ways = [HandOverForm(case, duty, having.get(duty), told if duty == sent else None) for duty in Duty]
    chosen = next((form for form in ways if form.is_bound and form.is_valid()), None)
    if chosen is None:
        return render(request, "cases/people.html", _shown(request, case, ways, history))
    to = Account.objects.get(pk=chosen.cleaned_data["to"])
    try:
        assignments.hand_over(case.pk, chosen.duty, to, actor(request), case.minor)
    except NotQualified:
        messages.error(request, _t("She cannot be given this case any more. Choose somebody else."))
        return redirect("case_people", case.pk)
    messages.success(request, _t("Handed over to %(name)s.") % {"name": to})
    still = reach(actor(request)).has(case.pk)
    return redirect("case_people", case.pk) if still else redirect("cases")
