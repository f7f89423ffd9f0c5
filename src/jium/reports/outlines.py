"""Of every address what its state takes, and no more: a case may have thousands, and every list counts them all.

The rows of the rooms are read as plain values; :mod:`jium.reports.addresses` brings the whole rows of those on a page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from jium import course
from jium.cases import services as cases
from jium.evidence import services as evidence
from jium.notices import services as notices
from jium.notices.services import Notice
from jium.removal import services as removal
from jium.removal.services import Check
from jium.review import services as review

Row = TypeVar("Row", bound=Model)
Key = tuple[UUID, UUID]  # case, sighting


@dataclass(frozen=True)
class Outline:
    """One address in one case: where, when it was found first, how far it is.

    ``settled``: a person has seen that there is no evidence, and left it at that. ``checked_at``: of the latest
    complete look after a demand. ``returns``: how often it came back after its removal was verified.
    """

    key: Key
    page_url: str
    media_url: str
    found_at: datetime
    facts: course.Facts
    settled: bool
    demanded_at: datetime | None
    gone_at: datetime | None
    checked_at: datetime | None
    next_check_at: datetime | None
    returns: int

    @property
    def state(self) -> course.State:
        return course.state_of(self.facts)

    @property
    def next(self) -> course.Next:
        return course.next_of(self.facts)

    @property
    def waits(self) -> bool:
        """Whether a person is to do something about it."""
        return self.next in course.PERSONS and not (self.next is course.Next.VOUCH and self.settled)


class _Found(NamedTuple):
    group: UUID
    verdict: str
    later_until: datetime | None
    page_url: str
    media_url: str
    missed_at: datetime | None
    found_at: datetime
    preview: str


class _Recorded(NamedTuple):
    state: str
    holds: bool
    vouched_at: datetime | None
    settled_at: datetime | None


class _Written(NamedTuple):
    state: str
    failures: int
    withdrawn_by_id: int | None
    email: str


class _Followed(NamedTuple):
    pk: int
    state: str
    demanded_at: datetime
    gone_at: datetime | None
    returns: int
    next_action_at: datetime | None


def outlines(case_id: UUID | None = None, sightings: Collection[UUID] | None = None) -> list[Outline]:
    """Of the addresses of a case (or of all) at which something was recognised, in the order they were found.

    ``sightings``: of these only.
    """
    found: dict[Key, list[_Found]] = defaultdict(list)
    for row in at(review.matches_of(case_id), sightings).values_list(
        "group__case_id",
        "sighting_id",
        "group_id",
        "group__verdict",
        "group__later_until",
        "sighting__page_url",
        "sighting__media_url",
        "sighting__missed_at",
        "found_at",
        "sighting_preview",
    ):
        found[row[0], row[1]].append(_Found(*row[2:]))
    rest = _Rest(case_id, sightings)
    shown = _shown(found.values(), sightings is None)
    return [rest.outline(key, matches, shown) for key, matches in found.items()]


def _shown(found: Iterable[list[_Found]], all_of_them: bool) -> set[UUID]:
    """The groups of which a person can see what was found: one preview shows it for all."""
    if all_of_them:
        return {one.group for matches in found for one in matches if one.preview}
    return review.groups_shown(one.group for matches in found for one in matches)


class _Rest:
    """What the other rooms know of the addresses."""

    def __init__(self, case_id: UUID | None, sightings: Collection[UUID] | None) -> None:
        recorded = at(evidence.captures(case_id), sightings)
        self._recorded = {
            (row[0], row[1]): _Recorded(*row[2:])
            for row in recorded.values_list("case_id", "sighting_id", "state", "holds", "vouched_at", "settled_at")
        }
        self._written: dict[Key, list[_Written]] = defaultdict(list)
        for row in at(notices.items(case_id), sightings).values_list(
            "notice__case_id",
            "sighting_id",
            "notice__state",
            "notice__failures",
            "notice__withdrawn_by_id",
            "notice__provider__email",
        ):
            self._written[row[0], row[1]].append(_Written(*row[2:]))
        targets = at(removal.targets(case_id), sightings)
        self._followed = {
            (row[0], row[1]): _Followed(*row[2:])
            for row in targets.values_list(
                "case_id", "sighting_id", "pk", "state", "demanded_at", "gone_at", "returns", "next_action_at"
            )
        }
        self._looks = removal.last_looks(targets)
        self._unlooked = set(at(removal.unlooked(), sightings).values_list("pk", flat=True))
        corrected = at(notices.corrected(case_id), sightings)
        self._closed = cases.closed(case_id)
        self._corrected = set(corrected.values_list("notice__case_id", "sighting_id"))

    def outline(self, key: Key, matches: list[_Found], shown: set[UUID]) -> Outline:
        recorded, followed, first = self._recorded.get(key), self._followed.get(key), matches[0]
        letter = standing_letter(self._written[key])
        facts = course.Facts(
            verdict=review.verdict(matches),
            shown=any(match.group in shown for match in matches),
            missing=_is_missing(first.missed_at, recorded),
            evidence=evidence.standing(recorded),
            letter=notices.standing_of(letter.state, letter.failures, bool(letter.email))
            if letter
            else course.Letter.NONE,
            following=course.Following(followed.state) if followed else course.Following.NONE,
            unlooked=followed is not None and followed.pk in self._unlooked,
            corrected=key in self._corrected,
            closed=key[0] in self._closed,
        )
        outcome, at = self._looks.get(followed.pk, ("", None)) if followed else ("", None)
        return Outline(
            key=key,
            page_url=first.page_url,
            media_url=first.media_url,
            found_at=first.found_at,
            facts=facts,
            settled=recorded is not None and recorded.settled_at is not None,
            demanded_at=followed.demanded_at if followed else None,
            gone_at=followed.gone_at if followed else None,
            # A look that was not complete is none, for who reads a report.
            checked_at=None if outcome == Check.Outcome.UNSEEN else at,
            next_check_at=followed.next_action_at if followed else None,
            returns=followed.returns if followed else 0,
        )


def at(rows: QuerySet[Row], sightings: Collection[UUID] | None) -> QuerySet[Row]:
    """Of rows about sightings those about these only."""
    return rows if sightings is None else rows.filter(sighting__in=sightings)


def _is_missing(missed_at: datetime | None, recorded: _Recorded | None) -> bool:
    """A person who saw it there later knows better than the look that did not find it."""
    if missed_at is None:
        return False
    return not (recorded and recorded.vouched_at and recorded.vouched_at >= missed_at)


Written = TypeVar("Written", bound="_Written | Notice")


def standing_letter(letters: Iterable[Written]) -> Written | None:
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
