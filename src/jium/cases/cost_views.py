"""Cost recovery on the pages: what a case's services cost, a claim and its notice, and what a year's services cost."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jium import clock
from jium.cases import cost_notice, costs
from jium.cases.cost_notice import Claimed
from jium.cases.costs import Line, NoBasis, NothingOwed, NotNext, State
from jium.cases.intake import Help
from jium.cases.models import Case, CostBasis, CostClaim
from jium.downloads import handed_out, language_of
from jium.trust import audit
from jium.trust.policy import actor, needs
from jium.trust.sealed import read_or_say

# No year before the law that says who pays.
FIRST_YEAR = 2018


class BasisForm(forms.Form):
    """What a year's services cost, by kind."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, max_value=2999)
    notice = forms.CharField(
        label=gettext_lazy("Notice of the ministry"),
        max_length=120,
        help_text=gettext_lazy("Name and number of the notice that sets what is reckoned with. The letter names it."),
    )
    pay = forms.CharField(
        label=gettext_lazy("To which account it is paid"),
        max_length=200,
        help_text=gettext_lazy("Bank, number and holder, as the letter says it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in Help:
            self.fields[kind.value] = forms.IntegerField(
                label=kind.label, min_value=0, max_value=100_000_000, required=False
            )

    def rate_fields(self) -> list[forms.BoundField]:
        """The rates, a kind each."""
        return [self[kind.value] for kind in Help]

    def save(self) -> CostBasis:
        """Keep it; of a year that was there the new one counts for claims drafted from now on."""
        told = self.cleaned_data
        rates = {kind.value: told[kind.value] for kind in Help if told.get(kind.value)}
        fields = {"notice": told["notice"], "pay": told["pay"], "rates": rates}
        return CostBasis.objects.update_or_create(year=told["year"], defaults=fields)[0]


@needs("cost.claim")
@require_http_methods(["GET", "POST"])
def cost_basis(request: HttpRequest) -> HttpResponse:
    """The years whose rates are known; enter one, or correct it."""
    form = BasisForm(request.POST or None, initial=_newest(), label_suffix="")
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        audit.record(actor(request), "cost_basis.saved", str(saved.year))
        messages.success(request, _("Saved."))
        return redirect("cost_basis")
    bases = list(CostBasis.objects.order_by("-year"))
    rows = [(one, [(kind.label, one.rates[kind]) for kind in Help if kind in one.rates]) for one in bases]
    return render(request, "cases/cost_basis.html", {"form": form, "rows": rows})


def _newest() -> dict[str, Any]:
    known = CostBasis.objects.order_by("year").last()
    year = clock.today().year
    return {"year": year, "notice": known.notice, "pay": known.pay, **known.rates} if known else {"year": year}


@needs("cost.claim")
@require_http_methods(["GET", "POST"])
def case_costs(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What is not claimed yet, and the claims; draft one."""
    case = get_object_or_404(Case, pk=case_id)
    typed = request.POST.get("owed_by", "")
    if request.method == "POST":
        try:
            return redirect("claim", costs.claim(case, typed, actor(request)).pk)
        except ValueError:
            messages.error(request, _("Say who owes it: name and address, in at most 400 letters."))
        except NothingOwed:
            messages.info(request, _("Everything that costs something is claimed already."))
        except NoBasis:
            messages.error(request, _("Enter first what the services of the year cost."))
    lines: list[Line] = []
    lacking: tuple[int, ...] = ()
    try:
        lines = costs.owed(case)
    except NoBasis as unknown:
        lacking = unknown.years
    context = {
        "case": case,
        "lines": lines,
        "total": sum(line.amount for line in lines),
        "lacking": lacking,
        "claims": case.claims.order_by("-until"),
        "typed": typed,
    }
    return render(request, "cases/costs.html", context)


@needs("cost.claim")
@require_safe
def claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Who owes what, and how it stands."""
    row = _claim(claim_id)
    context = {
        "claim": row,
        "case": row.case,
        "owed_by": read_or_say(lambda: costs.owed_by(row)),
        "lines": costs.lines_of(row),
        "today": clock.today(),
        "first_day": row.until.astimezone(clock.PLACE).date(),
        "late": row.state == State.SERVED and row.due_on is not None and row.due_on < clock.today(),
    }
    return render(request, "cases/claim.html", context)


@needs("cost.claim")
@require_POST
def claim_move(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """It was served, paid, or is dropped."""
    row = _claim(claim_id)
    try:
        state = State(request.POST.get("state", ""))
        if state == State.SERVED:
            costs.serve(row, date.fromisoformat(request.POST.get("on", "")), actor(request))
        else:
            costs.end(row, state, actor(request))
    except NotNext:
        messages.error(request, _("That does not follow, or the day is before the letter or still to come."))
    except ValueError:
        messages.error(request, _("Choose the day on which the letter arrived."))
    else:
        messages.success(request, _("Noted."))
    return redirect("claim", row.pk)


@needs("cost.claim")
@never_cache
@require_safe
def claim_notice(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """The written notice, in Korean or with ``?language=en`` in English."""
    row = _claim(claim_id)
    language = language_of(request)
    return handed_out(
        lambda: cost_notice.pdf(_claimed(row), settings.CONFIG.institution, row.until, language),
        f"claim-{row.number}.pdf",
        lambda: audit.record(
            actor(request), "claim.notice_made", str(row.case_id), claim=row.number, language=language
        ),
    )


def _claimed(row: CostClaim) -> Claimed:
    return Claimed(row.number, costs.owed_by(row), costs.lines_of(row), row.notices, row.pay, row.until)


def _claim(claim_id: UUID) -> CostClaim:
    return get_object_or_404(CostClaim.objects.select_related("case", "made_by"), pk=claim_id)
