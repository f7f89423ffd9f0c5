"""Everything that needs a person, gathered from the rooms; each entry says in words what and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jium.cases import services as cases
from jium.course import Next
from jium.desk import setting_up
from jium.desk.task import Task
from jium.evidence import services as evidence
from jium.notices import services as notices
from jium.notices.services import Notice
from jium.removal import services as removal
from jium.reports import services as reports
from jium.reports.services import Address, host_of
from jium.review import services as review

# More groups than this are one keyboard session, not lines to read.
GROUPS_SHOWN = 8


def tasks(may: Set[str]) -> list[Task]:
    """What an account with the actions ``may`` can do something about, the most pressing first."""
    return [task for action, gather in GATHER if action in may for task in gather()]


def count(may: Set[str]) -> int:
    """How many things wait: what :func:`tasks` lists, and every group that it does not list singly."""
    return sum(task.stands_for for task in tasks(may))


def in_cases(may: Set[str]) -> Counter[UUID]:
    """How many things wait in each case. A letter that lacks a contact address waits in its case for approval."""
    waiting = Counter[UUID]()
    for action, gather in GATHER:
        if action not in may:
            continue
        if gather is _groups:
            waiting.update(review.undecided().values_list("case_id", flat=True))
        else:
            waiting.update(task.case for task in gather() if task.case)
    return waiting


def undecided() -> int:
    """How many groups wait for a decision."""
    return review.undecided().count()


def _groups() -> Iterator[Task]:
    waiting = review.undecided()
    shown = list(waiting[:GROUPS_SHOWN])
    composites = review.composites(group.pk for group in shown)
    for group in shown:
        yield Task(
            kind=_("Compare"),
            what=ngettext(
                "Case %(case)s, reference %(position)s: found at %(count)s address",
                "Case %(case)s, reference %(position)s: found at %(count)s addresses",
                group.match_count,
            )
            % {"case": group.case.number, "position": group.reference.position, "count": group.match_count},
            why=_("Possibly a composite. Is it the same? Evidence and removal requests follow your answer.")
            if group.pk in composites
            else _("Is it the same? Evidence and removal requests follow your answer."),
            url=reverse("group", args=[group.pk]),
            since=group.found_first_at or group.created_at,
            case=group.case_id,
        )
    rest = waiting.count() - GROUPS_SHOWN
    if rest > 0:
        yield Task(
            kind=_("Compare"),
            what=ngettext("%(count)s more group", "%(count)s more groups", rest) % {"count": rest},
            why=_("They come one after the other."),
            url=reverse("desk"),
            stands_for=rest,
        )


def _undelivered() -> Iterator[Task]:
    for notice in notices.needing_attention():
        told = {"number": notice.number, "provider": notice.provider.name}
        if notice.state == Notice.State.UNCONFIRMED:
            what = _("Did removal request %(number)s reach %(provider)s?") % told
            why = _("The connection ended while it was handed over. Say that it arrived, or send it again.")
        elif notice.state == Notice.State.REFUSED:
            what = _("Removal request %(number)s was refused by the mail server of %(provider)s") % told
            why = _("Correct the contact address and send it again.")
        else:
            what = _("Removal request %(number)s to %(provider)s cannot be sent") % told
            why = _("Our mail server does not take it. It is tried again; please have the mail settings checked.")
        yield Task(
            kind=_("Delivery"),
            what=what,
            why=why,
            url=reverse("notice", args=[notice.pk]),
            since=notice.approved_at,
            pressing=True,
            case=notice.case_id,
        )


def _contacts() -> Iterator[Task]:
    for provider in notices.contacts_needed():
        yield Task(
            kind=_("Contact"),
            what=_("%(provider)s has no contact address") % {"provider": provider.name},
            why=_("A removal request waits for it."),
            url=reverse("provider", args=[provider.pk]),
            pressing=True,
        )


def _approvals() -> Iterator[Task]:
    for notice in notices.waiting_approval().prefetch_related("items"):
        items = len(notice.items.all())
        told = {"number": notice.number, "provider": notice.provider.name, "count": items}
        yield Task(
            kind=_("Approve"),
            what=ngettext(
                "Removal request %(number)s to %(provider)s about %(count)s address",
                "Removal request %(number)s to %(provider)s about %(count)s addresses",
                items,
            )
            % told,
            why=_("The letter is written. It is sent when you approve it.")
            if notice.demand == 1
            else _("It is still there after an earlier request. This letter asks again."),
            url=reverse("notice", args=[notice.pk]),
            since=notice.drafted_at,
            case=notice.case_id,
        )


def _references() -> Iterator[Task]:
    for reference in cases.rejected_references():
        yield Task(
            kind=_("File"),
            what=_("Case %(case)s: reference %(position)s cannot be used")
            % {"case": reference.case.number, "position": reference.position},
            why=cases.problem_text(reference.problem),
            url=f"{reverse('case', args=[reference.case_id])}#reference-{reference.pk}",
            since=reference.registered_at,
            case=reference.case_id,
        )


def _unrecorded() -> Iterator[Task]:
    for address in _standing(evidence.wanting().values_list("case_id", "sighting_id"), Next.VOUCH):
        capture = address.capture
        if capture is None:
            continue
        told = {"case": address.case.number, "host": host_of(address.sighting.page_url)}
        yield Task(
            kind=_("Evidence"),
            what=_("Case %(case)s: no evidence of the file at %(host)s") % told,
            why=evidence.lacking_text(capture) or evidence.problem_text(capture.problem),
            url=reverse("capture_vouch", args=[capture.pk]),
            since=capture.asked_at,
            case=address.case.pk,
        )


def _unlooked() -> Iterator[Task]:
    for address in _standing(removal.unlooked().values_list("case_id", "sighting_id"), Next.LOOK):
        target = address.target
        if target is None:
            continue
        yield Task(
            kind=_("Look"),
            what=_("Case %(case)s: an address at %(host)s could not be looked at")
            % {"case": address.case.number, "host": host_of(address.sighting.page_url)},
            why=_("Please look at it yourself and say whether it is gone."),
            url=reverse("look", args=[target.pk]),
            since=target.unseen_since,
            case=address.case.pk,
        )


def _corrections() -> Iterator[Task]:
    for address in _standing(removal.stopped().values_list("case_id", "sighting_id"), Next.CORRECT):
        told = {"case": address.case.number, "host": host_of(address.sighting.page_url)}
        yield Task(
            kind=_("Correct"),
            what=_("Case %(case)s: a letter about an address at %(host)s is out that was decided as different") % told,
            why=_("Tell the provider that the removal request was a mistake."),
            url=reverse("correct", args=[address.case.pk, address.sighting.pk]),
            since=address.letter.sent_at if address.letter else None,
            pressing=True,
            case=address.case.pk,
        )


def _standing(rows: Iterable[tuple[UUID, UUID]], step: Next) -> list[Address]:
    """Of these addresses (case and sighting) the ones at which ``step`` comes next, in the order of the rows."""
    wanted = list(rows)
    known = {
        (address.case.pk, address.sighting.pk): address
        for address in (reports.addresses(sightings=[sighting for _case, sighting in wanted]) if wanted else [])
    }
    found = (known.get(row) for row in wanted)
    return [address for address in found if address and address.next is step]


# What gathers tasks, and the action that an account needs to do something about them; the most pressing first.
GATHER: tuple[tuple[str, Callable[[], Iterator[Task]]], ...] = (
    ("notice.approve", _undelivered),
    ("provider.edit", _contacts),
    ("group.decide", _corrections),
    ("group.decide", _groups),
    ("notice.approve", _approvals),
    ("case.see", _references),
    ("capture.vouch", _unrecorded),
    ("target.look", _unlooked),
    ("settings.see", setting_up.settings_lacking),
    ("site.edit", setting_up.nothing_watched),
    ("people.invite", setting_up.alone),
)
