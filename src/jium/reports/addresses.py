"""Addresses with all that the rooms know of them: those of a page, a letter, a group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from jium import course
from jium.cases.services import Case
from jium.evidence import services as evidence
from jium.evidence.services import Capture
from jium.notices import services as notices
from jium.notices.services import Notice, NoticeItem
from jium.removal import services as removal
from jium.removal.services import Check, Target
from jium.reports.outlines import Key, Outline, at, outlines, standing_letter
from jium.review import services as review
from jium.review.services import Match
from jium.watch.services import Sighting


@dataclass(frozen=True)
class Address:
    """One address in one case. ``letter``: the one that counts; ``letters``: how many were sent about it.

    ``check``: the latest look after a demand. ``matches``: what was recognised there, oldest first.
    """

    case: Case
    sighting: Sighting
    matches: tuple[Match, ...]
    capture: Capture | None
    letter: Notice | None
    letters: int
    target: Target | None
    check: Check | None
    correction: Notice | None
    facts: course.Facts

    @property
    def state(self) -> course.State:
        return course.state_of(self.facts)

    @property
    def next(self) -> course.Next:
        return course.next_of(self.facts)


def addresses(case_id: UUID | None = None, sightings: Collection[UUID] | None = None) -> list[Address]:
    """The addresses of a case (or of all) at which something was recognised, in the order they were found.

    ``sightings``: these only. Whole rows of many rooms: for what a page shows, not for what it counts.
    """
    return whole(outlines(case_id, sightings), case_id, sightings)


def whole(
    known: Collection[Outline], case_id: UUID | None = None, sightings: Collection[UUID] | None = None
) -> list[Address]:
    """The whole addresses of these outlines, in their order; ``case_id`` and ``sightings`` as they were gathered."""
    matches: dict[Key, list[Match]] = defaultdict(list)
    for match in at(review.matches_of(case_id), sightings).defer("sighting__still"):
        matches[match.group.case_id, match.sighting_id].append(match)
    recorded = at(evidence.captures(case_id), sightings).defer("sighting__still")
    captures = {(capture.case_id, capture.sighting_id): capture for capture in recorded}
    items: dict[Key, list[NoticeItem]] = defaultdict(list)
    for item in at(notices.items(case_id), sightings):
        items[item.notice.case_id, item.sighting_id].append(item)
    followed = at(removal.targets(case_id), sightings).defer("sighting__still")
    targets = {(target.case_id, target.sighting_id): target for target in followed}
    checks = removal.last_checks(followed)
    corrected = at(notices.corrected(case_id), sightings)
    corrections = {(item.notice.case_id, item.sighting_id): item.notice for item in corrected}
    return [
        Address(
            case=matches[key][0].group.case,
            sighting=matches[key][0].sighting,
            matches=tuple(matches[key]),
            capture=captures.get(key),
            letter=standing_letter([item.notice for item in items[key]]),
            letters=sum(item.notice.state == Notice.State.SENT for item in items[key]),
            target=targets.get(key),
            check=checks.get(targets[key].pk) if key in targets else None,
            correction=corrections.get(key),
            facts=outline.facts,
        )
        for outline in known
        if (key := outline.key) in matches
    ]
