"""A centre after years of work, drawn by lot: cases, references, sightings, matches, letters, checks. Nothing of it is
anybody's; the pages are measured on it.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
from django.db import transaction

from jium import clock
from jium.bench.pages import Size
from jium.cases import services as cases
from jium.dna import Fingerprint, FrameCode
from jium.dna.local.features import LocalFeatures
from jium.dna.still import Still
from jium.evidence.services import Capture
from jium.notices.services import Notice, NoticeItem, Provider
from jium.removal.services import Check, Target
from jium.review.services import Group, Match
from jium.trust.models import Account
from jium.watch import services as watch
from jium.watch.services import Sighting, Site

PLACES, SKETCH = 300, (66, 88)
_AT_ONCE = 500
_SITES = 20
# Of a hundred groups so many were decided as the same, and as different; the rest wait.
_SAME, _DIFFERENT = 85, 10
_LETTERS = (
    [Notice.State.SENT] * 88 + [Notice.State.DRAFTED] * 8 + [Notice.State.REFUSED] * 2 + [Notice.State.UNCONFIRMED] * 2
)
_TARGETS = (
    [Target.State.VERIFIED] * 60
    + [Target.State.WAITING] * 15
    + [Target.State.STILL_UP] * 15
    + [Target.State.GONE] * 5
    + [Target.State.BACK] * 5
)
_CHECKS = 3

Row = TypeVar("Row")


def populate(size: Size, by: Account, officers: Sequence[Account], told: Callable[[], None]) -> cases.Case:
    """Write it all, the cases opened by one officer after another; the case with most addresses.

    ``told`` is called after each sighting, which take longest.
    """
    sites = [watch.add_site(f"Site {number}", f"https://site{number}.example/", by) for number in range(_SITES)]
    opened = [_case(number, officers[number % len(officers)]) for number in range(size.cases)]
    centre = _Centre(by)
    references = [centre.registered(case, size.references) for case in opened]
    seen = list(_sightings(size.sightings, sites, told))
    for case, registered, found in zip(opened, references, _shared_out(size, seen), strict=True):
        for number, sighting in enumerate(found):
            centre.found(case, registered[number % len(registered)], sighting)
    centre.keep()
    return opened[0]


def _case(number: int, by: Account) -> cases.Case:
    opened = cases.open_case(cases.Opening(f"Person {number:05d}", requester=cases.Requester.INVESTIGATOR), by)
    cases.bring(opened, cases.Paper.OFFICIAL, io.BytesIO(b"drawn"), "text/plain", by)
    return opened


def _shared_out(size: Size, seen: list[Sighting]) -> Iterator[list[Sighting]]:
    """The first case has the most; the others share what is left, one after another."""
    yield seen[: size.largest]
    others = size.cases - 1
    for number in range(others):
        yield seen[size.largest + number :: others]


def drawn(number: int) -> Fingerprint:
    """The fingerprint of a picture that nobody took."""
    lot = np.random.default_rng(number)
    local = LocalFeatures(
        width=SKETCH[1] * 4,
        height=SKETCH[0] * 4,
        codes=lot.integers(0, 256, (PLACES, 16), np.uint8),
        places=(lot.random((PLACES, 4), np.float32) * np.array([350, 260, 20, 6], np.float32)),
        sketch=lot.integers(0, 256, SKETCH, np.uint8),
    )
    code = FrameCode(None, lot.bytes(32), 100)
    return Fingerprint("image", lot.bytes(32).hex(), 1200, 900, None, (code,), still=Still(local=local))


def _sightings(count: int, sites: list[Site], told: Callable[[], None]) -> Iterator[Sighting]:
    for first in range(0, count, _AT_ONCE):
        with transaction.atomic():
            for number in range(first, min(first + _AT_ONCE, count)):
                site = sites[number % len(sites)]
                page = f"{site.start_url}board/{number}"
                kept, _fresh = watch.keep_sighting(page, f"{page}/picture.jpg", drawn(number), site)
                kept.rest()
                told()
                yield kept


class _Centre:
    """Rows of every kind, drawn by lot, and kept in the order in which they need each other."""

    ORDER = (cases.Reference, Group, Match, Capture, Notice, NoticeItem, Target, Check)

    def __init__(self, by: Account) -> None:
        self.by = by
        self.now = clock.now()
        self.lot = random.Random(20)  # noqa: S311 - nothing is kept secret by it
        self.rows: dict[Any, list[Any]] = {model: [] for model in self.ORDER}
        hosts = [f"site{number}.example" for number in range(_SITES)]
        self.providers = [Provider.objects.create(name=host, hosts=[host], email="abuse@example.org") for host in hosts]
        self.letters: dict[tuple[UUID, int], Notice] = {}

    def keep(self) -> None:
        """Write all rows."""
        for model, rows in self.rows.items():
            model.objects.bulk_create(rows, batch_size=_AT_ONCE)

    def _add(self, row: Row) -> Row:
        self.rows[type(row)].append(row)
        return row

    def _before(self, days: int) -> datetime:
        return self.now - timedelta(days=self.lot.randrange(1, days))

    def registered(self, case: cases.Case, count: int) -> list[cases.Reference]:
        """The references of a case."""
        return [
            self._add(
                cases.Reference(
                    case=case,
                    position=position,
                    state=cases.Reference.State.READY,
                    sha256=self.lot.randbytes(32).hex(),
                    size=self.lot.randrange(50_000, 5_000_000),
                    preview_object=self.lot.randbytes(16).hex(),
                    kind="image",
                    width=1200,
                    height=900,
                    registered_at=self._before(900),
                    registered_by=self.by,
                )
            )
            for position in range(1, count + 1)
        ]

    def found(self, case: cases.Case, reference: cases.Reference, sighting: Sighting) -> None:
        """A reference was found somewhere, and what became of that."""
        at, chance, verdict = self._before(400), self.lot.randrange(100), Group.Verdict.UNDECIDED
        if chance < _SAME + _DIFFERENT:
            verdict = Group.Verdict.SAME if chance < _SAME else Group.Verdict.DIFFERENT
        group = self._add(Group(case=case, reference=reference, verdict=verdict, created_at=at))
        self._add(
            Match(
                group=group,
                reference=reference,
                sighting=sighting,
                score=0.9,
                odds=1e6,
                transform={"mirrored": False, "rotation": 0, "scale": 1.0},
                reference_preview=self.lot.randbytes(16).hex(),
                sighting_preview=self.lot.randbytes(16).hex(),
                found_at=at,
            )
        )
        if verdict == Group.Verdict.SAME:
            self._demanded(group, sighting, at)

    def _demanded(self, group: Group, sighting: Sighting, found: datetime) -> None:
        self._add(
            Capture(
                case=group.case,
                group=group,
                sighting=sighting,
                state=Capture.State.DONE,
                asked_at=found,
                captured_at=found,
                vault_object=self.lot.randbytes(16).hex(),
                package_sha256=self.lot.randbytes(32).hex(),
                size=1_000_000,
                holds=True,
            )
        )
        letter = self._letter(group.case, self.lot.randrange(_SITES), found)
        item = {"page_url": sighting.page_url, "media_url": sighting.media_url, "seen_at": found}
        self._add(NoticeItem(notice=letter, sighting=sighting, **item))
        if letter.state == Notice.State.SENT:
            self._followed(letter, sighting, found)

    def _letter(self, case: cases.Case, operator: int, at: datetime) -> Notice:
        """The one to this operator; there is one a case."""
        if (case.pk, operator) not in self.letters:
            state = self.lot.choice(_LETTERS)
            approved = state != Notice.State.DRAFTED
            self.letters[case.pk, operator] = self._add(
                Notice(
                    number=f"N-{self.lot.randbytes(6).hex()}",
                    case=case,
                    provider=self.providers[operator],
                    regime="kr",
                    language="ko",
                    state=state,
                    recipient="abuse@example.org",
                    drafted_at=at,
                    approved_at=at if approved else None,
                    approved_by=self.by if approved else None,
                    sent_at=at if state == Notice.State.SENT else None,
                )
            )
        return self.letters[case.pk, operator]

    def _followed(self, letter: Notice, sighting: Sighting, at: datetime) -> None:
        state = self.lot.choice(_TARGETS)
        gone = at if state in (Target.State.GONE, Target.State.VERIFIED) else None
        target = self._add(
            Target(
                case=letter.case,
                sighting=sighting,
                notice=letter,
                state=state,
                demanded_at=at,
                last_notice_at=at,
                checks_done=_CHECKS,
                gone_at=gone,
                verified_at=gone,
                next_action="check",
                next_action_at=self.now + timedelta(days=self.lot.randrange(1, 30)),
            )
        )
        for turn in range(_CHECKS):
            outcome = Check.Outcome.GONE if gone and turn else Check.Outcome.UP
            self._add(Check(target=target, turn=turn, at=at + timedelta(hours=6 * turn), outcome=outcome))
