"""docs/roles.md shows the one table of who may do what, in both languages.

``python -m tests.trust.test_roles_page`` writes it anew after the table was changed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

PAGE = Path(__file__).resolve().parents[2] / "docs" / "roles.md"
HEADINGS = {"en": "action", "ko": "할 수 있는 일"}


def table(language: str) -> str:
    """A line an action, a column a role."""
    from jium.trust.policy import ACTIONS
    from jium.trust.roles import ROLES

    with translation.override(language):
        lines = [[HEADINGS[language], *map(str, ROLES.values())], ["---", *([":-:"] * len(ROLES))]]
        lines += [[str(rule.said), *("✓" if role in rule.roles else "" for role in ROLES)] for rule in ACTIONS.values()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown(text: str, language: str) -> tuple[str, str, str]:
    """What stands before, in and after the table."""
    first, rest = text.split(f"<!-- {language} -->\n")
    inside, last = rest.split(f"\n<!-- end of {language} -->")
    return f"{first}<!-- {language} -->\n", inside, f"\n<!-- end of {language} -->{last}"


@pytest.mark.parametrize("language", HEADINGS)
def test_the_table_of_roles_is_that_of_the_policy(language: str) -> None:
    assert shown(PAGE.read_text(encoding="utf-8"), language)[1] == table(language)


if __name__ == "__main__":
    import django

    django.setup()
    for one in HEADINGS:
        before, _old, after = shown(PAGE.read_text(encoding="utf-8"), one)
        PAGE.write_text(before + table(one) + after, encoding="utf-8")
