"""Korean is complete: every string of the interface has a Korean text, and none is left over or doubtful."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOM = Path(__file__).resolve().parent.parent / "src" / "jium"
CATALOGUE = Path("locale/ko/LC_MESSAGES/django.po")


def entries(text: str) -> dict[str, list[str]]:
    """msgid → its msgstr(s), of a catalogue without obsolete entries."""
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        field = ""
        for line in block.splitlines():
            started = re.match(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$', line)
            if started:
                field = started[1]
                fields[field] = ast.literal_eval(started[2])
            elif line.startswith('"'):
                fields[field] += ast.literal_eval(line)
        if fields.get("msgid"):
            found[fields["msgid"]] = [value for key, value in fields.items() if key.startswith("msgstr")]
    return found


@pytest.fixture(scope="module")
def committed() -> str:
    return (ROOM / CATALOGUE).read_text(encoding="utf-8")


def test_every_string_is_translated(committed: str) -> None:
    untranslated = [msgid for msgid, texts in entries(committed).items() if not all(texts)]
    assert untranslated == []


def test_no_translation_is_doubtful_or_left_over(committed: str) -> None:
    assert "fuzzy" not in committed
    assert not re.search(r"^#~", committed, re.MULTILINE)


def test_the_catalogue_holds_exactly_the_strings_of_the_code(committed: str, tmp_path: Path) -> None:
    copy = tmp_path / "jium"
    shutil.copytree(ROOM, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "ko", "--no-obsolete", "--no-location", "--no-wrap"],
        cwd=copy,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "jium.web.settings"},
        check=True,
        capture_output=True,
    )
    fresh = entries((copy / CATALOGUE).read_text(encoding="utf-8"))
    assert set(entries(committed)) == set(fresh)


def test_no_string_hides_where_the_catalogue_is_not_made_from(committed: str) -> None:
    """Inside an f-string, for instance: such a one would stay English and nobody be told."""
    known = entries(committed)
    for path in ROOM.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MARKS and call.args:
                text = call.args[0]
                if isinstance(text, ast.Constant) and text.value:
                    assert text.value in known, f"{path}:{call.lineno}"


MARKS = ("_", "gettext", "gettext_noop", "gettext_lazy", "ngettext")
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{[\w:.%\- ]*\}")


def test_translations_keep_their_places_for_values(committed: str) -> None:
    for msgid, texts in entries(committed).items():
        for text in texts:
            assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(msgid)), msgid
