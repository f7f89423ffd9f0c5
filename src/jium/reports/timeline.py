"""What happened in a case, in time order, gathered from the rooms that did it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jium.cases import services as cases
from jium.cases.services import Case
from jium.egress.url import host, reading
from jium.evidence import services as evidence
from jium.notices import services as notices
from jium.notices.services import Notice
from jium.removal import services as removal
from jium.review import services as review

# The same thing happening again within this time is one line.
TOGETHER = timedelta(hours=1)

TEXTS: dict[str, Promise] = {
    "case.opened": _("Case opened"),
    "reference.registered": _("Reference registered"),
    "reference.rejected": _("Reference registered; it cannot be used"),
    "match.found": _("Found"),
    "group.same": _("Decided: same"),
    "group.different": _("Decided: different"),
    "group.undone": _("Decision taken back"),
    "capture.done": _("Evidence captured"),
    "capture.failed": _("No evidence could be captured"),
    "capture.vouched": _("Seen by a person, without evidence of the file"),
    "notice.drafted": _("Removal request drafted"),
    "notice.approved": _("Removal request approved"),
    "notice.approved_by_policy": _("Removal request approved under a standing permission"),
    "notice.sent": _("Removal request sent"),
    "notice.refused": _("Removal request refused by the mail server"),
    "notice.unconfirmed": _("Delivery of the removal request uncertain"),
    "correction.drafted": _("Correction of a removal request drafted"),
    "correction.approved": _("Correction of a removal request approved"),
    "correction.sent": _("Correction of a removal request sent"),
    "check.up": _("Checked: still there"),
    "check.gone": _("Checked: not there any more"),
    "check.soft_gone": _("Checked: the page answers, the material is not there any more"),
    "check.moved": _("Checked: the same material at another address of the page"),
    "check.unreachable": _("Checked: could not be looked at completely"),
    "removal.verified": _("Removal verified"),
}


@dataclass(frozen=True)
class Event:
    """One line of the timeline. ``subject``: what it concerns (a host, a notice, a reference's place);
    ``by``: who did it, empty for the system; ``count``: how often within the hour from ``at``.
    """

    at: datetime
    kind: str
    subject: str = ""
    by: str = ""
    count: int = 1

    @property
    def text(self) -> Promise:
        return TEXTS[self.kind]


def timeline(case: Case) -> list[Event]:
    """Everything that happened, oldest first; the same thing repeated within an hour is one event."""
    events = [
        Event(case.opened_at, "case.opened", by=str(case.opened_by)),
        *_references(case),
        *_matches(case),
        *_decisions(case),
        *_captures(case),
        *_notices(case),
        *_checks(case),
    ]
    return fold(sorted(events, key=lambda event: event.at))


def fold(events: Iterable[Event]) -> list[Event]:
    """Join events of one kind, subject and person that began within an hour of each other. Pure."""
    folded: list[Event] = []
    latest: dict[tuple[str, str, str], int] = {}
    for event in events:
        key = (event.kind, event.subject, event.by)
        place = latest.get(key)
        if place is not None and event.at - folded[place].at <= TOGETHER:
            folded[place] = replace(folded[place], count=folded[place].count + event.count)
        else:
            latest[key] = len(folded)
            folded.append(event)
    return folded


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host of an address for people, without port and leading "www."; one of other letters with its reading."""
    try:
        return reading(host(url).removeprefix("www."))
    except ValueError:
        return ""


def _references(case: Case) -> Iterator[Event]:
    for reference in cases.references(case).select_related("registered_by"):
        rejected = reference.state == cases.Reference.State.REJECTED
        kind = "reference.rejected" if rejected else "reference.registered"
        yield Event(reference.registered_at, kind, f"#{reference.position}", str(reference.registered_by))


def _matches(case: Case) -> Iterator[Event]:
    for at, page_url in review.matches_of(case.id).values_list("found_at", "sighting__page_url"):
        yield Event(at, "match.found", host_of(page_url))


def _decisions(case: Case) -> Iterator[Event]:
    for decision in review.decisions(case.id).select_related("group__reference"):
        subject, by = f"#{decision.group.reference.position}", str(decision.by)
        yield Event(decision.at, f"group.{decision.verdict}", subject, by)
        if decision.undone_at:
            yield Event(decision.undone_at, "group.undone", subject)


def _captures(case: Case) -> Iterator[Event]:
    captures, states = evidence.captures(case.id), evidence.Capture.State
    names = {capture.pk: str(capture.vouched_by) for capture in captures.exclude(vouched_by=None)}
    for pk, state, asked_at, captured_at, vouched_at, page_url in captures.values_list(
        "pk", "state", "asked_at", "captured_at", "vouched_at", "sighting__page_url"
    ):
        place = host_of(page_url)
        if captured_at:
            yield Event(captured_at, "capture.done", place)
        elif state in (states.FAILED, states.VOUCHED):
            # The moment itself is not kept; it follows the decision that asked for it.
            yield Event(asked_at, "capture.failed", place)
        if vouched_at:
            yield Event(vouched_at, "capture.vouched", place, names.get(pk, ""))


def _notices(case: Case) -> Iterator[Event]:
    for notice in notices.notices(case.id):
        subject = f"{notice.number} · {notice.provider}"
        if notice.kind == Notice.Kind.CORRECTION:
            yield from _correction(notice, subject)
            continue
        yield Event(notice.drafted_at, "notice.drafted", subject)
        if notice.approved_at and notice.by_policy:
            yield Event(notice.approved_at, "notice.approved_by_policy", subject)
        elif notice.approved_at:
            yield Event(notice.approved_at, "notice.approved", subject, str(notice.approved_by or ""))
        if notice.sent_at:
            yield Event(notice.sent_at, "notice.sent", subject)
        elif notice.state in (Notice.State.REFUSED, Notice.State.UNCONFIRMED):
            # The moment itself is not kept; it follows the approval.
            yield Event(notice.approved_at or notice.drafted_at, f"notice.{notice.state}", subject)


def _correction(notice: Notice, subject: str) -> Iterator[Event]:
    yield Event(notice.drafted_at, "correction.drafted", subject)
    if notice.approved_at:
        yield Event(notice.approved_at, "correction.approved", subject, str(notice.approved_by or ""))
    if notice.sent_at:
        yield Event(notice.sent_at, "correction.sent", subject)


def _checks(case: Case) -> Iterator[Event]:
    """Only what a check changed: years of "still gone" are no news."""
    before: dict[int, str] = {}
    looks = removal.checks(case.id)
    names = {check.by_id: str(check.by) for check in looks.exclude(by=None)}
    for target, outcome, at, by, page_url in looks.values_list(
        "target_id", "outcome", "at", "by_id", "target__sighting__page_url"
    ):
        if before.get(target) != outcome:
            yield Event(at, f"check.{outcome}", host_of(page_url), names.get(by, ""))
        before[target] = outcome
    for verified_at, page_url in removal.targets(case.id).values_list("verified_at", "sighting__page_url"):
        if verified_at:
            yield Event(verified_at, "removal.verified", host_of(page_url))
