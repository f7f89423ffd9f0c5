"""A case, sightings and their evidence, made of plain rows."""

from __future__ import annotations

import hashlib
import secrets

from jium import clock
from jium.cases.models import Case, Consent, Reference
from jium.evidence.models import Capture
from jium.notices.models import Provider
from jium.review.models import Group, Match
from jium.trust.models import Account
from jium.watch.models import Sighting
from tests.cases.opened import AGREED


def a_supervisor(name: str = "supervisor") -> Account:
    return Account.objects.create_user(name, password="a long enough password", roles=["supervisor"])


def a_case(by: Account) -> Case:
    now = clock.now()
    case = Case.objects.create(
        number=f"2026-{secrets.token_hex(4)}",
        pseudonym="가람",
        papers_elsewhere=True,
        stands=True,
        opened_at=now,
        opened_by=by,
    )
    Consent.objects.bulk_create(
        Consent(case=case, kind=kind, version="2026-12", means="paper", given_at=now, recorded_by=by) for kind in AGREED
    )
    return case


def a_sighting(page_url: str = "", media_url: str = "", sha256: str = "") -> Sighting:
    number = secrets.token_hex(4)
    page_url = page_url or f"http://board.example/post/{number}"
    media_url = media_url or f"http://board.example/file/{number}.jpg"
    now = clock.now()
    return Sighting.objects.create(
        page_url=page_url,
        media_url=media_url,
        address_digest=hashlib.sha256(f"{page_url}\n{media_url}\n{number}".encode()).hexdigest(),
        sha256=sha256 or hashlib.sha256(number.encode()).hexdigest(),
        kind="image",
        first_seen_at=now,
        last_seen_at=now,
    )


def group_of(case: Case, sighting: Sighting, officer: Account, verdict: str = Group.Verdict.SAME) -> Group:
    """A group of one sighting that ``officer`` decided."""
    now = clock.now()
    reference = Reference.objects.create(
        case=case,
        position=case.references.count() + 1,
        sha256="0" * 64,
        size=1,
        registered_at=now,
        registered_by=officer,
    )
    group = Group.objects.create(case=case, reference=reference, verdict=verdict, created_at=now)
    Match.objects.create(
        group=group,
        reference=reference,
        sighting=sighting,
        score=1.0,
        odds=1.0,
        found_at=now,
        sighting_preview="kept",
    )
    return group


def captured(case: Case, *sightings: Sighting) -> tuple[Sighting, ...]:
    """The sightings, each with its evidence."""
    for sighting in sightings:
        Capture.objects.create(
            case=case,
            sighting=sighting,
            state=Capture.State.DONE,
            asked_at=clock.now(),
            captured_at=clock.now(),
            package_sha256=hashlib.sha256(sighting.pk.bytes).hexdigest(),
            holds=True,
        )
    return sightings


def a_provider(email: str = "abuse@board.example", host: str = "board.example") -> Provider:
    return Provider.objects.create(
        name=f"{host} 운영팀", hosts=[host], email=email, regime="kr_platform", language="ko"
    )


def vouched(case: Case, by: Account) -> Sighting:
    """A sighting that could not be recorded and that ``by`` saw."""
    seen, now = a_sighting(), clock.now()
    words = {"vouched_by": by, "vouched_at": now, "vouched_words": "Second from the top."}
    Capture.objects.create(case=case, sighting=seen, state=Capture.State.VOUCHED, asked_at=now, **words)
    return seen
