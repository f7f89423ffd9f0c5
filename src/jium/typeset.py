"""Pages to PDF with Typst: the data goes in as one JSON value, never as text of the template."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
KNOWN_FONTS = (("Noto Sans CJK KR", "NotoSansCJK-Regular.ttc"), ("NanumGothic", "NanumGothic.ttf"))
STANDARDS: Final = ("a-3a", "ua-1")  # kept for years, and readable aloud


class FontMissing(Exception):
    """No font for Korean text is installed; the message says which packages bring one."""


@dataclass(frozen=True)
class Font:
    """A font family and the folder its files lie in."""

    family: str
    folder: Path


def korean_font(folders: Sequence[Path] = FONT_FOLDERS) -> Font:
    """The font reports are set in: the first known one that is installed. Raises :class:`FontMissing`."""
    for family, name in KNOWN_FONTS:
        for folder in folders:
            for path in folder.rglob(name):
                return Font(family, path.parent)
    raise FontMissing("no Korean font is installed: apt install fonts-noto-cjk fonts-nanum")


def _settable(value: Any) -> Any:
    """The same with what no page can show left out of every text: names of files may hold bytes that are no text, and
    letters that steer terminals or turn the direction of writing.
    """
    if isinstance(value, str):
        return "".join(letter for letter in value if letter == "\n" or unicodedata.category(letter)[0] != "C")
    if isinstance(value, dict):
        return {name: _settable(one) for name, one in value.items()}
    return [_settable(one) for one in value] if isinstance(value, list | tuple) else value


def pdf(template: Path, data: dict[str, Any], at: datetime, folders: Sequence[Path] = FONT_FOLDERS) -> bytes:
    """Set ``data`` with the Typst file ``template`` as PDF/A-3a and PDF/UA-1.

    Those standards refuse a character that the font lacks (an emoji in a pseudonym, say). That must not stand
    between a person and her report: such a file is made as plain PDF, with a box for the character.

    Raises :class:`FontMissing`: without its font Typst would leave the words out and say nothing.
    """
    import typst  # 20 MB of compiler that most processes never need

    font, second = korean_font(folders), at.replace(microsecond=0)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font.folder)])
    if font.family not in fonts.families():
        raise FontMissing(f"the font {font.family} in {font.folder} cannot be read: reinstall fonts-noto-cjk")
    compiler = typst.Compiler(
        template,
        root=template.parent,
        font_paths=fonts,
        sys_inputs={"data": json.dumps(_settable(data), ensure_ascii=False), "font": font.family},
    )
    try:
        made = compiler.compile(pdf_standards=[*STANDARDS], timestamp=second)
    except typst.TypstError as refused:
        if "could not be displayed" not in str(refused):
            raise
        made = compiler.compile(timestamp=second)
    if not isinstance(made, bytes):
        raise TypeError("PDF is one file")
    return made
