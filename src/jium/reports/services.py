"""What the other rooms may ask of reports: a case's timeline, its figures, and the victim's report."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.conf import settings

from jium import clock
from jium.cases.services import Case
from jium.notices import services as notices
from jium.notices.services import Notice
from jium.removal import services as removal
from jium.removal.services import Check, Target
from jium.reports import figures, typeset
from jium.reports.case_report import LANGUAGES, Subject, document
from jium.reports.figures import Figures, Seen, State
from jium.reports.timeline import Event, host_of, timeline
from jium.reports.typeset import FontMissing
from jium.review import services as review
from jium.review.services import Group, Match

__all__ = ["LANGUAGES", "Event", "Figures", "FontMissing", "case_figures", "case_report_pdf", "host_of", "timeline"]

STATES = {
    Target.State.WAITING: State.DEMANDED,
    Target.State.STILL_UP: State.STILL_UP,
    Target.State.GONE: State.GONE,
    Target.State.VERIFIED: State.VERIFIED,
    Target.State.BACK: State.BACK,
    # Confirmed again after a decision was taken back: the next letter takes it up.
    Target.State.STOPPED: State.PREPARING,
}


def case_figures(case: Case) -> Figures:
    """What became of the case's pages, counted."""
    refused = notices.notices(case.id).filter(state=Notice.State.REFUSED).count()
    return figures.count(_seen(case), refused)


def case_report_pdf(case: Case, language: str) -> bytes:
    """The victim's report 삭제지원 결과 보고서 in "ko" or "en", as it stands now.

    Raises :class:`FontMissing`, ``ValueError`` for another language.
    """
    now = clock.now()
    subject = Subject(case.number, case.pseudonym, case.state == Case.State.OPEN)
    data = document(subject, case_figures(case), settings.CONFIG.institution, now, language)
    return typeset.pdf("case_report.typ", data, now)


def _seen(case: Case) -> Iterator[Seen]:
    targets = {target.sighting_id: target for target in removal.targets(case.id)}
    complete = removal.checks(case.id).exclude(outcome=Check.Outcome.UNSEEN)
    checked = {check.target_id: check.at for check in complete.order_by("at", "pk")}
    stuck = _undelivered(case)
    for group in review.groups(case.id):
        for match in review.matches(group):
            target = targets.get(match.sighting_id)
            if group.verdict != Group.Verdict.SAME:
                yield _found(match)
            elif target is None:
                yield _found(match, State.UNDELIVERED if match.sighting_id in stuck else State.PREPARING)
            else:
                yield Seen(
                    page=match.sighting.page_url,
                    host=host_of(match.sighting.page_url),
                    found_at=match.found_at,
                    state=STATES[Target.State(target.state)],
                    demanded_at=target.demanded_at,
                    gone_at=target.gone_at,
                    checked_at=checked.get(target.pk),
                    next_check_at=target.next_action_at,
                )


def _found(match: Match, state: State | None = None) -> Seen:
    page = match.sighting.page_url
    return Seen(page=page, host=host_of(page), found_at=match.found_at, state=state)


def _undelivered(case: Case) -> set[UUID]:
    """Sightings whose letter was refused, or for whose provider nobody has found an address yet."""
    found: set[UUID] = set()
    for notice in notices.notices(case.id).prefetch_related("items"):
        unaddressed = notice.state == Notice.State.DRAFTED and not notice.provider.email
        if notice.state == Notice.State.REFUSED or unaddressed:
            found.update(item.sighting_id for item in notice.items.all())
    return found
