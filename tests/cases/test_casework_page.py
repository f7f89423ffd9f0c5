"""docs/casework.md shows the papers as the rules have them."""

from __future__ import annotations

from pathlib import Path

from django.utils import translation

from jium.cases import intake
from jium.cases.intake import Asked, Paper, Requester

PAGE = Path(__file__).resolve().parents[2] / "docs" / "casework.md"


def listed(papers: tuple[Paper, ...]) -> str:
    return ", ".join(str(paper.label) for paper in papers) or "–"


def test_the_table_of_papers_is_that_of_the_rules() -> None:
    told = PAGE.read_text(encoding="utf-8").split("<!-- papers -->\n")[1].split("<!-- end of papers -->")[0]
    lines = ["| who asks | papers | for a child under 14 also |", "|---|---|---|"]
    with translation.override("en"):
        for requester in Requester:
            usual = intake.needed(Asked(requester, minor=False, under_14=False))
            child = intake.needed(Asked(requester, minor=True, under_14=True))
            more = tuple(paper for paper in child if paper not in usual)
            lines.append(f"| {requester.label} | {listed(usual)} | {listed(more)} |")
    assert told.strip().splitlines() == lines
