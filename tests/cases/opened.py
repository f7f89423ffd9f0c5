"""A case in which everything is there to begin: the victim asks, her identity card lies here, and she agreed."""

from __future__ import annotations

import io
from typing import Any

from jium.cases import services as cases
from jium.cases.services import Case, Kind, Means, Opening, Paper
from jium.trust.models import Account

AGREED = (Kind.SUPPORT, Kind.PERSONAL, Kind.PROVIDERS, Kind.ABROAD)
SCAN = b"%PDF-1.4 a scan of an identity card"


def opened(by: Account, pseudonym: str = "가람", **told: Any) -> Case:
    """``told``: of :class:`jium.cases.services.Opening`."""
    case = cases.open_case(Opening(pseudonym, **told), by)
    for paper in cases.lacking(case):
        cases.bring(case, Paper(paper), io.BytesIO(SCAN), "application/pdf", by)
    cases.give_consent(case, AGREED, Means.PAPER, by)
    case.refresh_from_db()
    return case
