"""What the other rooms may ask of removal: follow a sent notice, check a target, stop, list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, QuerySet

from jium import clock
from jium.cases.services import Case
from jium.notices import services as notices
from jium.notices.services import Notice
from jium.removal.judge import Found, Judgement, judge, same
from jium.removal.models import Check, Target
from jium.removal.steps import FIRST_CHECKS, NOT_THERE, THERE, Standing, next_check, next_step
from jium.removal.words import reason_text
from jium.trust import audit, policy
from jium.trust.models import Account
from jium.watch import services as watch
from jium.watch.services import Observation, Sighting

__all__ = ["Check", "Found", "Judgement", "Target", "judge", "next_check", "reason_text", "same"]

State = Target.State
UNREMOVED = (State.WAITING, State.STILL_UP, State.BACK)
# A site may be down for a while, and a wall may fall; after that a person looks.
PATIENCE = timedelta(days=3)


def follow(notice: Notice) -> None:
    """Follow up everything that a sent notice demands; a second call changes nothing.

    Raises ``ValueError`` for a notice that was not sent.
    """
    if notice.state != Notice.State.SENT or notice.sent_at is None:
        raise ValueError("only a sent notice is followed up")
    with transaction.atomic():
        for item in notice.items.select_related("sighting"):
            target, fresh = Target.objects.select_for_update().get_or_create(
                case=notice.case,
                sighting=item.sighting,
                defaults={"notice": notice, "demanded_at": notice.sent_at, "last_notice_at": notice.sent_at},
            )
            newer = notice.pk != target.notice_id and notice.sent_at > target.last_notice_at
            if fresh or newer:
                _demanded(target, notice, notice.sent_at, fresh)


def _demanded(target: Target, notice: Notice, sent_at: datetime, fresh: bool) -> None:
    target.notice, target.last_notice_at = notice, sent_at
    target.notices = 1 if fresh else target.notices + 1
    if target.state == State.STOPPED:
        target.state = State.WAITING
    target.save(update_fields=["notice", "last_notice_at", "notices", "state"])
    if target.state in UNREMOVED:
        target.plan("check", sent_at + FIRST_CHECKS[0])


def check(target: Target) -> tuple[Found, ...]:
    """Look whether it is still there and act on it; other addresses of the page with the same material.

    Those are sightings of their own: the caller registers them (told again by the next check if the caller
    fails).
    """
    if target.state == State.STOPPED:
        return ()
    sighting = target.sighting
    known = watch.to_fingerprint(sighting)
    return record(target, watch.observe(sighting.page_url, sighting.media_url, lambda seen: same(seen, known)))


def record(target: Target, seen: Observation) -> tuple[Found, ...]:
    """Keep one check of the target's present turn, move its state, plan the next; as :func:`check` returns.

    One transaction: a second run of the same turn finds the turn gone and does nothing.
    """
    judgement = judge(seen, watch.to_fingerprint(target.sighting), target.sighting.media_url)
    with transaction.atomic():
        turn = target.turn
        if Target.objects.select_for_update().get(pk=target.pk).turn != turn:
            target.refresh_from_db()
            return ()
        target.refresh_from_db()
        made = Check(
            outcome=judgement.outcome,
            page_status=seen.page_status,
            media_status=seen.media_status,
            reason=judgement.reason[:40],
        )
        _settle(target, made)
    return judgement.moved


def looked(target: Target, gone: bool, by: Account) -> None:
    """A person looked at the address and says what is so; that counts as a complete look.

    Raises ``PermissionDenied``. Nothing happens to a target that is no longer followed up.
    """
    if not policy.may(by, "target.look"):
        raise PermissionDenied
    with transaction.atomic():
        target = Target.objects.select_for_update().get(pk=target.pk)
        if target.state == State.STOPPED:
            return
        outcome = Check.Outcome.SOFT_GONE if gone else Check.Outcome.UP
        _settle(target, Check(outcome=outcome, by=by))
        audit.record(by, "target.looked", str(target.pk), outcome=str(outcome))


def _settle(target: Target, made: Check) -> None:
    """Keep what was seen, move the state, plan the next look. Within a transaction that holds the target."""
    now = clock.now()
    made.target, made.turn, made.at = target, target.turn, now
    made.save()
    standing = Standing(State(target.state), target.last_notice_at, target.gone_at, target.verified_at)
    step = next_step(standing, Check.Outcome(made.outcome), now)
    target.returns += standing.state == State.VERIFIED and step.state == State.BACK
    target.state, target.gone_at, target.verified_at = step.state, step.gone_at, step.verified_at
    target.checks_done += 1
    target.unseen_since = (target.unseen_since or now) if made.outcome == Check.Outcome.UNSEEN else None
    target.save(update_fields=["state", "gone_at", "verified_at", "returns", "checks_done", "unseen_since"])
    if made.outcome in THERE:
        watch.seen(target.sighting)
    elif made.outcome in NOT_THERE:
        watch.missed(target.sighting)
    target.plan("check", step.check_at)
    if step.demand_again:
        notices.repeat(target.notice, [target.sighting])


def stop(case: Case, sightings: Iterable[Sighting]) -> None:
    """A decision was taken back: these are neither checked nor demanded any more."""
    with transaction.atomic():
        for target in Target.objects.select_for_update().filter(case=case, sighting__in=list(sightings)):
            target.state = State.STOPPED
            target.save(update_fields=["state"])
            target.rest()


def resume(case: Case, sightings: Iterable[Sighting]) -> None:
    """The decision stands again: what was stopped is looked at at once; the rest stays as it is."""
    with transaction.atomic():
        stopped = Target.objects.select_for_update().filter(case=case, state=State.STOPPED)
        for target in stopped.filter(sighting__in=list(sightings)):
            target.state, target.gone_at, target.verified_at = State.WAITING, None, None
            target.save(update_fields=["state", "gone_at", "verified_at"])
            target.plan("check")


def look_now(sighting: Sighting) -> None:
    """It was seen where it had gone: what was demanded about it is checked at once."""
    for target in targets().filter(sighting=sighting, state__in=(State.GONE, State.VERIFIED)):
        target.plan("check")


def target(target_id: int) -> Target:
    """The target, or ``Target.DoesNotExist``."""
    return targets().get(pk=target_id)


def targets(case_id: UUID | None = None) -> QuerySet[Target]:
    """All targets, or a case's, in the order in which they were demanded."""
    chosen = Target.objects.select_related("sighting", "notice__provider", "case")
    return chosen.filter(case_id=case_id) if case_id else chosen


def stopped() -> QuerySet[Target]:
    """What was demanded and is no longer followed up, for its decision was taken back."""
    return targets().filter(state=State.STOPPED)


def unlooked() -> QuerySet[Target]:
    """What nobody could look at completely for so long that a person is asked to; the oldest first."""
    standing = targets().filter(case__state=Case.State.OPEN).exclude(state=State.STOPPED)
    waiting = standing.filter(unseen_since__lte=clock.now() - PATIENCE)
    return waiting.order_by("unseen_since")


def last_check(target: Target) -> Check | None:
    """The latest look at the target, or None."""
    return target.checks.order_by("at", "pk").last()


def last_checks(targets: QuerySet[Target]) -> dict[int, Check]:
    """The latest look at each of these targets, by the target's key."""
    return {check.target_id: check for check in _latest(targets).select_related("by")}


def last_looks(targets: QuerySet[Target]) -> dict[int, tuple[str, datetime]]:
    """Outcome and time of the latest look at each of these targets, by the target's key."""
    looks = _latest(targets).values_list("target_id", "outcome", "at")
    return {target: (outcome, at) for target, outcome, at in looks}


def _latest(targets: QuerySet[Target]) -> QuerySet[Check]:
    latest = Check.objects.filter(target__in=targets.order_by().values("pk")).values("target").annotate(last=Max("pk"))
    return Check.objects.filter(pk__in=latest.values("last"))


def checks(case_id: UUID) -> QuerySet[Check]:
    """Every check of a case, in time order."""
    return Check.objects.filter(target__case_id=case_id).select_related("target__sighting", "by")


def sightings_of(case_id: UUID) -> set[UUID]:
    """What of a case is followed up, by the ids of what was seen."""
    return set(Target.objects.filter(case_id=case_id).values_list("sighting_id", flat=True))


def forget_case(case_id: UUID) -> Counter[str]:
    """Delete what is kept of it here; how many of what."""
    gone = Counter(checks=Check.objects.filter(target__case_id=case_id).count())
    Target.objects.filter(case_id=case_id).delete()
    return gone


def tables() -> list[str]:
    """Of this room."""
    return [model._meta.db_table for model in (Target, Check)]
