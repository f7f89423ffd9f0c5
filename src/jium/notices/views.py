"""Removal requests: read the letter, approve it, mend what did not arrive; and the providers they go to."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jium import lists
from jium.egress.url import reading
from jium.notices import listing, regimes, services
from jium.notices.forms import ProviderForm
from jium.notices.models import Notice, Provider
from jium.notices.providers import search as search_providers
from jium.notices.services import ContactNeeded, HostTaken, MissingElement, NotWaiting
from jium.trust.assignments import reach
from jium.trust.four_eyes import NotConfirmed, SamePerson
from jium.trust.policy import actor, needs

State = Notice.State
PROVIDERS = lists.Shape(
    name="providers",
    looks_in=gettext_lazy("Name, host or mail address"),
    choices={lists.ALL: lists.CHOICES[lists.ALL], lists.WAITING: gettext_lazy("Contact missing")},
    orders={"name": ("name",), "email": ("email",), "checked": ("confirmed_at",)},
)
LETTERS = lists.Shape(
    name="letters",
    looks_in=gettext_lazy("Number, case, provider or address"),
    choices=lists.CHOICES,
    orders={
        "pressing": ("rank", "-drafted_at"),
        "number": ("drafted_at",),
        "provider": ("provider__name",),
        "case": ("case__opened_at",),
        "state": ("state",),
        "sent": ("sent_at",),
    },
)


@needs("notice.see")
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """All letters: first those that did not arrive, then those that wait for approval, then the latest."""
    if request.method == "POST":
        return lists.search(request, LETTERS)
    own = reach(request.user).q("case_id")
    asked, every = lists.asked(request, LETTERS), listing.ranked(services.notices().filter(own))
    chosen = every
    if asked.choice == lists.WAITING:
        chosen = listing.waiting_for_a_person(every)
    elif asked.choice == lists.MINE:
        chosen = listing.of_person(every, actor(request))
    found = asked.sorted(listing.search(chosen, asked.text)).prefetch_related("items")
    attention, waiting = services.needing_attention().filter(own), services.waiting_approval().filter(own)
    context = {
        "list": lists.shown(asked, found, chosen.count()),
        "attention": attention.exists(),
        "waiting": waiting.count(),
        "first": attention.first() or waiting.first(),
        "any": every.exists(),
    }
    return render(request, "notices/notices.html", context)


@needs("notice.see")
@require_safe
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The letter as it is sent, to whom, about what, and what can be done with it."""
    return _page(request, _notice(notice_id))


@needs("notice.approve")
@require_POST
def notice_approve(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """A named person answers for the letter, and says whether it may be repeated unasked."""
    repeat = request.POST.get("repeat") == "yes"
    asked = _notice(notice_id)
    told = {"number": asked.number, "provider": asked.provider.name}
    said = _("Approved: letter %(number)s to %(provider)s is sent now.") % told
    return _act(request, notice_id, lambda letter: services.approve(letter, actor(request), repeat), said)


@needs("notice.approve")
@require_POST
def notice_second_look(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Ask a supervisor to look at what rests on faces alone."""
    letter = _notice(notice_id)
    try:
        services.ask_second_look(letter, actor(request), request.POST.get("why", ""))
    except NotWaiting:
        messages.info(request, _("Somebody was faster, or its state has changed. This is how it stands now."))
    except ValueError:
        messages.error(request, _("Say in at most 1,000 letters why it is she."))
    else:
        messages.success(request, _("Asked. It can be approved once somebody else has confirmed it."))
    return redirect("notice", letter.pk)


@needs("notice.approve")
@require_POST
def notice_arrived(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """A person found out that an uncertain letter arrived."""
    said = _("Noted: it arrived. Removal is checked from now on.")
    return _act(request, notice_id, lambda letter: services.confirm_arrived(letter, actor(request)), said)


@needs("notice.approve")
@require_POST
def notice_resend(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Send an uncertain or refused letter again, to the provider's present address."""
    said = _("The letter is sent again now.")
    return _act(request, notice_id, lambda letter: services.resend(letter, actor(request)), said)


@needs("notice.approve")
@require_POST
def notice_withdraw(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Take a letter back that was not handed over."""
    said = _("The letter is withdrawn. It is not sent.")
    return _act(request, notice_id, lambda letter: services.withdraw(letter, actor(request)), said)


@needs("notice.approve")
@require_POST
def notice_again(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Demand again what a person had withdrawn: a new draft."""
    withdrawn = _notice(notice_id)
    try:
        again = services.draft_again(withdrawn, actor(request))
    except NotWaiting:
        messages.info(request, _("Nothing to do: all of it is demanded already, or its decision was taken back."))
        return redirect("notice", withdrawn.pk)
    messages.success(request, _("A new letter is drafted. Read it; it is sent when you approve it."))
    return redirect("notice", again.pk)


def _elsewhere(shown: Notice) -> dict[int, str]:
    """For items (by key): in which other cases a letter about the same address has gone out."""
    return {
        item: ", ".join(f"{letter.case.number} ({letter.number})" for letter in letters)
        for item, letters in services.elsewhere(shown).items()
    }


def _act(request: HttpRequest, notice_id: UUID, act: Callable[[Notice], None], said: str) -> HttpResponse:
    letter = _notice(notice_id)
    try:
        act(letter)
    except NotWaiting:
        messages.info(request, _("Somebody was faster, or its state has changed. This is how it stands now."))
    except ContactNeeded:
        messages.error(request, _("The provider has no contact address yet. Enter it first."))
    except MissingElement as missing:
        messages.error(request, services.missing_text(missing.element))
    except NotConfirmed:
        messages.error(request, _("It rests on a likeness of faces alone: a second person has to confirm it first."))
    except SamePerson:
        messages.error(request, _("You confirmed it yourself: somebody else has to approve it."))
    else:
        messages.success(request, said)
        own = reach(request.user).q("case_id")
        following = services.waiting_approval().filter(own).exclude(pk=letter.pk).first()
        return (
            redirect("notice", following.pk) if following and letter.state != State.WITHDRAWN else redirect("notices")
        )
    return redirect("notice", letter.pk)


def _notice(notice_id: UUID) -> Notice:
    return get_object_or_404(services.notices(), pk=notice_id)


def _page(request: HttpRequest, shown: Notice) -> HttpResponse:
    try:
        letter, lacking = services.letter_of(shown, actor(request)), ""
    except MissingElement as missing:
        letter, lacking = None, services.missing_text(missing.element)
    law, language = services.law_for(shown.provider)
    if letter and shown.state == State.DRAFTED and settings.CONFIG.institution.unfilled():
        lacking = services.missing_text("institution_unfilled")
    correction = shown.kind == Notice.Kind.CORRECTION
    eyes = shown.state == State.DRAFTED and services.needs_second_look(shown)
    lacks, others = ({}, {}) if correction else (services.lacking(shown), _elsewhere(shown))
    if shown.body:
        law, language = shown.regime, shown.language
    context = {
        "notice": shown,
        "letter": letter,
        "lacking": lacking,
        "law": regimes.regime(law),
        "letter_language": language,
        "items": [(item, lacks.get(item.pk, ""), others.get(item.pk, "")) for item in shown.items.all()],
        "correction": correction,
        "eyes": eyes,
        "look": services.second_look_of(shown) if eyes else None,
        "drafted": shown.state == State.DRAFTED,
        "stuck": services.is_held(shown),
        "again": shown.state == State.WITHDRAWN and shown.withdrawn_by_id and not correction,
        "withdrawable": shown.state in (State.DRAFTED, State.APPROVED, State.REFUSED),
    }
    return render(request, "notices/notice.html", context)


@needs("provider.see")
@require_http_methods(["GET", "POST"])
def providers(request: HttpRequest) -> HttpResponse:
    """Who can take material down, and how to reach them."""
    if request.method == "POST":
        return lists.search(request, PROVIDERS)
    asked, wanted = lists.asked(request, PROVIDERS), set(services.contacts_needed().values_list("pk", flat=True))
    chosen = services.providers()
    if asked.choice == lists.WAITING:
        chosen = chosen.filter(pk__in=wanted)
    found = asked.sorted(search_providers(chosen, asked.text))
    shown = lists.shown(asked, found, chosen.count())
    lines = [
        {
            "provider": provider,
            "hosts": list(map(reading, provider.hosts)),
            "law": regimes.regime(services.law_for(provider)[0]).title,
            "wanted": provider.pk in wanted,
        }
        for provider in shown.page
    ]
    context = {"list": shown, "lines": lines, "wanted": len(wanted), "any": services.providers().exists()}
    return render(request, "notices/providers.html", context)


@needs("provider.edit")
@require_http_methods(["GET", "POST"])
def provider_new(request: HttpRequest) -> HttpResponse:
    """Enter a provider before the first request to it."""
    return _edit(request, None)


@needs("provider.edit")
@require_http_methods(["GET", "POST"])
def provider(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Correct what is known about a provider."""
    return _edit(request, get_object_or_404(Provider, pk=provider_id))


def _edit(request: HttpRequest, edited: Provider | None) -> HttpResponse:
    form = ProviderForm(request.POST or None, provider=edited)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.correct(edited or Provider(), form.contact(), actor(request))
        except HostTaken as taken:
            form.add_error("hosts", _("Another provider answers for %(host)s already.") % {"host": taken.host})
        else:
            messages.success(request, _("%(provider)s is saved.") % {"provider": saved.name})
            return redirect("providers")
    waiting = list(edited.notices.filter(state__in=(State.DRAFTED, State.REFUSED))) if edited else []
    return render(request, "notices/provider.html", {"form": form, "provider": edited, "waiting": waiting})
