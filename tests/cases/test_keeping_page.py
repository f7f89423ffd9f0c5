"""docs/keeping.md shows for how long which case is kept, in both languages, as the code has it.

``python -m tests.cases.test_keeping_page`` writes it anew after the rule was changed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from tests.trust.test_roles_page import shown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "keeping.md"
HEADINGS = {
    "en": ("who asked", "an adult's case", "a child's or youth's"),
    "ko": ("신청인", "성인의 사례", "아동·청소년의 사례"),
}


def table(language: str) -> str:
    """A line for whoever asks."""
    from jium.cases.intake import Requester
    from jium.cases.retention import kept
    from jium.cases.retention_views import KEPT

    with translation.override(language):
        lines = [HEADINGS[language], ("---",) * 3]
        for requester in Requester:
            # Without a request only a child's case is opened.
            adults = "–" if requester is Requester.NOBODY else KEPT[kept(requester, minor=False)]
            lines.append((str(requester.label), str(adults), str(KEPT[kept(requester, minor=True)])))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@pytest.mark.parametrize("language", HEADINGS)
def test_the_table_of_retention_is_that_of_the_code(language: str) -> None:
    assert shown(PAGE.read_text(encoding="utf-8"), language)[1] == table(language)


if __name__ == "__main__":
    for one in HEADINGS:
        before, _old, after = shown(PAGE.read_text(encoding="utf-8"), one)
        PAGE.write_text(before + table(one) + after, encoding="utf-8")
