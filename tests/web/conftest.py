"""A small world of rows for the pages: one case with something in every state, and staff in every role."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from uuid import uuid4

import pytest
from PIL import Image

PASSWORD = "a long enough password"
# An evidence package that is larger than what servers like to keep in memory.
PACKAGE = b"this is evidence and must not be found on a disk " * 60_000


def picture(shade: int = 128) -> bytes:
    """A small grey JPEG."""
    file = io.BytesIO()
    Image.linear_gradient("L").point(lambda value: (value + shade) % 256).save(file, "JPEG")
    return file.getvalue()


@dataclass
class World:
    """What the rows are called in tests."""

    case: object
    begun: object
    reference: object
    undecided: object
    other: object
    unseen: object
    mistaken: object
    decided: object
    match: object
    draft: object
    unconfirmed: object
    refused: object
    provider: object
    nobody: object
    site: object
    capture: object
    failed: object
    unlooked: object
    colleague: object
    referral: object
    claim: object
    staff: dict[str, object]


@pytest.fixture
def staff(open_vault):
    """An account with all roles, one of each role, and one without any."""
    return everybody()


def everybody() -> dict[str, object]:
    """The rows of :func:`staff`; each is called as its role, and all have the same password."""
    from jium.trust.models import Account
    from jium.trust.roles import ROLES

    roles = {"everything": list(ROLES), **{role: [role] for role in ROLES}, "nothing": []}
    known = hashed()
    return {
        name: Account.objects.create(username=name, password=known, roles=given, display_name=name)
        for name, given in roles.items()
    }


@cache
def hashed() -> str:
    """:data:`PASSWORD` as it is kept: made once, because it is made slow on purpose."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


@pytest.fixture
def world(staff, open_vault) -> World:
    """One case with something in every state. All names are ASCII: Korean on an English page is ours."""
    return build(staff, open_vault)


@pytest.fixture
def work(client, world):
    """The browser of somebody with all roles, in English."""
    client.force_login(world.staff["everything"])
    client.cookies["jium_language"] = "en"
    return client


def build(staff, box) -> World:
    """The rows of :class:`World`, in the present database."""
    from jium import clock
    from jium.cases import costs, referrals
    from jium.cases import services as cases
    from jium.cases.models import CostBasis, Destruction, Organisation, Reference
    from jium.evidence.models import Capture
    from jium.forensics.signals import known_original
    from jium.notices import services as notices
    from jium.notices.models import Notice, NoticeItem, Provider
    from jium.removal.models import Check, Target
    from jium.review.models import Group, Match
    from jium.trust import assignments, four_eyes
    from jium.trust.models import Account
    from jium.watch.models import Crawl, Sighting, Site
    from tests.cases.opened import opened

    now, by = clock.now(), staff["everything"]
    case = opened(by, "Willow")
    begun = cases.open_case(cases.Opening("Alder", requester=cases.Requester.AGENT), by)
    for duty, role in assignments.ROLE_OF.items():
        for one in (case, begun):
            assignments.hand_over(one.pk, duty, staff.get(role, by), by, minor=False)

    def reference(state: str, **fields) -> Reference:
        position = case.references.count() + 1
        return Reference.objects.create(
            case=case,
            position=position,
            state=state,
            sha256=f"{position:064x}",
            size=4096 * position,
            registered_at=now,
            registered_by=by,
            **fields,
        )

    kept = box.put_bytes(case.id, picture()).object_id
    ready = reference("ready", kind="image", width=640, height=480, preview_object=kept)
    film = reference("ready", kind="video", width=640, height=480, duration=42.0, preview_object=kept)
    reference("rejected", problem="not_media")
    reference("rejected", problem="duplicate", duplicate_of=ready)
    reference("received")

    site = Site.objects.create(name="Harbour board", start_url="http://harbour.example/")
    Site.objects.create(name="Old board", start_url="http://old.example/", paused=True)
    Crawl.objects.create(
        site=site,
        started_at=now,
        finished_at=now,
        pages=12,
        media=34,
        new_sightings=3,
        problems={"timeout": 1},
    )

    def sighting(host: str) -> Sighting:
        number = Sighting.objects.count() + 1
        return Sighting.objects.create(
            site=site,
            page_url=f"http://{host}/posts/{number}",
            media_url=f"http://{host}/files/{number}.jpg",
            address_digest=f"{number:064x}",
            sha256=f"{100 + number:064x}",
            kind="image",
            first_seen_at=now,
            last_seen_at=now,
        )

    def group(of: Reference, verdict: str, *seen: Sighting, **fields) -> Group:
        made = Group.objects.create(
            case=case,
            reference=of,
            verdict=verdict,
            created_at=now + timedelta(seconds=Group.objects.count()),
        )
        for one in seen:
            Match.objects.create(
                group=made,
                reference=of,
                sighting=one,
                score=0.9,
                odds=30000,
                transform={"mirrored": True, "rotation": 90, "scale": 0.5},
                found_at=now,
                **fields,
            )
        return made

    there = [sighting("harbour.example") for _ in range(8)]
    seen = box.put_bytes(case.id, picture(40)).object_id
    another_face = {
        "verdict": "composite",
        "probability": 0.9961,
        "interval": [0.97, 0.9995],
        "findings": [
            {
                "signal": "known_original",
                "said": known_original.SAID["other face"],
                "values": {"differing": 4, "parts": 4},
                "weight": 5.5,
                "region": [0.4, 0.2, 0.6, 0.5],
                "times": [],
            }
        ],
    }
    undecided = group(
        ready, "undecided", there[0], there[1], sighting_preview=seen, kind="composite", examined=another_face
    )
    span = {"a": [3, 24], "b": [0, 21], "speed": 1.0, "mirrored": False, "score": 0.9}
    other = group(film, "undecided", there[2], sighting_preview=seen, segments=[span])
    unseen = group(film, "unsure", there[6], segments=[span])
    mistaken = group(film, "different", there[7], sighting_preview=seen, segments=[span])
    decided = group(ready, "same", there[3], there[4], there[5], sighting_preview=seen)
    capture = Capture.objects.create(
        case=case,
        group=decided,
        sighting=there[3],
        state="done",
        asked_at=now,
        captured_at=now,
        package_sha256="ab" * 32,
        vault_object=box.put_bytes(case.id, PACKAGE).object_id,
        size=len(PACKAGE),
        facts={"media_in_archive": False, "media_same_as_found": None},
    )
    failed = Capture.objects.create(
        case=case, group=decided, sighting=there[4], state="failed", problem="unreachable", asked_at=now
    )
    provider = Provider.objects.create(
        name="Harbour LLC",
        hosts=["harbour.example"],
        email="abuse@harbour.example",
        regime="us_take_it_down",
        language="en",
        jurisdiction="US",
    )
    draft = notices.draft(case, provider, [there[3]])
    nobody = notices.provider_for("http://nobody.example/")
    notices.draft(case, nobody, [there[2]])

    def letter(state: str, number: str) -> Notice:
        return Notice.objects.create(
            number=number,
            case=case,
            provider=provider,
            regime="us_take_it_down",
            language="en",
            state=state,
            recipient=provider.email,
            subject="Removal request",
            body="Dear Sir or Madam,",
            drafted_at=now,
            approved_at=now,
            approved_by=by,
            server_answer="550 no such user" if state == "refused" else "",
        )

    unconfirmed, refused, sent = letter("unconfirmed", "U1"), letter("refused", "R1"), letter("sent", "S1")
    NoticeItem.objects.create(
        notice=sent, sighting=there[7], page_url=there[7].page_url, media_url=there[7].media_url, seen_at=now
    )
    target = Target.objects.create(
        case=case,
        sighting=there[3],
        notice=sent,
        state="verified",
        demanded_at=now,
        last_notice_at=now,
        gone_at=now,
        verified_at=now,
        next_action="check",
        next_action_at=now + timedelta(days=7),
    )
    Check.objects.create(target=target, turn=1, at=now, outcome="gone", page_status=404)
    unlooked = Target.objects.create(
        case=case,
        sighting=there[5],
        notice=sent,
        state="waiting",
        demanded_at=now - timedelta(days=5),
        last_notice_at=now - timedelta(days=5),
        unseen_since=now - timedelta(days=4),
        next_action="check",
        next_action_at=now + timedelta(hours=6),
    )
    Check.objects.create(target=unlooked, turn=1, at=now, outcome="unreachable", reason="page wall", page_status=200)
    colleague = Account.objects.create(username="bada", password=hashed(), roles=["officer"], display_name="Bada")
    four_eyes.ask(four_eyes.FACE_ALONE, str(draft.pk), colleague, case.pk, "the same scar")
    lawyers = Organisation.objects.create(name="Legal Aid", name_en="Legal Aid", help="legal", phone="132")
    cases.give_consent(case, [cases.Kind.REFERRAL], cases.Means.PAPER, by)
    referral = referrals.draft(case, lawyers, "Please help her to write a complaint.", by)
    rates = {"deletion": 12_000, "legal": 30_000}
    CostBasis.objects.create(year=clock.today().year, notice="Notice 2026-7", rates=rates, pay="Hanbit Bank 1-2")
    cases.record_deletion(begun.pk, "a removal request", 7)
    claim = costs.claim(begun, "Hong Gildong\nRiver Road 1, Seoul", by)
    done = {"kept": "five_years", "why": "demand", "asked_by": colleague, "confirmed_by": by, "done_at": now}
    Destruction.objects.create(case_id=uuid4(), number="2021-0003", opened_at=now, begun_at=now, **done)
    return World(
        case=case,
        begun=begun,
        reference=ready,
        undecided=undecided,
        other=other,
        unseen=unseen,
        mistaken=mistaken,
        decided=decided,
        match=undecided.matches.first(),
        draft=draft,
        unconfirmed=unconfirmed,
        refused=refused,
        provider=provider,
        nobody=nobody,
        site=site,
        capture=capture,
        failed=failed,
        unlooked=unlooked,
        colleague=colleague,
        referral=referral,
        claim=claim,
        staff=staff,
    )
