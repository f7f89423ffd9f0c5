"""An examination as a PDF, for somebody who is no engineer: an annex to a report to the police, a platform, a court.

document   everything that the pages say, in reading order
pictures   the pictures in them: nobody is to be recognised in any, unless that is asked for
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from jium import typeset
from jium.forensics.report.document import LANGUAGES, Subject, document

__all__ = ["LANGUAGES", "Subject", "pdf"]

_TEMPLATE = Path(__file__).with_name("examination.typ").resolve()


def pdf(
    subjects: Sequence[Subject],
    at: datetime,
    language: str,
    unread: Sequence[tuple[str, str]] = (),
    *,
    faces: bool = False,
) -> bytes:
    """One report on all of them, "ko" or "en". ``unread``: names of files that could not be examined, and why.
    ``faces``: are they to be seen?

    Raises :class:`jium.typeset.FontMissing`; ``ValueError`` for another language.
    """
    return typeset.pdf(_TEMPLATE, document(subjects, at, language, unread, faces=faces), at)
