"""Four eyes: what a colleague asks for and another person confirms, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jium.cases import services as cases
from jium.trust import four_eyes
from jium.trust.four_eyes import NotHers, Passed, SamePerson
from jium.trust.models import Account, SecondLook
from jium.trust.policy import actor, may, needs
from jium.trust.sealed import read_or_say

# Of what was decided so many are shown.
SHOWN = 50


@dataclass(frozen=True)
class Line:
    """A second look as it is shown. ``why`` only while it waits for whoever reads; ``url``: what it is about, where she
    may see that.
    """

    look: SecondLook
    number: str
    said: Promise
    why: str
    url: str


# On which page that lies which an act is about, the action that page needs, and what it is found by.
PAGES: dict[str, tuple[str, str, Callable[[SecondLook], object]]] = {
    four_eyes.FACE_SEARCH: ("mandate", "case.see", lambda look: look.case_id),
    four_eyes.DESTRUCTION: ("case_keeping", "case.see", lambda look: look.case_id),
    four_eyes.FACE_ALONE: ("notice", "notice.see", lambda look: look.subject),
}

# What is done in the moment in which it is confirmed.
THEN: dict[str, Callable[[SecondLook], object]] = {four_eyes.DESTRUCTION: cases.destroy_confirmed}


@needs("second_look.give")
@require_safe
def second_looks(request: HttpRequest) -> HttpResponse:
    """What waits for this person; and what she asked for or could decide, the latest first."""
    account = actor(request)
    waiting = list(four_eyes.waiting_for(account))
    seen = SecondLook.objects.select_related("asked_by", "decided_by").filter(four_eyes.seen_by(account))
    others = list(seen.exclude(pk__in=[look.pk for look in waiting]).order_by("-asked_at")[:SHOWN])
    numbers = cases.numbers(look.case_id for look in (*waiting, *others))

    def line(look: SecondLook, why: str = "") -> Line:
        page, action, found_by = PAGES[look.act]
        url = reverse(page, args=[found_by(look)]) if may(account, action) else ""
        return Line(look, numbers.get(look.case_id, ""), four_eyes.ACTS[look.act].said, why, url)

    context = {
        "waiting": [line(look, read_or_say(partial(four_eyes.why, look))) for look in waiting],
        "others": [line(look) for look in others],
    }
    return render(request, "desk/second_looks.html", context)


@needs("second_look.give")
@require_POST
def second_look_confirm(request: HttpRequest, look_id: int) -> HttpResponse:
    """She answers for it, too."""
    return _decide(request, look_id, four_eyes.confirm, _("Confirmed."))


@needs("second_look.give")
@require_POST
def second_look_refuse(request: HttpRequest, look_id: int) -> HttpResponse:
    """She does not."""
    return _decide(request, look_id, four_eyes.refuse, _("Refused. It is not done."))


def _decide(request: HttpRequest, look_id: int, act: Callable[[SecondLook, Account], None], said: str) -> HttpResponse:
    look = get_object_or_404(SecondLook, pk=look_id)
    try:
        with transaction.atomic():
            act(look, actor(request))
            if act is four_eyes.confirm and look.act in THEN:
                THEN[look.act](look)
    except SamePerson:
        messages.error(request, _("You asked for it yourself: somebody else has to look."))
    except NotHers:
        messages.error(request, _("Your roles do not confirm this."))
    except Passed:
        messages.info(request, _("Somebody decided it meanwhile, or it was taken back."))
    else:
        messages.success(request, said)
    return redirect("second_looks")
