"""A notice becomes its letter: what it says, in which language, and who signs."""

from __future__ import annotations

from django.conf import settings

from jium import clock
from jium.notices import regimes
from jium.notices.letter import Earlier, Facts, Item, Letter, MissingElement, render, render_correction
from jium.notices.models import Notice
from jium.notices.providers import law_for, may_be_told
from jium.trust.models import Account

Kind = Notice.Kind


def letter_of(notice: Notice, by: Account | None = None) -> Letter:
    """The letter: as it was fixed, or as it would be if ``by`` approved it now. Raises :class:`MissingElement`."""
    return Letter(notice.subject, notice.body) if notice.body else write(notice, by)


def write(notice: Notice, by: Account | None) -> Letter:
    """The letter as ``by`` would sign it now. Raises :class:`MissingElement`."""
    law, language = law_for(notice.provider)
    facts = _facts(notice, language, _signatory(law, language, by))
    if notice.kind == Kind.CORRECTION:
        return render_correction(language, facts)
    return render(law, language, facts)


def _signatory(law: str, language: str, by: Account | None) -> str:
    """Who signs: the office; where the law asks for a person, who approves the letter, by her name."""
    centre = settings.CONFIG.institution
    office = centre.signatory if language == "ko" else centre.signatory_en
    if not regimes.regime(law).signed_by_person:
        return office
    if by is None or not by.display_name.strip():
        raise MissingElement("person")
    return f"{by.display_name}, {office}" if office else by.display_name


def _facts(notice: Notice, language: str, signatory: str) -> Facts:
    centre = settings.CONFIG.institution
    korean = language == "ko"
    return Facts(
        number=notice.number,
        recipient=notice.provider.name,
        institution=centre.in_language(language),
        standing=centre.standing if korean else centre.standing_en,
        signatory=signatory,
        email=centre.email,
        phone=centre.phone,
        address=centre.address,
        mandated=may_be_told(notice),
        written_at=clock.now(),
        items=tuple(
            Item(item.page_url, item.media_url, item.seen_at, item.evidence_sha256, item.vouched)
            for item in notice.items.all()
        ),
        demand=notice.demand,
        first=_earlier(notice.follows) if notice.kind == Kind.CORRECTION else _first(notice),
    )


def _first(notice: Notice) -> Earlier | None:
    first = notice
    while first.follows:
        first = first.follows
    return _earlier(first) if first is not notice else None


def _earlier(notice: Notice | None) -> Earlier | None:
    return Earlier(notice.number, notice.sent_at or notice.approved_at or notice.drafted_at) if notice else None
