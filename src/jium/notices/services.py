"""What the other rooms may ask of notices: draft, approve, send, repeat, take back, and what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from jium import clock, course
from jium.cases.services import Case
from jium.evidence import services as evidence
from jium.notices import delivery, regimes
from jium.notices.letter import Letter, MissingElement
from jium.notices.listing import (
    OUT,
    corrected,
    elsewhere,
    is_held,
    items,
    lacking,
    missing_text,
    needing_attention,
    notice,
    notices,
    standing_of,
    waiting_approval,
)
from jium.notices.models import Notice, NoticeCounter, NoticeItem, Provider
from jium.notices.providers import (
    Contact,
    HostTaken,
    contacts_needed,
    correct,
    law_for,
    provider,
    provider_for,
    providers,
)
from jium.notices.regimes import UnknownRegime
from jium.notices.sending import NotAgreed, count_as_given, doubt_what_was_to_be_sent, send
from jium.notices.writing import letter_of, write
from jium.review import services as review
from jium.trust import audit, four_eyes, policy
from jium.trust.four_eyes import FACE_ALONE
from jium.trust.models import Account, SecondLook
from jium.watch.services import Sighting

__all__ = [
    "OUT",
    "Contact",
    "HostTaken",
    "Letter",
    "MissingElement",
    "NotAgreed",
    "Notice",
    "NoticeItem",
    "Provider",
    "UnknownRegime",
    "contacts_needed",
    "correct",
    "corrected",
    "doubt_what_was_to_be_sent",
    "elsewhere",
    "is_held",
    "items",
    "lacking",
    "law_for",
    "letter_of",
    "missing_text",
    "needing_attention",
    "notice",
    "notices",
    "provider",
    "provider_for",
    "providers",
    "send",
    "standing_of",
    "waiting_approval",
]

State = Notice.State
Kind = Notice.Kind
# A sighting is demanded again at the earliest so long after the last letter about it.
BETWEEN_DEMANDS = timedelta(hours=24)
# Later demands to one provider wait so long for each other and go out as one letter.
COLLECT = timedelta(minutes=10)
# So many letters about the same items go out under one approval; then a person looks again.
DEMANDS_UNDER_POLICY = 5
UNSENT = (State.DRAFTED, State.APPROVED, State.SENDING, State.HANDING_OVER, State.UNCONFIRMED, State.REFUSED)


class ContactNeeded(Exception):
    """Nobody has found an address for this provider yet."""


class NotWaiting(Exception):
    """The notice is not in a state in which this can be done; somebody else was faster."""


def draft(case: Case, provider: Provider, sightings: Iterable[Sighting]) -> Notice | None:
    """Put what was not demanded before into the provider's open draft, or a new one; None if nothing.

    Each sighting is demanded once for a case (later demands are :func:`repeat`'s), unless the notice was
    withdrawn.
    """
    with transaction.atomic():
        _lock(case)
        demanded = _demanded(case).values_list("sighting_id", flat=True)
        fresh = [sighting for sighting in sightings if sighting.pk not in set(demanded)]
        if not fresh:
            return None
        notice = Notice.objects.filter(
            case=case, provider=provider, state=State.DRAFTED, follows=None, kind=Kind.DEMAND
        ).first() or _create(case, provider)
        _add(notice, fresh)
    return notice


def repeat(notice: Notice, sightings: Iterable[Sighting]) -> Notice | None:
    """Demand again what was just seen; None when a letter about it is on its way or under a day old.

    Approved at once where the approver of ``notice`` allowed it, still may, and not too often; else a draft
    for a person. Demands to one provider are collected for a few minutes into one letter.
    """
    with transaction.atomic():
        _lock(notice.case)
        recent = Q(notice__state__in=UNSENT) | Q(notice__sent_at__gt=clock.now() - BETWEEN_DEMANDS)
        busy = set(_demanded(notice.case).filter(recent).values_list("sighting_id", flat=True))
        due = [sighting for sighting in sightings if sighting.pk not in busy]
        if not due:
            return None
        allowed = _allows_repeat(notice) and all(_is_recorded(notice.case, sighting) for sighting in due)
        collecting = Q(state=State.APPROVED, by_policy=True) if allowed else Q(state=State.DRAFTED)
        follow_up = Notice.objects.select_for_update().filter(
            collecting, case=notice.case, provider=notice.provider, demand=notice.demand + 1, kind=Kind.DEMAND
        ).first() or _create(notice.case, notice.provider, follows=notice)
        _add(follow_up, due, seen_now=True)
        if allowed:
            _approve_by_policy(follow_up, notice)
    return follow_up


def _allows_repeat(notice: Notice) -> bool:
    return (
        notice.repeat_approved
        and notice.approved_by is not None
        and policy.may(notice.approved_by, "notice.approve")
        and notice.demand < DEMANDS_UNDER_POLICY
        and bool(notice.provider.email)
    )


def _approve_by_policy(follow_up: Notice, notice: Notice) -> None:
    first = follow_up.state == State.DRAFTED
    follow_up.approved_by, follow_up.repeat_approved, follow_up.by_policy = notice.approved_by, True, True
    _freeze(follow_up)
    audit.record("system", "notice.repeated", str(follow_up.pk), follows=notice.pk, policy_of=notice.approved_by_id)
    if first:
        follow_up.plan_in("send", COLLECT)


def approve(notice: Notice, by: Account, repeat: bool) -> None:
    """A person answers for the letter: its text is fixed and it is sent.

    ``repeat``: later demands about what stays up may follow unasked. Raises PermissionDenied,
    :class:`NotWaiting`, :class:`ContactNeeded`, :class:`MissingElement`; and, where it is the first to rest on a
    likeness of faces alone and no other person has confirmed it, :class:`~jium.trust.four_eyes.NotConfirmed`,
    :class:`~jium.trust.four_eyes.SamePerson`.
    """
    _allow(by)
    if needs_second_look(notice):
        four_eyes.require(FACE_ALONE, str(notice.pk), by)
    with transaction.atomic():
        _lock(notice.case)
        notice.refresh_from_db()
        if notice.state != State.DRAFTED:
            raise NotWaiting
        if not notice.provider.email:
            raise ContactNeeded
        if settings.CONFIG.institution.unfilled():
            raise MissingElement("institution_unfilled")
        notice.approved_by, notice.repeat_approved, notice.by_policy = by, repeat and notice.kind == Kind.DEMAND, False
        _freeze(notice)
        audit.record(by, "notice.approved", str(notice.pk), repeat=repeat, letter=notice.body_sha256)
        notice.plan("send")


def needs_second_look(notice: Notice) -> bool:
    """A first demand that rests on a likeness of faces alone, if only at one address: it may accuse the innocent."""
    if notice.kind != Kind.DEMAND or notice.demand != 1:
        return False
    return bool(review.on_face_alone(notice.case_id, notice.items.values_list("sighting_id", flat=True)))


def ask_second_look(notice: Notice, by: Account, why: str) -> SecondLook:
    """Ask another person to confirm it. Raises PermissionDenied, :class:`NotWaiting`, ValueError for no reason."""
    _allow(by)
    if notice.state != State.DRAFTED:
        raise NotWaiting
    return four_eyes.ask(FACE_ALONE, str(notice.pk), by, notice.case_id, why)


def second_look_of(notice: Notice) -> SecondLook | None:
    """The last one that was asked for."""
    return four_eyes.latest(FACE_ALONE, str(notice.pk))


def _freeze(notice: Notice) -> None:
    """Fix recipient and text; from here on only these are sent."""
    notice.regime, notice.language = law_for(notice.provider)
    letter = write(notice, notice.approved_by)
    config = settings.CONFIG
    notice.state, notice.approved_at, notice.recipient = State.APPROVED, clock.now(), notice.provider.email
    notice.subject, notice.body, notice.body_sha256 = letter.subject, letter.body, letter.sha256
    notice.message_id = delivery.message_id(notice, config.mail.sender or config.institution.email)
    notice.save()


def withdraw(notice: Notice, by: Account | str = "system") -> None:
    """Take back what was not handed over (or was refused). Raises PermissionDenied, :class:`NotWaiting`."""
    if isinstance(by, Account):
        _allow(by)
    with transaction.atomic():
        _lock(notice.case)
        taken_back = Notice.objects.filter(
            pk=notice.pk, state__in=(State.DRAFTED, State.APPROVED, State.SENDING, State.REFUSED)
        ).update(state=State.WITHDRAWN, withdrawn_by=by if isinstance(by, Account) else None)
        if not taken_back:
            raise NotWaiting
        audit.record(by, "notice.withdrawn", str(notice.pk))
        four_eyes.drop(FACE_ALONE, str(notice.pk), by)
        notice.refresh_from_db()
        notice.rest()


def draft_correction(demand: Notice, sightings: Iterable[Sighting], by: Account) -> Notice:
    """A draft that takes ``demand`` back for these: its decision was, after it had been sent.

    What is corrected already stays out of it. Raises PermissionDenied, :class:`NotWaiting` where nothing is left.
    """
    if not policy.may(by, "group.decide"):
        raise PermissionDenied
    wanted = {sighting.pk for sighting in sightings}
    with transaction.atomic():
        _lock(demand.case)
        if demand.kind != Kind.DEMAND or demand.state not in OUT:
            raise NotWaiting
        wanted -= set(corrected(demand.case_id).values_list("sighting_id", flat=True))
        taken_back = [item for item in demand.items.all() if item.sighting_id in wanted]
        if not taken_back:
            raise NotWaiting
        correction = _create(demand.case, demand.provider, demand, Kind.CORRECTION)
        _copy(taken_back, correction)
        audit.record(by, "notice.correction_drafted", str(correction.pk), corrects=str(demand.pk))
    return correction


def draft_again(notice: Notice, by: Account) -> Notice:
    """A new draft about what a person had withdrawn, and nothing was demanded of since.

    Raises PermissionDenied, :class:`NotWaiting`.
    """
    _allow(by)
    with transaction.atomic():
        _lock(notice.case)
        row = Notice.objects.get(pk=notice.pk)
        if row.state != State.WITHDRAWN or not row.withdrawn_by_id or row.kind != Kind.DEMAND:
            raise NotWaiting
        busy = set(_demanded(notice.case).values_list("sighting_id", flat=True))
        decided = set(review.confirmed_matches(notice.case_id).values_list("sighting_id", flat=True))
        wanted = [item for item in notice.items.all() if item.sighting_id in decided - busy]
        if not wanted:
            raise NotWaiting
        again = _create(notice.case, notice.provider, notice.follows)
        _copy(wanted, again)
        audit.record(by, "notice.drafted_again", str(again.pk), withdrawn=str(notice.pk))
    return again


def withdraw_drafts(case: Case, sightings: Iterable[Sighting]) -> None:
    """A decision was taken back: nothing about these sightings goes out any more.

    A letter that is about others too loses its approval and becomes a new draft without them.
    """
    gone = {sighting.pk for sighting in sightings}
    with transaction.atomic():
        _lock(case)
        for notice in Notice.objects.filter(
            case=case,
            kind=Kind.DEMAND,
            state__in=(State.DRAFTED, State.APPROVED, State.SENDING),
            items__sighting__in=gone,
        ).distinct():
            kept = [item for item in notice.items.all() if item.sighting_id not in gone]
            try:
                withdraw(notice)
            except NotWaiting:  # handed over in this very moment
                continue
            if kept:
                _copy(kept, _create(case, notice.provider, notice.follows))


def _copy(items: Collection[NoticeItem], notice: Notice) -> None:
    for item in items:
        item.pk, item.notice = None, notice
        item.save(force_insert=True)


def confirm_arrived(notice: Notice, by: Account) -> None:
    """A person found out that an uncertain letter arrived. Raises PermissionDenied, :class:`NotWaiting`."""
    _allow(by)
    with transaction.atomic():
        sure = Notice.objects.filter(pk=notice.pk, state=State.UNCONFIRMED)
        if not sure.update(state=State.SENT, sent_at=clock.now()):
            raise NotWaiting
        audit.record(by, "notice.confirmed", str(notice.pk))
        notice.refresh_from_db()
        count_as_given(notice)
        notice.plan("send")  # nothing is sent any more: the job goes on to what follows a sent notice


def resend(notice: Notice, by: Account) -> None:
    """Send the same text again, to the provider's present address.

    Raises PermissionDenied, :class:`NotWaiting`, :class:`ContactNeeded`.
    """
    _allow(by)
    if not notice.provider.email:
        raise ContactNeeded
    with transaction.atomic():
        again = Notice.objects.filter(pk=notice.pk, state__in=(State.UNCONFIRMED, State.REFUSED))
        if not again.update(state=State.APPROVED, recipient=notice.provider.email, server_answer=""):
            raise NotWaiting
        audit.record(by, "notice.resent", str(notice.pk))
        notice.refresh_from_db()
        notice.plan("send")


def _allow(by: Account) -> None:
    if not policy.may(by, "notice.approve"):
        raise PermissionDenied


def _lock(case: Case) -> None:
    """One change at a time to a case's notices."""
    Case.objects.select_for_update().get(pk=case.pk)


def _demanded(case: Case) -> QuerySet[NoticeItem]:
    return items(case.pk).exclude(notice__state=State.WITHDRAWN)


def tell(to: str, subject: str, text: str) -> None:
    """Mail a few words, nothing about a case, to one of our own people.

    Raises :class:`~jium.notices.connecting.Deferred` and the other errors of :mod:`jium.notices.delivery`.
    """
    delivery.tell(to, subject, text, settings.CONFIG.mail, settings.CONFIG.institution, clock.now())


def _create(case: Case, provider: Provider, follows: Notice | None = None, kind: Kind = Notice.Kind.DEMAND) -> Notice:
    now = clock.now()
    law, language = law_for(provider)
    return Notice.objects.create(
        number=f"N{now.year}-{NoticeCounter.count(now.year):06d}",
        case=case,
        provider=provider,
        regime=law,
        language=language,
        kind=kind,
        follows=follows,
        demand=follows.demand + (kind == Kind.DEMAND) if follows else 1,
        drafted_at=now,
    )


def _add(notice: Notice, sightings: Iterable[Sighting], seen_now: bool = False) -> None:
    now = clock.now()
    for sighting in sightings:
        capture = evidence.standing_for(notice.case, sighting)
        captured_at = (capture.captured_at or capture.vouched_at) if capture else None
        seen_at = now if seen_now else max(sighting.last_seen_at, captured_at or sighting.last_seen_at)
        NoticeItem.objects.get_or_create(
            notice=notice,
            sighting=sighting,
            defaults={
                "page_url": sighting.page_url,
                "media_url": sighting.media_url,
                "seen_at": seen_at,
                "evidence_sha256": capture.package_sha256 if capture else "",
                "vouched": bool(capture and capture.vouched_at),
            },
        )


def _is_recorded(case: Case, sighting: Sighting) -> bool:
    """Whether evidence of the file stands behind a demand, no person's word: only then is it repeated unasked."""
    capture = evidence.standing_for(case, sighting)
    return evidence.standing(capture) is course.Evidence.HOLDS


def regime_choices() -> list[tuple[str, str, tuple[str, ...]]]:
    """(name, title, languages) of every law that can be cited."""
    return [(law.name, law.title, law.languages) for law in map(regimes.regime, regimes.names())]


def sightings_of(case_id: UUID) -> set[UUID]:
    """What letters of a case are about, by the ids of what was seen."""
    return set(NoticeItem.objects.filter(notice__case_id=case_id).values_list("sighting_id", flat=True))


def forget_case(case_id: UUID) -> Counter[str]:
    """Delete its letters, sent ones too; how many."""
    letters = Notice.objects.filter(case_id=case_id)
    gone = Counter(letters=letters.count())
    letters.delete()
    return gone


def tables() -> list[str]:
    """Of this room that hold something of a case."""
    return [model._meta.db_table for model in (Notice, NoticeItem)]
