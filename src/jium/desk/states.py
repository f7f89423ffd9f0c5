"""The states of an address and what comes next, in words, and how they look."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jium.course import Next, State

STATES: dict[State, Promise] = {
    State.BACK: _("back again"),
    State.STILL_UP: _("still there"),
    State.UNLOOKED: _("could not be looked at"),
    State.UNDELIVERED: _("request not delivered"),
    State.UNRECORDED: _("no evidence of the file"),
    State.WITHDRAWN: _("request taken back"),
    State.UNSURE: _("to be looked at again"),
    State.FOUND: _("found"),
    State.CONFIRMED: _("confirmed"),
    State.RECORDED: _("evidence captured"),
    State.DRAFTED: _("request drafted"),
    State.SENDING: _("request being sent"),
    State.DEMANDED: _("removal demanded"),
    State.GONE: _("gone, to be verified"),
    State.ALREADY_GONE: _("gone before it was demanded"),
    State.VERIFIED: _("removal verified"),
    State.DIFFERENT: _("different"),
}
# "done" is reached, "wait" is under way, "bad" needs a look; others are neutral.
LOOKS: dict[State, str] = {
    State.BACK: "bad",
    State.STILL_UP: "bad",
    State.UNLOOKED: "bad",
    State.UNDELIVERED: "bad",
    State.UNRECORDED: "bad",
    State.WITHDRAWN: "",
    State.UNSURE: "wait",
    State.FOUND: "wait",
    State.CONFIRMED: "wait",
    State.RECORDED: "wait",
    State.DRAFTED: "wait",
    State.SENDING: "wait",
    State.DEMANDED: "wait",
    State.GONE: "wait",
    State.ALREADY_GONE: "",
    State.VERIFIED: "done",
    State.DIFFERENT: "",
}
# What a person needs to do what comes next.
NEEDS: dict[Next, str] = {
    Next.COMPARE: "group.decide",
    Next.LOOK: "target.look",
    Next.VOUCH: "capture.vouch",
    Next.APPROVE: "notice.approve",
    Next.DELIVER: "notice.approve",
    Next.CORRECT: "group.decide",
}
NEXT: dict[Next, Promise] = {
    Next.COMPARE: _("Compare"),
    Next.LOOK: _("Look yourself"),
    Next.VOUCH: _("Look yourself and demand removal"),
    Next.APPROVE: _("Read and approve the letter"),
    Next.DELIVER: _("Have the letter delivered"),
    Next.CORRECT: _("Tell the provider that it was a mistake"),
    Next.RECORD: _("Evidence is being captured."),
    Next.DRAFT: _("The letter is being written."),
    Next.SEND: _("The letter is on its way."),
    Next.CHECK: _("It is looked at again."),
    Next.WATCH: _("Nothing is demanded of what cannot be seen."),
    Next.NOTHING: _("Nothing more."),
}
