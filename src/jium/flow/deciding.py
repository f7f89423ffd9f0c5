"""An officer's decision is carried out: evidence of every address, then one drafted demand a provider."""

from __future__ import annotations

from collections import defaultdict

from jium import engine
from jium.course import Next
from jium.evidence import services as evidence
from jium.evidence.services import Capture
from jium.flow.looks import is_same, look
from jium.flow.standing import waits
from jium.notices import services as notices
from jium.removal import services as removal
from jium.reports import services as reports
from jium.review import services as review
from jium.review.services import Group
from jium.watch import services as watch


@engine.action(Group, "carry_out", queue="desk")
def carry_out(group: Group) -> None:
    """Same: capture what is not captured, and draft when all is. Not (or no longer) same: withdraw and stop."""
    sightings = [match.sighting for match in review.matches(group)]
    if group.verdict != Group.Verdict.SAME:
        notices.withdraw_drafts(group.case, sightings)
        removal.stop(group.case, sightings)
        return
    if waits(group, group.case_id):
        return
    removal.resume(group.case, sightings)
    captures = [evidence.ask(group.case, group, sighting) for sighting in sightings]
    if any(capture.state == Capture.State.PLANNED for capture in captures):
        return
    by_provider = defaultdict(list)
    for address in reports.addresses(group.case_id, [sighting.pk for sighting in sightings]):
        if address.next is Next.DRAFT:
            by_provider[notices.provider_for(address.sighting.page_url)].append(address.sighting)
    for provider, seen in by_provider.items():
        notices.draft(group.case, provider, seen)


@engine.action(Capture, "record", queue="capture")
def record(capture: Capture) -> None:
    """Record the evidence; the groups that wait for it go on."""
    if waits(capture, capture.case_id):
        return
    evidence.record(capture)
    if capture.state == Capture.State.PLANNED:
        waits(capture, capture.case_id)  # withdrawn meanwhile


@engine.action(Capture, "look_for", queue="check")
def look_for(capture: Capture) -> None:
    """A record lacks the file: it may have been altered on its way, have gone before, or be there all the same."""
    recorded = evidence.recorded_file(capture)
    if recorded is not None and is_same(recorded, watch.to_fingerprint(capture.sighting)):
        evidence.hold_a_copy(capture)
    else:
        look(capture.sighting)
