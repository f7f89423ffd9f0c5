"""What the other rooms may ask of reports: a case's timeline, its figures, and the victim's report."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings

from jium import clock, letter, typeset
from jium.cases.services import Case
from jium.notices import services as notices
from jium.notices.services import Notice
from jium.reports import figures, own_data
from jium.reports.addresses import Address, addresses, whole
from jium.reports.case_report import LANGUAGES, TEMPLATE, Subject, document
from jium.reports.figures import Figures, Seen
from jium.reports.outlines import Key, Outline, outlines
from jium.reports.timeline import Event, host_of, timeline
from jium.typeset import FontMissing
from jium.watch import services as watch

__all__ = [
    "LANGUAGES",
    "Address",
    "Event",
    "Figures",
    "FontMissing",
    "Key",
    "Outline",
    "addresses",
    "case_figures",
    "case_report_pdf",
    "figures_of",
    "host_of",
    "outlines",
    "own_data_pdf",
    "timeline",
    "whole",
]


def case_figures(case: Case) -> Figures:
    """What became of the case's pages, counted."""
    return figures_of(case, outlines(case.pk))


def figures_of(case: Case, known: Collection[Outline]) -> Figures:
    """The same, of addresses that were gathered already."""
    letters = notices.notices(case.pk).filter(kind=Notice.Kind.DEMAND)
    work = figures.Work(
        letters=letters.filter(state=Notice.State.SENT).count(),
        refused=letters.filter(state=Notice.State.REFUSED).count(),
        returns=sum(outline.returns for outline in known),
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


def own_data_pdf(case: Case, language: str) -> bytes:
    """The report 개인정보 열람 in "ko" or "en": all that is kept about her and what was done with it, as it stands now.

    Raises :class:`FontMissing`, ValueError for another language, :class:`jium.trust.vault.VaultError`.
    """
    now = clock.now()
    return letter.pdf(
        own_data.document(own_data.gathered(case, language), settings.CONFIG.institution, now, language), now
    )


def _seen(outline: Outline) -> Seen:
    return Seen(
        page=outline.page_url,
        host=host_of(outline.page_url),
        found_at=outline.found_at,
        state=outline.state,
        confirmed=outline.facts.confirmed,
        demanded_at=outline.demanded_at,
        gone_at=outline.gone_at,
        checked_at=outline.checked_at,
        next_check_at=outline.next_check_at,
    )
