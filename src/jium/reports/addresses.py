"""Every address of a case with what the rooms know of it, and so its one state (:mod:`jium.course`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from jium import course
from jium.cases.services import Case
from jium.evidence import services as evidence
from jium.evidence.services import Capture
from jium.notices import services as notices
from jium.notices.services import Notice, NoticeItem
from jium.removal import services as removal
from jium.removal.services import Check, Target
from jium.review import services as review
from jium.review.services import Match
from jium.watch.services import Sighting

Row = TypeVar("Row", bound=Model)
Key = tuple[UUID, UUID]  # case, sighting


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

    ``sightings``: these only.
    """
    found: dict[Key, list[Match]] = defaultdict(list)
    for match in _at(review.matches_of(case_id), sightings):
        found[match.group.case_id, match.sighting_id].append(match)
    shown = review.groups_shown(match.group_id for matches in found.values() for match in matches)
    recorded = _at(evidence.captures(case_id), sightings)
    captures = {(capture.case_id, capture.sighting_id): capture for capture in recorded}
    items: dict[Key, list[NoticeItem]] = defaultdict(list)
    for item in _at(notices.items(case_id), sightings):
        items[item.notice.case_id, item.sighting_id].append(item)
    targets = {(target.case_id, target.sighting_id): target for target in _at(removal.targets(case_id), sightings)}
    checks = removal.last_checks(target.pk for target in targets.values())
    unlooked = {target.pk for target in removal.unlooked()}
    corrected = _at(notices.corrected(case_id), sightings)
    corrections = {(item.notice.case_id, item.sighting_id): item.notice for item in corrected}
    made = []
    for key, matches in found.items():
        capture, target = captures.get(key), targets.get(key)
        letter = _letter([item.notice for item in items[key]])
        facts = course.Facts(
            verdict=review.verdict(match.group for match in matches),
            shown=any(match.group_id in shown for match in matches),
            missing=_is_missing(matches[0].sighting, capture),
            evidence=evidence.standing(capture),
            letter=notices.standing(letter),
            following=course.Following(target.state) if target else course.Following.NONE,
            unlooked=bool(target and target.pk in unlooked),
            corrected=key in corrections,
        )
        made.append(
            Address(
                case=matches[0].group.case,
                sighting=matches[0].sighting,
                matches=tuple(matches),
                capture=capture,
                letter=letter,
                letters=sum(item.notice.state == Notice.State.SENT for item in items[key]),
                target=target,
                check=checks.get(target.pk) if target else None,
                correction=corrections.get(key),
                facts=facts,
            )
        )
    return made


def _at(rows: QuerySet[Row], sightings: Collection[UUID] | None) -> QuerySet[Row]:
    """Of rows about sightings those about these only."""
    return rows if sightings is None else rows.filter(sighting__in=sightings)


def _is_missing(sighting: Sighting, capture: Capture | None) -> bool:
    """A person who saw it there later knows better than the look that did not find it."""
    if sighting.missed_at is None:
        return False
    return not (capture and capture.vouched_at and capture.vouched_at >= sighting.missed_at)


def _letter(letters: Iterable[Notice]) -> Notice | None:
    """Of the letters about one address, oldest first: the latest that stands, else the latest taken back by a person.

    What was taken back together with its decision is as if it had never been written.
    """
    standing = taken_back = None
    for letter in letters:
        if letter.state != Notice.State.WITHDRAWN:
            standing = letter
        elif letter.withdrawn_by_id:
            taken_back = letter
    return standing or taken_back
