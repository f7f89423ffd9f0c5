"""Referrals on the pages: drafted on the case's tab of services, each with a page of its own, and the directory."""

from __future__ import annotations

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

from jium import clock, lists
from jium.cases import given, referral_letter, referrals
from jium.cases.consents import Kind
from jium.cases.intake import Help, Way
from jium.cases.mandate import ConsentMissing
from jium.cases.models import Case, Organisation, Referral
from jium.cases.referral_letter import Told
from jium.cases.referrals import NEXT, NotNext, State
from jium.downloads import handed_out, language_of
from jium.trust import audit
from jium.trust.policy import actor, needs
from jium.trust.sealed import read_or_say

DIRECTORY = lists.Shape(
    name="organisations",
    looks_in=gettext_lazy("Name, telephone or mail"),
    choices={lists.ALL: lists.CHOICES[lists.ALL], **{one.value: one.label for one in referrals.KINDS}},
)


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who helps, with what, and how they are reached."""

    help = forms.ChoiceField(
        label=gettext_lazy("What they help with"), choices=[(one.value, one.label) for one in referrals.KINDS]
    )

    class Meta:
        model = Organisation
        fields = ("name", "name_en", "help", "phone", "email", "address", "hours", "closed")
        labels = {
            "phone": gettext_lazy("Telephone"),
            "email": gettext_lazy("Mail address"),
            "address": gettext_lazy("Address"),
            "hours": gettext_lazy("When they answer"),
            "closed": gettext_lazy("Not there any more"),
        }


@needs("organisation.see")
@require_http_methods(["GET", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """The directory."""
    if request.method == "POST":
        return lists.search(request, DIRECTORY)
    asked = lists.asked(request, DIRECTORY)
    chosen = Organisation.objects.order_by("closed", "help", "name")
    if asked.choice != lists.ALL:
        chosen = chosen.filter(help=asked.choice)
    found = chosen.filter(lists.holding(asked.text, "name", "name_en", "phone", "email"))
    return render(request, "cases/organisations.html", {"list": lists.shown(asked, found, chosen.count())})


@needs("organisation.edit")
@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest, organisation_id: int | None = None) -> HttpResponse:
    """One of the directory, or a new one; whoever saves it has checked it."""
    row = get_object_or_404(Organisation, pk=organisation_id) if organisation_id else None
    form = OrganisationForm(request.POST or None, instance=row, label_suffix="")
    if request.method == "POST" and form.is_valid():
        saved = form.save(commit=False)
        saved.checked_at = clock.now()
        saved.save()
        audit.record(actor(request), "organisation.saved", str(saved.pk))
        messages.success(request, _("Saved."))
        return redirect("organisations")
    return render(request, "cases/organisation.html", {"form": form, "organisation": row})


@needs("referral.make")
@require_POST
def referral_new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Draft one; its page shows the letter."""
    case = get_object_or_404(Case, pk=case_id)
    chosen = request.POST.get("organisation", "")
    to = get_object_or_404(Organisation, pk=int(chosen) if chosen.isdecimal() and len(chosen) < 12 else 0, closed=False)
    try:
        made = referrals.draft(case, to, request.POST.get("asked", ""), actor(request))
    except ConsentMissing as lacking:
        return _not_agreed(request, case, lacking)
    except ValueError:
        messages.error(request, _("Say what is asked, in at most 2,000 letters."))
        return redirect("case_services", case.pk)
    return redirect("referral", made.pk)


def _not_agreed(request: HttpRequest, case: Case, lacking: ConsentMissing) -> HttpResponse:
    told = {"consent": Kind(lacking.kind).label}
    messages.error(request, _("She does not agree to that, or not yet: %(consent)s. Record it first.") % told)
    return redirect("mandate", case.pk)


@needs("referral.make")
@require_safe
def referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """What is asked of whom, and how it stands."""
    row = get_object_or_404(Referral.objects.select_related("case", "organisation", "made_by"), pk=referral_id)
    context: dict[str, Any] = {
        "referral": row,
        "case": row.case,
        "asked": read_or_say(lambda: referrals.asked_of(row)),
        "outcome": read_or_say(lambda: referrals.outcome_of(row)),
        "next": NEXT[State(row.state)],
        "ways": given.WAYS if State.HANDED in NEXT[State(row.state)] else [],
    }
    return render(request, "cases/referral.html", context)


@needs("referral.make")
@require_POST
def referral_move(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """It was handed over, taken up, declined, or it ended."""
    row = get_object_or_404(Referral, pk=referral_id)
    try:
        state, way = State(request.POST.get("state", "")), Way(request.POST.get("way", Way.MESSAGE))
        referrals.move(row, state, actor(request), request.POST.get("outcome", ""), way)
    except ConsentMissing as lacking:
        return _not_agreed(request, row.case, lacking)
    except referrals.TooLong:
        messages.error(request, _("Say what became of it in at most 2,000 letters."))
    except (ValueError, NotNext):
        messages.error(request, _("That does not follow any more. This is how it stands now."))
    else:
        messages.success(request, _("Noted."))
    return redirect("referral", row.pk)


@needs("referral.make")
@never_cache
@require_safe
def referral_letter_pdf(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The letter, in Korean or with ``?language=en`` in English; its name says nothing else."""
    row = get_object_or_404(Referral.objects.select_related("case", "organisation", "made_by"), pk=referral_id)
    language = language_of(request)
    try:
        referrals.require_consent(row)
    except ConsentMissing as lacking:
        return _not_agreed(request, row.case, lacking)
    return handed_out(
        lambda: referral_letter.pdf(_told(row, language), settings.CONFIG.institution, clock.now(), language),
        f"referral-{row.case.number}.pdf",
        lambda: audit.record(
            actor(request), "referral.letter_made", str(row.case_id), referral=row.pk, language=language
        ),
    )


def _told(row: Referral, language: str) -> Told:
    agreed = row.case.consents.filter(kind=referrals.needed(Help(row.organisation.help))).last()
    english = language == "en" and row.organisation.name_en
    return Told(
        number=row.case.number,
        pseudonym=row.case.pseudonym,
        organisation=row.organisation.name_en if english else row.organisation.name,
        asked=referrals.asked_of(row),
        by=str(row.made_by),
        agreed_at=agreed.given_at if agreed else row.made_at,
    )
