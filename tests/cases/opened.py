"""A case in which everything is there to begin: its papers lie in the centre's files, and she agreed."""

from __future__ import annotations

from typing import Any

from jium.cases import services as cases
from jium.cases.services import Case, Kind, Means, Opening
from jium.trust.models import Account

AGREED = (Kind.SUPPORT, Kind.PERSONAL, Kind.PROVIDERS, Kind.ABROAD)
SCAN = b"%PDF-1.4 a scan of an identity card"


def opened(by: Account, pseudonym: str = "가람", **told: Any) -> Case:
    """``told``: of :class:`jium.cases.services.Opening`."""
    case = cases.open_case(Opening(pseudonym, **told), by)
    Case.objects.filter(pk=case.pk).update(papers_elsewhere=True)
    cases.give_consent(case, AGREED, Means.PAPER, by)
    case.refresh_from_db()
    return case


def told(pseudonym: str, **other: Any) -> dict[str, Any]:
    """The fields of the form in which a case is opened."""
    return {
        "pseudonym": pseudonym,
        "requester": "victim",
        "channel": "phone",
        "sex": "female",
        "age": "19_29",
        "damage": ["circulated"],
        "perpetrator": "unknown",
        "circulation": "confirmed",
        "contact_by": "none",
        **other,
    }
