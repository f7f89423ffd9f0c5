"""What the other rooms may ask of reports: a case's timeline, its figures, and the victim's report."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from jium import clock, typeset
from jium.cases.services import Case
from jium.notices import services as notices
from jium.notices.services import Notice
from jium.removal.services import Check
from jium.reports import figures
from jium.reports.addresses import Address, addresses
from jium.reports.case_report import LANGUAGES, TEMPLATE, Subject, document
from jium.reports.figures import Figures, Seen
from jium.reports.timeline import Event, host_of, timeline
from jium.typeset import FontMissing
from jium.watch import services as watch

__all__ = [
    "LANGUAGES",
    "Address",
    "Event",
    "Figures",
    "FontMissing",
    "addresses",
    "case_figures",
    "case_report_pdf",
    "figures_of",
    "host_of",
    "timeline",
]


def case_figures(case: Case) -> Figures:
    """What became of the case's pages, counted."""
    return figures_of(case, addresses(case.pk))


def figures_of(case: Case, known: Iterable[Address]) -> Figures:
    """The same, of addresses that were gathered already."""
    letters = notices.notices(case.pk).filter(kind=Notice.Kind.DEMAND)
    known = list(known)
    work = figures.Work(
        letters=letters.filter(state=Notice.State.SENT).count(),
        refused=letters.filter(state=Notice.State.REFUSED).count(),
        returns=sum(address.target.returns for address in known if address.target),
        sites=watch.sites().filter(paused=False).count(),
    )
    return figures.count(map(_seen, known), work)


def case_report_pdf(case: Case, language: str) -> bytes:
    """The victim's report 삭제지원 결과 보고서 in "ko" or "en", as it stands now.

    Raises :class:`FontMissing`, ``ValueError`` for another language.
    """
    now = clock.now()
    subject = Subject(case.number, case.pseudonym, case.state == Case.State.OPEN)
    data = document(subject, case_figures(case), settings.CONFIG.institution, now, language)
    return typeset.pdf(TEMPLATE, data, now)


def _seen(address: Address) -> Seen:
    target, check = address.target, address.check
    # A look that was not complete is none, for who reads the report.
    looked = check is not None and check.outcome != Check.Outcome.UNSEEN
    return Seen(
        page=address.sighting.page_url,
        host=host_of(address.sighting.page_url),
        found_at=min(match.found_at for match in address.matches),
        state=address.state,
        confirmed=address.facts.confirmed,
        demanded_at=target.demanded_at if target else None,
        gone_at=target.gone_at if target else None,
        checked_at=check.at if check and looked else None,
        next_check_at=target.next_action_at if target else None,
    )
