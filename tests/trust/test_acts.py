"""Whoever reads the audit log reads words: every act that the code records has some."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from jium.trust.acts import ACTS

SOURCE = Path(__file__).resolve().parents[2] / "src" / "jium"
CALLS = {"record", "_settle"}


def recorded() -> set[str]:
    """Every constant that is written like an act and handed to a function that records."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in CALLS:
                found |= {one.value for one in node.args if isinstance(one, ast.Constant)}
    return {text for text in found if isinstance(text, str) and re.fullmatch(r"[a-z_]+\.[a-z_]+", text)}


def test_every_act_has_words_and_every_word_an_act() -> None:
    assert recorded() == set(ACTS)
    assert len(ACTS) > 40
